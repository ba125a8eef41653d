"""What a failed rule is called, and what would make it right, where that can be said."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from engine.calendar import plus
from engine.decisions.compiler import Record
from engine.decisions.limits import has_room, next_change, window_at
from engine.decisions.recurrence import next_edge
from engine.decisions.usage import Meter, Usage
from engine.language import checked as c
from engine.language.prose import moment_text, value_text
from engine.language.syntax import Comparison
from engine.language.vocabulary import AT_SLOT

_NEEDS = {
    Comparison.AT_LEAST: "{} or more",
    Comparison.AT_MOST: "{} or less",
    Comparison.OVER: "more than {}",
    Comparison.UNDER: "less than {}",
}


def of_condition(
    condition: c.Condition, record: Record, slots: Mapping[str, int]
) -> tuple[str, str | None]:
    """The reason and the remedy of a condition that failed (language.md, Reasons)."""
    at: int = record[AT_SLOT]
    if isinstance(condition, c.During) and condition.fact is None:
        return _of_window(condition, at)
    if isinstance(condition, c.Within):
        return _of_within(condition, at, record[slots[condition.anchor.name]])
    if isinstance(condition, c.Recurring):
        edge = next_edge(condition, at)
        again = f"applies again from {moment_text(edge, condition.zone)}" if edge else None
        return "outside_hours", again
    if isinstance(condition, c.Compared):
        needs = _NEEDS[condition.comparison].format(value_text(condition.value))
        value = value_text(record[slots[condition.fact.name]])
        return "condition_not_met", f"needs {needs}, is {value}"
    if isinstance(condition, c.Ranged):
        value = value_text(record[slots[condition.fact.name]])
        low, high = value_text(condition.low), value_text(condition.high)
        return "condition_not_met", f"needs {low} to {high}, is {value}"
    return "condition_not_met", None


def _of_window(condition: c.During, at: int) -> tuple[str, str | None]:
    start = condition.span.start
    if start is not None and at < start:
        return "not_yet", not_before(start, condition.zone)
    return "ended", None


def not_before(instant: int, zone: ZoneInfo | None) -> str:
    """The remedy of what has not begun."""
    return f"applies from {moment_text(instant, zone)}"


def _of_within(condition: c.Within, at: int, anchor: int) -> tuple[str, str | None]:
    if at < anchor:
        return "not_yet", not_before(anchor, condition.zone)
    return "ended", None


def of_limit(meter: Meter, record: Record, usage: Usage) -> str | None:
    """When a limit that is reached will have room again, where time alone gives it back."""
    later = record.copy()
    for _ in range(_LOOK_AHEAD):
        again = limit_changes(meter, later, usage)
        if again is None:
            return None
        later[AT_SLOT] = again
        if has_room(meter, later, usage):
            return f"has room again from {moment_text(again, meter.limit.zone)}"
    return None


_LOOK_AHEAD = 100
"""So many changes of what a limit counts are looked at for the first that leaves room."""


def limit_changes(meter: Meter, record: Record, usage: Usage) -> int | None:
    """The first later instant at which time alone changes what a limit counts."""
    at: int = record[AT_SLOT]
    key = meter.key(record)
    if meter.limit.window is None or key is None:
        return None
    end = window_at(meter.limit, at).end
    return end if end is not None else next_change(meter, key, at, usage)


def within_changes(condition: c.Within, at: int, anchor: int | None) -> list[int]:
    """The later instants at which a `within` begins or ends to hold."""
    if anchor is None:
        return []
    edges = (anchor, plus(anchor, condition.duration, condition.zone))
    return [edge for edge in edges if edge > at]
