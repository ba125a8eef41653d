"""Windows that recur: whether they hold at an instant, and when that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.calendar import Instant, local_time, resolve
from engine.language.checked import Recurring

_MIDNIGHT = time()
_ONE_DAY = timedelta(days=1)


def holds_at(node: Recurring) -> Callable[[int], bool]:
    """A function that says whether the window holds at an instant.

    The day is the one on which the window starts; an end not later than the start lies on the
    next day (language.md, `on` and `between`).
    """

    def holds(at: int) -> bool:
        day = local_time(at, node.zone).date()
        return any(start <= at < end for start, end in _windows(node, day - _ONE_DAY, days=2))

    return holds


def next_edge(node: Recurring, at: int) -> Instant | None:
    """The first instant after `at` at which the window begins or ends; None beyond the calendar."""
    day = local_time(at, node.zone).date()
    edges = (edge for window in _windows(node, day - _ONE_DAY, days=10) for edge in window)
    return min((edge for edge in edges if edge > at), default=None)


def _windows(node: Recurring, first: date, days: int) -> Iterator[tuple[Instant, Instant]]:
    for offset in range(days):
        day = first + timedelta(days=offset)
        if not node.days or day.weekday() in node.days:
            window = _window(day, node.start or _MIDNIGHT, node.end or _MIDNIGHT, node.zone)
            if window[0] < window[1]:
                yield window


def _window(day: date, start: time, end: time, zone: ZoneInfo) -> tuple[Instant, Instant]:
    last = day + _ONE_DAY if end <= start else day
    return resolve(datetime.combine(day, start), zone), resolve(datetime.combine(last, end), zone)
