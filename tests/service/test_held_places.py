"""Until when an answer holds that the holds of others stand in the way of."""

from __future__ import annotations

from typing import Any

import pytest

from engine.service.answers import Refusal
from engine.service.codes.validation import Validations
from tests.service.desk import ME, NOW, Desk, desk, fee

__all__ = ["desk"]

POLICIES = """\
space: acme
timezone: Europe/Zurich
currency: USD
---
coupon: ten
discount: 10%
codes: [TEN, ELEVEN]
redemption:
  - at most 1 redemption per code
---
coupon: pair
discount: 10%
codes: [PAIR]
redemption:
  - at most 2 redemptions per code
---
coupon: rolling
discount: 10%
codes: [ROLLING]
redemption:
  - at most 1 redemption per customer in any 10 days
---
coupon: daily
discount: 10%
codes: [DAILY]
redemption:
  - at most 1 redemption per coupon per day
---
coupon: swiss
discount: 10%
codes: [SWISS]
redemption:
  - customer.country is CH
  - at most 2 redemptions per code
"""
END = "2026-03-01T12:15:00Z"


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.push(POLICIES)
    return desk


def hold(shop: Desk, code: str, subscription: str, length: str = "15 minutes", **more: Any) -> None:
    shop.redeemed(code, subscription, hold=length, **more)


def evaluated(shop: Desk, code: str, **more: Any) -> str | None:
    body = shop.body("other", charges=[fee("c1")], codes=[code], **more)
    return shop.evaluations.evaluate(body, ME).valid_until


def redeemed(shop: Desk, code: str, **more: Any) -> str | None:
    answer = shop.redeem(code, "other", **more)
    assert isinstance(answer, Refusal), answer
    return answer.valid_until


def validated(shop: Desk, code: str) -> str | None:
    return Validations(shop.office).validate({"codes": [code]}, ME).valid_until


def test_a_hold_in_the_place_of_a_limit_bounds_how_long_a_refusal_holds(shop: Desk) -> None:
    hold(shop, "TEN", "s1")
    assert evaluated(shop, "TEN") == redeemed(shop, "TEN") == validated(shop, "TEN") == END
    assert evaluated(shop, "ELEVEN") is None
    assert validated(shop, "ELEVEN") is None
    shop.at(END)
    assert shop.evaluate("other", fee("c1"), codes=["TEN"]) == ["10.00"]


def test_a_hold_that_leaves_room_changes_nothing(shop: Desk) -> None:
    hold(shop, "PAIR", "s1")
    assert evaluated(shop, "PAIR") is None
    assert shop.redeem("PAIR", "other", dry_run=True).valid_until is None


def test_the_first_of_several_holds_gives_the_place_back(shop: Desk) -> None:
    hold(shop, "PAIR", "s1", "2 hours")
    hold(shop, "PAIR", "s2", "15 minutes")
    assert evaluated(shop, "PAIR") == redeemed(shop, "PAIR") == END


def test_where_a_limit_was_lowered_the_hold_counts_that_leaves_room(shop: Desk) -> None:
    hold(shop, "PAIR", "s1", "15 minutes")
    hold(shop, "PAIR", "s2", "2 hours")
    shop.push(POLICIES.replace("at most 2 redemptions per code", "at most 1 redemption per code"))
    shop.changes.enact("pair", ME)
    later = "2026-03-01T14:00:00Z"
    assert evaluated(shop, "PAIR") == redeemed(shop, "PAIR") == later
    assert validated(shop, "PAIR") == later


def test_another_rule_that_fails_does_not_make_a_hold_count(shop: Desk) -> None:
    hold(shop, "SWISS", "s1", customer={"country": "CH"})
    assert evaluated(shop, "SWISS") is None
    assert redeemed(shop, "SWISS") is None


def test_the_place_of_another_is_not_ones_own(shop: Desk) -> None:
    hold(shop, "ROLLING", "s1", customer={"id": "cus-1"})
    assert evaluated(shop, "ROLLING", customer={"id": "cus-1"}) == END
    assert redeemed(shop, "ROLLING", customer={"id": "cus-1"}) == END
    shop.redeemed("ROLLING", "s2", customer={"id": "cus-2"})
    rolled = "2026-03-11T12:00:00Z"
    assert evaluated(shop, "ROLLING", customer={"id": "cus-2"}) == rolled


def test_a_window_that_is_over_before_comes_first(shop: Desk) -> None:
    shop.at("2026-03-01T22:50:00Z")
    hold(shop, "DAILY", "s1", "1 hour")
    midnight = "2026-03-01T23:00:00Z"
    assert evaluated(shop, "DAILY") == redeemed(shop, "DAILY") == midnight


def test_a_hold_that_ran_out_by_the_moment_that_is_asked_for_is_over(shop: Desk) -> None:
    hold(shop, "TEN", "s1")
    assert evaluated(shop, "TEN", at="2026-03-01T12:14:59Z") == END
    assert evaluated(shop, "TEN", at=END) is None
    assert shop.moment == NOW


def test_a_code_is_reserved_until_the_last_of_its_holds_ends(shop: Desk) -> None:
    hold(shop, "SWISS", "s1", customer={"country": "CH"})
    assert validated(shop, "SWISS") == END
