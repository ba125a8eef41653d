"""How much room a limit leaves an event, whichever stretch of time one looks at."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Any

from engine.calendar import EARLIEST, LATEST, Instant, calendar_window, longest, plus
from engine.decisions.usage import ALWAYS, Key, Meter, Usage, Use, measure
from engine.language import checked as c
from engine.language.syntax import CalendarLimit, Noun, RollingLimit
from engine.language.vocabulary import AT_SLOT, RATES_SLOT
from engine.money import Money, convert

Room = Fraction | int


def room(meter: Meter, record: list[Any], usage: Usage) -> int | None:
    """What a limit leaves an event: events, periods, or money in the charge's minor units.

    Nothing is left at zero or below. None where a fact that the limit counts by was not given, or
    no rate converts its currency to the charge's.
    """
    key = meter.key(record)
    period = meter.period(record) if meter.limit.noun is Noun.PERIODS else None
    if key is None or (meter.limit.noun is Noun.PERIODS and period is None):
        return None
    left = _left(meter, key, record[AT_SLOT], usage, period)
    if not isinstance(meter.limit.bound, Money):
        return int(left)
    currency: str = record[meter.currency_slot]
    factor = convert(Money(1, meter.limit.bound.currency), currency, record[RATES_SLOT])
    return None if factor is None else floor(left * factor)


def has_room(meter: Meter, record: list[Any], usage: Usage) -> bool:
    """Whether a limit leaves an event room; the short way that deciding takes."""
    if not meter.counts_all:
        left = room(meter, record, usage)
        return left is not None and left > 0
    key = meter.key(record)
    return key is not None and usage.allows(meter, key)


def _left(meter: Meter, key: Key, at: int, usage: Usage, period: Instant | None) -> Room:
    """What a limit leaves in its own measure: events, periods, or exact minor units."""
    if isinstance(meter.limit.window, RollingLimit):
        return _rolling_room(meter, key, at, usage, period)
    span = window_at(meter.limit, at)
    if period is not None and usage.has_period(meter, key, span, period):
        return 1
    return meter.most - usage.used(meter, key, span)


def window_at(limit: c.Limit, at: int) -> c.Span:
    """The calendar unit in which a limit counts an event; all of time where it has none."""
    if isinstance(limit.window, CalendarLimit) and limit.zone is not None:
        return c.Span(*calendar_window(at, limit.window.unit, limit.zone))
    return ALWAYS


def _rolling_room(meter: Meter, key: Key, at: int, usage: Usage, period: Instant | None) -> Room:
    """The room in the fullest stretch that would hold the event.

    An event counts from its instant until that much later, excluded, so stretches are fullest
    where an event begins: at the new one, and at later ones while it still counts.
    """
    uses = _nearby(meter, key, at, usage)
    ends = [_end(meter.limit, use.at) for use in uses]
    until = _end(meter.limit, at)
    moments = {at, *(use.at for use in uses if at < use.at < until)}
    rooms = []
    for moment in moments:
        active = [use for use, end in zip(uses, ends, strict=True) if use.at <= moment < end]
        free = period is not None and any(use.period == period for use in active)
        rooms.append(1 if free else meter.most - measure(meter.limit.noun, active))
    return min(rooms)


def next_change(meter: Meter, key: Key, at: int, usage: Usage) -> Instant | None:
    """When, after an instant, an event meets other events in a rolling limit than at it.

    An earlier event stops to count, or a later one comes within reach.
    """
    window = meter.limit.window
    assert isinstance(window, RollingLimit), "asked for rolling limits only"  # noqa: S101
    since = Instant(max(at - longest(window.duration), EARLIEST))
    uses = usage.uses(meter, key, c.Span(since, None))
    ends = [_end(meter.limit, use.at) for use in uses if use.at <= at]
    reach = _end(meter.limit, at)
    reached = [_first_that_reaches(meter.limit, use.at, at) for use in uses if use.at >= reach]
    begun = [use.at for use in uses if use.at > at]
    return min((edge for edge in (*ends, *reached, *begun) if edge > at), default=None)


def _first_that_reaches(limit: c.Limit, moment: int, after: int) -> Instant:
    """The first instant in (after, moment] whose event still counts at a moment."""
    low, high = after, moment
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _end(limit, middle) > moment else (middle, high)
    return Instant(high)


def _nearby(meter: Meter, key: Key, at: int, usage: Usage) -> Sequence[Use]:
    """The events that could count in one stretch with an event at this instant."""
    window = meter.limit.window
    assert isinstance(window, RollingLimit), "asked for rolling limits only"  # noqa: S101
    reach = longest(window.duration)
    start, end = Instant(max(at - reach, EARLIEST)), Instant(min(at + reach, LATEST))
    return usage.uses(meter, key, c.Span(start, end))


def _end(limit: c.Limit, at: int) -> Instant:
    assert isinstance(limit.window, RollingLimit), "asked for rolling limits only"  # noqa: S101
    return plus(at, limit.window.duration, limit.zone)
