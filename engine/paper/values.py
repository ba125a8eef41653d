"""Days and moments as papers show them, in a zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from engine.calendar import Instant, local_time, parse_instant
from engine.calendar import zone as zone_called

_UTC = zone_called("UTC")


def day(instant: Instant, zone: ZoneInfo) -> str:
    """The day of an instant in a zone, such as `2026-11-30`."""
    return local_time(instant, zone).date().isoformat()


def minute(instant: Instant, zone: ZoneInfo) -> str:
    """The local time of an instant with its offset, such as `2027-03-01 13:00 +01:00`."""
    local = local_time(instant, zone)
    offset = int((local - local_time(instant, _UTC)).total_seconds()) // 60
    hours, minutes = divmod(abs(offset), 60)
    sign = "-" if offset < 0 else "+"
    spec = "seconds" if local.second else "minutes"
    return f"{local.isoformat(' ', spec)} {sign}{hours:02d}:{minutes:02d}"


def day_of(text: str, zone: ZoneInfo) -> str:
    """The day of an instant that is given as text, in a zone."""
    return day(parse_instant(text), zone)


def moment_of(text: str, zone: ZoneInfo) -> str:
    """The local time of an instant that is given as text, with the name of its zone."""
    local = local_time(parse_instant(text), zone)
    return f"{local.isoformat(' ')} {zone.key}"
