"""Recording charges: each counts once, is answered alike again, and can be taken back."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decisions.flaws import RequestError
from engine.service.answers import RefusedCharge, Reversal
from engine.service.caller import Caller
from engine.service.errors import KeyReused
from tests.service.desk import ME, Desk, desk, fee, reasons

__all__ = ["desk"]

POLICIES = """\
space: acme
timezone: Europe/Zurich
currency: USD
---
coupon: six
discount: 10%
codes: [SIX]
application:
  - at most 2 applications per subscription
---
coupon: budget
discount: 50%
codes: [BUDGET]
application:
  - at most 100 EUR of discount per coupon
---
coupon: periods
discount: 1 USD
codes: [PERIODS]
application:
  - at most 1 period per subscription
---
rates: treasury
base: EUR
table:
  - {at: 2026-01-01, USD: "1.10"}
"""


@pytest.fixture
def till(desk: Desk) -> Desk:
    desk.push(POLICIES)
    return desk


def refused(line: Any) -> list[str]:
    assert isinstance(line, RefusedCharge), line
    return [each.reason for each in line.refused]


def test_each_discounted_charge_counts(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    charges = fee("c1"), fee("c2", "0.01"), fee("c3"), fee("c4")
    assert till.discounts("s1", *charges) == ["10.00", "0.00", "10.00", "0.00"]


def test_a_charge_recorded_twice_is_answered_alike_and_counts_once(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    first = till.charge("s1", fee("c1"))
    till.at("2026-03-01T12:01:00Z")
    body = {"at": "2026-03-01T12:00:00Z"}
    assert till.charge("s1", fee("c1"), **body).charges == first.charges
    assert till.discounts("s1", fee("c2"), fee("c2"), fee("c3")) == ["10.00", "10.00", "0.00"]


@pytest.mark.parametrize("other", [{"amount": "90.00"}, {"fee": "setup"}, {"component": "base"}])
def test_a_charge_with_other_content_is_refused(till: Desk, other: dict[str, Any]) -> None:
    till.charge("s1", fee("c1"))
    answer = till.charge("s1", fee("c1") | other, fee("c2"))
    assert refused(answer.charges[0]) == ["charge_differs"]
    assert [each.net for each in answer.totals] == ["100.00"]
    assert refused(till.charge("s2", fee("c1")).charges[0]) == ["charge_differs"]


def test_all_or_none(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1"))
    answer = till.charge("s1", fee("c2"), fee("c1", "1.00"), atomic=True)
    assert not answer.recorded
    assert answer.totals == ()
    assert till.discounts("s1", fee("c2")) == ["10.00"]


def test_a_refused_all_or_none_is_kept_with_its_key(till: Desk) -> None:
    till.charge("s1", fee("c1"))
    keyed = Caller("shop", key="k1")
    body = till.body("s1", charges=[fee("c2"), fee("c1", "1.00")], atomic=True)
    answer = till.charging.charge(body, keyed)
    assert till.charging.charge(body, keyed) == answer
    assert till.decisions.show(answer.decision, ME).kind == "refusal"
    with pytest.raises(KeyReused):
        till.charging.charge({**body, "atomic": False}, keyed)


def test_the_same_charge_in_other_words_is_the_same(till: Desk) -> None:
    first = till.charge("s1", fee("c1", at="2026-03-01T12:00:00Z"))
    again = till.charge("s1", fee("c1", "100.0", at="2026-03-01T13:00:00+01:00"))
    assert (again.charges, again.totals) == (first.charges, first.totals)


def test_a_charge_may_belong_to_another_subscription(till: Desk) -> None:
    till.redeemed("SIX", "s2")
    charges = fee("c1"), fee("c2", subscription={"id": "s2"})
    assert till.discounts("s1", *charges) == ["0.00", "10.00"]


def test_one_that_cannot_be_read_harms_no_other(till: Desk) -> None:
    answer = till.charge("s1", fee("c1"), fee("c2", colour="red"), fee("c3", "1.001"))
    good, wrong, fine = answer.charges
    assert isinstance(wrong, RefusedCharge)
    assert isinstance(fine, RefusedCharge)
    assert [each.pointer for each in (*wrong.errors, *fine.errors)] == [
        "/charges/1/colour",
        "/charges/2/amount",
    ]
    assert good.id == "c1"


@pytest.mark.parametrize(
    ("charge", "message"),
    [
        ({"fee": "period"}, "/charges/0: `id` is missing"),
        (fee("c1", "1.001"), "/charges/0/amount: `1.001` has more decimals than USD"),
        (
            {"id": "c1", "fee": "metered", "currency": "USD"},
            "/charges/0/amount: `amount` is missing",
        ),
        (fee("c1", corrects="c0"), "/charges/0/corrects: only a negative charge corrects"),
    ],
)
def test_nothing_is_recorded_of_a_request_without_a_readable_charge(
    till: Desk, charge: dict[str, Any], message: str
) -> None:
    with pytest.raises(RequestError) as error:
        till.charge("s1", charge)
    assert message in str(error.value)


def test_a_charge_needs_a_subscription(till: Desk) -> None:
    with pytest.raises(RequestError, match="/charges/0/subscription/id"):
        till.charging.charge({"charges": [fee("c1")]}, ME)


# --- budgets


def test_a_budget_is_counted_exactly_across_currencies(till: Desk) -> None:
    till.redeemed("BUDGET", "s1")
    charges = [fee(f"c{n}", "20.00") for n in range(12)]
    assert till.discounts("s1", *charges) == ["10.00"] * 11 + ["0.00"]


def test_the_last_discount_is_trimmed_to_what_is_left(till: Desk) -> None:
    till.redeemed("BUDGET", "s1")
    assert till.discounts("s1", fee("c1", "200.00"), fee("c2", "50.00")) == ["100.00", "10.00"]


def test_a_budget_that_comes_later_counts_what_was_discounted_before(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1"))
    budget = "at most 15 USD of discount per subscription"
    till.push(POLICIES.replace("at most 2 applications per subscription", budget))
    till.changes.enact("six", ME)
    assert till.discounts("s1", fee("c2"), fee("c3")) == ["5.00", "0.00"]


# --- taking back


def test_a_reversed_charge_gives_its_application_back(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1"), fee("c2"))
    taken = till.reverse("c1")
    assert isinstance(taken, Reversal)
    assert (taken.gross, taken.discount, taken.net, taken.left) == (
        "100.00",
        "10.00",
        "90.00",
        "0.00",
    )
    assert till.discounts("s1", fee("c3"), fee("c4")) == ["10.00", "0.00"]


def test_a_partial_reversal_gives_money_back_at_once_and_the_application_at_last(
    till: Desk,
) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1", "10.01"), fee("c2"))
    assert till.reverse("c1", "3.33").discount == "0.33"
    assert till.discounts("s1", fee("c3")) == ["0.00"]
    assert till.reverse("c1").discount == "0.67"
    assert till.discounts("s1", fee("c4")) == ["10.00"]


def test_a_reversal_gives_the_budget_back_at_the_figures_taken(till: Desk) -> None:
    till.redeemed("BUDGET", "s1")
    till.charge("s1", fee("c1", "220.00"))
    till.reverse("c1", "22.00")
    assert till.discounts("s1", fee("c2", "220.00")) == ["11.00"]


def test_what_is_taken_back_cannot_be_taken_back_again(till: Desk) -> None:
    till.charge("s1", fee("c1"), fee("c2", "-5.00"))
    till.reverse("c1")
    assert reasons(till.reverse("c1")) == ["nothing_left"]
    assert reasons(till.reverse("c2")) == ["nothing_left"]
    assert reasons(till.reverse("c9")) == ["charge_unknown"]


def test_no_more_is_taken_back_than_is_left(till: Desk) -> None:
    till.charge("s1", fee("c1"))
    with pytest.raises(RequestError, match=r"between 0 and 100\.00 USD is left"):
        till.reverse("c1", "100.01")


def test_a_reversed_id_stays_taken(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1"))
    till.reverse("c1")
    assert till.discounts("s1", fee("c1"), fee("c2"), fee("c3")) == ["10.00"] * 3
    assert refused(till.charge("s1", fee("c1", "1.00")).charges[0]) == ["charge_differs"]


def test_a_correction_takes_back_the_same_share_of_the_discounts(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1"), fee("c2"))
    line = till.charge("s1", fee("n1", "-40.00", corrects="c1")).charges[0]
    assert isinstance(line.discount, str)  # type: ignore[union-attr]
    assert (line.discount, line.net) == ("-4.00", "-36.00")  # type: ignore[union-attr]
    rest = till.discounts("s1", fee("n2", "-80.00", corrects="c1"), fee("c3"))
    assert rest == ["-6.00", "10.00"]


def test_a_correction_in_the_same_request_gives_the_place_to_the_next(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    charges = fee("c1"), fee("c2"), fee("n1", "-100.00", corrects="c1"), fee("c3"), fee("c4")
    assert till.discounts("s1", *charges) == ["10.00", "10.00", "-10.00", "10.00", "0.00"]


def test_a_negative_charge_alone_takes_no_discount_back(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1"))
    assert till.discounts("s1", fee("n1", "-40.00")) == ["0.00"]
    unknown = till.charge("s1", fee("n2", "-40.00", corrects="c9"))
    assert refused(unknown.charges[0]) == ["charge_unknown"]


def test_the_preview_of_a_correction_is_the_correction(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1"))
    correction = fee("n1", "-40.00", corrects="c1")
    assert till.evaluate("s1", correction) == till.discounts("s1", correction) == ["-4.00"]


# --- periods


def test_a_further_charge_of_a_counted_period_is_free(till: Desk) -> None:
    till.redeemed("PERIODS", "s1")
    march = {"period": {"start": "2026-03-01T00:00:00Z"}}
    april = {"period": {"start": "2026-04-01T00:00:00Z"}}
    charges = fee("c1", **march), fee("c2", **march), fee("c3", **april), fee("c4")
    assert till.discounts("s1", *charges) == ["1.00", "1.00", "0.00", "0.00"]
    till.reverse("c1")
    assert till.discounts("s1", fee("c5", **april)) == ["0.00"]
    till.reverse("c2")
    assert till.discounts("s1", fee("c6", **april)) == ["1.00"]


# --- preview is charge


def test_what_is_evaluated_is_what_is_charged(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.redeemed("BUDGET", "s1")
    charges = [fee(f"c{n}", "70.00") for n in range(5)]
    assert till.evaluate("s1", *charges) == till.discounts("s1", *charges)


def test_a_late_charge_is_decided_by_its_own_moment(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    assert till.discounts("s1", fee("c1", at="2026-02-28T00:00:00Z")) == ["0.00"]
