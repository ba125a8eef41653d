"""The state of a code: whether it is still to be used, and until when."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import bindparam, case, func, select

from engine.calendar import Instant
from engine.decisions.own_rules import code_ends
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import REDEMPTIONS

Status: TypeAlias = Literal["unused", "reserved", "redeemed", "activated", "expired", "cancelled"]
"""What became of a code. One that grants is activated, one that gives a discount is redeemed."""

_USED = Statement(
    select(
        func.count(case((REDEMPTIONS.c.until.is_(None), 1))),
        func.count(case((REDEMPTIONS.c.until > bindparam("now"), 1))),
    ).where(
        REDEMPTIONS.c.space == bindparam("space"),
        REDEMPTIONS.c.code == bindparam("code"),
        REDEMPTIONS.c.ended.is_(None),
    )
)


class Used(NamedTuple):
    """On how many subscriptions a code stands redeemed, and on how many it is held."""

    redeemed: int
    held: int


def used(work: Work, code: str) -> Used:
    """Where a code stands, by its text as codes are compared."""
    row = work.tx.row(_USED, space=work.space, code=code, now=work.now)
    return Used(*row) if row is not None else Used(0, 0)


def end_of(work: Work, coupon: str, issued: Instant, own: Instant | None) -> Instant | None:
    """When the life of a code is over: at an end of its own, else as its coupon says."""
    return code_ends(work.book.coupons[coupon].ready, issued) if own is None else own


def status_of(
    work: Work, coupon: str, uses: Used, end: Instant | None, cancelled: Instant | None
) -> Status:
    """What became of a code of a coupon."""
    if cancelled is not None:
        return "cancelled"
    if uses.redeemed:
        grants = work.book.coupons[coupon].ready.policy.grants
        return "redeemed" if grants is None else "activated"
    if end is not None and end <= work.now:
        return "expired"
    return "reserved" if uses.held else "unused"
