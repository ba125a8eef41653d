"""The calendar: clocks that change, units of time, windows, and reading instants."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.calendar import (
    EARLIEST,
    LATEST,
    SECOND,
    Duration,
    Fit,
    Instant,
    Unit,
    calendar_window,
    fit,
    format_instant,
    local_time,
    longest,
    parse_instant,
    plus,
    resolve,
    start_of_day,
    zone,
    zone_names,
)

ZURICH = zone("Europe/Zurich")
NEW_YORK = zone("America/New_York")
LORD_HOWE = zone("Australia/Lord_Howe")
SAO_PAULO = zone("America/Sao_Paulo")
APIA = zone("Pacific/Apia")
ST_JOHNS = zone("America/St_Johns")

ZONES = st.sampled_from(sorted(zone_names())).map(zone)
# Well beyond what is representable, on both sides.
ANY_INSTANT = st.integers(2 * int(EARLIEST), 2 * int(LATEST))
IN_RANGE = st.integers(EARLIEST + 400 * 86_400 * SECOND, LATEST - 400 * 86_400 * SECOND)
WINDOWS = st.sampled_from([unit for unit in Unit if unit is not Unit.MINUTE])
DURATIONS = st.builds(
    Duration, st.one_of(st.integers(1, 100), st.integers(1, 10**30)), st.sampled_from(Unit)
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(instant: int) -> str:
    return format_instant(instant)


def later(start: str, count: int, unit: Unit, where: ZoneInfo | None) -> str:
    return utc(plus(parse_instant(start), Duration(count, unit), where))


def window(instant: str, unit: Unit, where: ZoneInfo) -> tuple[str, str]:
    start, end = calendar_window(parse_instant(instant), unit, where)
    return utc(start), utc(end)


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("2026-03-29T01:59", ZURICH, Fit.ONCE),
        ("2026-03-29T02:00", ZURICH, Fit.NEVER),
        ("2026-03-29T02:59", ZURICH, Fit.NEVER),
        ("2026-03-29T03:00", ZURICH, Fit.ONCE),
        ("2026-10-25T01:59", ZURICH, Fit.ONCE),
        ("2026-10-25T02:00", ZURICH, Fit.TWICE),
        ("2026-10-25T02:59", ZURICH, Fit.TWICE),
        ("2026-10-25T03:00", ZURICH, Fit.ONCE),
        ("2026-03-08T02:30", NEW_YORK, Fit.NEVER),
        ("2026-11-01T01:30", NEW_YORK, Fit.TWICE),
        ("2026-10-04T02:15", LORD_HOWE, Fit.NEVER),
        ("2026-10-04T02:30", LORD_HOWE, Fit.ONCE),
        ("2026-04-05T01:45", LORD_HOWE, Fit.TWICE),
        ("2026-04-05T01:15", LORD_HOWE, Fit.ONCE),
        ("2011-12-30T12:00", APIA, Fit.NEVER),
    ],
)
def test_a_clock_shows_a_time_once_never_or_twice(
    text: str, where: ZoneInfo, expected: Fit
) -> None:
    assert fit(local(text), where) is expected


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("2026-03-29T02:30", ZURICH, "2026-03-29T01:00:00Z"),
        ("2026-03-08T02:00", NEW_YORK, "2026-03-08T07:00:00Z"),
        ("2026-10-04T02:15", LORD_HOWE, "2026-10-03T15:30:00Z"),
        ("2011-12-30T12:00", APIA, "2011-12-30T10:00:00Z"),
    ],
)
def test_a_skipped_time_moves_to_the_end_of_the_gap(
    text: str, where: ZoneInfo, expected: str
) -> None:
    assert utc(resolve(local(text), where)) == expected


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("2026-10-25T02:30", ZURICH, "2026-10-25T00:30:00Z"),
        ("2026-11-01T01:30", NEW_YORK, "2026-11-01T05:30:00Z"),
        ("2026-04-05T01:45", LORD_HOWE, "2026-04-04T14:45:00Z"),
    ],
)
def test_a_repeated_time_is_the_first(text: str, where: ZoneInfo, expected: str) -> None:
    assert utc(resolve(local(text), where)) == expected


@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("Europe/Zurich", "2026-11-27", "2026-11-26T23:00:00Z"),
        ("America/Sao_Paulo", "2017-10-15", "2017-10-15T03:00:00Z"),
        ("Asia/Beirut", "2022-03-27", "2022-03-26T22:00:00Z"),
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
    ],
)
def test_a_day_starts_at_its_first_instant(name: str, day: str, expected: str) -> None:
    assert utc(start_of_day(date.fromisoformat(day), zone(name))) == expected


def test_a_day_without_midnight_starts_at_one() -> None:
    start = start_of_day(date(2017, 10, 15), SAO_PAULO)
    assert local_time(start, SAO_PAULO) == local("2017-10-15T01:00")
    assert local_time(start - 1, SAO_PAULO) == local("2017-10-14T23:59:59.999999")


@pytest.mark.parametrize(
    ("start", "count", "unit", "expected"),
    [
        ("2026-01-31T10:00:00Z", 1, Unit.MONTH, "2026-02-28T10:00:00Z"),
        ("2028-01-31T10:00:00Z", 1, Unit.MONTH, "2028-02-29T10:00:00Z"),
        ("2026-01-31T10:00:00Z", 2, Unit.MONTH, "2026-03-31T09:00:00Z"),
        ("2026-11-30T10:00:00Z", 1, Unit.QUARTER, "2027-02-28T10:00:00Z"),
        ("2028-02-29T10:00:00Z", 1, Unit.YEAR, "2029-02-28T10:00:00Z"),
        ("2028-02-29T10:00:00Z", 4, Unit.YEAR, "2032-02-29T10:00:00Z"),
        ("2026-11-30T10:00:00Z", 13, Unit.MONTH, "2027-12-30T10:00:00Z"),
    ],
)
def test_the_end_of_a_month_clamps(start: str, count: int, unit: Unit, expected: str) -> None:
    assert later(start, count, unit, ZURICH) == expected


def test_calendar_units_keep_the_wall_clock_and_hours_do_not() -> None:
    start = "2026-03-28T11:00:00Z"
    assert later(start, 1, Unit.DAY, ZURICH) == "2026-03-29T10:00:00Z"
    assert later(start, 1, Unit.WEEK, ZURICH) == "2026-04-04T10:00:00Z"
    assert later(start, 24, Unit.HOUR, ZURICH) == "2026-03-29T11:00:00Z"
    assert later(start, 90, Unit.MINUTE, None) == "2026-03-28T12:30:00Z"


def test_a_computed_time_follows_the_rule_of_gaps_and_repeats() -> None:
    assert later("2026-03-28T01:30:00Z", 1, Unit.DAY, ZURICH) == "2026-03-29T01:00:00Z"
    assert later("2026-10-24T00:30:00Z", 1, Unit.DAY, ZURICH) == "2026-10-25T00:30:00Z"
    assert later("2011-12-29T22:00:00Z", 1, Unit.DAY, APIA) == "2011-12-30T10:00:00Z"


def test_the_fraction_of_a_second_stays() -> None:
    assert later("2026-01-31T10:00:00.25Z", 1, Unit.MONTH, ZURICH) == "2026-02-28T10:00:00.250000Z"


def test_a_calendar_unit_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="2 days needs a zone"):
        plus(0, Duration(2, Unit.DAY), None)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (Unit.HOUR, ("2026-05-20T09:00:00Z", "2026-05-20T10:00:00Z")),
        (Unit.DAY, ("2026-05-19T22:00:00Z", "2026-05-20T22:00:00Z")),
        (Unit.WEEK, ("2026-05-17T22:00:00Z", "2026-05-24T22:00:00Z")),
        (Unit.MONTH, ("2026-04-30T22:00:00Z", "2026-05-31T22:00:00Z")),
        (Unit.QUARTER, ("2026-03-31T22:00:00Z", "2026-06-30T22:00:00Z")),
        (Unit.YEAR, ("2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z")),
    ],
)
def test_windows_are_those_of_the_zones_calendar(unit: Unit, expected: tuple[str, str]) -> None:
    assert window("2026-05-20T09:59:59Z", unit, ZURICH) == expected


@pytest.mark.parametrize("day", range(18, 25))
def test_weeks_run_from_monday(day: int) -> None:
    expected = ("2026-05-18T00:00:00Z", "2026-05-25T00:00:00Z")
    assert window(f"2026-05-{day}T12:00:00Z", Unit.WEEK, zone("UTC")) == expected


@pytest.mark.parametrize("month", range(1, 13))
def test_quarters_begin_in_january_april_july_and_october(month: int) -> None:
    start, end = window(f"2026-{month:02}-15T00:00:00Z", Unit.QUARTER, zone("UTC"))
    first = (month - 1) // 3 * 3 + 1
    assert start == f"2026-{first:02}-01T00:00:00Z"
    assert end[5:7] == f"{(first + 2) % 12 + 1:02}"


def test_an_hour_that_the_clock_shows_twice_is_one_calendar_hour() -> None:
    both = ("2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z")
    assert window("2026-10-25T00:30:00Z", Unit.HOUR, ZURICH) == both
    assert window("2026-10-25T01:30:00Z", Unit.HOUR, ZURICH) == both


def test_an_hour_of_which_half_is_repeated_is_an_hour_and_a_half() -> None:
    longer = ("2026-04-04T14:00:00Z", "2026-04-04T15:30:00Z")
    assert window("2026-04-04T14:50:00Z", Unit.HOUR, LORD_HOWE) == longer
    assert window("2026-04-04T15:10:00Z", Unit.HOUR, LORD_HOWE) == longer


def test_a_missing_day_belongs_to_no_window() -> None:
    before = ("2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z")
    after = ("2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z")
    assert window("2011-12-30T09:59:59Z", Unit.DAY, APIA) == before
    assert window("2011-12-30T10:00:00Z", Unit.DAY, APIA) == after


def test_clocks_that_go_back_over_midnight_do_not_reopen_the_day() -> None:
    expected = ("2006-10-29T02:30:00Z", "2006-10-30T03:30:00Z")
    assert window("2006-10-29T03:00:00Z", Unit.DAY, ST_JOHNS) == expected


@given(IN_RANGE, WINDOWS, ZONES)
@example(int(parse_instant("2006-10-29T03:00:00Z")), Unit.DAY, ST_JOHNS)
def test_windows_hold_their_instant_and_leave_no_gaps(
    instant: int, unit: Unit, where: ZoneInfo
) -> None:
    start, end = calendar_window(instant, unit, where)
    assert start <= instant < end
    assert calendar_window(start, unit, where) == (start, end)
    assert calendar_window(end, unit, where)[0] == end


@given(IN_RANGE, ZONES)
def test_what_the_clock_shows_resolves_to_no_later_instant(instant: int, where: ZoneInfo) -> None:
    shown = local_time(instant, where)
    resolved = resolve(shown, where)
    assert local_time(resolved, where) == shown
    assert (resolved == instant) or (resolved < instant and fit(shown, where) is Fit.TWICE)


@given(ANY_INSTANT, DURATIONS, ZONES)
@example(int(LATEST), Duration(10**30, Unit.YEAR), ZURICH)
def test_arithmetic_never_fails_and_stops_at_the_latest(
    instant: int, duration: Duration, where: ZoneInfo
) -> None:
    assert plus(instant, duration, where) <= LATEST


@given(IN_RANGE, DURATIONS, ZONES)
def test_later_is_later_but_not_by_more_than_the_longest(
    instant: int, duration: Duration, where: ZoneInfo
) -> None:
    end = plus(instant, duration, where)
    assert instant < end <= instant + longest(duration)


@given(ANY_INSTANT, WINDOWS, ZONES)
@example(int(EARLIEST), Unit.YEAR, zone("Etc/GMT+12"))
@example(int(LATEST), Unit.YEAR, zone("Pacific/Kiritimati"))
def test_windows_never_fail(instant: int, unit: Unit, where: ZoneInfo) -> None:
    start, end = calendar_window(instant, unit, where)
    assert start <= end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01z", SECOND),
        ("1970-01-01t01:00:00+01:00", 0),
        ("1970-01-01T00:00:00-00:00", 0),
        ("1969-12-31T18:30:00-05:30", 0),
        ("1970-01-01T00:00:00.5Z", SECOND // 2),
        ("1970-01-01T00:00:00.123456789Z", 123_456),
        ("1969-12-31T23:59:59Z", -SECOND),
    ],
)
def test_an_instant_is_read_with_its_offset(text: str, expected: int) -> None:
    assert parse_instant(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-01",
        "2026-01-01T00:00Z",
        "2026-01-01T00:00:00",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00 Z",
        "2026-01-01T00:00:00Z\n",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T00:00:00+0100",
        "2026-01-01T00:00:00+01",
        "2026-01-01T00:00:00+01:60",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T24:00:00Z",
        "2026-01-01T23:60:00Z",
        "2026-12-31T23:59:60Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "20260101T000000Z",
        "2026-W01-1T00:00:00Z",
        "٢٠٢٦-01-01T00:00:00Z",
        "now",
    ],
)
def test_what_is_no_rfc_3339_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_instant(text)


@given(st.integers(EARLIEST, LATEST).map(Instant))
def test_what_is_written_is_read_again(instant: Instant) -> None:
    assert parse_instant(format_instant(instant)) == instant


@given(st.datetimes(datetime(3, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)))
def test_reading_agrees_with_the_standard_library(moment: datetime) -> None:
    assert utc(parse_instant(moment.isoformat())) == moment.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("name", ["europe/zurich", "Europe/Bern", "localtime", "", "../etc/passwd"])
def test_a_name_that_no_zone_has_is_refused(name: str) -> None:
    with pytest.raises(KeyError):
        zone(name)


def test_a_duration_is_written_as_it_is_said() -> None:
    durations = [Duration(1, Unit.MONTH), Duration(12, Unit.MONTH), Duration(0, Unit.DAY)]
    assert [str(duration) for duration in durations] == ["1 month", "12 months", "0 days"]


def test_hours_and_minutes_alone_need_no_calendar() -> None:
    elapsed = {unit for unit in Unit if not unit.is_calendar}
    assert elapsed == {Unit.MINUTE, Unit.HOUR}
