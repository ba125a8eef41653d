"""Subscriptions: stored facts, what is left of limits, moving, and erasing a customer."""

from __future__ import annotations

import pytest

from engine.decisions.flaws import RequestError
from engine.service.errors import Conflict, NotFound
from tests.service.desk import ME, Desk, desk, fee

__all__ = ["desk"]

POLICIES = """\
space: acme
timezone: Europe/Zurich
---
coupon: six
discount: 10%
codes: [SIX, SIX-2]
redemption:
  - at most 1 redemption per customer
  - customer.country is CH
application:
  - at most 6 applications per subscription
  - at most 100 USD of discount per customer
  - at most 2 applications per subscription and component
"""
CUSTOMER = {"customer": {"id": "cus-1", "email": "ann@example.com", "country": "CH"}}


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.push(POLICIES)
    desk.facts = CUSTOMER
    return desk


def test_it_shows_what_stands_and_what_is_left(shop: Desk) -> None:
    shop.subscriptions.put("s1", CUSTOMER, ME)
    shop.redeemed("SIX", "s1")
    shop.charge("s1", fee("c1", component="base"))
    view = shop.subscriptions.show("s1", ME)
    (redemption,) = view.redemptions
    assert [(each.rule, each.left) for each in redemption.limits] == [
        ("at most 6 applications per subscription", "5"),
        ("at most 2 applications per subscription and component", None),
        ("at most 100 USD of discount per customer", "90.00 USD"),
    ]
    assert view.facts["customer"]["country"] == "CH"


def test_nothing_is_known_of_what_never_was(shop: Desk) -> None:
    with pytest.raises(NotFound, match="nothing is known of a subscription `s9`"):
        shop.subscriptions.show("s9", ME)


def test_facts_that_cannot_be_read_are_not_stored(shop: Desk) -> None:
    with pytest.raises(RequestError, match="/customer/colour"):
        shop.subscriptions.put("s1", {"customer": {"colour": "red"}}, ME)
    with pytest.raises(RequestError, match="/customer/email"):
        shop.subscriptions.put("s1", {"customer": {"email": "nobody"}}, ME)
    with pytest.raises(RequestError, match="/subscription/id: the facts of `s1`"):
        shop.subscriptions.put("s1", {"subscription": {"id": "s2"}}, ME)
    with pytest.raises(NotFound):
        shop.subscriptions.show("s1", ME)


def test_redemptions_come_in_pages_with_the_ended_ones(shop: Desk) -> None:
    for minute in range(3):
        shop.at(f"2026-03-01T12:0{minute}:00Z").remove(shop.redeemed("SIX", "s1"))
    shop.at("2026-03-01T12:03:00Z").redeemed("SIX-2", "s1")
    first = shop.subscriptions.redemptions("s1", None, 3, ME)
    assert [each.how for each in first.redemptions] == ["removed"] * 3
    rest = shop.subscriptions.redemptions("s1", first.next, 3, ME)
    assert [each.code for each in rest.redemptions] == ["SIX-2"]
    assert rest.next is None
    with pytest.raises(RequestError, match="`abc` is no cursor of this list"):
        shop.subscriptions.redemptions("s1", "abc", 3, ME)


def test_moving_takes_redemptions_codes_and_counts_along(shop: Desk) -> None:
    shop.redeemed("SIX", "s1")
    shop.charge("s1", *(fee(f"c{n}", component=f"p{n}") for n in range(5)))
    shop.accounts.attach("s1", {"code": "LATER"}, ME)
    view = shop.subscriptions.move("s1", {"to": "s2"}, ME)
    assert [each.coupon for each in view.redemptions] == ["six"]
    assert view.attached == ("LATER",)
    assert shop.discounts("s2", fee("d1", component="x"), fee("d2", component="x")) == [
        "10.00",
        "0.00",
    ]
    with pytest.raises(NotFound):
        shop.subscriptions.show("s1", ME)
    assert shop.discounts("s2", fee("c0", component="p0")) == ["10.00"]


def test_moving_to_an_id_in_use_is_refused(shop: Desk) -> None:
    shop.charge("s1", fee("c1"))
    shop.charge("s2", fee("c2"))
    with pytest.raises(Conflict, match="the subscription `s2` has redemptions, charges"):
        shop.subscriptions.move("s1", {"to": "s2"}, ME)
    with pytest.raises(NotFound):
        shop.subscriptions.move("s9", {"to": "s3"}, ME)


def test_erasing_leaves_the_sums_and_takes_the_person(shop: Desk) -> None:
    shop.subscriptions.put("s1", CUSTOMER, ME)
    first = shop.redeemed("SIX", "s1")
    charged = shop.charge("s1", fee("c1"), fee("c2"))
    shop.accounts.attach("cus-1", {"code": "LATER"}, ME)
    erased = shop.erasure.erase("cus-1", ME)
    assert erased.subscriptions == 1
    assert shop.subscriptions.show("s1", ME).facts == {}
    for decision in (first.decision, charged.decision):
        with pytest.raises(NotFound):
            shop.decisions.show(decision, ME)
    with shop.office.database.engine.connect() as connection:
        tables = (
            "redemptions",
            "applications",
            "charges",
            "journal",
            "counters",
            "subscriptions",
            "attached",
        )
        for table in tables:
            said = str(connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall())  # noqa: S608
            assert "cus-1" not in said, table
            assert "ann@example.com" not in said, table
    assert shop.refused("SIX", "s1") == ["already_redeemed"]
    with pytest.raises(NotFound, match="nothing is kept of a customer `cus-2`"):
        shop.erasure.erase("cus-2", ME)
