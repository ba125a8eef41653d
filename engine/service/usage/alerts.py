"""Limits near their end: told when an event takes one past a step of its coupon's `alerts`.

Each step is told once for each key and window of a limit, also where places were given back and
taken again. A limit that allows a single event is reached by its first: nobody is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import Any

from sqlalchemy import bindparam, select

from engine.calendar import Instant, Unit, calendar_window, format_instant, longest, plus, zone
from engine.decisions.limits import window_at
from engine.decisions.usage import Use, measure
from engine.language.prose import english
from engine.language.syntax import RollingLimit
from engine.money import Money
from engine.service.notices import Notice
from engine.service.usage.rows import WHOLE, Count, is_budget, read_fraction
from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import NOTICED, USES

_KIND: Any = "limit.near"
_ONCE = Statement(
    lambda insert: insert(NOTICED).values(**binds(*NOTICED.c.keys())).on_conflict_do_nothing()
)
_USES = Statement(
    select(USES.c.at, USES.c.amount, USES.c.period).where(
        USES.c.space == bindparam("space"),
        USES.c.coupon == bindparam("coupon"),
        USES.c.basis == bindparam("basis"),
        USES.c.key == bindparam("key"),
        USES.c.at > bindparam("after"),
        USES.c.at <= bindparam("until"),
    )
)


def watches(work: Work, coupon: str, count: Count) -> bool:
    """Whether somebody is to be told when a limit is nearly reached."""
    found = work.book.coupons.get(coupon)
    return (
        found is not None
        and bool(found.ready.policy.alerts)
        and count.meter.most > 1
        and work.is_heard(_KIND)
    )


def watch(work: Work, coupon: str, count: Count, used: Fraction | int | None) -> None:
    """Announce the steps that an event was the one to pass; None is for what is listed."""
    total = _listed(work, coupon, count) if used is None else used
    before = total - _taken(count)
    most = count.meter.most
    for step in work.book.coupons[coupon].ready.policy.alerts:
        if before * 100 < step * most <= total * 100 and _first(work, coupon, count, step):
            _tell(work, coupon, count, step, total)


def _taken(count: Count) -> Fraction | int:
    return count.money if is_budget(count.meter) else 1


def _first(work: Work, coupon: str, count: Count, step: int) -> bool:
    """Whether nobody was told of this step yet."""
    place = count.place
    window = str(_window(count))
    subject = "\n".join((coupon, place.basis, place.key, window))
    said = f"{step}% of {count.meter.most}"
    row = {"space": work.space, "kind": _KIND, "subject": subject, "step": said, "at": work.now}
    return work.tx.run(_ONCE, **row) == 1


def _window(count: Count) -> int:
    """The stretch in which a step is told once: a rolling limit, which has none, each day."""
    limit = count.meter.limit
    if not isinstance(limit.window, RollingLimit):
        return count.place.window
    return calendar_window(Instant(count.event.at), Unit.DAY, limit.zone or zone("UTC"))[0]


def _listed(work: Work, coupon: str, count: Count) -> Fraction | int:
    """How much the stretch of time that ends with an event holds, this event included."""
    noun, uses = count.meter.limit.noun, _uses(work, coupon, count)
    return measure(noun, [use for use in uses if _counts_with(use.at, count)])


def _uses(work: Work, coupon: str, count: Count) -> Iterator[Use]:
    place, at = count.place, count.event.at
    rows = work.tx.rows(
        _USES,
        space=work.space,
        coupon=coupon,
        basis=place.basis,
        key=place.key,
        after=_begin(count),
        until=at,
    )
    for moment, amount, period in rows:
        yield Use(moment, read_fraction(amount), period)


def _begin(count: Count) -> int:
    """An instant before all events that an event may be counted with."""
    limit, at = count.meter.limit, count.event.at
    if isinstance(limit.window, RollingLimit):
        return at - longest(limit.window.duration)
    start = window_at(limit, at).start
    return WHOLE if start is None else start - 1


def _counts_with(moment: int, count: Count) -> bool:
    """Whether an earlier event still counts at the moment of this one."""
    limit = count.meter.limit
    if not isinstance(limit.window, RollingLimit):
        return True
    return plus(moment, limit.window.duration, limit.zone) > count.event.at


def _tell(work: Work, coupon: str, count: Count, step: int, total: Fraction | int) -> None:
    limit, facts, start = count.meter.limit, count.event.facts, count.place.window
    bound = limit.bound
    used = Money(floor(total), bound.currency) if isinstance(bound, Money) else int(total)
    names = [fact.name for fact in limit.per]
    said = {
        "coupon": coupon,
        "limit": english(limit),
        "step": f"{step}%",
        "used": str(used),
        "most": str(bound),
        "counted_by": {name: facts.get(name) for name in names},
        "since": None if start == WHOLE else format_instant(start),
    }
    personal = any(name.startswith("customer.") for name in names)
    customer = facts.get("customer.id") if personal else None
    work.announce(Notice(_KIND, coupon, said, customer=customer))
