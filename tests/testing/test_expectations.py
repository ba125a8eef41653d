"""Expectations: what is met, what is not, and how both are said."""

from __future__ import annotations

import pytest

from tests.testing.running import SPACE, SPRING, steps

CHARGE = "charge: {id: c, fee: period, amount: 10 CHF}"
SETUP = "charge: {id: c, fee: setup, amount: 10 CHF}"
METERED = "evaluate: {fee: metered}, codes: [METER]"
USED = "evaluate: {fee: metered, amount: 5 CHF}, codes: [meter]"
METER = "coupon: meter\ndiscount: 1 CHF\ncodes: [METER]\napplication: [fee is metered]\n---\n"


@pytest.mark.parametrize(
    ("step", "expect", "met"),
    [
        ("redeem: SPRING", "redeemed", True),
        ("redeem: SPRING", "{refused: limit_reached}", False),
        ("redeem: XX", "redeemed", False),
        ("redeem: XX", "{refused: code_unknown}", True),
        ("redeem: XX", "{refused: [code_unknown]}", True),
        ("redeem: XX", "{refused: [code_unknown, limit_reached]}", False),
        ("hold: SPRING", "held", True),
        ("attach: SPRING", "attached", True),
        ("remove: SPRING", "{refused: not_redeemed}", True),
        ("remove: SPRING", "removed", False),
        ("confirm: SPRING", "{refused: not_redeemed}", True),
        ("reverse: c", "{refused: charge_unknown}", True),
        ("reverse: c", "reversed", False),
        ("switch-off: SPRING", "done", True),
        ("switch-off: XX", "done", False),
        ("switch-off: XX", "{refused: code_unknown}", False),
        ("change: {coupon: spring, discount: 5%}", "pending", True),
        ("change: {coupon: spring, discount: 10%}", "pending", False),
        ("enact: spring", "done", False),
        (CHARGE, "{discount: none}", True),
        (CHARGE, "{discount: 0.00 CHF}", True),
        (CHARGE, "{discount: 0.00 USD}", False),
        (CHARGE, "{discount: 1.00 CHF}", False),
        (CHARGE, "{net: 10 CHF}", True),
        (CHARGE, "{net: 9 CHF}", False),
        (CHARGE, "{discounts: {SPRING: 1 CHF}}", False),
        (CHARGE, "{declined: {SPRING: condition_not_met}}", False),
        (CHARGE, "{refused: charge_differs}", False),
        (METERED, "{indicated: true}", True),
        (METERED, "{indicated: false}", False),
        (METERED, "{discount: none}", False),
        (USED, "{indicated: false}", True),
        (USED, "{discounts: {MeTer: 1 CHF}}", True),
        ("parse: SPRING", "{code: SPRING}", False),
        ("parse: SPRING", "{refused: code_malformed}", True),
        ("issue: {coupon: spring, count: 1}", "done", True),
    ],
)
def test_what_is_expected_of_a_first_step(step: str, expect: str, *, met: bool) -> None:
    written = f"{{{step}, expect: {expect}}}"
    (only,) = steps(written, policies=SPACE + METER + SPRING)
    assert only.passed is met


@pytest.mark.parametrize(
    ("step", "expect", "met"),
    [
        (CHARGE, "{discount: 1 CHF, net: 9 CHF}", True),
        (CHARGE, "{discount: 1 CHF, net: 8 CHF}", False),
        (CHARGE, "{discount: none}", False),
        (CHARGE, "{discounts: {spring: 1 CHF}}", True),
        (CHARGE, "{discounts: {SPRING: 2 CHF}}", False),
        (CHARGE, "{discounts: {}}", True),
        (SETUP, "{declined: {SPRING: condition_not_met}}", True),
        (SETUP, "{declined: {SPRING: [condition_not_met, limit_reached]}}", False),
        (SETUP, "{declined: {MAI: condition_not_met}}", False),
        ("redeem: MAI", "{refused: already_redeemed}", True),
        ("remove: SPRING", "removed", True),
    ],
)
def test_what_is_expected_once_a_code_is_redeemed(step: str, expect: str, *, met: bool) -> None:
    _, last = steps("redeem: SPRING", f"{{{step}, expect: {expect}}}")
    assert last.passed is met


def test_what_becomes_of_each_attached_code() -> None:
    onboard = "{onboard: {subscription: {id: s}}, customer: {id: c}, expect: {EXPECTED}}"
    expected = {
        "SPRING: redeemed, MAI: {refused: already_redeemed}": True,
        "spring: redeemed": True,
        "SPRING: {refused: already_redeemed}": False,
        "MAI: redeemed": False,
        "XX: redeemed": False,
    }
    attach = [f"{{attach: {code}, customer: {{id: c}}}}" for code in ("SPRING", "MAI")]
    found = {
        each: steps(*attach, onboard.replace("EXPECTED", each))[-1].passed for each in expected
    }
    assert found == expected


def test_a_step_that_expects_nothing_is_to_be_done() -> None:
    assert [each.passed for each in steps("redeem: SPRING", "redeem: SPRING")] == [True, False]
    assert [each.passed for each in steps("{charge: {fee: period, amount: 1 CHF}}")] == [True]


def test_both_are_said_in_words() -> None:
    found = steps(
        "{redeem: SPRING, expect: {refused: [limit_reached, ended]}}",
        "{redeem: SPRING, expect: redeemed}",
        f"{{{SETUP}, expect: {{discount: 1 CHF, net: 9 CHF, declined: {{MAI: ended}}}}}}",
        f"{{{SETUP}, expect: {{discount: none}}}}",
    )
    assert [(each.said, each.expected, each.came) for each in found] == [
        ("redeem SPRING", "refused: limit_reached, ended", "redeemed"),
        ("redeem SPRING", "redeemed", "refused: already_redeemed"),
        (
            "charge c",
            "discount 1.00 CHF, net 9.00 CHF, MAI declined: ended",
            "discount none, net 10.00 CHF, SPRING declined: condition_not_met",
        ),
        (
            "charge c",
            "discount none",
            "discount none, net 10.00 CHF, SPRING declined: condition_not_met",
        ),
    ]


def test_the_sentence_that_said_no_is_told_with_its_place() -> None:
    _, last = steps("redeem: SPRING", f"{{{SETUP}}}")
    (sentence,) = last.sentences
    assert (sentence.code, sentence.reason, sentence.rule, sentence.place) == (
        "SPRING",
        "condition_not_met",
        "fee is period",
        "f.yaml:12:5",
    )


def test_a_sentence_of_a_change_stands_in_the_scenario() -> None:
    *_, last = steps(
        "redeem: SPRING",
        "change: {coupon: spring, application: [fee is setup]}",
        "enact: spring",
        "{charge: {id: c, fee: period, amount: 10 CHF}}",
    )
    (sentence,) = last.sentences
    assert (sentence.rule, sentence.place) == ("fee is setup", "f.yaml:19:44")
