"""Instants, durations and the civil calendar of a zone.

An instant is an integer: microseconds since 1970-01-01T00:00:00Z. Civil times exist only together
with a zone. A computed local time that a zone skips moves to the end of the gap, and one that
occurs twice is the first (language.md, Zones and clocks). Arithmetic that would leave the years
that computers agree on stops at `EARLIEST` or `LATEST` instead of failing: deciding is total.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import NewType
from zoneinfo import ZoneInfo

import pendulum

Instant = NewType("Instant", int)

SECOND = 1_000_000
DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,9})?"
    r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)\Z",
    re.ASCII,
)


def to_instant(moment: datetime) -> Instant:
    """The instant of a date and time with an offset."""
    since = moment - _EPOCH
    return Instant((since.days * 86_400 + since.seconds) * SECOND + since.microseconds)


EARLIEST = to_instant(datetime(2, 1, 1, tzinfo=UTC))
LATEST = to_instant(datetime(9998, 12, 31, tzinfo=UTC))


class Unit(enum.Enum):
    """A unit of time. Days and longer are calendar units; hours and minutes are elapsed time."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def is_calendar(self) -> bool:
        """Whether its length depends on a zone."""
        return self not in (Unit.MINUTE, Unit.HOUR)


_ELAPSED = {Unit.MINUTE: 60 * SECOND, Unit.HOUR: 3600 * SECOND}
_CALENDAR = {
    Unit.DAY: ("days", 1),
    Unit.WEEK: ("weeks", 1),
    Unit.MONTH: ("months", 1),
    Unit.QUARTER: ("months", 3),
    Unit.YEAR: ("years", 1),
}


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as written, such as 12 months."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit.value}{'' if self.count == 1 else 's'}"


def parse_instant(text: str) -> Instant:
    """Read an RFC 3339 instant with an offset. Raises `ValueError` for anything else."""
    if not _RFC3339.match(text):
        raise ValueError(text)
    return to_instant(datetime.fromisoformat(text.upper()))


@lru_cache(1024)
def format_instant(instant: int) -> str:
    """RFC 3339 in UTC with `Z`; a fraction of a second only where there is one."""
    return _utc(instant).isoformat().replace("+00:00", "Z")


@cache
def zone_names() -> frozenset[str]:
    """The names of the IANA zones, from the package of zones: the same on every machine."""
    listed = files("tzdata").joinpath("zones").read_text("utf-8").split()
    return frozenset(listed) - {"Factory"}


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of a name. Raises `KeyError` for a name that no zone has."""
    if name not in zone_names():
        raise KeyError(name)
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def local_time(instant: int, where: ZoneInfo) -> datetime:
    """The wall clock of a zone at an instant, without the zone."""
    return _utc(instant).astimezone(where).replace(tzinfo=None)


class Fit(enum.Enum):
    """How often a wall clock shows a time."""

    ONCE = "once"
    NEVER = "never"
    TWICE = "twice"


def fit(local: datetime, where: ZoneInfo) -> Fit:
    """Whether the zone has this local time once, never (a gap) or twice."""
    before, after = _offsets(local, where)
    if before == after:
        return Fit.ONCE
    return Fit.NEVER if before < after else Fit.TWICE


@lru_cache(maxsize=65_536)
def resolve(local: datetime, where: ZoneInfo) -> Instant:
    """The instant of a local time: the first of two, the end of the gap that skips it."""
    before, after = _offsets(local, where)
    first = (local - _NAIVE_EPOCH - before) // _MICROSECOND
    if before < after:
        return _transition((local - _NAIVE_EPOCH - after) // _MICROSECOND, first, where)
    return Instant(min(max(first, EARLIEST), LATEST))


def start_of_day(day: date, where: ZoneInfo) -> Instant:
    """The first instant of a civil day."""
    return resolve(datetime.combine(day, time()), where)


def plus(instant: int, duration: Duration, where: ZoneInfo | None) -> Instant:
    """The instant that much later; a calendar unit needs the zone in which it is counted.

    Calendar units keep the wall clock and clamp at the end of a month: 31 January and one month
    is the last of February (language.md, `within`).
    """
    elapsed = _ELAPSED.get(duration.unit)
    if elapsed is not None:
        return Instant(min(instant + duration.count * elapsed, LATEST))
    if where is None:
        raise ValueError(f"{duration} needs a zone")
    return _plus_calendar(instant, duration, where)


def longest(duration: Duration) -> int:
    """Microseconds that the duration never exceeds, whatever the zone and the month."""
    days = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31, Unit.QUARTER: 92, Unit.YEAR: 366}
    elapsed = _ELAPSED.get(duration.unit)
    if elapsed is not None:
        return duration.count * elapsed
    return (duration.count * days[duration.unit] + 2) * DAY


@lru_cache(maxsize=4096)
def _plus_calendar(instant: int, duration: Duration, where: ZoneInfo) -> Instant:
    unit, factor = _CALENDAR[duration.unit]
    try:
        local = pendulum.instance(local_time(instant, where), tz=None)
        later = local.add(**{unit: duration.count * factor})
    except (OverflowError, ValueError):
        return LATEST
    return resolve(_plain(later), where)


def calendar_window(instant: int, unit: Unit, where: ZoneInfo) -> tuple[Instant, Instant]:
    """The calendar hour, day, week (from Monday), month, quarter or year that holds an instant.

    It begins and ends at computed local times: an hour that the clock shows twice is one.
    """
    first = _first_moment(local_time(instant, where), unit)
    following = _following(first, unit)
    if resolve(following, where) <= instant < LATEST:
        # Clocks that go back over midnight show the end of the day before once more.
        first, following = following, _following(following, unit)
    return resolve(first, where), resolve(following, where)


def _first_moment(local: datetime, unit: Unit) -> datetime:
    if unit is Unit.HOUR:
        return local.replace(minute=0, second=0, microsecond=0)
    return datetime.combine(_first_day(local.date(), unit), time())


def _first_day(day: date, unit: Unit) -> date:
    if unit is Unit.WEEK:
        return day - timedelta(days=day.weekday())
    if unit is Unit.MONTH:
        return day.replace(day=1)
    if unit is Unit.QUARTER:
        return day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1)
    if unit is Unit.YEAR:
        return day.replace(day=1, month=1)
    return day


def _following(first: datetime, unit: Unit) -> datetime:
    if unit is Unit.HOUR:
        return first + timedelta(hours=1)
    name, factor = _CALENDAR[unit]
    return _plain(pendulum.instance(first, tz=None).add(**{name: factor}))


def _utc(instant: int) -> datetime:
    return _EPOCH + timedelta(microseconds=min(max(instant, EARLIEST), LATEST))


def _offset(instant: int, where: ZoneInfo) -> timedelta:
    return _utc(instant).astimezone(where).utcoffset() or timedelta()


def _plain(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), moment.time())


def _offsets(local: datetime, where: ZoneInfo) -> tuple[timedelta, timedelta]:
    """The offsets that hold before and after a change of clocks; equal where there is none."""
    aware = local.replace(tzinfo=where)
    before, after = aware.replace(fold=0).utcoffset(), aware.replace(fold=1).utcoffset()
    return before or timedelta(), after or timedelta()


def _transition(low: int, high: int, where: ZoneInfo) -> Instant:
    """The instant in (low, high] at which the offset of the zone changes."""
    old = _offset(low, where)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle, where) == old:
            low = middle
        else:
            high = middle
    return Instant(high)
