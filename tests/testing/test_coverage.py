"""Coverage: which rules some scenario has seen as the only refuser."""

from __future__ import annotations

from tests.testing.running import GIVEN, SPACE, SPRING, WINTER, ran


def unseen(*steps: str, policies: str = SPACE + SPRING) -> tuple[list[str], int]:
    listed = "".join(f"  - {each}\n" for each in steps)
    _, found = ran(f"scenario: story\n{GIVEN}steps:\n{listed}", policies)
    return [rule.text for rule in found.unseen], found.percent


ALL = [
    "at most 2 redemptions per code",
    "customer.country is CH",
    "fee is period",
    "at most 1 application per subscription",
]
SEEN = [
    "{redeem: SPRING, customer: {country: DE}}",
    "redeem: SPRING",
    "{charge: {id: a, fee: setup, amount: 1 CHF}}",
    "{charge: {id: b, fee: period, amount: 1 CHF}}",
    "{charge: {id: c, fee: period, amount: 1 CHF}}",
]


def test_without_a_refusal_nothing_is_seen() -> None:
    assert unseen("redeem: SPRING") == (ALL, 0)


def test_each_rule_is_seen_that_refuses_alone() -> None:
    assert unseen(*SEEN) == ([ALL[0]], 75)


def test_a_rule_that_refuses_with_another_is_not_seen() -> None:
    steps = ["{redeem: SPRING, subscription: {id: a}}", "{redeem: SPRING, subscription: {id: b}}"]
    both = "{redeem: SPRING, subscription: {id: c}, customer: {country: DE}}"
    assert unseen(*steps, both) == (ALL, 0)


def test_a_rule_beside_a_reason_without_a_rule_is_not_seen() -> None:
    assert unseen("switch-off: SPRING", SEEN[0]) == (ALL, 0)


def test_an_evaluation_sees_too() -> None:
    tried = "{evaluate: {fee: period, amount: 1 CHF}, codes: [MAI], customer: {country: DE}}"
    assert unseen(tried)[0] == [ALL[0], *ALL[2:]]


def test_a_limit_with_another_number_is_the_same_limit() -> None:
    change = "change: {coupon: spring, redemption: [at most 1 redemption per code]}"
    steps = [change, "enact: spring", "redeem: SPRING", "{redeem: SPRING, subscription: {id: t}}"]
    assert unseen(*steps)[0] == ALL[1:]


def test_another_limit_is_another_rule() -> None:
    change = "change: {coupon: spring, redemption: [at most 1 redemption per coupon]}"
    steps = [change, "enact: spring", "redeem: SPRING", "{redeem: SPRING, subscription: {id: t}}"]
    assert unseen(*steps) == (ALL, 0)


def test_a_rule_that_a_change_repeats_is_the_same_rule() -> None:
    change = "change: {coupon: spring, title: Spring, redemption: [customer.country is CH]}"
    assert unseen(change, "enact: spring", SEEN[0])[0] == [ALL[0], *ALL[2:]]


def test_a_stacking_rule_is_seen_from_either_side() -> None:
    steps = ["redeem: WINTER", "{redeem: SPRING, expect: {refused: not_combinable}}"]
    assert unseen(*steps, policies=SPACE + WINTER + SPRING)[0] == ALL


def test_where_there_are_no_rules_all_are_seen() -> None:
    free = "coupon: free\ndiscount: 5%\ncodes: [FREE]\n---\n"
    assert unseen("redeem: FREE", policies=SPACE + free) == ([], 100)


def test_coverage_is_rounded_down() -> None:
    extra = SPRING.replace("  - customer.country is CH\n", "")
    assert unseen(*SEEN[1:], policies=SPACE + extra)[1] == 66
