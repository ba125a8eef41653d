"""Steps with codes: what formats read, and codes that are issued and named in later steps."""

from __future__ import annotations

import pytest

from engine.testing.results import StepRan
from tests.testing.running import SPACE, steps

FORMATS = """\
features: plans
width: 8
bits: {7: Map, 6: Weather, 0: Sampling}
reserved: [1]
named: {Core: C0}
---
format: account
template: ACC-{features:flags(plans)}-P{points:int}-{day:date}
---
format: voucher
template: "{body:sealed(16, check)/4}"
fields: {spec: 12, issued: month(8), serial: 20}
seal: 35
---
"""
COUPONS = """\
coupon: voucher
format: voucher
discount: 10%
redemption: [at most 1 redemption per code]
application: [fee is period]
---
coupon: pre-paid
format: voucher
grants: {plan: core, features: C0, add-ons: [Sampling]}
redemption: [at most 1 redemption per code]
---
coupon: random
discount: 5 CHF
redemption: [at most 1 redemption per code]
application: [fee is period]
---
"""
CHARGE = "charge: {id: c, fee: period, amount: 100 CHF}"


def ran(*written: str) -> tuple[StepRan, ...]:
    return steps(*written, policies=SPACE + FORMATS + COUPONS)


@pytest.mark.parametrize(
    ("expect", "met"),
    [
        ("{format: account}", True),
        ("{format: voucher}", False),
        ("{code: ACC-C0-P5-20260301}", True),
        ("{code: acc-c0-p5-20260301}", False),
        ("{fields: {features: c0, points: 5, day: 2026-03-01}}", True),
        ("{fields: {points: '005'}}", True),
        ("{fields: {points: 6}}", False),
        ("{fields: {points: five}}", False),
        ("{fields: {users: 5}}", False),
        ("{features: [Weather, Map]}", True),
        ("{features: [Map]}", False),
        ("{named: Core}", True),
        ("{named: Professional}", False),
        ("{refused: code_malformed}", False),
    ],
)
def test_what_is_read_in_a_code_is_expected_part_by_part(expect: str, *, met: bool) -> None:
    (only,) = ran(f"{{parse: ' acc-c0-p5-2026-03-01 ', expect: {expect}}}")
    assert only.passed is met, only.came


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("ACC-20-P5-20260301", "code_malformed"),
        ("ACC-C0-P5-20260231", "code_malformed"),
        ("0000-0000-0000-0000", "seal_invalid"),
        ("0000-0000-0000-0001", "code_malformed"),
        ("SPRING", "code_malformed"),
    ],
)
def test_a_code_that_is_not_read_is_refused(code: str, reason: str) -> None:
    (only,) = ran(f"{{parse: {code}, expect: {{refused: {reason}}}}}")
    assert only.passed, only.came


def test_reading_needs_no_moment() -> None:
    policies = SPACE + FORMATS + COUPONS
    (only,) = steps("parse: ACC-C0-P5-20260301", given="", policies=policies)
    assert only.passed


def test_what_was_expected_and_what_was_read_is_said() -> None:
    (only,) = ran("{parse: ACC-C1-P5-20260301, expect: {fields: {points: 6}, named: Core}}")
    assert only.expected == "points 6, named Core"
    assert only.came == (
        "format account, code ACC-C1-P5-20260301, features C1, points 5, day 2026-03-01, "
        "features Map + Weather + Sampling"
    )


def test_issued_codes_have_names_in_later_steps() -> None:
    found = ran(
        "{issue: {coupon: voucher, count: 2, as: V}, expect: done}",
        "{issue: {coupon: random, as: R}, expect: done}",
        "{parse: $V.1, expect: {format: voucher, code: $V.1}}",
        "{redeem: $V.1, expect: redeemed}",
        "{redeem: $R.1, expect: redeemed}",
        "{redeem: $V.1, subscription: {id: t}, expect: {refused: limit_reached}}",
        f"{{{CHARGE}, expect: {{discounts: {{$V.1: 10.00 CHF, $R.1: 5.00 CHF}}}}}}",
        "{evaluate: {fee: setup, amount: 1 CHF}, codes: [$V.2], "
        "expect: {declined: {$V.2: already_redeemed}}}",
        "{switch-off: $V.2, expect: done}",
        "{redeem: $V.2, subscription: {id: t}, expect: {refused: code_inactive}}",
        "{attach: $V.2, customer: {id: t}, expect: attached}",
        "{onboard: {subscription: {id: t}}, customer: {id: t}, "
        "expect: {$V.2: {refused: code_inactive}}}",
        "{remove: $R.1, expect: removed}",
    )
    assert [(each.passed, each.came) for each in found if not each.passed] == []


def test_a_sealed_code_stands_for_what_it_was_issued_with() -> None:
    found = ran(
        "{issue: {coupon: pre-paid, as: P}, expect: done}",
        "{parse: $P.1, expect: {format: voucher, features: [Map, Weather, Sampling]}}",
        "{change: {coupon: pre-paid, grants: {features: '80'}}, expect: pending}",
        "{enact: pre-paid, expect: done}",
        "{issue: {coupon: pre-paid, as: Q}, expect: done}",
        "{parse: $P.1, expect: {features: [Map, Weather, Sampling]}}",
        "{parse: $Q.1, expect: {features: [Map]}}",
    )
    assert [each.came for each in found if not each.passed] == []


def test_only_formats_that_are_used_read_codes() -> None:
    policies = SPACE + FORMATS
    (only,) = steps("{parse: ABCD-EFGH-JKMN, expect: {refused: code_malformed}}", policies=policies)
    assert only.passed


def test_a_code_that_was_not_issued_has_no_name() -> None:
    found = ran("{issue: {coupon: random, as: R}}", "{redeem: $R.2, expect: redeemed}")
    assert found[1].came == "no step before this one has issued `$R.2`"
    assert not found[1].passed
