"""Coupons in force, as they are listed."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.calendar import format_instant
from engine.service.book import InForce
from engine.service.caller import Caller
from engine.service.cursors import read_cursor, write_cursor
from engine.service.office import Office
from engine.service.unknown import unknown


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


class Coupons:
    """What can be seen of coupons."""

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


def _place(cursor: str | None) -> str:
    return "" if cursor is None else read_cursor(cursor, tuple[str])[0]


def _coupon(name: str, coupons: Mapping[str, InForce]) -> ShownCoupon:
    found = coupons.get(name)
    if found is None:
        raise unknown("coupon", name, coupons)
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
