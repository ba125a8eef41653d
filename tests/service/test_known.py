"""What a space is known to hold: it gives way to what happens, however often it was asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.service.answers import Evaluation
from tests.service.desk import ME, Desk, desk, fee

__all__ = ["desk"]

POLICIES = """\
space: acme
timezone: Europe/Zurich
---
coupon: last
discount: 10%
codes: [LAST]
redemption:
  - at most 1 redemption per code
"""
SMALL = [f"SMALL{number}" for number in range(1, 6)]
ONE_OFF = "---\ncoupon: {}\ndiscount: 1 USD\ncodes: [{}]\n"


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.push(POLICIES + "".join(ONE_OFF.format(code.lower(), code) for code in SMALL))
    return desk


def evaluated(shop: Desk, subscription: str, **more: Any) -> list[Any]:
    """What would be taken off a charge: asked as a call does, three times with one answer."""
    body = json.dumps(shop.body(subscription, charges=[fee("c1")], **more)).encode()
    first, *others = [shop.evaluations.evaluate(body, ME) for _ in range(3)]
    assert [_said(each) for each in others] == [_said(first)] * 2
    return [each.discount for each in first.charges]


def _said(answer: Evaluation) -> object:
    return answer.charges, answer.totals, answer.valid_until


def test_a_code_gives_way_to_the_hold_that_takes_its_place(shop: Desk) -> None:
    """And has it again where that was released, or ran out."""
    assert evaluated(shop, "s1", codes=["LAST"]) == ["10.00"]
    hold = shop.redeemed("LAST", "s2", hold="15 minutes")
    assert evaluated(shop, "s1", codes=["LAST"]) == ["0.00"]
    shop.redemptions.release(str(hold.id), {"at": shop.moment}, ME)
    assert evaluated(shop, "s1", codes=["LAST"]) == ["10.00"]
    shop.redeemed("LAST", "s2", hold="15 minutes")
    assert evaluated(shop, "s1", codes=["LAST"]) == ["0.00"]
    shop.at("2026-03-04T13:00:00Z")
    assert evaluated(shop, "s1", codes=["LAST"]) == ["10.00"]


def test_nothing_on_a_subscription_gives_way_to_what_is_redeemed(shop: Desk) -> None:
    """One code, all five, which are too many to remember, and four again."""
    assert evaluated(shop, "s1") == ["0.00"]
    redeemed = [shop.redeemed(SMALL[0], "s1")]
    assert evaluated(shop, "s1") == ["1.00"]
    redeemed += [shop.redeemed(code, "s1") for code in SMALL[1:]]
    assert evaluated(shop, "s1") == ["5.00"]
    assert evaluated(shop, "s2") == ["0.00"]
    shop.remove(redeemed[0])
    assert evaluated(shop, "s1") == ["4.00"]


def test_facts_and_redemptions_of_a_subscription_are_known_together(shop: Desk) -> None:
    """Either may be there without the other."""
    shop.redeemed("SMALL1", "s1")
    assert evaluated(shop, "s1") == ["1.00"]
    shop.subscriptions.put("s1", {"customer": {"id": "cus-1"}}, ME)
    assert evaluated(shop, "s1") == ["1.00"]
    shop.subscriptions.put("s2", {"customer": {"id": "cus-2"}}, ME)
    assert evaluated(shop, "s2") == ["0.00"]


def test_a_charge_that_nobody_has_recorded_gives_way_to_the_one_that_was(shop: Desk) -> None:
    """The same id is answered as it was recorded."""
    assert evaluated(shop, "s1", codes=["SMALL1"]) == ["1.00"]
    assert shop.discounts("s1", fee("c1")) == ["0.00"]
    assert evaluated(shop, "s1", codes=["SMALL1"]) == ["0.00"]
