"""Until when time alone can't change an answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.decisions.asking import NOON, answer, charge, coupon, policies, request, rules

RATES = """\
rates: treasury
base: EUR
table:
  - {at: 2026-06-01, USD: "1.10"}
  - {at: 2026-07-01, USD: "1.20"}
"""


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("fee is period", None),
        ("from 2026-06-01 through 2026-06-30", "2026-06-30T22:00:00Z"),
        ("from 2026-07-01 through 2026-07-31", "2026-06-30T22:00:00Z"),
        ("through 2026-05-31", None),
        ("between 18:00 and 20:00", "2026-06-15T16:00:00Z"),
        ("between 09:00 and 20:00", "2026-06-15T18:00:00Z"),
        ("on Monday", "2026-06-15T22:00:00Z"),
        ("on Friday between 22:00 and 02:00", "2026-06-19T20:00:00Z"),
        ("within 3 months of redeemed", "2026-09-15T12:00:00Z"),
        ("within 36 hours of redeemed", "2026-06-17T00:00:00Z"),
        ("at most 1 application per subscription per month", "2026-06-30T22:00:00Z"),
        ("at most 1 application per subscription per week", "2026-06-21T22:00:00Z"),
        ("amount is at least 5 EUR", None),
        ("amount is at least 5 USD", "2026-07-01T00:00:00Z"),
    ],
)
def test_of_an_application_rule(rule: str, expected: str | None) -> None:
    asked = policies(coupon("all", application=rules(rule)), RATES)
    given = request("ALL", subscription={"id": "sub-1"})
    assert answer(asked, given)["valid_until"] == expected


def until(asked: str, given: dict[str, Any], *more: str) -> object:
    return answer(policies(asked, *more), given)["valid_until"]


def test_the_earliest_of_several_changes_counts() -> None:
    window, hours = "through 2026-06-30", "between 09:00 and 20:00"
    asked = coupon("all", application=rules(window), redemption=rules(hours))
    assert until(asked, request("ALL")) == "2026-06-15T18:00:00Z"


def test_the_rules_of_redeeming_count_while_the_code_is_not_redeemed() -> None:
    asked = coupon("all", redemption=rules("through 2026-06-30"))
    assert until(asked, request("ALL")) == "2026-06-30T22:00:00Z"
    redeemed = {"code": "ALL", "redeemed": "2026-06-01T00:00:00Z"}
    assert until(asked, request(redeemed)) is None


def test_a_rolling_limit_changes_when_what_it_counts_runs_out() -> None:
    asked = coupon("all", redemption=rules("at most 1 redemption per coupon in any 30 days"))
    given = request({"code": "ALL", "redeemed": "2026-06-01T00:00:00Z"}, "ALL")
    assert until(asked, given) == "2026-07-01T00:00:00Z"


def test_a_condition_of_the_discount_counts_up_to_the_line_that_holds() -> None:
    asked = coupon("all", '["50% when through 2026-06-30", "5% when through 2026-07-31", 1%]')
    assert until(asked, request("ALL")) == "2026-06-30T22:00:00Z"
    later = request("ALL", at="2026-07-10T00:00:00Z")
    assert until(asked, later) == "2026-07-31T22:00:00Z"


def test_a_converted_amount_changes_with_the_rates() -> None:
    asked = coupon("all", "10 USD")
    assert until(asked, request("ALL"), RATES) == "2026-07-01T00:00:00Z"
    assert until(asked, request("ALL", charges=[charge(currency="USD")]), RATES) is None


def test_an_amount_without_a_rate_waits_for_the_first_rates() -> None:
    given = request("ALL", at="2026-05-01T00:00:00Z")
    assert until(coupon("all", "10 USD"), given, RATES) == "2026-06-01T00:00:00Z"


@pytest.mark.parametrize(
    "rule",
    [
        "through 2026-06-30",
        "between 18:00 and 20:00",
        "on Saturday, Sunday",
        "within 2 days of redeemed",
        "within 36 hours of redeemed",
        "amount is at least 90 USD",
    ],
)
def test_the_answer_is_the_same_just_before_and_may_differ_then(rule: str) -> None:
    """The instant is exact: a microsecond before it, the verdict is still that of the request."""
    asked = policies(coupon("all", application=rules(rule)), RATES)
    code = {"code": "ALL", "redeemed": NOON}

    def verdict(at: str) -> object:
        given = request(code, at=at, charges=[charge("80.00")])
        return answer(asked, given)["charges"][0]["discount"]

    changes = str(answer(asked, request(code, charges=[charge("80.00")]))["valid_until"])
    before = _just_before(changes)
    assert verdict(before) == verdict(NOON)
    assert verdict(changes) != verdict(NOON)


def _just_before(instant: str) -> str:
    return (datetime.fromisoformat(instant) - timedelta(microseconds=1)).isoformat()
