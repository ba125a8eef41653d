"""How long deciding and explaining take: `pytest tests/benchmarks --benchmark-only`."""

from __future__ import annotations

from typing import Any

import pytest

from engine.calendar import parse_instant
from engine.catalogue.loader import load_texts
from engine.decisions.application import Redeemed, apply, explain_application
from engine.decisions.compiler import Record
from engine.decisions.coupon import ReadyCoupon
from engine.decisions.evaluation import Policies
from engine.decisions.explanation import explain
from engine.decisions.redemption import redeemable
from engine.decisions.usage import RecordedUsage
from engine.money import Money

POLICIES = """
space: acme
timezone: Europe/Zurich
currency: CHF
---
vocabulary: acme
values: {product: [core, pro]}
---
coupon: black-friday
discount: 20% up to 50 CHF
codes: [BLACKFRIDAY2026]
redemption:
  - from 2026-11-27 through 2026-11-30
  - at most 500 redemptions per code
  - at most 1 redemption per customer
  - customer.country is one of CH, DE, AT
  - customer.new or customer.segment is known
application:
  - fee is one of setup, period
  - product is one of pro, core
  - amount is at least 10 CHF
  - quantity is at least 1 or not customer.new
  - at most 6 applications per subscription
"""
AT = "2026-11-28T10:00:00+01:00"
REQUEST = {
    "at": AT,
    "customer": {"id": "cus-1", "country": "CH", "new": True},
    "subscription": {"id": "sub-1", "product": "pro", "currency": "CHF"},
    "charges": [
        {"id": "le-1", "fee": "period", "quantity": "5", "amount": "100.00", "currency": "CHF"}
    ],
    "codes": ["BLACKFRIDAY2026"],
}


@pytest.fixture(scope="module")
def policies() -> Policies:
    return Policies(load_texts({"acme.yaml": POLICIES}))


@pytest.fixture(scope="module")
def coupon(policies: Policies) -> ReadyCoupon:
    return policies.coupons["black-friday"]


@pytest.fixture(scope="module")
def record(policies: Policies) -> Record:
    found: Record = [None] * (len(policies.catalogue.vocabulary.facts) + 2)
    facts: dict[str, Any] = {
        "code": "BLACKFRIDAY2026",
        "customer.id": "cus-1",
        "customer.country": "CH",
        "customer.new": True,
        "subscription.id": "sub-1",
        "product": "pro",
        "fee": "period",
        "quantity": 5,
        "amount": Money(10000, "CHF"),
        "currency": "CHF",
    }
    found[0] = parse_instant(AT)
    for name, value in facts.items():
        found[policies.catalogue.vocabulary.slots[name]] = value
    return found


def test_decide_a_redemption_with_five_rules(
    benchmark: Any, coupon: ReadyCoupon, record: Record
) -> None:
    usage = RecordedUsage()
    assert benchmark(lambda: redeemable(coupon, record, usage, ()))


def test_decide_a_charge_with_five_rules_and_its_discount(
    benchmark: Any, coupon: ReadyCoupon, record: Record
) -> None:
    usage = RecordedUsage()
    codes = [(Redeemed(coupon, "BLACKFRIDAY2026", record[0]), record)]
    amount = Money(10000, "CHF")
    outcome = benchmark(lambda: apply(amount, codes, usage))
    assert outcome.discount == 2000


def test_explain_a_redemption_with_five_rules(
    benchmark: Any, coupon: ReadyCoupon, record: Record
) -> None:
    usage = RecordedUsage()
    verdicts = benchmark(lambda: list(explain(coupon.redemption, record, usage)))
    assert [each.holds for each in verdicts] == [True] * 5


def test_explain_a_refused_redemption_with_five_rules(
    benchmark: Any, policies: Policies, coupon: ReadyCoupon, record: Record
) -> None:
    usage = RecordedUsage()
    refused = record.copy()
    refused[0] = parse_instant("2026-12-28T10:00:00+01:00")
    refused[policies.catalogue.vocabulary.slots["customer.country"]] = "US"
    verdicts = benchmark(lambda: list(explain(coupon.redemption, refused, usage)))
    assert [each.holds for each in verdicts] == [False, True, True, False, True]


def test_explain_a_charge_with_five_rules(
    benchmark: Any, coupon: ReadyCoupon, record: Record
) -> None:
    usage = RecordedUsage()
    redeemed = Redeemed(coupon, "BLACKFRIDAY2026", record[0])
    verdicts = benchmark(lambda: explain_application(redeemed, record, usage))
    assert [each.holds for each in verdicts] == [True] * 5


def test_answer_a_whole_request_from_json_to_json(benchmark: Any, policies: Policies) -> None:
    answer = benchmark(lambda: policies.evaluate(REQUEST).to_json())
    assert b'"discount":"20.00"' in answer
