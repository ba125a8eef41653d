"""The state of a code: whether it is still to be used, and until when.

It is told in two ways that agree: of one code by `status_of`, and of many by `status_column`, which
the store filters and sorts by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, bindparam, case, exists, false, func, literal, or_, select

from engine.calendar import EARLIEST, Instant
from engine.decisions.own_rules import code_ends
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import ACTIVATIONS, CODES, REDEMPTIONS

Status: TypeAlias = Literal["unused", "reserved", "redeemed", "activated", "expired", "cancelled"]
"""What became of a code. One that grants is activated, one that gives a discount is redeemed.

It is reserved while it is assigned to a client, held, or waits for approval.
"""

SWITCHED_OFF = "switched_off"
"""What sums call the codes that would be unused or reserved, but are switched off."""

_HERE = REDEMPTIONS.c.space == CODES.c.space, REDEMPTIONS.c.code == CODES.c.code
_STANDING = exists().where(*_HERE, REDEMPTIONS.c.ended.is_(None)).correlate(CODES)
_REDEEMED = _STANDING.where(REDEMPTIONS.c.until.is_(None))
WAITING = (
    exists()
    .where(ACTIVATIONS.c.space == CODES.c.space, ACTIVATIONS.c.code == CODES.c.code)
    .correlate(CODES)
)
"""Whether a code waits for other people to agree to its activation."""

_STANDS = REDEMPTIONS.c.until.is_(None)
_LASTS = REDEMPTIONS.c.until > bindparam("now")
_USED = Statement(
    select(
        func.count(case((_STANDS, 1))),
        func.count(case((_LASTS, 1))),
        func.count(case((_STANDS & REDEMPTIONS.c.grants.is_not(None), 1))),
        func.max(case((or_(_STANDS, _LASTS), REDEMPTIONS.c.redeemed))),
    ).where(
        REDEMPTIONS.c.space == bindparam("space"),
        REDEMPTIONS.c.code == bindparam("code"),
        REDEMPTIONS.c.ended.is_(None),
    )
)
_RESERVED = Statement(
    select(
        CODES.c.client,
        CODES.c.assigned,
        select(ACTIVATIONS.c.asked)
        .where(ACTIVATIONS.c.space == CODES.c.space, ACTIVATIONS.c.code == CODES.c.code)
        .correlate(CODES)
        .scalar_subquery(),
    ).where(CODES.c.space == bindparam("space"), CODES.c.code == bindparam("code"))
)


class Used(NamedTuple):
    """On how many subscriptions a code stands redeemed, on how many it is held, and since when.

    Of those on which it stands redeemed it has `granted` some. It is `assigned` to a client since a
    moment, and waits for approval since it was `asked` for, or is not.
    """

    redeemed: int = 0
    held: int = 0
    granted: int = 0
    since: Instant | None = None
    assigned: Instant | None = None
    asked: Instant | None = None


def used(work: Work, code: str) -> Used:
    """Where a code stands, by its text as codes are compared."""
    where = {"space": work.space, "code": code}
    redeemed, held, granted, began = work.tx.row(_USED, **where, now=work.now) or (0, 0, 0, None)
    client, assigned, asked = work.tx.row(_RESERVED, **where) or (None, None, None)
    return Used(redeemed, held, granted, began, assigned_since(client, assigned), asked)


def assigned_since(client: str | None, assigned: int | None) -> Instant | None:
    """Since when a code is assigned to a client; None where it is not."""
    return None if client is None else Instant(EARLIEST if assigned is None else assigned)


def end_of(work: Work, coupon: str, issued: Instant, own: Instant | None) -> Instant | None:
    """When the life of a code is over: at an end of its own, else as its coupon says."""
    return code_ends(work.book.coupons[coupon].ready, issued) if own is None else own


def status_of(work: Work, uses: Used, end: Instant | None, cancelled: Instant | None) -> Status:
    """What became of a code."""
    if cancelled is not None:
        return "cancelled"
    if uses.redeemed:
        return "activated" if uses.granted else "redeemed"
    if end is not None and end <= work.now:
        return "expired"
    is_reserved = uses.held or uses.assigned is not None or uses.asked is not None
    return "reserved" if is_reserved else "unused"


def since(status: Status, uses: Used) -> Instant | None:
    """Since when a code is redeemed, activated or reserved; None where it is neither."""
    if status in ("redeemed", "activated"):
        return uses.since
    if status != "reserved":
        return None
    known = (uses.asked, uses.assigned, uses.since if uses.held else None)
    return min((each for each in known if each is not None and each > EARLIEST), default=None)


def status_column(work: Work, *, apart: bool = False) -> ColumnElement[str]:
    """What became of each row of `codes`, as `status_of` tells of one.

    It holds for this work only: it has the moment, and the coupons whose codes live as long as
    these say. Sums that count codes `apart` which are switched off call them `SWITCHED_OFF`.
    """
    now = literal(int(work.now))
    held = _STANDING.where(REDEMPTIONS.c.until > now)
    is_over = case(
        (CODES.c.expires.is_not(None), CODES.c.expires <= now), else_=or_(false(), *_outlived(work))
    )
    return case(
        (CODES.c.cancelled.is_not(None), "cancelled"),
        (_REDEEMED.where(REDEMPTIONS.c.grants.is_not(None)), "activated"),
        (_REDEEMED, "redeemed"),
        (is_over, "expired"),
        *([(CODES.c.active.is_(False), SWITCHED_OFF)] if apart else []),
        (or_(held, CODES.c.client.is_not(None), WAITING), "reserved"),
        else_="unused",
    )


def _outlived(work: Work) -> Iterator[ColumnElement[bool]]:
    """The codes without an end of their own whose coupons say that their life is over."""
    for name, coupon in work.book.coupons.items():
        if coupon.ready.policy.valid is not None:
            last = _issued_before(work, name)
            yield (CODES.c.coupon == name) & (CODES.c.issued <= last)


def _issued_before(work: Work, coupon: str) -> int:
    """The last moment of issue at which the life of a code of a coupon is over by now."""
    ready = work.book.coupons[coupon].ready
    over, lives = int(EARLIEST), int(work.now)
    # A life is never shorter for a code that was issued later.
    while lives - over > 1:
        middle = (over + lives) // 2
        end = code_ends(ready, Instant(middle))
        if end is not None and end <= work.now:
            over = middle
        else:
            lives = middle
    return over
