"""How much is taken off: order, exactness, rounding, caps, prices, rates, budgets, the best."""

from __future__ import annotations

import pytest

from tests.decisions.asking import (
    NOON,
    SPACE,
    answer,
    charge,
    coupon,
    declined,
    discounts,
    policies,
    reason,
    request,
    rules,
)

RATES = """\
rates: treasury
base: EUR
table:
  - {at: 2026-01-01, USD: "1.10", CHF: "0.95", JPY: "160"}
  - {at: 2026-07-01, USD: "1.20", CHF: "0.95", JPY: "160"}
"""
EVEN = SPACE + "rounding: half-even\n"


def taken(discount: str, amount: str, currency: str = "EUR", space: str = SPACE) -> str | None:
    """What one coupon takes off one charge, with the treasury's rates."""
    asked = policies(coupon("c", discount), RATES, space=space)
    (found,) = discounts(answer(asked, request("C", charges=[charge(amount, currency)])))
    return found.get("C")


# --- order --------------------------------------------------------------------------------------


def test_prices_come_before_percentages_and_these_before_amounts() -> None:
    asked = policies(coupon("a", "5 EUR"), coupon("b", "50%"), coupon("c", "to 80 EUR"))
    (line,) = answer(asked, request("A", "B", "C"))["charges"]
    found = [(each["code"], each["on"], each["amount"]) for each in line["discounts"]]
    expected = [("C", "100.00", "20.00"), ("B", "80.00", "40.00"), ("A", "40.00", "5.00")]
    assert (found, line["net"]) == (expected, "35.00")


def test_within_a_kind_the_moment_of_redemption_decides_and_then_the_name() -> None:
    asked = policies(*(coupon(name, "10 EUR") for name in ("a", "b", "z")))
    early, late = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
    moments = {"Z": early, "B": late, "A": late}
    given = request(
        *({"code": code, "redeemed": at} for code, at in moments.items()), charges=[charge("15.00")]
    )
    answered = answer(asked, given)
    assert list(discounts(answered)[0].items()) == [("Z", "10.00"), ("A", "5.00")]
    assert declined(answered) == {"B": ["nothing_left"]}


def test_names_are_ordered_by_code_point() -> None:
    asked = policies(coupon("B", "50%", codes="[X]"), coupon("a", "50%", codes="[Y]"))
    (line,) = answer(asked, request("Y", "X"))["charges"]
    assert [each["coupon"] for each in line["discounts"]] == ["B", "a"]


def test_rules_see_the_amount_before_any_discount() -> None:
    whole = rules("amount is at least 100 EUR")
    asked = policies(coupon("a", "50%"), coupon("b", "10 EUR", application=whole))
    assert discounts(answer(asked, request("A", "B"))) == [{"A": "50.00", "B": "10.00"}]


# --- exactness and rounding ---------------------------------------------------------------------


def test_nothing_is_rounded_between_two_discounts() -> None:
    asked = policies(coupon("a", "33.333%"), coupon("b", "33.333%"))
    (found,) = discounts(answer(asked, request("A", "B", charges=[charge("0.05")])))
    # 1.66665 cents, then 33.333% of the exact 3.33335 cents that are left: 1.1111… cents.
    assert found == {"A": "0.02", "B": "0.01"}


@pytest.mark.parametrize(
    ("discount", "amount", "up", "even"),
    [
        ("50%", "0.01", "0.01", None),
        ("50%", "0.03", "0.02", "0.02"),
        ("50%", "0.05", "0.03", "0.02"),
        ("10%", "0.25", "0.03", "0.02"),
        ("10%", "0.35", "0.04", "0.04"),
        ("7.7%", "19.90", "1.53", "1.53"),
    ],
)
def test_halves_go_up_or_to_the_even_neighbour(
    discount: str, amount: str, up: str | None, even: str | None
) -> None:
    assert (taken(discount, amount), taken(discount, amount, space=EVEN)) == (up, even)


def test_what_rounding_puts_over_the_charge_is_taken_from_the_last() -> None:
    asked = policies(coupon("a", "50%"), coupon("b", "50%"), coupon("c", "1 EUR"))
    answered = answer(asked, request("A", "B", "C", charges=[charge("0.03")]))
    # Exactly 1.5, 0.75 and 0.75 cents, each rounded up: 4 cents of 3.
    assert discounts(answered) == [{"A": "0.02", "B": "0.01"}]
    assert declined(answered) == {"C": ["nothing_left"]}
    assert answered["charges"][0]["net"] == "0.00"


@pytest.mark.parametrize(
    ("discount", "amount", "currency", "expected"),
    [
        ("10%", "1005", "JPY", "101"),
        ("500 JPY", "1005", "JPY", "500"),
        ("10%", "1.005", "KWD", "0.101"),
        ("0.250 KWD", "1.005", "KWD", "0.250"),
        ("10 EUR", "10000", "JPY", "1600"),
        ("100%", "999999999999999.99", "EUR", "999999999999999.99"),
    ],
)
def test_currencies_have_their_own_decimals(
    discount: str, amount: str, currency: str, expected: str
) -> None:
    assert taken(discount, amount, currency) == expected


# --- caps, prices, conversion -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("discount", "amount", "currency", "expected"),
    [
        ("20% up to 5 EUR", "100.00", "EUR", "5.00"),
        ("20% up to 5 EUR", "10.00", "EUR", "2.00"),
        ("20% up to 5 EUR", "100.00", "USD", "5.50"),
        ("10 USD", "100.00", "EUR", "9.09"),
        ("10 USD", "100.00", "CHF", "8.64"),
        ("10 EUR", "4.00", "EUR", "4.00"),
        ("to 9.90 EUR", "29.90", "EUR", "20.00"),
        ("to 9.90 EUR", "9.90", "EUR", None),
        ("to 9.90 EUR", "5.00", "EUR", None),
        ("to 0 EUR", "5.00", "EUR", "5.00"),
        ("to 10 EUR", "20.00", "USD", "9.00"),
        ("200%", "20.00", "EUR", "20.00"),
    ],
)
def test_a_discount_alone(discount: str, amount: str, currency: str, expected: str | None) -> None:
    assert taken(discount, amount, currency) == expected


def test_a_cap_holds_on_each_charge() -> None:
    asked = policies(coupon("c", "20% up to 5 EUR"))
    given = request("C", charges=[charge("100.00"), charge("200.00")])
    assert discounts(answer(asked, given)) == [{"C": "5.00"}, {"C": "5.00"}]


def test_the_rate_is_the_one_in_force_at_the_charge() -> None:
    asked = policies(coupon("c", "12 USD"), RATES)
    found = [
        discounts(answer(asked, request("C", at=at)))[0]["C"]
        for at in ("2026-06-30T23:59:59.999999Z", "2026-07-01T00:00:00Z")
    ]
    assert found == ["10.91", "10.00"]


@pytest.mark.parametrize("discount", ["10 GBP", "20% up to 5 GBP", "to 5 GBP"])
def test_an_amount_that_no_rate_converts_is_not_given(discount: str) -> None:
    asked = policies(coupon("c", discount), RATES)
    assert reason(answer(asked, request("C")))["reason"] == "rate_missing"


def test_a_comparison_that_no_rate_converts_is_unknown() -> None:
    asked = policies(coupon("c", application=rules("amount is over 5 GBP")), RATES)
    assert reason(answer(asked, request("C")))["reason"] == "rate_missing"


def test_before_the_first_rates_there_is_none() -> None:
    asked = policies(coupon("c", "10 USD"), RATES)
    answered = answer(asked, request("C", at="2025-12-31T23:59:59Z"))
    assert declined(answered) == {"C": ["rate_missing"]}


# --- budgets ------------------------------------------------------------------------------------


def test_a_budget_trims_the_last_discount_and_is_then_reached() -> None:
    budget = rules("at most 25 EUR of discount per subscription")
    asked = policies(coupon("c", application=budget))
    given = request("C", charges=[charge()] * 4, subscription={"id": "sub-1"})
    answered = answer(asked, given)
    assert discounts(answered) == [{"C": "10.00"}, {"C": "10.00"}, {"C": "5.00"}, {}]
    assert declined(answered, 3) == {"C": ["limit_reached"]}


def test_what_is_left_of_a_budget_is_rounded_down() -> None:
    budget = rules("at most 1 USD of discount per coupon")
    asked = policies(coupon("c", application=budget), RATES)
    # One dollar is 0.909… euros, and what is left after 0.90 of them is less than a cent.
    answered = answer(asked, request("C", charges=[charge(), charge()]))
    assert discounts(answered) == [{"C": "0.90"}, {}]
    assert declined(answered, 1) == {"C": ["limit_reached"]}


def test_the_smaller_of_two_budgets_counts() -> None:
    budgets = rules("at most 7 EUR of discount per coupon", "at most 5 EUR of discount per code")
    asked = policies(coupon("c", application=budgets))
    assert discounts(answer(asked, request("C"))) == [{"C": "5.00"}]


def test_a_budget_that_no_rate_converts_gives_nothing() -> None:
    budget = rules("at most 5 GBP of discount per coupon")
    asked = policies(coupon("c", application=budget), RATES)
    assert declined(answer(asked, request("C"))) == {"C": ["rate_missing"]}


# --- the best of several ------------------------------------------------------------------------


def test_only_the_best_of_a_name_applies_and_the_others_name_it() -> None:
    one, two = coupon("a", "10 EUR", best_of="sale"), coupon("b", "20%", best_of="sale")
    asked = policies(one, two, coupon("c", "1 EUR"))
    answered = answer(asked, request("A", "B", "C", charges=[charge("40.00"), charge("60.00")]))
    given = [{"A": "10.00", "C": "1.00"}, {"B": "12.00", "C": "1.00"}]
    assert discounts(answered) == given
    assert declined(answered, 0) == {"B": ["outdone"]}
    assert answered["charges"][1]["declined"][0]["reasons"][0]["facts"] == {"coupon": "b"}


def test_at_a_tie_the_first_redeemed_is_the_best() -> None:
    asked = policies(*(coupon(name, "10%", best_of="sale") for name in ("a", "b")))
    early = {"code": "B", "redeemed": "2026-01-01T00:00:00Z"}
    late = {"code": "A", "redeemed": "2026-02-01T00:00:00Z"}
    assert discounts(answer(asked, request(late, early))) == [{"B": "10.00"}]


def test_the_best_is_compared_with_its_cap_and_its_budget() -> None:
    budget = rules("at most 4 EUR of discount per coupon")
    asked = policies(
        coupon("a", "50% up to 5 EUR", best_of="sale"),
        coupon("b", "60%", best_of="sale", application=budget),
        coupon("c", "6%", best_of="sale"),
    )
    assert discounts(answer(asked, request("A", "B", "C"))) == [{"C": "6.00"}]


def test_the_best_that_does_not_apply_outdoes_none() -> None:
    asked = policies(
        coupon("a", "90%", best_of="sale", application=rules("fee is setup")),
        coupon("b", "10%", best_of="sale"),
    )
    answered = answer(asked, request("A", "B"))
    assert discounts(answered) == [{"B": "10.00"}]
    assert declined(answered) == {"A": ["condition_not_met"]}


# --- nothing left, and lines of a discount ------------------------------------------------------


@pytest.mark.parametrize("amount", ["0.00", "-0.01", "-100.00"])
def test_a_charge_of_zero_or_less_gets_none(amount: str) -> None:
    answered = answer(policies(coupon("c")), request("C", charges=[charge(amount)]))
    (line,) = answered["charges"]
    assert (line["discount"], line["net"]) == ("0.00", amount)
    assert declined(answered) == {"C": ["nothing_left"]}


def test_a_charge_that_is_discounted_fully_gets_no_more() -> None:
    answered = answer(policies(coupon("a", "100%"), coupon("b", "5 EUR")), request("A", "B"))
    assert discounts(answered) == [{"A": "100.00"}]
    assert declined(answered) == {"B": ["nothing_left"]}


LINES = '["50% when within 3 months of redeemed", "20% when quantity is at least 500", 5%]'


@pytest.mark.parametrize(
    ("redeemed", "quantity", "expected"),
    [
        (NOON, 1, "50.00"),
        ("2026-01-01T00:00:00Z", 500, "20.00"),
        ("2026-01-01T00:00:00Z", 1, "5.00"),
    ],
)
def test_the_first_line_whose_condition_holds_is_given(
    redeemed: str, quantity: int, expected: str
) -> None:
    given = request({"code": "C", "redeemed": redeemed}, charges=[charge(quantity=quantity)])
    assert discounts(answer(policies(coupon("c", LINES)), given)) == [{"C": expected}]


def test_an_unknown_line_stops_the_choice() -> None:
    given = request({"code": "C", "redeemed": "2026-01-01T00:00:00Z"})
    found = reason(answer(policies(coupon("c", LINES)), given))
    assert (found["reason"], found["facts"]) == ("fact_missing", {"quantity": None})


def test_when_no_line_holds_the_conditions_are_not_met() -> None:
    lines = '["10 USD when currency is USD", "5% when from 2027-01-01"]'
    answered = answer(policies(coupon("c", lines), RATES), request("C"))
    assert declined(answered) == {"C": ["condition_not_met", "condition_not_met"]}
