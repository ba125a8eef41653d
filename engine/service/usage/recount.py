"""Counters and uses computed anew from the rows that they sum up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import msgspec
from sqlalchemy import delete, select

from engine.calendar import Instant
from engine.decisions.coupon import ReadyCoupon
from engine.decisions.usage import Meter, RecordedUsage, Use, by_basis
from engine.service.usage.rows import (
    Count,
    Event,
    Place,
    counts,
    fraction_text,
    is_budget,
    key_of,
    money_of,
    read_fraction,
)
from engine.store.database import Row, Transaction
from engine.store.statements import Statement, binds, insertion
from engine.store.tables import APPLICATIONS, COUNTERS, REDEMPTIONS, USES

REMOVED = "removed"

_OF_COUPON = binds("space", "coupon")
_REDEMPTION_ROW = (
    REDEMPTIONS.c.redemption,
    REDEMPTIONS.c.redeemed,
    REDEMPTIONS.c.ended,
    REDEMPTIONS.c.facts,
)
_APPLICATION_ROW = (
    APPLICATIONS.c.charge,
    APPLICATIONS.c.at,
    APPLICATIONS.c.amount,
    APPLICATIONS.c.returned,
    APPLICATIONS.c.reversed,
    APPLICATIONS.c.period,
    APPLICATIONS.c.facts,
    APPLICATIONS.c.factors,
)
# A hold that was released or ran out never became a redemption, and counts for nothing.
_COUNTING = REDEMPTIONS.c.ended.is_(None) | (REDEMPTIONS.c.how == REMOVED)
_REDEMPTIONS = Statement(select(*_REDEMPTION_ROW).filter_by(**_OF_COUPON).where(_COUNTING))
_APPLICATIONS = Statement(select(*_APPLICATION_ROW).filter_by(**_OF_COUPON))
_CLEAR = [Statement(delete(table).filter_by(**_OF_COUPON)) for table in (COUNTERS, USES)]
_ADD_COUNTER, _ADD_USE = insertion(COUNTERS), insertion(USES)
_COUNTERS = Statement(
    select(
        COUNTERS.c.basis, COUNTERS.c.key, COUNTERS.c.window, COUNTERS.c.n, COUNTERS.c.total
    ).filter_by(**_OF_COUPON)
)
_USES = Statement(
    select(USES.c.basis, USES.c.key, USES.c.at, USES.c.source).filter_by(**_OF_COUPON)
)

_FACTS = msgspec.json.Decoder(dict[str, str])


def redemption_event(row: Row) -> Event:
    """A redemption as limits see it."""
    redemption, redeemed, ended, facts = row
    return Event(redemption, redeemed, _FACTS.decode(facts), taken_back=ended is not None)


def application_event(row: Row) -> Event:
    """An application as limits see it."""
    charge, at, amount, returned, was_reversed, period, facts, factors = row
    worth = {name: read_fraction(text) for name, text in _FACTS.decode(factors).items()}
    left = amount - returned
    return Event(charge, at, _FACTS.decode(facts), bool(was_reversed), period, left, amount, worth)


def recount(tx: Transaction, space: str, coupon: ReadyCoupon) -> int:
    """Compute the counters and uses of a coupon anew; how many rows lack a fact that one needs."""
    for statement in _CLEAR:
        tx.run(statement, space=space, coupon=coupon.name)
    found = _sums(tx, space, coupon)
    for place, (n, total) in found.sums.items():
        text = None if total is None else fraction_text(total)
        tx.run(_ADD_COUNTER, **_at(space, coupon, place), window=place.window, n=n, total=text)
    for count in found.listed:
        amount = fraction_text(count.money) if is_budget(count.meter) else None
        event = count.event
        where = _at(space, coupon, count.place)
        tx.run(
            _ADD_USE,
            **where,
            at=event.at,
            source=event.source,
            period=event.period,
            amount=amount,
        )
    return found.uncounted


def uncounted(tx: Transaction, space: str, coupon: ReadyCoupon) -> int:
    """How many rows lack a fact that a limit of this coupon counts by."""
    return _sums(tx, space, coupon).uncounted


def differences(tx: Transaction, space: str, coupon: ReadyCoupon) -> list[str]:
    """Where counters or uses are not what the rows say; nothing where all is well."""
    found = _sums(tx, space, coupon)
    said: list[str] = []
    kept = {
        Place(basis, key, window): (n, read_fraction(total))
        for basis, key, window, n, total in tx.rows(_COUNTERS, space=space, coupon=coupon.name)
    }
    for place in {*kept, *found.sums}:
        n, total = found.sums.get(place, (0, None))
        counted = n, total or Fraction(0)
        if kept.get(place, (0, Fraction(0))) != counted:
            said.append(f"{coupon.name}: {place} is {kept.get(place)}, the rows say {counted}")
    listed = {(c.place.basis, c.place.key, c.event.at, c.event.source) for c in found.listed}
    uses = set(tx.rows(_USES, space=space, coupon=coupon.name))
    said += [f"{coupon.name}: the use {use} stands alone" for use in sorted(listed ^ uses)]
    return said


def uses_of(tx: Transaction, space: str, coupon: ReadyCoupon) -> RecordedUsage:
    """What the limits of a coupon have counted, by the rows alone."""
    usage = RecordedUsage()
    for events, meters in _stages(tx, space, coupon):
        for event in events:
            for meter in meters:
                key, money = key_of(meter, event.facts), money_of(meter, event)
                counted = meter.limit.keeps or not event.taken_back
                if key is not None and money is not None and counted:
                    usage.record(meter, key, Use(Instant(event.at), money, _instant(event.period)))
    return usage


def _instant(value: int | None) -> Instant | None:
    return None if value is None else Instant(value)


def _at(space: str, coupon: ReadyCoupon, place: Place) -> dict[str, object]:
    return {"space": space, "coupon": coupon.name, "basis": place.basis, "key": place.key}


def _events(
    tx: Transaction, space: str, coupon: ReadyCoupon
) -> Iterator[tuple[Event, list[Meter]]]:
    """Every event of a coupon, with the limits that count it."""
    for events, meters in _stages(tx, space, coupon):
        strictest = by_basis(meters)
        for event in events:
            yield event, strictest


def _stages(
    tx: Transaction, space: str, coupon: ReadyCoupon
) -> Iterator[tuple[Iterator[Event], list[Meter]]]:
    """The events of each stage of a coupon, with the limits of that stage, where it has any."""
    where = {"space": space, "coupon": coupon.name}
    redemptions = [counted.meter for counted in coupon.redemption.counts]
    if redemptions:
        yield map(redemption_event, tx.rows(_REDEMPTIONS, **where)), redemptions
    if coupon.meters:
        yield map(application_event, tx.rows(_APPLICATIONS, **where)), list(coupon.meters)


def _sums(tx: Transaction, space: str, coupon: ReadyCoupon) -> _Sums:
    """What the rows of a coupon add up to."""
    found = _Sums()
    for event, meters in _events(tx, space, coupon):
        found.add(event, meters)
    return found


class _Sums:
    """Sums in the making."""

    def __init__(self) -> None:
        self.sums: dict[Place, tuple[int, Fraction | None]] = {}
        self.listed: list[Count] = []
        self.uncounted = 0

    def add(self, event: Event, meters: Iterable[Meter]) -> None:
        counting = [meter for meter in meters if meter.limit.keeps or not event.taken_back]
        found = list(counts(event, counting))
        self.uncounted += len(found) < len(counting) and not event.taken_back
        for count in found:
            if count.listed:
                self.listed.append(count)
            else:
                n, total = self.sums.get(count.place, (0, None))
                is_money = is_budget(count.meter)
                summed = (total or Fraction(0)) + count.money if is_money else None
                self.sums[count.place] = n + (not is_money), summed
