"""Onboarding: codes wait on an account, and each has its own answer when it is activated."""

from __future__ import annotations

import pytest

from engine.decisions.flaws import RequestError
from engine.service.answers import Redemption, Refusal
from tests.service.desk import ME, Desk, desk, fee, reasons

__all__ = ["desk"]

POLICIES = """\
space: acme
timezone: Europe/Zurich
---
coupon: march
discount: 10%
codes: [MARCH, MARCH-2]
redemption:
  - from 2026-03-01 through 2026-03-31
---
coupon: always
discount: 5 USD
codes: [ALWAYS]
"""


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.push(POLICIES)
    return desk


def test_codes_are_attached_unchecked_and_wait_in_their_order(shop: Desk) -> None:
    for code in ("ALWAYS", "NOPE", " MARCH ", "ALWAYS"):
        shop.accounts.attach("cus-1", {"code": code}, ME)
    assert shop.accounts.attached("cus-1", ME).codes == ("ALWAYS", "NOPE", "MARCH")


def test_activating_redeems_each_by_itself(shop: Desk) -> None:
    for code in ("MARCH", "NOPE", "MARCH-2", "ALWAYS"):
        shop.accounts.attach("cus-1", {"code": code}, ME)
    answer = shop.accounts.activate("cus-1", {"subscription": {"id": "s1"}}, ME)
    march, nope, twice, always = answer.codes
    assert isinstance(march, Redemption)
    assert reasons(nope) == ["code_unknown"]
    assert reasons(twice) == ["already_redeemed"]
    assert isinstance(always, Redemption)
    assert shop.accounts.attached("cus-1", ME).codes == ()
    assert shop.discounts("s1", fee("c1")) == ["15.00"]


def test_what_became_unredeemable_fails_alone(shop: Desk) -> None:
    shop.accounts.attach("cus-1", {"code": "MARCH"}, ME)
    shop.accounts.attach("cus-1", {"code": "ALWAYS"}, ME)
    shop.at("2026-04-01T00:00:00Z")
    answer = shop.accounts.activate("cus-1", {"subscription": {"id": "s1"}}, ME)
    assert isinstance(answer.codes[0], Refusal)
    assert reasons(answer.codes[0]) == ["ended"]
    assert isinstance(answer.codes[1], Redemption)


def test_an_account_is_activated_on_a_subscription(shop: Desk) -> None:
    with pytest.raises(RequestError, match="/subscription/id"):
        shop.accounts.activate("cus-1", {}, ME)


def test_no_endless_list_of_codes_waits(shop: Desk) -> None:
    for number in range(100):
        shop.accounts.attach("cus-1", {"code": f"C{number}"}, ME)
    with pytest.raises(RequestError, match="at most 100 codes wait"):
        shop.accounts.attach("cus-1", {"code": "ONE-MORE"}, ME)
