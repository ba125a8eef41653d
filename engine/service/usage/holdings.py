"""What is redeemed and held on a subscription, read from its rows."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select

from engine.calendar import LATEST, Instant
from engine.decisions.application import Redeemed
from engine.decisions.coupon import ReadyCoupon
from engine.service.requests import Running
from engine.service.usage.recount import redemption_event
from engine.service.usage.rows import Count, counts
from engine.service.work import Work
from engine.store.database import Row
from engine.store.statements import Statement
from engine.store.tables import REDEMPTIONS

COLUMNS = (
    REDEMPTIONS.c.redemption,
    REDEMPTIONS.c.coupon,
    REDEMPTIONS.c.code,
    REDEMPTIONS.c.spelling,
    REDEMPTIONS.c.version,
    REDEMPTIONS.c.subscription,
    REDEMPTIONS.c.customer,
    REDEMPTIONS.c.by,
    REDEMPTIONS.c.redeemed,
    REDEMPTIONS.c.issued,
    REDEMPTIONS.c.until,
    REDEMPTIONS.c.ended,
    REDEMPTIONS.c.how,
    REDEMPTIONS.c.facts,
    REDEMPTIONS.c.grants,
    REDEMPTIONS.c.running,
)
_SPACE = REDEMPTIONS.c.space == bindparam("space")
_HOLDS = (
    _SPACE,
    REDEMPTIONS.c.coupon == bindparam("coupon"),
    REDEMPTIONS.c.until.is_not(None),
    REDEMPTIONS.c.ended.is_(None),
)
"""The holds of a coupon that were not ended, whether they have run out or not."""
ARE_STANDING = (
    _SPACE,
    REDEMPTIONS.c.subscription == bindparam("subscription"),
    REDEMPTIONS.c.ended.is_(None),
)
"""What is redeemed or held on a subscription; holds that ran out may be among it."""
_STANDING = Statement(
    select(*COLUMNS).where(*ARE_STANDING).order_by(REDEMPTIONS.c.redeemed, REDEMPTIONS.c.redemption)
)
_FIRST_END = Statement(select(func.min(REDEMPTIONS.c.until)).where(*_HOLDS))
_RUN_OUT = Statement(
    select(*COLUMNS)
    .where(*_HOLDS, REDEMPTIONS.c.until <= bindparam("at"))
    .order_by(REDEMPTIONS.c.redemption)
)
_RUNNING = (
    select(*COLUMNS)
    .where(*_HOLDS, REDEMPTIONS.c.until > bindparam("at"))
    .order_by(REDEMPTIONS.c.until, REDEMPTIONS.c.redemption)
)
_RUNNING_ALL = Statement(_RUNNING)
_RUNNING_OF_CODE = Statement(_RUNNING.where(REDEMPTIONS.c.code == bindparam("code")))
_OF_CODE = Statement(
    select(*COLUMNS)
    .where(
        _SPACE,
        REDEMPTIONS.c.code == bindparam("code"),
        REDEMPTIONS.c.ended.is_(None),
        or_(REDEMPTIONS.c.until.is_(None), REDEMPTIONS.c.until > bindparam("at")),
    )
    .order_by(REDEMPTIONS.c.until.is_not(None), REDEMPTIONS.c.redemption)
    .limit(1)
)
_ONE = Statement(
    select(*COLUMNS).where(_SPACE, REDEMPTIONS.c.redemption == bindparam("redemption"))
)
_LAST = Statement(
    select(*COLUMNS)
    .where(
        _SPACE,
        REDEMPTIONS.c.subscription == bindparam("subscription"),
        REDEMPTIONS.c.code == bindparam("code"),
    )
    .order_by(REDEMPTIONS.c.ended.is_not(None), REDEMPTIONS.c.redemption.desc())
    .limit(1)
)


class Holding(NamedTuple):
    """A row of `redemptions`."""

    id: str
    coupon: str
    code: str
    spelling: str
    version: int
    subscription: str
    customer: str | None
    by: str | None
    redeemed: Instant
    issued: Instant | None
    until: Instant | None
    ended: Instant | None
    how: str | None
    facts: str
    grants: str | None
    running: Running | None

    @property
    def row(self) -> Row:
        """The row as a recount reads it."""
        return self.id, self.redeemed, self.ended, self.facts

    def has_run_out(self, at: int) -> bool:
        """Whether it is a hold that does not last until an instant."""
        return self.until is not None and self.until <= at

    def as_redeemed(self, work: Work) -> Redeemed:
        """The redemption as a charge sees it, at the version in force."""
        found = work.book.coupons[self.coupon]
        ready, version = found.ready, found.version
        at, issued = self.redeemed, self.issued
        return Redeemed(ready, self.spelling, at, version, self.id, issued, self.by)

    def held(self, work: Work) -> ReadyCoupon:
        """The coupon that stands in the way of others, at the version in force."""
        return work.book.coupons[self.coupon].ready

    def counts(self, work: Work) -> list[Count]:
        """What it counts against the limits of its coupon."""
        meters = work.book.coupons[self.coupon].ready.redemption.strictest
        return list(counts(redemption_event(self.row), meters))


def standing(work: Work, subscription: str) -> tuple[Holding, ...]:
    """What is redeemed or held on a subscription, in order; holds that ran out may be among it."""
    known = work.known.subscriptions.get(subscription)
    if known is not None:
        return known.here
    rows = work.tx.rows(_STANDING, space=work.space, subscription=subscription)
    return tuple([Holding(*row) for row in rows])


def run_out(work: Work, coupon: str, at: int) -> list[Holding]:
    """The holds of a coupon that do not last until an instant, and were not ended yet."""
    if at < first_end(work, coupon):
        return []
    rows = work.tx.rows(_RUN_OUT, space=work.space, coupon=coupon, at=at)
    return [Holding(*row) for row in rows]


def has_held(work: Work, coupon: str) -> bool:
    """Whether a coupon has holds at all, which may have run out."""
    return first_end(work, coupon) != LATEST


def running(work: Work, coupon: str, at: int, code: str | None = None) -> list[Holding]:
    """The holds of a coupon, or of one code of it, that last beyond an instant; by their ends."""
    where = {"space": work.space, "coupon": coupon, "at": at}
    if code is None:
        rows = work.tx.rows(_RUNNING_ALL, **where)
    else:
        rows = work.tx.rows(_RUNNING_OF_CODE, **where, code=code)
    return [Holding(*row) for row in rows]


def first_end(work: Work, coupon: str) -> int:
    """When the first hold of a coupon runs out: without the moment all requests ask the same."""
    known = work.known.first_ends.get(coupon)
    if known is None:
        row = work.tx.row(_FIRST_END, space=work.space, coupon=coupon)
        known = LATEST if row is None or row[0] is None else row[0]
        work.tx.keep(coupon, known, work.known.first_ends)
    return known


def taken(work: Work, code: str, at: int) -> Holding | None:
    """Where a code stands redeemed, else where it is held at an instant; None where it is free."""
    row = work.tx.row(_OF_CODE, space=work.space, code=code, at=at)
    return None if row is None else Holding(*row)


def holding(work: Work, redemption: str) -> Holding | None:
    """One redemption or hold."""
    row = work.tx.row(_ONE, space=work.space, redemption=redemption)
    return None if row is None else Holding(*row)


def last_of(work: Work, subscription: str, code: str) -> Holding | None:
    """The redemption of a code on a subscription: the standing one, else the last that ended."""
    row = work.tx.row(_LAST, space=work.space, subscription=subscription, code=code)
    return None if row is None else Holding(*row)
