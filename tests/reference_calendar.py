"""The calendar of the reference interpreter: wall clocks, gaps and overlaps, step by step."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.calendar import Duration, Unit
from engine.language import syntax as s

Span = tuple[datetime, datetime]
EVER: Span = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
DAYS = {Unit.DAY: timedelta(days=1), Unit.WEEK: timedelta(weeks=1)}
ELAPSED = {Unit.MINUTE: timedelta(minutes=1), Unit.HOUR: timedelta(hours=1)}
LABELS = {Unit.HOUR: "%F %H", Unit.DAY: "%F", Unit.WEEK: "%G %V", Unit.MONTH: "%Y %m"}


def wall_clock(instant: datetime, zone: str) -> datetime:
    """What a clock on the wall shows, without the zone."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def resolve(local: datetime, zone: str) -> datetime:
    """The instant of a wall clock's time: the first of two, the end of the gap that skips it."""
    where = ZoneInfo(zone)
    instant = local.replace(tzinfo=where, fold=0).astimezone(UTC)
    if wall_clock(instant, zone) == local:
        return instant
    instant = local.replace(tzinfo=where, fold=1, second=0, microsecond=0).astimezone(UTC)
    while wall_clock(instant, zone) < local:
        instant += timedelta(minutes=1)
    return instant


def plus(instant: datetime, duration: Duration, zone: str) -> datetime:
    """That much later: hours and minutes elapse, days and longer are the calendar's."""
    count, unit = duration.count, duration.unit
    if unit in ELAPSED:
        return instant + count * ELAPSED[unit]
    local = wall_clock(instant, zone)
    if unit in DAYS:
        return resolve(local + count * DAYS[unit], zone)
    year, month = divmod(local.year * 12 + local.month - 1 + count * MONTHS[unit], 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return resolve(local.replace(year=year, month=month + 1, day=day), zone)


def calendar_unit(instant: datetime, unit: Unit, zone: str) -> str:
    """Which hour, day, week (from Monday), month, quarter or year the wall clock shows."""
    local = wall_clock(instant, zone)
    if unit is Unit.QUARTER:
        return f"{local.year} {(local.month + 2) // 3}"
    return local.strftime(LABELS.get(unit, "%Y"))


def moment(written: s.Moment, zone: str, days: int = 0) -> datetime:
    """The instant of a written time, or of the beginning of a day, so many days later."""
    local = datetime.combine(written.day, written.clock or time()) + timedelta(days)
    if written.offset is None:
        return resolve(local, zone)
    return (local - timedelta(minutes=written.offset)).replace(tzinfo=UTC)


def window_span(window: s.Window, zone: str) -> Span:
    """From the start, included, to the end, not included."""
    zone = window.zone.text if window.zone else zone
    through = int(window.end_word is s.EndWord.THROUGH)
    start = moment(window.start, zone) if window.start else EVER[0]
    return start, moment(window.end, zone, through) if window.end else EVER[1]


def recurs(rule: s.Recurring, at: datetime, zone: str) -> bool:
    """Whether an instant is in a window that starts on some day near it."""
    zone = rule.zone.text if rule.zone else zone
    start, end = rule.start or time(), rule.end or time()
    for distance in (-2, -1, 0, 1):
        day = wall_clock(at, zone).date() + timedelta(distance)
        opens = datetime.combine(day, start)
        closes = datetime.combine(day, end) + timedelta(int(end <= start))
        chosen = not rule.days or s.Weekday(day.weekday()) in rule.days
        if chosen and resolve(opens, zone) <= at < resolve(closes, zone):
            return True
    return False
