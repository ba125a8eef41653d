"""Groups as they are listed and shown: who is billed, what users get, and what is left."""

from __future__ import annotations

from sqlalchemy import bindparam, func, null, or_, select

from engine.catalogue.groups import Group, Owner, Users, Way
from engine.groups.answers import GroupPage, GroupView, OwnerView, UsersView, WayView
from engine.groups.known import coupon_of, the_group
from engine.groups.owners import owner_subscription
from engine.language.syntax import Noun
from engine.service.book import InForce
from engine.service.caller import Caller
from engine.service.cursors import read_cursor, write_cursor
from engine.service.office import Office
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import MEMBERS, REDEMPTIONS

_TAKEN = Statement(
    select(func.count()).where(
        REDEMPTIONS.c.space == bindparam("space"),
        REDEMPTIONS.c.coupon == bindparam("coupon"),
        REDEMPTIONS.c.ended.is_(null()),
        or_(REDEMPTIONS.c.until.is_(null()), REDEMPTIONS.c.until > bindparam("now")),
    )
)
_MEMBERS = Statement(
    select(func.count()).where(
        MEMBERS.c.space == bindparam("space"),
        MEMBERS.c.group == bindparam("of_group"),
        MEMBERS.c.left.is_(null()),
    )
)


class ShownGroups:
    """What can be seen of groups."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def list(self, cursor: str | None, limit: int, caller: Caller) -> GroupPage:
        """A part of the groups that the policies describe, by name."""
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def work(task: Work) -> GroupPage:
            names = sorted(name for name in task.book.groups if name > after)
            shown = tuple(_shown(task, task.book.groups[name]) for name in names[:limit])
            return GroupPage(shown, write_cursor((names[limit - 1],)) if names[limit:] else None)

        return self._office.read(work, caller)

    def show(self, group: str, caller: Caller) -> GroupView:
        """A group. Raises `NotFound`."""
        return self._office.read(lambda work: _shown(work, the_group(work, group)), caller)


def _shown(work: Work, group: Group) -> GroupView:
    members = work.tx.row(_MEMBERS, space=work.space, of_group=group.name)
    assert members is not None, "a count has a row"  # noqa: S101
    return GroupView(
        group.name,
        group.title,
        _owner(group, group.owner),
        _users(group.users),
        tuple(way_view(work, way) for way in group.ways),
        members[0],
    )


def _owner(group: Group, owner: Owner) -> OwnerView:
    amount = owner.amount
    return OwnerView(
        owner.customer,
        owner_subscription(group),
        owner.product,
        owner.plan,
        None if amount is None else amount.amount(),
        None if amount is None else amount.currency,
        owner.billing,
    )


def _users(users: Users) -> UsersView:
    amount = users.amount
    return UsersView(
        users.product,
        users.plan,
        None if amount is None else amount.amount(),
        None if amount is None else amount.currency,
    )


def way_view(work: Work, way: Way) -> WayView:
    """A way into a group, with its seats as they are now."""
    coupon = coupon_of(work, way)
    seats = way.seats if coupon is None else _seats(coupon, way)
    row = work.tx.row(_TAKEN, space=work.space, coupon=way.coupon, now=work.now)
    assert row is not None, "a count has a row"  # noqa: S101
    return WayView(
        way.kind,
        way.coupon,
        None if coupon is None else coupon.version,
        coupon is not None and coupon.ready.policy.active and not coupon.archived,
        way.code,
        way.domain,
        way.networks,
        seats,
        row[0],
        None if seats is None else max(0, seats - row[0]),
    )


def _seats(coupon: InForce, way: Way) -> int | None:
    """How many a way lets in, as the coupon in force has it: a change of it may be pending."""
    counted = (each.meter for each in coupon.ready.redemption.counts)
    bounds = [
        meter.most
        for meter in counted
        if meter.limit.noun is Noun.REDEMPTIONS and not meter.limit.per
    ]
    return min(bounds, default=way.seats)
