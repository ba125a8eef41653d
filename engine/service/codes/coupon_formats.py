"""The format in which the codes of a coupon in force are written."""

from __future__ import annotations

from engine.codes.formats import DEFAULT, Format
from engine.service.book import InForce
from engine.service.contexts import find_context
from engine.service.errors import Conflict
from engine.service.unknown import unknown
from engine.service.work import Work


def issuing_coupon(work: Work, name: str) -> InForce:
    """A coupon that codes can be issued of. Raises `NotFound`, `Conflict` where it is archived."""
    found = work.book.coupons.get(name)
    if found is None:
        raise unknown("coupon", name, work.book.coupons)
    if found.archived:
        raise Conflict(
            f"`{name}` is archived, so that its codes can't be redeemed", "bring its file back"
        )
    return found


def own_format(work: Work, coupon: InForce) -> Format | None:
    """The format that a coupon names, as its version in force was read with; None without one."""
    name = coupon.ready.policy.format
    if name is None:
        return None
    return find_context(work.tx, work.space, coupon.source.context).catalogue.formats[name]


def format_of(work: Work, coupon: InForce) -> Format:
    """The format in which new codes of a coupon are written."""
    return own_format(work, coupon) or DEFAULT
