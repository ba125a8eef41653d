"""Groups by their names, and the coupons of their ways in."""

from __future__ import annotations

from engine.catalogue.groups import Group, Users, Way
from engine.service.book import InForce
from engine.service.contexts import find_context
from engine.service.unknown import unknown
from engine.service.work import Work


def the_group(work: Work, name: str) -> Group:
    """A group that the policies describe. Raises `NotFound`."""
    found = work.book.groups.get(name)
    if found is None:
        raise unknown("group", name, work.book.groups)
    return found


def coupon_of(work: Work, way: Way) -> InForce | None:
    """The coupon in force of a way in; None where it goes by another name still."""
    return work.book.coupons.get(way.coupon)


def users_in_force(work: Work, group: Group, coupon: InForce) -> Users:
    """What users get by the version in force of a way in.

    A changed document holds at once, but for the coupons of its ways: those wait until they are
    enacted, and have rules about what users got before.
    """
    key = coupon.source.context
    if key == work.book.context.key:
        return group.users
    then = find_context(work.tx, work.space, key).catalogue.groups.get(group.name)
    return group.users if then is None else then.users
