"""Coupons in force and their codes, as they are listed."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import bindparam, select

from engine.calendar import format_instant
from engine.language.vocabulary import Fold
from engine.service.book import InForce
from engine.service.caller import Caller
from engine.service.cursors import read_cursor, write_cursor
from engine.service.errors import NotFound
from engine.service.office import Office
from engine.service.work import Work
from engine.store.database import Row
from engine.store.statements import Statement
from engine.store.tables import CODES

_COLUMNS = (
    CODES.c.code,
    CODES.c.spelling,
    CODES.c.coupon,
    CODES.c.active,
    CODES.c.issued,
    CODES.c.customer,
)
_OF_COUPON = Statement(
    select(*_COLUMNS)
    .where(
        CODES.c.space == bindparam("space"),
        CODES.c.coupon == bindparam("coupon"),
        CODES.c.code > bindparam("after"),
    )
    .order_by(CODES.c.code)
    .limit(bindparam("size"))
)
_ONE = Statement(
    select(*_COLUMNS).where(CODES.c.space == bindparam("space"), CODES.c.code == bindparam("code"))
)


class ShownCoupon(msgspec.Struct, frozen=True):
    """A coupon in force. An archived one has lost its file: not redeemable, still applying."""

    coupon: str
    title: str
    version: int
    active: bool
    archived: bool
    labels: dict[str, str]
    author: str
    enacted: str
    document: str


class ShownCoupons(msgspec.Struct, frozen=True):
    """Coupons in the order of their names, until `next`."""

    coupons: tuple[ShownCoupon, ...]
    next: str | None


class ShownCode(msgspec.Struct, frozen=True):
    """A code; one that is bound to a customer is nobody else's."""

    code: str
    coupon: str
    active: bool
    issued: str
    customer: str | None


class ShownCodes(msgspec.Struct, frozen=True):
    """The codes of a coupon in their order, until `next`."""

    coupon: str
    codes: tuple[ShownCode, ...]
    next: str | None


class Coupons:
    """What can be seen of coupons and codes."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def list(self, cursor: str | None, limit: int, caller: Caller) -> ShownCoupons:
        """A part of the coupons in force."""
        after = _place(cursor)
        coupons = self._office.read(lambda work: work.book.coupons, caller)
        names = sorted(name for name in coupons if name > after)
        found = tuple(_coupon(name, coupons) for name in names[:limit])
        return ShownCoupons(found, write_cursor((names[limit - 1],)) if names[limit:] else None)

    def show(self, coupon: str, caller: Caller) -> ShownCoupon:
        """A coupon in force. Raises `NotFound`."""
        return self._office.read(lambda work: _coupon(coupon, work.book.coupons), caller)

    def codes(self, coupon: str, cursor: str | None, limit: int, caller: Caller) -> ShownCodes:
        """A part of the codes of a coupon. Raises `NotFound`."""
        after = _place(cursor)

        def work(task: Work) -> ShownCodes:
            _coupon(coupon, task.book.coupons)
            rows = task.tx.rows(
                _OF_COUPON, space=task.space, coupon=coupon, after=after, size=limit + 1
            )
            more = write_cursor((rows[limit - 1][0],)) if rows[limit:] else None
            return ShownCodes(coupon, tuple(map(_code, rows[:limit])), more)

        return self._office.read(work, caller)

    def code(self, code: str, caller: Caller) -> ShownCode:
        """A code. Raises `NotFound`."""

        def work(task: Work) -> ShownCode:
            row = task.tx.row(_ONE, space=task.space, code=Fold.CODE.apply(code))
            if row is None:
                raise NotFound(f"no code is called `{code}`", "check its spelling")
            return _code(row)

        return self._office.read(work, caller)


def _place(cursor: str | None) -> str:
    return "" if cursor is None else read_cursor(cursor, tuple[str])[0]


def _coupon(name: str, coupons: Mapping[str, InForce]) -> ShownCoupon:
    found = coupons.get(name)
    if found is None:
        raise NotFound(f"no coupon is called `{name}`", "check its spelling")
    policy, source = found.ready.policy, found.source
    return ShownCoupon(
        name,
        policy.title,
        found.version,
        policy.active,
        found.archived,
        dict(policy.labels),
        source.author,
        format_instant(source.enacted),
        source.document.text,
    )


def _code(row: Row) -> ShownCode:
    _, spelling, coupon, active, issued, customer = row
    return ShownCode(spelling, coupon, bool(active), format_instant(issued), customer)
