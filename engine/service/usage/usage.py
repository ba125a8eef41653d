"""What limits have counted, read from the store when a decision asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from operator import attrgetter
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import bindparam, select

from engine.calendar import EARLIEST, LATEST, Instant
from engine.decisions.usage import (
    ALWAYS,
    Key,
    Meter,
    RecordedUsage,
    Use,
    inside,
    is_given,
    measure,
)
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
Counters = dict[tuple[Any, ...], Fraction | int]
"""What limits count, by their counter, their key, and the window that they count in, if any."""
Counted = Iterable[tuple[str, Count]]
"""What events count, each with its coupon."""
_Listed = dict[tuple[str, Place], list[Use]]


class _Changes(msgspec.Struct, eq=False):
    """What a request does to what the store counts; most ask before they do anything."""

    added: RecordedUsage | None = None
    known: dict[tuple[str, Place], int] = {}
    moved: dict[tuple[str, Place], Fraction | int] = {}
    gone: _Listed = {}
    come: _Listed = {}
    instead: dict[str, RecordedUsage] = {}


class StoredUsage(msgspec.Struct, eq=False):
    """Usage of a transaction: what the store counts, and what this request adds to it.

    `move` leaves out events that no longer count though the store still has them, such as holds
    that have run out, and counts others that the store does not have. `_known` is what was counted
    in the state that the transaction sees, and stands as long as that.
    """

    _tx: Transaction
    _space: str
    _known: Counters = {}
    _changes: _Changes | None = None
    _asked: Counters = {}

    def _changed(self) -> _Changes:
        if self._changes is None:
            self._changes = _Changes()
        return self._changes

    def record(self, meter: Meter, key: Key, use: Use) -> None:
        """Count one more event of this request."""
        changes = self._changed()
        if changes.added is None:
            changes.added = RecordedUsage()
        changes.added.record(meter, key, use)

    def forget(self, coupon: str, counts: Iterable[Count]) -> None:
        """Leave out an event that the store still counts."""
        self.move([(coupon, each) for each in counts])

    def move(self, given: Counted, taken: Counted = ()) -> None:
        """Leave out what counts no more, and count what does instead, as `settle` writes it."""
        changes = self._changed()
        for coupon, count in given:
            _move(changes, coupon, count, -1, changes.gone)
        for coupon, count in taken:
            _move(changes, coupon, count, 1, changes.come)

    def without(self, coupon: str, counts: Iterable[Count]) -> StoredUsage:
        """The same, where an event counts no more."""
        changes = self._changed()
        moved, gone = dict(changes.moved), _copied(changes.gone)
        other = replace(self, _changes=replace(changes, moved=moved, gone=gone))
        other.forget(coupon, counts)
        return other

    def instead(self, coupon: str, recorded: RecordedUsage) -> None:
        """Take what a coupon has used from here: its limits are others than the store counts."""
        self._changed().instead[coupon] = recorded

    def know(self, coupon: str, counted: Mapping[Place, int]) -> None:
        """Take from here how many events some places count, and not from the store again."""
        known = self._changed().known
        for place, n in counted.items():
            known[coupon, place] = n

    def allows(self, meter: Meter, key: tuple[str | None, ...]) -> bool:
        """Whether a limit that `counts_all` has room for an event with these values."""
        if self._changes is None:
            stands = self._known.get((meter.counter, key))
            if stands is not None:
                return stands < meter.most
        return is_given(key) and self.used(meter, key, ALWAYS) < meter.most

    def used(self, meter: Meter, key: Key, span: c.Span) -> Fraction | int:
        """How many events, different periods, or minor units a stretch of time holds."""
        if meter.is_listed:
            return measure(meter.limit.noun, self.uses(meter, key, span))
        changes = self._changes
        if changes is None:
            return self._stored(meter, key, span)
        used = self._begun_with(changes, meter, key, span)
        if changes.moved:
            used += changes.moved.get((meter.id[0], _place(meter, key, span)), 0)
        return used if changes.added is None else used + changes.added.used(meter, key, span)

    def has_period(self, meter: Meter, key: Key, span: c.Span, period: int) -> bool:
        """Whether a stretch of time holds an event of this period."""
        return any(use.period == period for use in self.uses(meter, key, span))

    def uses(self, meter: Meter, key: Key, span: c.Span) -> Sequence[Use]:
        """The events of a stretch of time, in order of their moments."""
        stored, changes = self._listed(meter, key, span), self._changes
        if changes is None:
            return stored
        added = () if changes.added is None else changes.added.uses(meter, key, span)
        if changes.gone or changes.come:
            return _as_moved(changes, meter, key, span, [*stored, *added])
        return sorted([*stored, *added], key=attrgetter("at")) if added else stored

    def _begun_with(
        self, changes: _Changes, meter: Meter, key: Key, span: c.Span
    ) -> Fraction | int:
        """What is used where nothing is moved or added."""
        other = changes.instead.get(meter.id[0])
        if other is not None:
            return other.used(meter, key, span)
        if changes.known:
            known = changes.known.get((meter.id[0], _place(meter, key, span)))
            if known is not None:
                return Fraction(0) if meter.is_budget else known
        return self._stored(meter, key, span)

    def _stored(self, meter: Meter, key: Key, span: c.Span) -> Fraction | int:
        """What the store counts: once for a transaction, or for all that see the same state."""
        question: tuple[Any, ...] = meter.counter, key
        if span.start is not None:
            question = (*question, span.start)
        found = self._known.get(question)
        if found is None:
            found = self._asked.get(question)
        if found is None:
            place = _place(meter, key, span)
            n, total = counting.counter(self._tx, self._space, meter.id[0], place)
            found = self._asked[question] = read_fraction(total) if meter.is_budget else n
            self._tx.keep(question, found, self._known)
        return found

    def _listed(self, meter: Meter, key: Key, span: c.Span) -> Sequence[Use]:
        other = None if self._changes is None else self._changes.instead.get(meter.id[0])
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


def _move(changes: _Changes, coupon: str, count: Count, sign: int, listed: _Listed) -> None:
    place = coupon, count.place
    if count.listed:
        listed.setdefault(place, []).append(_use_of(count))
    else:
        one = count.money if count.meter.is_budget else 1
        changes.moved[place] = changes.moved.get(place, 0) + sign * one


def _as_moved(
    changes: _Changes, meter: Meter, key: Key, span: c.Span, uses: list[Use]
) -> Sequence[Use]:
    """The events without those that are gone, and with those that have come."""
    place = meter.id[0], Place(meter.basis, key_text(key), WHOLE)
    # Events that are alike are one as good as the other.
    for use in changes.gone.get(place, ()):
        if use in uses:
            uses.remove(use)
    uses += [use for use in changes.come.get(place, ()) if inside(use.at, span)]
    return sorted(uses, key=attrgetter("at"))


def _place(meter: Meter, key: Key, span: c.Span) -> Place:
    """Where a limit counts the events of a stretch of time in one sum."""
    return Place(meter.basis, key_text(key), WHOLE if span.start is None else span.start)


def _copied(listed: _Listed) -> _Listed:
    return {place: [*uses] for place, uses in listed.items()}


def _use_of(count: Count) -> Use:
    """A counted event, as a list has it."""
    period = count.event.period
    return Use(Instant(count.event.at), count.money, None if period is None else Instant(period))
