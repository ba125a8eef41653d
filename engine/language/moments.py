"""Instants, windows and zones in words: `30 November 2026, 24:00 Zurich, 23:00 UTC`.

A text is exact: two instants never read alike, and neither do two zones; only `moment_text`, which
tells people of moments, leaves out fractions of a second. The midnight that ends a
window is written as 24:00 of the day before, which is how people read an end.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from engine.calendar import (
    EARLIEST,
    LATEST,
    SECOND,
    Fit,
    fit,
    local_time,
    start_of_day,
    zone_names,
)

_MONTHS = "January February March April May June July August September October November December"
_UTC = ZoneInfo("UTC")
_UTC_NAMES = {"UTC", "UCT", "Universal", "Zulu"}


def moment_text(instant: int, zone: ZoneInfo | None, *, ending: bool = False) -> str:
    """An instant on the clock of a zone, or of UTC: `30 November 2026, 24:00 Zurich`.

    It is for people: fractions of a second are left out. A time that the zone has twice says its
    offset. `ending` is for the end of a window.
    """
    return _exact_text(instant - instant % SECOND, zone, ending=ending)


def _exact_text(instant: int, zone: ZoneInfo | None, *, ending: bool) -> str:
    where = zone or _UTC
    text = f"{civil_text(instant, where, ending=ending)} {zone_text(where)}"
    if _is_reachable(instant) and fit(local_time(instant, where), where) is Fit.TWICE:
        return f"{text} ({_offset(instant, where)})"
    return text


def when_text(instant: int, zone: ZoneInfo | None, *, ending: bool = False) -> str:
    """An instant with UTC beside it, its day only where it is another.

    `30 November 2026, 24:00 Zurich, 23:00 UTC`.
    """
    text = _exact_text(instant, zone, ending=ending)
    if is_utc(zone):
        return text
    universal = _exact_text(instant, _UTC, ending=ending)
    day, _, clock = universal.partition(", ")
    return f"{text}, {clock if clock and text.startswith(f'{day},') else universal}"


def window_text(start: int | None, end: int | None, zone: ZoneInfo | None) -> str:
    """A window in words, with UTC beside its edges; the start is included, the end is not."""
    parts = [f"from {when_text(start, zone)}"] if start is not None else []
    if end is not None:
        parts.append(f"until {when_text(end, zone, ending=True)}")
    return " ".join(parts) or "at any time"


def before_text(end: int, zone: ZoneInfo | None) -> str:
    """That an instant lies before another."""
    return f"before {when_text(end, zone)}"


def civil_text(instant: int, zone: ZoneInfo, *, ending: bool = False) -> str:
    """The day and time that the clock of a zone shows, without the zone."""
    if not _is_reachable(instant):
        return f"{instant} microseconds after 1970"
    local = local_time(instant, zone)
    if ending and instant == start_of_day(local.date(), zone):
        return f"{_day(local_time(instant - 1, zone))}, 24:00"
    return f"{_day(local)}, {clock_text(local.time())}"


def clock_text(clock: time) -> str:
    """A time of day: seconds and their fraction only where there are any."""
    return clock.isoformat("auto" if clock.second or clock.microsecond else "minutes")


def zone_text(zone: ZoneInfo | None) -> str:
    """The city of a zone, or its whole name where other zones end alike."""
    if zone is None or is_utc(zone):
        return "UTC"
    city = zone.key.rpartition("/")[2]
    if zone.key.startswith("Etc/") or _cities()[city] > 1:
        return zone.key
    return city.replace("_", " ")


def zone_time(zone: ZoneInfo) -> str:
    """The words that name the clock by which something is reckoned: `Zurich time`, `UTC`."""
    return "UTC" if is_utc(zone) else f"{zone_text(zone)} time"


def is_utc(zone: ZoneInfo | None) -> bool:
    """Whether a zone is UTC under one of its names; no zone means UTC."""
    return zone is None or zone.key.removeprefix("Etc/") in _UTC_NAMES


@cache
def _cities() -> Counter[str]:
    return Counter(name.rpartition("/")[2] for name in zone_names())


def _is_reachable(instant: int) -> bool:
    """Whether the calendar counts that far; what lies beyond is not a date of any clock."""
    return EARLIEST <= instant <= LATEST


def _day(local: datetime) -> str:
    return f"{local.day} {_MONTHS.split()[local.month - 1]} {local.year}"


def _offset(instant: int, zone: ZoneInfo) -> str:
    seconds = int((local_time(instant, zone) - local_time(instant, _UTC)).total_seconds())
    minutes, rest = divmod(abs(seconds), 60)
    odd = f":{rest:02d}" if rest else ""
    return f"UTC{'-' if seconds < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}{odd}"
