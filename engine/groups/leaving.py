"""Leaving a group: the seat is free for somebody else, and the next charge gets no discount."""

from __future__ import annotations

from engine.calendar import Instant, format_instant
from engine.groups.answers import Left
from engine.service.errors import NotFound
from engine.service.moments import fresh_id
from engine.service.records import keep
from engine.service.redeeming.memberships import Member, member
from engine.service.redeeming.redeeming import end
from engine.service.redeeming.stored_facts import stored
from engine.service.usage import counting
from engine.service.usage.holdings import holding
from engine.service.usage.recount import REMOVED
from engine.service.work import Work


def leave(work: Work, group: str, customer: str, at: Instant) -> Left:
    """Take a customer out of a group; who has left before is answered the same.

    Raises `NotFound` for who never was in it.
    """
    found = the_member(work, group, customer)
    # Whatever else happens to the subscription has happened, or waits for the commit.
    stored(work, found.subscription, lock=True)
    found = the_member(work, group, customer)
    return _left(found, found.left) if found.left is not None else _end(work, found, at)


def the_member(work: Work, group: str, customer: str) -> Member:
    """A customer as a member of a group, also one who has left. Raises `NotFound`."""
    found = member(work, group, customer)
    if found is None:
        raise NotFound(f"`{customer}` is no member of a group `{group}`", "check both ids")
    return found


def _end(work: Work, found: Member, at: Instant) -> Left:
    held = holding(work, found.redemption)
    assert held is not None, "rows of redemptions are never deleted"  # noqa: S101
    counting.settle(work, end(held, work, at, REMOVED), ())
    answer = _left(found, at)
    keep(work, fresh_id(work.now), REMOVED, at, answer, customer=found.customer)
    work.note("left", found.redemption, found._asdict(), answer, found.customer)
    return answer


def _left(found: Member, at: Instant) -> Left:
    return Left(
        found.group,
        found.customer,
        found.subscription,
        found.coupon,
        found.redemption,
        format_instant(at),
    )
