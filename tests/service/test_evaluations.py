"""Evaluating against the store: what stands counts, and nothing is written."""

from __future__ import annotations

from typing import Any

import pytest

from engine.calendar import parse_instant
from engine.decisions.flaws import RequestError
from engine.service.caller import ALL, Caller, Scope
from engine.service.errors import Forbidden
from tests.service.desk import ME, Desk, desk, fee

__all__ = ["desk"]

POLICIES = """\
space: acme
timezone: Europe/Zurich
---
coupon: tenth
discount: 10%
codes: [TENTH]
redemption:
  - at most 2 redemptions per code
application:
  - at most 2 applications per subscription
---
coupon: swiss
discount: 5 USD
codes: [SWISS]
redemption:
  - customer.country is CH
  - from 2026-03-01 through 2026-03-31
"""


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.push(POLICIES)
    return desk


def test_nothing_is_written(shop: Desk) -> None:
    for _ in range(3):
        assert shop.evaluate("s1", fee("c1"), codes=["TENTH"]) == ["10.00"]
    shop.redeemed("TENTH", "s1")
    assert shop.evaluate("s1", fee("c1"), fee("c2"), fee("c3")) == ["10.00", "10.00", "0.00"]
    assert shop.discounts("s1", fee("c1")) == ["10.00"]


def test_limits_used_by_others_are_seen(shop: Desk) -> None:
    shop.redeemed("TENTH", "s1")
    shop.redeemed("TENTH", "s2")
    assert shop.evaluate("s3", fee("c1"), codes=["TENTH"]) == ["0.00"]


def test_a_code_that_is_redeemed_already_is_not_asked_again(shop: Desk) -> None:
    shop.redeemed("TENTH", "s1")
    assert shop.evaluate("s1", fee("c1"), codes=["tenth"]) == ["10.00"]


def test_a_code_may_be_taken_as_redeemed(shop: Desk) -> None:
    codes: list[Any] = [{"code": "SWISS", "redeemed": "2026-02-01T00:00:00Z"}]
    assert shop.evaluate("s1", fee("c1"), codes=codes) == ["5.00"]


def test_stored_facts_count_and_the_request_wins(shop: Desk) -> None:
    shop.subscriptions.put("s1", {"customer": {"id": "c1", "country": "CH"}}, ME)
    assert shop.evaluate("s1", fee("c1"), codes=["SWISS"]) == ["5.00"]
    abroad = {"customer": {"country": "DE"}}
    assert shop.evaluate("s1", fee("c1"), codes=["SWISS"], **abroad) == ["0.00"]
    shop.redeemed("SWISS", "s1")


def test_facts_of_one_customer_say_nothing_of_another(shop: Desk) -> None:
    shop.subscriptions.put("s1", {"customer": {"id": "c1", "country": "CH"}}, ME)
    assert shop.refused("SWISS", "s1", customer={"id": "c2"}) == ["fact_missing"]


def test_attached_codes_are_tried_where_asked(shop: Desk) -> None:
    shop.accounts.attach("cus-1", {"code": "TENTH"}, ME)
    customer = {"customer": {"id": "cus-1"}}
    assert shop.evaluate("s1", fee("c1"), **customer) == ["0.00"]
    assert shop.evaluate("s1", fee("c1"), **customer, attached=True) == ["10.00"]
    with pytest.raises(RequestError, match="/attached: `attached` needs the account"):
        shop.evaluations.evaluate({"charges": [], "attached": True}, ME)


def test_a_pending_change_is_tried_on_what_was_used(shop: Desk) -> None:
    shop.redeemed("TENTH", "s1")
    shop.charge("s1", fee("c1"))
    changed = POLICIES.replace("10%", "20%").replace(
        "at most 2 applications per subscription", "at most 3 applications per coupon"
    )
    shop.push(changed)
    charges = [fee(f"d{n}") for n in range(3)]
    assert shop.evaluate("s1", *charges) == ["10.00", "0.00", "0.00"]
    tried = shop.evaluate("s1", *charges, versions={"tenth": "pending"})
    assert tried == ["20.00", "20.00", "0.00"]
    with pytest.raises(RequestError, match="/versions/swiss"):
        shop.evaluate("s1", fee("c1"), versions={"swiss": "pending"})


def test_valid_until_names_the_next_change(shop: Desk) -> None:
    body = shop.body("s1", charges=[fee("c1")], codes=["SWISS"], customer={"country": "CH"})
    answer = shop.evaluations.evaluate(body, ME)
    assert answer.valid_until == "2026-03-31T22:00:00Z"
    shop.redeemed("TENTH", "s1", hold="15 minutes")
    answer = shop.evaluations.evaluate(shop.body("s1", charges=[fee("c1")]), ME)
    assert answer.valid_until == "2026-03-01T12:15:00Z"


def test_a_change_to_be_enacted_bounds_how_long_an_answer_holds(shop: Desk) -> None:
    shop.push(POLICIES.replace("10%", "20%"))
    shop.changes.enact("tenth", ME, parse_instant("2026-03-02T00:00:00Z"))
    answer = shop.evaluations.evaluate(shop.body("s1", charges=[fee("c1")]), ME)
    assert answer.valid_until == "2026-03-02T00:00:00Z"
    assert shop.redeem("NOPE", "s1", dry_run=True).valid_until is None
    assert shop.redeem("TENTH", "s1", dry_run=True).valid_until == "2026-03-02T00:00:00Z"


def test_the_life_of_a_code_bounds_how_long_an_answer_holds(shop: Desk) -> None:
    lasting = "discount: 10%\nvalid: 1 month"
    shop.push(
        POLICIES.replace("coupon: tenth\ndiscount: 10%", f"coupon: new\n{lasting}").replace(
            "TENTH", "NEW"
        )
    )
    answer = shop.evaluations.evaluate(shop.body("s1", charges=[fee("c1")], codes=["NEW"]), ME)
    assert answer.valid_until == "2026-04-01T11:00:00Z"
    shop.at("2026-04-01T11:00:00Z")
    assert shop.refused("NEW", "s1") == ["code_expired"]


def test_any_moment_may_be_evaluated_but_a_trace_needs_its_scope(shop: Desk) -> None:
    plain = Caller("shop", ALL - {Scope.BACKDATE, Scope.TRACE})
    body = {"at": "2027-01-01T00:00:00Z", "charges": [fee("c1")], "codes": ["SWISS"]}
    assert shop.evaluations.evaluate(body, plain).charges[0].discount == "0.00"
    with pytest.raises(Forbidden, match="`trace` needs the scope `trace`"):
        shop.evaluations.evaluate({**body, "trace": True}, plain)
