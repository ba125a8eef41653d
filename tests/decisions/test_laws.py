"""What holds for every policy: order never matters, rules only restrict, nothing raises."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.decisions.application import Outcome, Redeemed, apply
from engine.decisions.compiler import Record, definitely_false, definitely_true
from engine.decisions.coupon import ReadyCoupon, meter_of
from engine.decisions.explanation import Reason
from engine.decisions.limits import room
from engine.decisions.redemption import redeemable, refusals
from engine.decisions.usage import RecordedUsage
from engine.language import checked as c
from engine.language.prose import english
from engine.language.vocabulary import Stage
from tests.decisions.agreement import compiled, record_of, usage_of, words
from tests.decisions.mutations import mutations
from tests.strategies import APPLICATION, cases, charges
from tests.strategies_cases import Case


def _asked(case: Case) -> tuple[ReadyCoupon, Record, RecordedUsage]:
    coupon = compiled(case.coupon)
    record = record_of(case.facts, case.at, case.world)
    return coupon, record, usage_of([coupon], case.usage, case.world)


def _refused(case: Case, coupon: ReadyCoupon, record: Record) -> set[Reason]:
    usage = usage_of([coupon], case.usage, case.world)
    return {_comparable(each) for each in refusals(coupon, record, usage, [])}


def _comparable(reason: Reason) -> Any:
    return reason.reason, reason.rule, reason.message


@given(cases(), st.randoms(use_true_random=False))
def test_rules_in_any_order_decide_alike(case: Case, random: Any) -> None:
    rules = list(case.coupon.redemption)
    random.shuffle(rules)
    shuffled = compiled(case.coupon._replace(redemption=tuple(rules)))
    coupon, record, _ = _asked(case)
    assert _refused(case, coupon, record) == _refused(case, shuffled, record)


@given(cases(), st.data())
def test_adding_a_rule_never_accepts_what_was_refused(case: Case, data: st.DataObject) -> None:
    rules = case.coupon.redemption
    assume(rules)
    fewer = rules[: data.draw(st.integers(0, len(rules) - 1))]
    coupon, record, usage = _asked(case)
    assume(redeemable(coupon, record, usage, []))
    less = compiled(case.coupon._replace(redemption=fewer))
    assert redeemable(less, record, usage_of([less], case.usage, case.world), [])


@given(charges())
def test_the_discount_never_exceeds_the_charge_and_never_adds_to_it(charge: Any) -> None:
    amount, outcome = _applied(charge)
    assert 0 <= outcome.discount <= max(amount, 0)
    assert all(each.amount > 0 for each in outcome.granted)


@given(charges())
def test_every_redeemed_code_is_granted_or_declined_once_with_a_reason(charge: Any) -> None:
    _, outcome = _applied(charge)
    named = [each.redeemed.code for each in (*outcome.granted, *outcome.declined)]
    assert sorted(named) == sorted(each.code for each in charge.redemptions)
    assert all(each.reasons for each in outcome.declined)


def _applied(charge: Any) -> tuple[int, Outcome]:
    coupons = {each.code: compiled(each.coupon) for each in charge.redemptions}
    codes = []
    for each in charge.redemptions:
        own = {"code": each.code, "redeemed": each.redeemed.isoformat()}
        record = record_of({**charge.facts, **each.remembered, **own}, charge.at, charge.world)
        codes.append((Redeemed(coupons[each.code], each.code, record[_slot("redeemed")]), record))
    amount = codes[0][1][_slot("amount")]
    return amount.minor, apply(amount, codes, RecordedUsage())


def _slot(fact: str) -> int:
    return words().slots[fact]


@given(cases(APPLICATION), st.data())
def test_two_rules_that_decide_differently_read_differently(
    case: Case, data: st.DataObject
) -> None:
    rules = compiled(case.coupon).policy.application
    assume(rules)
    rule = data.draw(st.sampled_from(rules)).rule
    other = data.draw(mutations(rule))
    if english(other) == english(rule):
        record = record_of(case.facts, case.at, case.world)
        assert _verdict(other, record, case) == _verdict(rule, record, case), english(rule)


def _verdict(rule: c.Rule, record: Record, case: Case) -> tuple[bool, bool] | int | None:
    """True and false of a condition; the room of a limit."""
    assert not isinstance(rule, c.Stacking)
    slots = words().slots
    if not isinstance(rule, c.Limit):
        return definitely_true([rule], slots)(record), definitely_false(rule, slots)(record)
    meter = meter_of((case.coupon.name, Stage.APPLICATION, 0), rule, slots)
    usage = usage_of([compiled(case.coupon)], case.usage, case.world)
    return room(meter, record, usage)
