"""Groups, their ways in and their members as they are listed and shown."""

from __future__ import annotations

import pytest

from engine.decisions.flaws import RequestError
from engine.groups.members import Filters
from engine.service.errors import NotFound
from engine.store.database import Database
from tests.groups.belonging import (
    ADA,
    GROUP,
    POLICIES,
    Belonging,
    belonging,
    quick,
    quick_database,
    xyz,
)
from tests.service.desk import ME

__all__ = ["quick", "quick_database", "xyz"]


def test_a_group_shows_its_owner_users_and_ways(xyz: Belonging) -> None:
    xyz.join("XYZCOUPONCODE", "u1")
    shown = xyz.shown()
    assert (shown.title, shown.members) == ("Company XYZ", 1)
    assert (shown.owner.subscription, shown.owner.amount, shown.owner.billing) == (
        "xyz-owner",
        "900.00",
        "invoice",
    )
    assert (shown.users.plan, shown.users.amount, shown.users.currency) == (
        "xyz-users",
        "20.00",
        "USD",
    )
    assert [(way.kind, way.coupon, way.seats, way.taken, way.left) for way in shown.ways] == [
        ("code", "xyz-code", 2, 1, 1),
        ("unique codes", "xyz-unique-codes", 3, 0, 3),
        ("list", "xyz-list", 2, 0, 2),
        ("email domain", "xyz-email-domain", None, 0, None),
        ("networks", "xyz-networks", None, 0, None),
    ]
    assert shown.ways[0].code == "XYZCOUPONCODE"
    assert shown.ways[3].domain == "xyz.example"
    assert shown.ways[4].networks == ("192.0.2.0/24", "2001:db8::/32")


def test_amounts_may_be_left_out(quick_database: Database) -> None:
    plain = POLICIES.replace(", amount: 900.00 USD", "").replace(", amount: 20.00 USD", "")
    shown = belonging(quick_database, plain).shown()
    assert (shown.owner.amount, shown.owner.currency, shown.users.amount) == (None, None, None)


def test_seats_are_those_in_force(quick: Belonging) -> None:
    quick.push(POLICIES.replace("seats: 2", "seats: 5"))
    assert quick.seats("xyz-code") == (2, 0, 2)
    quick.changes.enact("xyz-code", ME)
    assert quick.seats("xyz-code") == (5, 0, 5)


def test_a_limit_below_what_is_taken_leaves_nothing(quick: Belonging) -> None:
    for customer in ("u1", "u2"):
        quick.join("XYZCOUPONCODE", customer)
    quick.push(POLICIES.replace("seats: 2", "seats: 1"))
    quick.changes.enact("xyz-code", ME)
    assert quick.seats("xyz-code") == (1, 2, 0)


def test_groups_come_in_pages_by_name(quick_database: Database) -> None:
    other = GROUP.replace("xyz", "abc").replace("XYZ", "ABC").replace("abc.example", "b.example")
    other = other.replace("192.0.2.0/24", "198.51.100.0/24")
    desk = belonging(quick_database, f"{POLICIES}---\n{other}")
    first = desk.own.shown.list(None, 1, ME)
    assert [each.group for each in first.groups] == ["abc"]
    rest = desk.own.shown.list(first.next, 1, ME)
    assert ([each.group for each in rest.groups], rest.next) == (["xyz"], None)
    with pytest.raises(RequestError, match="is no cursor of this list"):
        desk.own.shown.list("?", 1, ME)


def test_a_group_that_there_is_not_is_not_shown(quick: Belonging) -> None:
    with pytest.raises(NotFound, match="no group is called `abc`"):
        quick.shown("abc")
    with pytest.raises(NotFound, match="no group is called `abc`"):
        quick.members("abc")
    with pytest.raises(NotFound, match="`u1` is no member of a group `xyz`"):
        quick.member("u1")


def test_members_come_in_pages(xyz: Belonging) -> None:
    for number in range(3):
        xyz.admitted(f"u{number}", email=f"a{number}@xyz.example")
    first = xyz.own.members.list("xyz", Filters(), None, 2, ME)
    assert [each.customer for each in first.members] == ["u0", "u1"]
    rest = xyz.own.members.list("xyz", Filters(), first.next, 2, ME)
    assert ([each.customer for each in rest.members], rest.next) == (["u2"], None)


def test_members_are_found_by_way_address_and_whether_they_left(xyz: Belonging) -> None:
    xyz.admitted("u1", email=ADA)
    xyz.admitted("u2", email="a_a%b@xyz.example", ip="192.0.2.1")
    xyz.admitted("u3", ip="192.0.2.1")
    xyz.leave("u1")
    assert xyz.members(way="xyz-networks") == ["u3"]
    assert xyz.members(email="XYZ.example") == ["u1", "u2"]
    assert xyz.members(email="_a%") == ["u2"]
    assert xyz.members(email="\\") == []
    assert xyz.members(standing=True) == ["u2", "u3"]
    assert xyz.members(way="xyz-email-domain", email="ada", standing=False) == ["u1"]


def test_members_of_a_group_whose_file_is_gone_can_be_seen_and_leave(quick: Belonging) -> None:
    quick.admitted("u1", email=ADA)
    quick.push(POLICIES.split("---")[0])
    with pytest.raises(NotFound):
        quick.shown()
    assert quick.members() == ["u1"]
    assert quick.leave("u1").coupon == "xyz-email-domain"
