"""The room of rolling limits, when it changes, and when there is some again."""

from __future__ import annotations

from engine import calendar
from engine.calendar import format_instant, parse_instant
from engine.decisions.compiler import Record
from engine.decisions.coupon import meter_of
from engine.decisions.limits import has_room, next_change
from engine.decisions.remedies import of_limit
from engine.decisions.usage import Meter, RecordedUsage, Use
from engine.language import checked as c
from engine.language.checker import Scope, check_rule
from engine.language.parser import parse_rule
from engine.language.vocabulary import STANDARD, Stage

SENTENCE = "at most 1 application per coupon in any 30 days"


def meter() -> Meter:
    scope = Scope(STANDARD, calendar.zone("UTC"))
    limit, _ = check_rule(parse_rule(SENTENCE), SENTENCE, Stage.APPLICATION, scope)
    assert isinstance(limit, c.Limit)
    return meter_of(("c", Stage.APPLICATION, 0), limit, STANDARD.slots)


def used(*days: str) -> RecordedUsage:
    usage = RecordedUsage()
    for day in days:
        usage.record(meter(), (), Use(parse_instant(f"{day}T00:00:00Z")))
    return usage


def record(day: str) -> Record:
    return [parse_instant(f"{day}T00:00:00Z"), *[None] * (len(STANDARD.facts) + 1)]


def change(day: str, usage: RecordedUsage) -> str | None:
    found = next_change(meter(), (), record(day)[0], usage)
    return format_instant(found) if found is not None else None


def test_room_comes_back_when_the_last_event_that_fills_the_limit_stops_to_count() -> None:
    usage = used("2026-01-10", "2026-01-20")
    expected = "has room again from 19 February 2026, 00:00 UTC"
    assert of_limit(meter(), record("2026-01-25"), usage) == expected


def test_what_a_limit_counts_changes_when_an_event_stops_to_count() -> None:
    assert change("2026-01-25", used("2026-01-10")) == "2026-02-09T00:00:00Z"


def test_a_later_event_comes_within_reach_as_time_passes() -> None:
    usage = used("2026-03-20")
    assert has_room(meter(), record("2026-02-18"), usage)
    assert change("2026-02-01", usage) == "2026-02-18T00:00:00.000001Z"
    assert not has_room(meter(), record("2026-02-19"), usage)
