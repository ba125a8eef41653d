"""What limits count: the events of a coupon, by limit and key.

Deciding only asks; what is asked is here a protocol, so that a store can answer it with counters
and rows, and `RecordedUsage` with lists.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple, Protocol, TypeGuard

from engine.calendar import Instant
from engine.language import checked as c
from engine.language.syntax import Noun
from engine.language.vocabulary import Stage

Key = tuple[str, ...]
LimitId = tuple[str, Stage, int]
ALWAYS = c.Span(None, None)


class Use(NamedTuple):
    """One counted event: its moment, what it took of a budget, and its period.

    `amount` is in exact minor units of the budget's currency, zero where events are counted;
    `period` is the `period.start` of the charge.
    """

    at: Instant
    amount: Fraction | int = 0
    period: Instant | None = None


@dataclass(frozen=True, slots=True)
class Meter:
    """A limit of a coupon and how its key is read from a record.

    `id` tells it from all others: its coupon, stage and place among the rules. `basis` is what it
    counts, whatever it allows: two limits of one coupon with one basis count the same events.
    `most` is what it allows, a count or minor units of its currency; `counts_all` says that it
    simply counts events, without a window; one that `is_listed` has to look at single events, and
    one that `is_budget` counts money. `name` says the same as `id`, in one word, and `counter` of
    which coupon and basis it is.
    """

    id: LimitId
    limit: c.Limit
    basis: str
    most: int
    slots: tuple[int, ...]
    period_slot: int
    currency_slot: int
    counts_all: bool
    is_listed: bool
    is_budget: bool
    name: str
    counter: str

    def key(self, record: list[Any]) -> Key | None:
        """The values that the limit counts by, or None where one was not given."""
        if len(self.slots) == 1:
            value = record[self.slots[0]]
            return None if value is None else (value,)
        values = tuple([record[slot] for slot in self.slots])
        return None if None in values else values

    def period(self, record: list[Any]) -> Instant | None:
        """The period of a charge, which limits on periods count."""
        period: Instant | None = record[self.period_slot]
        return period


def is_given(key: tuple[str | None, ...]) -> TypeGuard[Key]:
    """Whether no value is missing that a limit counts by."""
    return None not in key


def by_basis(meters: Iterable[Meter]) -> list[Meter]:
    """One limit of each basis, the strictest, in order of the bases."""
    strictest: dict[str, Meter] = {}
    for meter in meters:
        known = strictest.get(meter.basis)
        if known is None or meter.most < known.most:
            strictest[meter.basis] = meter
    return [strictest[basis] for basis in sorted(strictest)]


class Usage(Protocol):
    """Answers how much of a limit is used."""

    def allows(self, meter: Meter, key: tuple[str | None, ...]) -> bool:
        """Whether a limit that `counts_all` has room for an event with these values.

        It has none where one is missing.
        """

    def used(self, meter: Meter, key: Key, span: c.Span) -> Fraction | int:
        """How many events, different periods, or minor units a stretch of time holds."""

    def has_period(self, meter: Meter, key: Key, span: c.Span, period: int) -> bool:
        """Whether a stretch of time holds an event of this period."""

    def uses(self, meter: Meter, key: Key, span: c.Span) -> Sequence[Use]:
        """The events of a stretch of time, in order of their moments."""


@dataclass(slots=True)
class RecordedUsage:
    """Usage kept in memory."""

    _events: dict[tuple[str, tuple[str | None, ...]], list[Use]] = field(default_factory=dict)

    def record(self, meter: Meter, key: Key, use: Use) -> None:
        """Count one more event."""
        events = self._events.get((meter.name, key))
        if events is None:
            self._events[meter.name, key] = [use]
        else:
            insort(events, use, key=lambda each: each.at)

    def allows(self, meter: Meter, key: tuple[str | None, ...]) -> bool:
        """Whether a limit that `counts_all` has room for an event with these values."""
        return None not in key and len(self._events.get((meter.name, key), ())) < meter.most

    def used(self, meter: Meter, key: Key, span: c.Span) -> Fraction | int:
        """How many events, different periods, or minor units a stretch of time holds."""
        if (meter.name, key) not in self._events:
            return 0
        return measure(meter.limit.noun, self.uses(meter, key, span))

    def has_period(self, meter: Meter, key: Key, span: c.Span, period: int) -> bool:
        """Whether a stretch of time holds an event of this period."""
        return any(use.period == period for use in self.uses(meter, key, span))

    def uses(self, meter: Meter, key: Key, span: c.Span) -> Sequence[Use]:
        """The events of a stretch of time, in order of their moments."""
        events = self._events.get((meter.name, key), ())
        if span is ALWAYS:
            return events
        return [use for use in events if inside(use.at, span)]


def measure(noun: Noun, uses: Sequence[Use]) -> Fraction | int:
    """What events add up to for a limit on this noun."""
    if noun is Noun.DISCOUNT:
        return sum((use.amount for use in uses), Fraction())
    if noun is Noun.PERIODS:
        return len({use.period for use in uses if use.period is not None})
    return len(uses)


def inside(at: int, span: c.Span) -> bool:
    """Whether a stretch of time holds an instant."""
    return (span.start is None or span.start <= at) and (span.end is None or at < span.end)
