"""A space with a group, and its use cases in few words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from engine.calendar import parse_instant
from engine.groups.answers import Admitted, GroupView, Left, MemberView, WayView
from engine.groups.desk import GroupDesk
from engine.groups.members import Filters
from engine.service.answers import Refusal
from engine.service.caller import Caller
from engine.service.office import Office
from engine.store.database import Database
from engine.store.statements import Statement
from tests.service.desk import ME, NOW, Desk, reasons

SPACE = "space: acme\ntimezone: Europe/Zurich\ncurrency: USD\n"
GROUP = """\
group: xyz
title: Company XYZ
owner: {customer: cus-xyz, product: Group owners, plan: xyz-owners, amount: 900.00 USD}
users: {product: Group users, plan: xyz-users, amount: 20.00 USD}
access:
  - code: XYZCOUPONCODE
    seats: 2
  - unique codes: 3
  - list: 2
  - email domain: xyz.example
  - networks: [192.0.2.0/24, "2001:db8::/32"]
"""
POLICIES = f"{SPACE}---\n{GROUP}"
ADA = "ada@xyz.example"
_POSTED = Statement(text('SELECT kind, receiver, body FROM "outbox" ORDER BY message'))


@dataclass
class Belonging(Desk):
    """Asks the use cases of groups."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.own = GroupDesk.of(self.office)

    def ask(self, customer: str, group: str = "xyz", by: Caller = ME, **more: Any) -> Any:
        """Ask for a customer to be let in, with further facts of the customer."""
        beside = {key: more.pop(key) for key in ("subscription", "confirm") if key in more}
        body = {"at": self.moment, "customer": {"id": customer, **more}, **beside}
        return self.own.groups.admit(group, body, by)

    def admitted(self, customer: str, group: str = "xyz", **more: Any) -> Admitted:
        answer = self.ask(customer, group, **more)
        assert isinstance(answer, Admitted), answer
        return answer

    def denied(self, customer: str, group: str = "xyz", **more: Any) -> list[str]:
        """The reasons for which a customer is not let in."""
        answer = self.ask(customer, group, **more)
        assert isinstance(answer, Refusal), answer
        return reasons(answer)

    def join(self, code: str, customer: str) -> Any:
        """Redeem a code of the group on the customer's own subscription."""
        what = {"product": "Group users", "plan": "xyz-users"}
        body = {
            "at": self.moment,
            "code": code,
            "customer": {"id": customer},
            "subscription": {"id": f"of-{customer}", **what},
        }
        return self.redemptions.redeem(body, ME)

    def leave(self, customer: str, group: str = "xyz") -> Left:
        return self.own.groups.leave(group, customer, {"at": self.moment}, ME)

    def member(self, customer: str, group: str = "xyz") -> MemberView:
        return self.own.members.show(group, customer, ME)

    def members(self, group: str = "xyz", **filters: Any) -> list[str]:
        """Who is listed."""
        found = self.own.members.list(group, Filters(**filters), None, 100, ME)
        return [each.customer for each in found.members]

    def shown(self, group: str = "xyz") -> GroupView:
        return self.own.shown.show(group, ME)

    def way(self, coupon: str) -> WayView:
        return next(each for each in self.shown().ways if each.coupon == coupon)

    def seats(self, coupon: str) -> tuple[int | None, int, int | None]:
        """How many seats a way has, how many are taken, and how many left."""
        way = self.way(coupon)
        return way.seats, way.taken, way.left

    def posted(self) -> list[tuple[str, str, dict[str, Any]]]:
        """What was written to the outbox: the kind, to whom, and what is said."""
        with self.office.database.read() as tx:
            rows = tx.rows(_POSTED)
        return [(kind, to, msgspec.json.decode(body)["data"]) for kind, to, body in rows]


def belonging(database: Database, policies: str = POLICIES) -> Belonging:
    """The group in a database, under a clock that tests set."""
    time = {"now": parse_instant(NOW)}
    found = Belonging(Office(database, "acme", lambda: time["now"]), time)
    found.push(policies)
    return found


@pytest.fixture
def xyz(database: Database) -> Iterator[Belonging]:
    """A group with every way in; when a test is done its counters are counted again."""
    found = belonging(database)
    yield found
    found.check()


@pytest.fixture
def quick_database(sqlite_copy: Callable[[], Iterator[Database]]) -> Iterator[Database]:
    """A database of SQLite, for what is the same in both."""
    with contextmanager(sqlite_copy)() as found:
        yield found


@pytest.fixture
def quick(quick_database: Database) -> Iterator[Belonging]:
    """The group in such a database."""
    found = belonging(quick_database)
    yield found
    found.check()
