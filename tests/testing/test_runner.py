"""Running scenarios: each from empty state, through the service."""

from __future__ import annotations

import pytest

from tests.testing.running import GIVEN, SPACE, SPRING, WINTER, ran, steps


def test_each_scenario_begins_with_empty_state() -> None:
    story = f"{GIVEN}steps:\n  - {{redeem: SPRING, expect: redeemed}}\n"
    found, _ = ran("---\n".join(f"scenario: story {each}\n{story}" for each in range(4)))
    assert [each.passed for each in found] == [True] * 4


def test_what_one_scenario_enacts_is_not_in_force_in_the_next() -> None:
    charge = "{charge: {id: c, fee: period, amount: 10 CHF}, expect: {discount: DISCOUNT}}"
    change = (
        "  - change: {coupon: spring, discount: SHARE}\n  - enact: spring\n  - redeem: SPRING\n  - "
    )
    stories = [("50%", "5 CHF"), ("20%", "2 CHF")]
    texts = [
        f"scenario: {share}\n{GIVEN}steps:\n"
        + change.replace("SHARE", share)
        + charge.replace("DISCOUNT", discount)
        for share, discount in stories
    ]
    plain = f"scenario: plain\n{GIVEN}steps:\n  - redeem: SPRING\n  - "
    texts.append(plain + charge.replace("DISCOUNT", "1 CHF"))
    found, _ = ran("\n---\n".join(texts) + "\n")
    assert [each.passed for each in found] == [True, True, True]


def test_the_steps_after_a_failed_one_are_run() -> None:
    found = steps("{redeem: XX}", "{redeem: SPRING}", "{redeem: SPRING}")
    assert [each.passed for each in found] == [False, True, False]


def test_no_step_names_a_subscription_that_no_path_can_have() -> None:
    (found,) = steps("{redeem: SPRING, subscription: {id: a/b}, expect: redeemed}")
    assert not found.passed
    assert "/subscription/id: `a/b` holds `/`" in found.came


def test_only_the_codes_of_chosen_coupons_are_known() -> None:
    story = f"{GIVEN}steps: [{{redeem: WINTER}}, {{redeem: SPRING, expect: {{refused: REASON}}}}]\n"
    chosen = "scenario: a\ncoupons: [winter]\n" + story.replace("REASON", "code_unknown")
    every = "scenario: b\n" + story.replace("REASON", "not_combinable")
    found, _ = ran(f"{chosen}---\n{every}", SPACE + WINTER + SPRING)
    assert [each.passed for each in found] == [True, True]


def test_no_coupon_at_all_can_be_chosen() -> None:
    found, _ = ran(f"scenario: a\ncoupons: []\n{GIVEN}steps: [{{redeem: SPRING}}]\n")
    assert [step.came for each in found for step in each.steps] == ["refused: code_unknown"]


def test_codes_are_issued_at_the_first_step() -> None:
    policies = SPACE + SPRING.replace("codes:", "valid: 1 month\ncodes:")
    found = steps(
        "{redeem: SPRING, subscription: {id: a}, at: 2030-01-10T00:00:00Z}",
        "{redeem: SPRING, subscription: {id: b}, at: 2030-02-09T23:59:59Z}",
        "{redeem: MAI, subscription: {id: c}, at: 2030-02-10T00:00:00Z}",
        policies=policies,
    )
    assert [each.came for each in found] == ["redeemed", "redeemed", "refused: code_expired"]


def test_events_can_be_recorded_in_any_order() -> None:
    found = steps(
        "{redeem: SPRING, at: 2030-01-01T00:00:00Z, subscription: {id: a}}",
        "{redeem: SPRING, at: 2020-01-01T00:00:00Z, subscription: {id: b}}",
        "{redeem: SPRING, at: 2025-01-01T00:00:00Z, subscription: {id: c}}",
    )
    assert [each.came for each in found] == ["redeemed", "redeemed", "refused: limit_reached"]


def test_a_code_is_removed_where_it_was_redeemed_last() -> None:
    given = "given: {at: 2026-05-01T00:00:00Z, customer: {country: CH}}\n"
    found = steps(
        "{redeem: SPRING, subscription: {id: a}}",
        "{redeem: SPRING, subscription: {id: b}}",
        "remove: spring",
        "{charge: {id: c, fee: period, amount: 10 CHF}, subscription: {id: a}}",
        "{charge: {id: d, fee: period, amount: 10 CHF}, subscription: {id: b}}",
        given=given,
    )
    *_, kept, removed = [each.came for each in found]
    assert kept == "discount 1.00 CHF, net 9.00 CHF, SPRING 1.00 CHF"
    assert removed == "discount none, net 10.00 CHF"


def test_a_grant_is_redeemed_without_a_subscription_and_removed_by_its_code() -> None:
    grant = (
        "coupon: year\ncodes: [YEAR]\ngrants: {plan: pro, duration: 12 months}\n"
        "redemption: [at most 1 redemption per code]\n---\n"
    )
    found = steps(
        "redeem: YEAR",
        "{redeem: YEAR, expect: {refused: limit_reached}}",
        "remove: YEAR",
        "redeem: YEAR",
        given="given: {at: 2026-05-01T00:00:00Z}\n",
        policies=SPACE + grant,
    )
    assert [each.passed for each in found] == [True] * 4


def test_as_many_people_agree_as_the_space_asks_for() -> None:
    asking = SPACE.replace("currency: CHF", "currency: CHF\napprovals: {changes: 2}")
    found = steps(
        "change: {coupon: spring, discount: 50%}", "enact: spring", policies=asking + SPRING
    )
    assert [each.came for each in found] == ["pending", "done"]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("redeem: $V.1", "no step before this one has issued `$V.1`"),
        ("enact: spring", "`spring` has no pending change"),
        ("attach: SPRING", "give `customer: {id: …}`"),
        ("{charge: {fee: period, amount: 10 CHF}}", "/subscription/id"),
    ],
)
def test_what_cannot_be_done_is_a_failed_step_that_says_so(step: str, message: str) -> None:
    given = "given: {at: 2026-05-01T00:00:00Z}\n"
    (only,) = steps(step, given=given)
    assert not only.passed
    assert message in only.came


def test_policies_without_a_space_can_be_tried() -> None:
    found = steps("redeem: SPRING", policies=SPRING)
    assert [each.came for each in found] == ["redeemed"]


def test_hundreds_of_scenarios_run_in_a_moment() -> None:
    story = (
        f"{GIVEN}steps: [{{redeem: SPRING}}, {{charge: {{id: c, fee: period, amount: 1 CHF}}}}]\n"
    )
    found, _ = ran("---\n".join(f"scenario: story {each}\n{story}" for each in range(200)))
    assert all(each.passed for each in found)
    assert sum(each.seconds for each in found) < 20
