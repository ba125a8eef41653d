"""No subscription gets an id that the paths of calls can't have, whichever way it comes in."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decisions.flaws import RequestError
from engine.service.answers import RefusedCharge
from engine.service.errors import NotFound
from tests.service.desk import ME, Desk, desk, fee

__all__ = ["desk"]

POLICIES = """\
space: acme
timezone: Europe/Zurich
---
coupon: spring
discount: 10%
codes: [SPRING]
redemption: [at most 5 redemptions per code]
application: [fee is period]
"""
WRONG = {
    "a/b": "`a/b` holds `/`, which this id can't have: it stands in the paths of calls",
    "a\tb": r"`a\tb` holds a control character, which no id can have",
    "x" * 256: "text of at most 255 characters is expected",
}


@pytest.fixture(params=WRONG, ids=["slash", "tab", "long"])
def wrong(request: pytest.FixtureRequest) -> str:
    """An id that no subscription can have."""
    return str(request.param)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.push(POLICIES)
    desk.redeemed("SPRING", "s1")
    return desk


def refused(call: Any, *given: Any) -> list[tuple[str, str]]:
    """What is said against a request, and where."""
    with pytest.raises(RequestError) as error:
        call(*given, ME)
    return [(each.pointer, each.message) for each in error.value.flaws]


def test_no_code_is_redeemed_or_held_on_it(shop: Desk, wrong: str) -> None:
    said = [("/subscription/id", WRONG[wrong])]
    redeem = shop.redemptions.redeem
    assert refused(redeem, shop.body(wrong, code="SPRING")) == said
    assert refused(redeem, shop.body(wrong, code="SPRING", hold="1 hour")) == said
    assert_unknown(shop, wrong)


def test_no_account_is_activated_with_it(shop: Desk, wrong: str) -> None:
    shop.accounts.attach("cus-1", {"code": "SPRING"}, ME)
    said = [("/subscription/id", WRONG[wrong])]
    assert refused(shop.accounts.activate, "cus-1", shop.body(wrong)) == said
    assert_unknown(shop, wrong)


def test_nothing_is_moved_to_it(shop: Desk, wrong: str) -> None:
    assert refused(shop.subscriptions.move, "s1", {"to": wrong}) == [("/to", WRONG[wrong])]
    assert_unknown(shop, wrong)


def test_a_charge_on_it_harms_no_other_and_leaves_nothing_of_it(shop: Desk, wrong: str) -> None:
    answer = shop.charge("s1", fee("c1", subscription={"id": wrong}), fee("c2"))
    one, other = answer.charges
    assert isinstance(one, RefusedCharge)
    said = [(each.pointer, each.message) for each in one.errors]
    assert said == [("/charges/0/subscription/id", WRONG[wrong])]
    assert other.id == "c2"
    assert_unknown(shop, wrong)


def assert_unknown(shop: Desk, subscription: str) -> None:
    """Nothing was ever heard of a subscription."""
    with pytest.raises(NotFound):
        shop.subscriptions.show(subscription, ME)
