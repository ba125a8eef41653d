"""Counters and uses: what limits count, kept at hand (behaviour.md, Changing a coupon).

Taking a place is one write on a condition: another transaction that took the last one meanwhile
makes it fail, and the work is done again. Places are written when the transaction is sealed, at the
end of its work.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from engine.service.usage import alerts
from engine.service.usage.rows import (
    Count,
    Place,
    bounded,
    fraction_text,
    is_budget,
    read_fraction,
)
from engine.service.work import Work
from engine.store.database import Contended, Transaction
from engine.store.statements import Statement, binds, insertion
from engine.store.tables import COUNTERS, USES

_KEY = ["space", "coupon", "basis", "key", "window"]
_HERE = [COUNTERS.c[name] == bindparam(name) for name in _KEY]
_ROW = binds(*_KEY)
_TAKE = Statement(
    lambda insert: (
        insert(COUNTERS)
        .values(**_ROW, n=1)
        .on_conflict_do_update(
            index_elements=_KEY,
            set_={"n": COUNTERS.c.n + 1},
            where=COUNTERS.c.n < bindparam("most"),
        )
        .returning(COUNTERS.c.n)
    )
)
_FIND = Statement(
    lambda insert: (
        insert(COUNTERS)
        .values(**_ROW, n=0)
        .on_conflict_do_update(index_elements=_KEY, set_={"n": COUNTERS.c.n})
        .returning(COUNTERS.c.n, COUNTERS.c.total)
    )
)
_GIVE = Statement(update(COUNTERS).where(*_HERE, COUNTERS.c.n > 0).values(n=COUNTERS.c.n - 1))
_SUM = Statement(update(COUNTERS).where(*_HERE).values(total=bindparam("to")))
_LIST = insertion(USES)
_UNLIST = Statement(
    delete(USES).where(
        USES.c.space == bindparam("space"),
        USES.c.coupon == bindparam("coupon"),
        USES.c.basis == bindparam("basis"),
        USES.c.key == bindparam("key"),
        USES.c.at == bindparam("at"),
        USES.c.source == bindparam("source"),
    )
)
_NONE = (0, None)
_N = Statement(select(COUNTERS.c.n, COUNTERS.c.total).where(*_HERE))


def settle(
    work: Work, given: Iterable[tuple[str, Count]], taken: Iterable[tuple[str, Count]]
) -> None:
    """Give back and take places, each with its coupon, in the one order of all transactions.

    Raises `Contended` where the last place was taken meanwhile.
    """
    work.seal()
    steps = [(coupon, count, False) for coupon, count in given]
    steps += [(coupon, count, True) for coupon, count in taken]
    for coupon, count, is_taken in sorted(steps, key=_order):
        if not is_taken:
            give(work.tx, work.space, coupon, count)
            continue
        used = take(work.tx, work.space, coupon, count)
        if alerts.watches(work, coupon, count):
            alerts.watch(work, coupon, count, used)


def _order(step: tuple[str, Count, bool]) -> tuple[str, Place, bool]:
    coupon, count, is_taken = step
    return coupon, count.place, is_taken


def take(tx: Transaction, space: str, coupon: str, count: Count) -> Fraction | int | None:
    """Count an event; what its place counts now, None where each event is kept.

    Raises `Contended` where the last place was taken meanwhile.
    """
    where = _where(space, coupon, count.place)
    if count.listed:
        _list(tx, space, coupon, count)
        return None
    if is_budget(count.meter):
        return _add(tx, where, count)
    row = tx.row(_TAKE, **where, most=count.meter.most)
    if row is None:
        raise Contended
    return int(row[0])


def give(tx: Transaction, space: str, coupon: str, count: Count) -> None:
    """Give back what an event counted."""
    where = _where(space, coupon, count.place)
    if count.listed:
        tx.run(
            _UNLIST,
            space=space,
            coupon=coupon,
            basis=count.place.basis,
            key=count.place.key,
            at=count.event.at,
            source=count.event.source,
        )
    elif is_budget(count.meter):
        _add(tx, where, count, sign=-1)
    else:
        tx.run(_GIVE, **where)


def changed(before: Iterable[Count], after: Iterable[Count]) -> tuple[list[Count], list[Count]]:
    """What is to give back, and what to take, for an event to count as it is now."""
    old = {each.place: each for each in before}
    new = {each.place: each for each in after}
    given = [each for place, each in old.items() if _differs(each, new.get(place))]
    taken = [each for place, each in new.items() if _differs(each, old.get(place))]
    return given, taken


def _differs(count: Count, other: Count | None) -> bool:
    return other is None or (is_budget(count.meter) and count.money != other.money)


def counter(tx: Transaction, space: str, coupon: str, place: Place) -> tuple[int, str | None]:
    """How many events a place counts, and the sum of a budget."""
    basis, key, window = place
    found: Any = tx.row(_N, space=space, coupon=coupon, basis=basis, key=key, window=window)
    return _NONE if found is None else found


def _where(space: str, coupon: str, place: Place) -> dict[str, object]:
    return {
        "space": space,
        "coupon": coupon,
        "basis": place.basis,
        "key": place.key,
        "window": place.window,
    }


def _add(tx: Transaction, where: dict[str, object], count: Count, sign: int = 1) -> Fraction:
    """Add to the sum of a budget, or take from it; what it is then."""
    found = tx.row(_FIND, **where)
    total = read_fraction(found[1] if found is not None else None)
    changed = max(bounded(total + sign * count.money), Fraction(0))
    tx.run(_SUM, **where, to=fraction_text(changed))
    return changed


def _list(tx: Transaction, space: str, coupon: str, count: Count) -> None:
    event = count.event
    tx.run(
        _LIST,
        space=space,
        coupon=coupon,
        basis=count.place.basis,
        key=count.place.key,
        at=event.at,
        source=event.source,
        period=event.period,
        amount=fraction_text(count.money) if is_budget(count.meter) else None,
    )
