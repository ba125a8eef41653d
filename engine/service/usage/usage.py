"""What limits have counted, read from the store when a decision asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from fractions import Fraction
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, select

from engine.calendar import EARLIEST, LATEST, Instant
from engine.decisions.usage import Key, Meter, RecordedUsage, Use, inside, measure
from engine.language import checked as c
from engine.language.syntax import Noun
from engine.service.usage import counting
from engine.service.usage.rows import (
    WHOLE,
    Count,
    Place,
    key_text,
    read_fraction,
)
from engine.store.database import Transaction
from engine.store.statements import Statement
from engine.store.tables import USES

_USES = Statement(
    select(USES.c.at, USES.c.amount, USES.c.period)
    .where(
        USES.c.space == bindparam("space"),
        USES.c.coupon == bindparam("coupon"),
        USES.c.basis == bindparam("basis"),
        USES.c.key == bindparam("key"),
        USES.c.at >= bindparam("start"),
        USES.c.at < bindparam("end"),
    )
    .order_by(USES.c.at)
)
_COUNTER = "counter"
Counter = tuple[int, str | None]
"""How many events a place counts, and the sum of a budget."""
Counted = Iterable[tuple[str, Count]]
"""What events count, each with its coupon."""
_Listed = dict[tuple[str, Place], list[Use]]


class StoredUsage:
    """Usage of a transaction: what the store counts, and what this request adds to it.

    `move` leaves out events that no longer count though the store still has them, such as holds
    that have run out, and counts others that the store does not have.
    """

    def __init__(self, tx: Transaction, space: str) -> None:
        self._tx = tx
        self._space = space
        self._added: RecordedUsage | None = None
        self._asked: dict[tuple[Any, ...], Counter] = {}
        self._known: dict[tuple[str, Place], int] = {}
        self._moved: dict[tuple[str, Place], Fraction | int] = {}
        self._gone: _Listed = {}
        self._come: _Listed = {}
        self._instead: dict[str, RecordedUsage] = {}

    def record(self, meter: Meter, key: Key, use: Use) -> None:
        """Count one more event of this request."""
        if self._added is None:
            self._added = RecordedUsage()
        self._added.record(meter, key, use)

    def forget(self, coupon: str, counts: Iterable[Count]) -> None:
        """Leave out an event that the store still counts."""
        self.move([(coupon, each) for each in counts])

    def move(self, given: Counted, taken: Counted = ()) -> None:
        """Leave out what counts no more, and count what does instead, as `settle` writes it."""
        for coupon, count in given:
            self._move(coupon, count, -1, self._gone)
        for coupon, count in taken:
            self._move(coupon, count, 1, self._come)

    def _move(self, coupon: str, count: Count, sign: int, listed: _Listed) -> None:
        place = coupon, count.place
        if count.listed:
            listed.setdefault(place, []).append(_use_of(count))
        else:
            one = count.money if count.meter.is_budget else 1
            self._moved[place] = self._moved.get(place, 0) + sign * one

    def without(self, coupon: str, counts: Iterable[Count]) -> StoredUsage:
        """The same, where an event counts no more."""
        other = copy(self)
        other._moved, other._gone = dict(self._moved), _copied(self._gone)  # noqa: SLF001 - a copy
        other.forget(coupon, counts)
        return other

    def instead(self, coupon: str, recorded: RecordedUsage) -> None:
        """Take what a coupon has used from here: its limits are others than the store counts."""
        self._instead[coupon] = recorded

    def know(self, coupon: str, counted: Mapping[Place, int]) -> None:
        """Take from here how many events some places count, and not from the store again."""
        for place, n in counted.items():
            self._known[coupon, place] = n

    def used(self, meter: Meter, key: Key, span: c.Span) -> Fraction | int:
        """How many events, different periods, or minor units a stretch of time holds."""
        if meter.is_listed:
            return measure(meter.limit.noun, self.uses(meter, key, span))
        other = self._instead.get(meter.id[0]) if self._instead else None
        if other is None:
            n, total = self._counter(meter, key, span)
            stored = read_fraction(total) if meter.is_budget else n
        else:
            stored = other.used(meter, key, span)
        if self._moved:
            stored += self._moved.get((meter.id[0], _place(meter, key, span)), 0)
        return stored if self._added is None else stored + self._added.used(meter, key, span)

    def has_period(self, meter: Meter, key: Key, span: c.Span, period: int) -> bool:
        """Whether a stretch of time holds an event of this period."""
        return any(use.period == period for use in self.uses(meter, key, span))

    def uses(self, meter: Meter, key: Key, span: c.Span) -> Sequence[Use]:
        """The events of a stretch of time, in order of their moments."""
        stored = self._listed(meter, key, span)
        added = () if self._added is None else self._added.uses(meter, key, span)
        if self._gone or self._come:
            return self._as_moved(meter, key, span, [*stored, *added])
        return sorted([*stored, *added], key=attrgetter("at")) if added else stored

    def _as_moved(self, meter: Meter, key: Key, span: c.Span, uses: list[Use]) -> Sequence[Use]:
        """The events without those that are gone, and with those that have come."""
        place = meter.id[0], Place(meter.basis, key_text(key), WHOLE)
        # Events that are alike are one as good as the other.
        for use in self._gone.get(place, ()):
            if use in uses:
                uses.remove(use)
        uses += [use for use in self._come.get(place, ()) if inside(use.at, span)]
        return sorted(uses, key=attrgetter("at"))

    def _counter(self, meter: Meter, key: Key, span: c.Span) -> Counter:
        window = WHOLE if span.start is None else span.start
        question = _COUNTER, self._space, meter.id[0], meter.basis, key, window
        if self._known:
            known = self._known.get((meter.id[0], _place(meter, key, span)))
            if known is not None:
                return known, None
        stands: Counter | None = self._tx.made(question)
        return self._ask(question) if stands is None else stands

    def _ask(self, question: tuple[Any, ...]) -> Counter:
        """What the store counts: once for a transaction, or for all that see the same state."""
        found: Counter | None = self._asked.get(question)
        if found is None:
            _, space, coupon, basis, key, window = question
            place = Place(basis, key_text(key), window)
            found = self._asked[question] = counting.counter(self._tx, space, coupon, place)
            self._tx.keep(question, found)
        return found

    def _listed(self, meter: Meter, key: Key, span: c.Span) -> Sequence[Use]:
        other = self._instead.get(meter.id[0])
        if other is not None:
            return other.uses(meter, key, span)
        rows = self._tx.rows(
            _USES,
            space=self._space,
            coupon=meter.id[0],
            basis=meter.basis,
            key=key_text(key),
            start=EARLIEST if span.start is None else span.start,
            end=LATEST if span.end is None else span.end,
        )
        exact = meter.limit.noun is Noun.DISCOUNT
        return [
            Use(at, read_fraction(amount) if exact else 0, period) for at, amount, period in rows
        ]


def _place(meter: Meter, key: Key, span: c.Span) -> Place:
    """Where a limit counts the events of a stretch of time in one sum."""
    return Place(meter.basis, key_text(key), WHOLE if span.start is None else span.start)


def _copied(listed: _Listed) -> _Listed:
    return {place: [*uses] for place, uses in listed.items()}


def _use_of(count: Count) -> Use:
    """A counted event, as a list has it."""
    period = count.event.period
    return Use(Instant(count.event.at), count.money, None if period is None else Instant(period))
