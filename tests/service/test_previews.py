"""Evaluating charges answers line by line what recording them answers."""

from __future__ import annotations

import random
from typing import Any

import pytest

from engine.decisions.flaws import RequestError
from engine.service.answers import Evaluation, RefusedCharge
from engine.service.caller import ALL, Caller, Scope
from tests.service.desk import ME, Desk, desk, fee

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
discount: 7 USD
codes: [BUDGET]
application:
  - at most 15 EUR of discount per subscription
---
coupon: rolling
discount: 3%
codes: [ROLLING]
application:
  - at most 2 applications per subscription in any 10 days
  - at most 9 USD of discount per customer in any 3 days
---
coupon: monthly
discount: 1 USD
codes: [MONTHLY]
application:
  - at most 1 period per subscription
  - at most 3 applications per coupon per month
---
rates: treasury
base: EUR
table:
  - {at: 2026-01-01, USD: "1.10"}
"""
CODES = "SIX", "BUDGET", "ROLLING", "MONTHLY"


@pytest.fixture
def till(desk: Desk) -> Desk:
    desk.push(POLICIES)
    return desk


def previewed(till: Desk, subscription: str, *charges: dict[str, Any], **more: Any) -> Evaluation:
    return till.evaluations.evaluate(till.body(subscription, charges=list(charges), **more), ME)


def both(till: Desk, *charges: dict[str, Any], subscription: str = "s1", **more: Any) -> list[Any]:
    """What is taken off each charge, or why it is refused, by evaluating as by recording."""
    before = previewed(till, subscription, *charges, **more)
    after = till.charge(subscription, *charges, **more)
    assert (before.charges, before.totals) == (after.charges, after.totals)
    return [
        [each.reason for each in line.refused] if isinstance(line, RefusedCharge) else line.discount
        for line in before.charges
    ]


def back(charge: str, corrects: str, amount: str = "-100.00", **more: Any) -> dict[str, Any]:
    """A correction."""
    return fee(charge, amount, corrects=corrects, **more)


# --- corrections, in order


def test_a_charge_of_the_same_request_is_corrected(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    assert both(till, fee("c1"), back("n1", "c1", "-50.00")) == ["10.00", "-5.00"]


def test_no_more_is_taken_back_than_was_given(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1"))
    corrections = [back(f"n{n}", "c1", "-60.00") for n in range(3)]
    assert both(till, *corrections) == ["-6.00", "-4.00", "0.00"]


def test_small_corrections_add_up_to_the_whole(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1", "0.10"))
    corrections = [back(f"n{n}", "c1", "-0.01") for n in range(10)]
    assert both(till, *corrections) == ["0.00"] * 4 + ["-0.01"] + ["0.00"] * 5


@pytest.mark.parametrize("is_new", [False, True])
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("SIX", ["10.00", "10.00", "-10.00", "10.00", "0.00"]),
        ("BUDGET", ["7.00", "7.00", "-7.00", "7.00", "2.50"]),
        ("ROLLING", ["3.00", "3.00", "-3.00", "3.00", "0.00"]),
        ("MONTHLY", ["1.00", "0.00", "-1.00", "1.00", "0.00"]),
    ],
)
def test_what_a_correction_frees_is_there_for_the_next(
    till: Desk, code: str, expected: list[str], *, is_new: bool
) -> None:
    till.facts = {"customer": {"id": "cus-1"}}
    till.redeemed(code, "s1")
    march, april = ({"period": {"start": f"2026-{n}-01T00:00:00Z"}} for n in ("03", "04"))
    first = fee("c1", **march), fee("c2", **april)
    rest = back("n1", "c1"), fee("c3", **april), fee("c4", **march)
    if is_new:
        assert both(till, *first, *rest) == expected
    else:
        assert both(till, *first) + both(till, *rest) == expected


def test_a_code_of_the_request_is_corrected_too(till: Desk) -> None:
    charges = fee("c1"), back("n1", "c1"), fee("c2"), fee("c3"), fee("c4")
    discounts = till.evaluate("s1", *charges, codes=["SIX"])
    assert discounts == ["10.00", "-10.00", "10.00", "10.00", "0.00"]


def test_a_pending_change_is_tried_on_what_a_correction_leaves(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1"), fee("c2"))
    till.push(POLICIES.replace("10%", "20%"))
    charges = fee("c3"), back("n1", "c1"), fee("c4"), fee("c5")
    tried = till.evaluate("s1", *charges, versions={"six": "pending"})
    assert tried == ["0.00", "-10.00", "20.00", "0.00"]


# --- what is recorded already


def test_a_recorded_charge_is_answered_as_it_was(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1"), fee("c2"))
    assert both(till, fee("c2"), fee("c2", "100.0")) == ["10.00", "10.00"]
    assert [each.discount for each in previewed(till, "s1", fee("c2"), fee("c2")).totals] == [
        "10.00"
    ]


def test_a_recorded_charge_still_says_which_codes_are_refused(till: Desk) -> None:
    till.charge("s1", fee("c1"))
    (line,) = previewed(till, "s1", fee("c1"), codes=["NOPE"]).charges
    assert not isinstance(line, RefusedCharge)
    assert [each.code for each in line.declined or ()] == ["NOPE"]


@pytest.mark.parametrize(
    "other",
    [
        {"amount": "90.00"},
        {"fee": "setup"},
        {"component": "base"},
        {"amount": "-1.00", "corrects": "c0"},
    ],
)
def test_a_recorded_id_with_other_content_is_refused(till: Desk, other: dict[str, Any]) -> None:
    till.charge("s1", fee("c0"), fee("c1"))
    assert both(till, fee("c1") | other, fee("c2")) == [["charge_differs"], "0.00"]
    assert both(till, fee("c1"), subscription="s2") == [["charge_differs"]]


def test_the_moment_is_a_part_of_what_was_recorded(till: Desk) -> None:
    till.charge("s1", fee("c1"))
    assert both(till, fee("c1"), at="2026-03-01T13:00:00+01:00") == ["0.00"]
    assert both(till, fee("c1"), at="2026-03-01T12:00:01Z") == [["charge_differs"]]


def test_an_id_that_stands_twice_is_refused_where_it_says_something_else(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    assert both(till, fee("c1"), fee("c1", "3.00"), fee("c1")) == [
        "10.00",
        ["charge_differs"],
        "10.00",
    ]


def test_a_refused_charge_does_not_take_its_id(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    assert both(till, back("c1", "nothing"), fee("c1")) == [["charge_unknown"], "10.00"]


def test_without_a_subscription_nothing_is_recorded_and_an_id_is_only_a_name(till: Desk) -> None:
    till.charge("s1", fee("c1"))
    body = {"at": till.moment, "charges": [fee("c1", "3.00")]}
    (line,) = till.evaluations.evaluate(body, ME).charges
    assert not isinstance(line, RefusedCharge)


def test_an_id_may_be_as_long_as_that_of_a_charge_and_no_longer(till: Desk) -> None:
    assert both(till, fee("x" * 255)) == ["0.00"]
    for wrong in ("", "x" * 256):
        with pytest.raises(RequestError, match="/charges/0/id"):
            previewed(till, "s1", fee(wrong))


# --- what corrects nothing


def test_a_charge_that_nobody_recorded_is_not_corrected(till: Desk) -> None:
    assert both(till, back("n1", "c9"), fee("c1")) == [["charge_unknown"], "0.00"]


def test_a_correction_is_in_the_currency_of_its_charge(till: Desk) -> None:
    till.charge("s1", fee("c1"))
    assert both(till, back("n1", "c1", currency="EUR"), fee("c2")) == [["charge_differs"], "0.00"]


def test_a_correction_is_for_the_subscription_of_its_charge(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1"))
    assert both(till, back("n1", "c1"), subscription="s2") == [["charge_differs"]]
    line = till.charge("s2", back("n1", "c1")).charges[0]
    assert isinstance(line, RefusedCharge)
    assert line.refused[0].message == "`c1` is a charge of another subscription than its correction"
    assert both(till, back("n1", "c1")) == ["-10.00"]


def test_a_charge_that_was_moved_is_corrected_where_it_is_now(till: Desk) -> None:
    till.redeemed("SIX", "s1")
    till.charge("s1", fee("c1"))
    till.subscriptions.move("s1", {"to": "s2"}, ME)
    assert both(till, back("n1", "c1")) == [["charge_differs"]]
    assert both(till, back("n2", "c1"), subscription="s2") == ["-10.00"]


@pytest.mark.parametrize("amount", ["1.00", "0.00"])
def test_only_a_negative_charge_corrects(till: Desk, amount: str) -> None:
    charge = back("n1", "c1", amount)
    for ask in (previewed, Desk.charge):
        with pytest.raises(RequestError, match="/charges/0/corrects: only a negative charge"):
            ask(till, "s1", charge)


def test_who_may_not_see_reasons_sees_why_a_charge_is_refused(till: Desk) -> None:
    public = Caller("anybody", ALL - {Scope.REASONS})
    body = till.body("s1", charges=[back("n1", "c9")], codes=["NOPE"])
    (line,) = till.evaluations.evaluate(body, public).charges
    assert isinstance(line, RefusedCharge)


# --- all of it together


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_evaluated_is_what_is_recorded(till: Desk, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    till.facts = {"customer": {"id": "cus-1"}}
    for subscription in ("s1", "s2"):
        for code in CODES:
            till.redeemed(code, subscription)
    made = ["c0"]
    for number in range(6):
        till.at(f"2026-03-{1 + number * 3:02}T12:00:00Z")
        charges = [_any_charge(chance, made) for _ in range(5)]
        both(till, *charges, subscription=chance.choice(["s1", "s1", "s2"]))


def _any_charge(chance: random.Random, made: list[str]) -> dict[str, Any]:
    """A charge, a correction of one, or one with the id of another."""
    kind, cents = chance.random(), chance.choice([1, 5, 100, 1999, 10000])
    if kind < 0.9:
        made.append(f"c{len(made)}")
    name = made[-1] if kind < 0.9 else chance.choice(made)
    month = {"period": {"start": f"2026-{chance.randint(1, 4):02}-01T00:00:00Z"}}
    amount = f"{cents // 100}.{cents % 100:02}"
    if kind < 0.4:
        return back(name, chance.choice(made[-8:]), f"-{amount}", **month)
    return fee(name, amount, **month)
