"""Groups by their names, and the coupons of their ways in."""

from __future__ import annotations

from engine.catalogue.groups import Group, Way
from engine.service.book import InForce
from engine.service.errors import NotFound
from engine.service.work import Work


def the_group(work: Work, name: str) -> Group:
    """A group that the policies describe. Raises `NotFound`."""
    found = work.book.groups.get(name)
    if found is None:
        raise NotFound(f"no group is called `{name}`", "check its spelling")
    return found


def coupon_of(work: Work, way: Way) -> InForce | None:
    """The coupon in force of a way in; None where it goes by another name still."""
    return work.book.coupons.get(way.coupon)
