"""Members of groups: whoever redeems a way in becomes one, and is none when it is taken back.

A customer is a member of a group once, by one way: a second way in is refused while the first one
holds, so that nobody takes two seats.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from sqlalchemy import bindparam, null, select, update

from engine.calendar import Instant
from engine.catalogue.groups import Group, Way
from engine.decisions.compiler import Record
from engine.decisions.explanation import Reason
from engine.service.answers import Redemption
from engine.service.book import Book
from engine.service.notices import Notice
from engine.service.work import Work
from engine.store.database import Contended
from engine.store.statements import Statement, binds
from engine.store.tables import MEMBERS

COLUMNS = (
    MEMBERS.c.group,
    MEMBERS.c.customer,
    MEMBERS.c.subscription,
    MEMBERS.c.coupon,
    MEMBERS.c.redemption,
    MEMBERS.c.email,
    MEMBERS.c.joined,
    MEMBERS.c.left,
)
_ONE = Statement(select(*COLUMNS).filter_by(**binds("space", "group", "customer")))
_JOIN = Statement(
    lambda insert: (
        insert(MEMBERS)
        .values(**binds(*MEMBERS.c.keys()))
        .on_conflict_do_update(
            index_elements=["space", "group", "customer"],
            set_=binds("subscription", "coupon", "redemption", "email", "joined", "left"),
            where=MEMBERS.c.left.is_not(None),
        )
    )
)
_LEAVE = Statement(
    update(MEMBERS)
    .where(
        MEMBERS.c.space == bindparam("space"),
        MEMBERS.c.redemption == bindparam("of_redemption"),
        MEMBERS.c.left.is_(null()),
    )
    .values(left=bindparam("at"))
    .returning(*COLUMNS)
)


class Member(NamedTuple):
    """A row of `members`: who came in, when, by which way, and when they left."""

    group: str
    customer: str
    subscription: str
    coupon: str
    redemption: str
    email: str | None
    joined: Instant
    left: Instant | None

    @property
    def stands(self) -> bool:
        """Whether they have not left."""
        return self.left is None


class Seat(NamedTuple):
    """A redemption that may be a way into a group, and whose it is."""

    coupon: str
    redemption: str
    subscription: str
    customer: str
    email: str | None = None


def member(work: Work, group: str, customer: str) -> Member | None:
    """A customer as a member of a group, also one who has left."""
    row = work.tx.row(_ONE, space=work.space, group=group, customer=customer)
    return None if row is None else Member(*row)


def way_of(book: Book, coupon: str) -> tuple[Group, Way] | None:
    """The group and way in that a coupon was made of; None for any other coupon.

    A way is named after its group, so that only names before a hyphen can be its group's.
    """
    groups = book.groups
    place = coupon.find("-") if groups else -1
    while place >= 0:
        group = groups.get(coupon[:place])
        for way in group.ways if group is not None else ():
            if group is not None and way.coupon == coupon:
                return group, way
        place = coupon.find("-", place + 1)
    return None


def against(work: Work, coupon: str, customer: str | None) -> Iterator[Reason]:
    """Why a customer can't come into a group who is in it already."""
    found = way_of(work.book, coupon)
    if found is None or customer is None:
        return
    known = member(work, found[0].name, customer)
    if known is not None and known.stands:
        message = f"the customer is a member of `{known.group}` already, by {known.coupon}"
        yield Reason("already_redeemed", message)


def join(work: Work, redemption: Redemption, at: Instant, event: Record) -> None:
    """Make the customer who redeemed a way in a member of its group."""
    if way_of(work.book, redemption.coupon) is None:
        return
    customer, email = (work.book.types.fact(event, f"customer.{name}") for name in ("id", "email"))
    _redeemed(work, redemption, at, customer, email)


def confirmed(work: Work, redemption: Redemption, at: Instant, customer: str | None) -> None:
    """The same for whoever held a way in before, and redeems it now."""
    _redeemed(work, redemption, at, customer, None)


def _redeemed(
    work: Work, redemption: Redemption, at: Instant, customer: str | None, email: str | None
) -> None:
    if redemption.id is not None and customer is not None:
        subscription = redemption.subscription or ""
        seat = Seat(redemption.coupon, redemption.id, subscription, customer, email)
        enter(work, seat, at)


def enter(work: Work, seat: Seat, at: Instant) -> None:
    """Make a customer a member of the group, where what they have redeemed is a way into one.

    Raises `Contended` where another transaction did so meanwhile.
    """
    found = way_of(work.book, seat.coupon)
    if found is None:
        return
    one = Member(
        found[0].name,
        seat.customer,
        seat.subscription,
        seat.coupon,
        seat.redemption,
        seat.email,
        joined=at,
        left=None,
    )
    if work.tx.run(_JOIN, space=work.space, **one._asdict()) != 1:
        raise Contended
    _tell(work, "group.admitted", one)


def leave(work: Work, redemption: str, at: int) -> None:
    """Write down that whoever came in by a redemption has left, where it was a way in."""
    for row in work.tx.rows(_LEAVE, space=work.space, of_redemption=redemption, at=at):
        _tell(work, "group.left", Member(*row))


def _tell(work: Work, kind: Literal["group.admitted", "group.left"], one: Member) -> None:
    said = {name: getattr(one, name) for name in ("group", "customer", "subscription", "coupon")}
    # Its subject is no word of the person: it stays where the customer is erased.
    work.announce(Notice(kind, one.subscription, said, customer=one.customer))
