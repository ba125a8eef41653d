"""The compiled engine decides as the reference interpreter does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import given

from engine.calendar import to_instant
from engine.decisions.application import Redeemed, apply
from engine.decisions.compiler import definitely_false, definitely_true
from engine.decisions.coupon import ReadyCoupon
from engine.decisions.explanation import reasons
from engine.decisions.redemption import explain_redemption, redeemable
from engine.language import syntax as s
from engine.money import ROUND, Rounding
from tests import reference
from tests.decisions.agreement import (
    checked,
    compiled,
    record_of,
    shown,
    shown_charge,
    taken,
    usage_of,
    words,
)
from tests.strategies import cases, charges, condition_cases
from tests.strategies_cases import Case, Charge, Redemption, Use, World


@given(condition_cases())
def test_every_sentence_is_true_false_or_unknown_alike(
    asked: tuple[s.Condition, Case],
) -> None:
    rule, case = asked
    condition = checked(rule, case.coupon.zone)
    record = record_of(case.facts, case.at, case.world)
    true = definitely_true([condition], words().slots)(record)
    false = definitely_false(condition, words().slots)(record)
    expected = reference.verdict(rule, case)
    assert (true, false) == (expected is True, expected is False), shown(case)


@given(cases())
def test_redeeming_is_refused_for_the_same_reasons(case: Case) -> None:
    coupon = compiled(case.coupon)
    record = record_of(case.facts, case.at, case.world)
    usage = usage_of([coupon], case.usage, case.world)
    held = [compiled(other) for other in case.others]
    found = {each.reason for each in reasons(explain_redemption(coupon, record, usage, held))}
    assert found == reference.reasons(case, "redemption"), shown(case)
    assert redeemable(coupon, record, usage, held) == (not found)


@given(charges())
def test_charges_are_discounted_alike(charge: Charge) -> None:
    round_ = ROUND[Rounding(charge.world.rounding)]
    coupons = {
        each.code: replace(compiled(each.coupon), round_=round_) for each in charge.redemptions
    }
    uses = _convertible(charge.usage, coupons.values(), charge.world)
    usage = usage_of(coupons.values(), uses, charge.world)
    codes = [_seen(each, coupons[each.code], charge) for each in charge.redemptions]
    amount = record_of(charge.facts, charge.at, charge.world)[words().slots["amount"]]
    outcome = apply(amount, codes, usage)
    granted = {each.redeemed.code: each.amount for each in outcome.granted}
    declined = {
        each.redeemed.code: {reason.reason for reason in each.reasons} for each in outcome.declined
    }
    expected = reference.apply(charge._replace(usage=uses).cases())
    assert (granted, declined) == expected, shown_charge(charge)


def _seen(redemption: Redemption, coupon: ReadyCoupon, charge: Charge) -> tuple[Redeemed, Any]:
    at = to_instant(redemption.redeemed)
    record = record_of(charge.facts_for(redemption), charge.at, charge.world)
    return Redeemed(coupon, redemption.code, at), record


def _convertible(
    uses: Iterable[Use],
    coupons: Iterable[ReadyCoupon],
    world: World,
) -> list[Use]:
    """The uses that every budget can count: the engine grants nothing that no rate converts."""
    budgets = {
        coupon.name: [each.meter for each in coupon.application.budgets] for coupon in coupons
    }
    return [
        use
        for use in uses
        if all(taken(meter, use, world) is not None for meter in budgets[use.coupon])
    ]
