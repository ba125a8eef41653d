"""Clocks on walls: local times, and durations of the calendar, in zones or without one (UTC)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pendulum.helpers import add_duration

from engine.calendar import Duration

MINUTE = timedelta(minutes=1)


def wall_clock(at: datetime, zone: str | None) -> datetime:
    return at.astimezone(ZoneInfo(zone or "UTC")).replace(tzinfo=None, fold=0)


def resolve(local: datetime, zone: str | None) -> datetime:
    """The instant of a local time: the first of two, the end of the gap that skips it."""
    at = local.replace(tzinfo=ZoneInfo(zone or "UTC")).astimezone(UTC)
    if wall_clock(at, zone) > local:
        at = at.replace(second=0, microsecond=0)
        while wall_clock(at - MINUTE, zone) > local:
            at -= MINUTE
    return at


def plus(at: datetime, duration: Duration, zone: str | None) -> datetime:
    count, unit = duration.count, f"{duration.unit.value}s"
    if unit in ("minutes", "hours"):
        return at + timedelta(**{unit: count})
    length = {"months": 3 * count} if unit == "quarters" else {unit: count}
    return resolve(add_duration(wall_clock(at, zone), **length), zone)
