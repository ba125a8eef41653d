"""Members as they are listed and shown."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, null, select

from engine.calendar import format_instant
from engine.groups.answers import MemberPage, MemberView
from engine.groups.leaving import the_member
from engine.service.caller import Caller
from engine.service.cursors import read_cursor, write_cursor
from engine.service.office import Office
from engine.service.redeeming.memberships import COLUMNS, Member
from engine.service.unknown import unknown
from engine.service.work import Work
from engine.store.statements import ESCAPE, Statement, literally
from engine.store.tables import MEMBERS

_ANY = Statement(
    select(MEMBERS.c.customer)
    .where(MEMBERS.c.space == bindparam("space"), MEMBERS.c.group == bindparam("of_group"))
    .limit(1)
)


class Filters(NamedTuple):
    """Which members are wanted; None does not matter.

    By the coupon of their way in, by a part of their address, and whether they are in the group
    or have left.
    """

    way: str | None = None
    email: str | None = None
    standing: bool | None = None


class Members:
    """What can be seen of a group's members."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def list(
        self, group: str, filters: Filters, cursor: str | None, limit: int, caller: Caller
    ) -> MemberPage:
        """A part of the members that are wanted, by their ids.

        Raises `NotFound` for a group that there is not, and that nobody ever was in.
        """
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def work(task: Work) -> MemberPage:
            _check(task, group)
            rows = page(task, group, filters, after, limit + 1)
            more = write_cursor((rows[limit - 1].customer,)) if rows[limit:] else None
            return MemberPage(tuple(map(_shown, rows[:limit])), more)

        return self._office.read(work, caller)

    def show(self, group: str, customer: str, caller: Caller) -> MemberView:
        """A customer as a member of a group, also one who has left. Raises `NotFound`."""
        return self._office.read(lambda work: _shown(the_member(work, group, customer)), caller)


def page(work: Work, group: str, filters: Filters, after: str, size: int) -> list[Member]:
    """So many members that are wanted, after a customer."""
    said: dict[str, Any] = {}
    if filters.way is not None:
        said["way"] = filters.way
    if filters.email is not None:
        said["email"] = f"%{literally(filters.email.lower())}%"
    statement = _wanted(*said, standing=filters.standing)
    rows = work.tx.rows(statement, space=work.space, of_group=group, after=after, size=size, **said)
    return [Member(*row) for row in rows]


def _check(work: Work, group: str) -> None:
    """Raise `NotFound` for a name that no group has or had."""
    if group in work.book.groups:
        return
    if work.tx.row(_ANY, space=work.space, of_group=group) is None:
        raise unknown("group", group, work.book.groups)


@cache
def _wanted(*names: str, standing: bool | None) -> Statement:
    """The members that are filtered in some ways, in their order."""
    where: dict[str, Any] = {
        "way": MEMBERS.c.coupon == bindparam("way"),
        "email": MEMBERS.c.email.like(bindparam("email"), escape=ESCAPE),
    }
    chosen = [where[name] for name in names]
    if standing is not None:
        left = MEMBERS.c.left
        chosen.append(left.is_(null()) if standing else left.is_not(null()))
    return Statement(
        select(*COLUMNS)
        .where(
            MEMBERS.c.space == bindparam("space"),
            MEMBERS.c.group == bindparam("of_group"),
            MEMBERS.c.customer > bindparam("after"),
            *chosen,
        )
        .order_by(MEMBERS.c.customer)
        .limit(bindparam("size"))
    )


def _shown(found: Member) -> MemberView:
    return MemberView(
        found.group,
        found.customer,
        found.email,
        found.subscription,
        found.coupon,
        found.redemption,
        format_instant(found.joined),
        None if found.left is None else format_instant(found.left),
    )
