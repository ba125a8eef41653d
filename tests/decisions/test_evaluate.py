"""The answer of `evaluate`: the reference's examples, codes, limits and reasons."""

from __future__ import annotations

from typing import Any

from tests.decisions.asking import (
    AT,
    NOON,
    answer,
    charge,
    coupon,
    declined,
    discounts,
    flaws,
    policies,
    reason,
    request,
    rules,
)

BLACK_FRIDAY = """\
coupon: black-friday-2026
title: Black Friday 2026
timezone: Europe/Zurich
discount: 20% up to 50 EUR
codes: [BLACKFRIDAY2026]
redemption:
  - from 2026-11-27 through 2026-11-30
  - at most 500 redemptions per code
  - at most 1 redemption per customer
  - rule: customer.country is one of CH, DE, AT
    because: This offer is for customers in Switzerland, Germany and Austria.
    reason: wrong_country
application:
  - fee is one of setup, period
  - product is one of pro, core
  - at most 6 applications per subscription
---
rates: treasury
base: EUR
table:
  - {at: 2026-01-01, CHF: "0.95"}
"""
LINE = charge(currency="CHF", id="le-1", component="base")


def black_friday(**facts: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "customer": {"id": "cus-1", "country": "CH"},
        "subscription": {"id": "sub-1", "product": "pro", "currency": "CHF"},
    }
    return request("BLACKFRIDAY2026", at=AT, charges=[LINE], **{**given, **facts})


def test_the_answer_has_the_shape_of_the_interface() -> None:
    answered = answer(policies(BLACK_FRIDAY), black_friday())
    assert isinstance(answered.pop("decision"), str)
    line = {
        "code": "BLACKFRIDAY2026",
        "coupon": "black-friday-2026",
        "version": None,
        "amount": "20.00",
        "on": "100.00",
        "label": "Black Friday 2026",
    }
    sums = {"gross": "100.00", "discount": "20.00", "net": "80.00", "currency": "CHF"}
    assert answered == {
        "valid_until": "2026-11-30T23:00:00Z",
        "charges": [{"id": "le-1", **sums, "discounts": [line], "declined": []}],
        "totals": [sums],
    }


def test_a_declined_code_says_which_rule_where_and_what_it_met() -> None:
    given = black_friday(customer={"id": "cus-1", "country": "FR"})
    (line,) = answer(policies(BLACK_FRIDAY), given)["charges"][0]["declined"]
    assert line == {
        "code": "BLACKFRIDAY2026",
        "coupon": "black-friday-2026",
        "version": None,
        "reasons": [
            {
                "reason": "wrong_country",
                "rule": "customer.country is one of CH, DE, AT",
                "source": "policy.yaml:13:11",
                "message": "This offer is for customers in Switzerland, Germany and Austria.",
                "facts": {"customer.country": "FR"},
                "remedy": None,
            }
        ],
    }


def test_every_reason_comes_back_and_not_only_the_first() -> None:
    facts = black_friday(customer={"id": "cus-1", "country": "FR"})
    given = {**facts, "at": "2026-12-01T00:00:00Z"}
    found = declined(answer(policies(BLACK_FRIDAY), given))
    assert found == {"BLACKFRIDAY2026": ["ended", "wrong_country"]}


def test_a_code_that_comes_too_early_is_told_from_when_it_applies() -> None:
    given = {**black_friday(), "at": "2026-11-26T10:00:00Z"}
    found = reason(answer(policies(BLACK_FRIDAY), given))
    expected = ("not_yet", "applies from 27 November 2026, 00:00 Zurich")
    assert (found["reason"], found["remedy"]) == expected


def test_the_least_amount_is_said_with_the_amount_given() -> None:
    asked = policies(coupon("big", application=rules("amount is at least 10 EUR")))
    found = reason(answer(asked, request("BIG", charges=[charge("8.00")])))
    expected = ("condition_not_met", "needs 10.00 EUR or more, is 8.00 EUR")
    assert (found["reason"], found["remedy"]) == expected


def test_a_missing_fact_is_named_and_never_guessed() -> None:
    found = reason(answer(policies(BLACK_FRIDAY), black_friday(customer={"id": "cus-1"})))
    assert found["reason"] == "fact_missing"
    assert found["message"] == "can't tell: customer.country was not given"
    assert found["facts"] == {"customer.country": None}


def test_not_does_not_turn_an_unknown_into_a_yes() -> None:
    asked = policies(coupon("all", redemption=rules("not customer.new")))
    assert declined(answer(asked, request("ALL"))) == {"ALL": ["fact_missing"]}


def test_what_is_decided_without_a_missing_fact_needs_it_not() -> None:
    asked = policies(coupon("all", application=rules("fee is period or customer.new")))
    assert discounts(answer(asked, request("ALL"))) == [{"ALL": "10.00"}]


def test_a_coupon_without_rules_applies_to_everything() -> None:
    given = request("ALL", charges=[{"amount": "100.00", "currency": "EUR"}])
    assert discounts(answer(policies(coupon("all")), given)) == [{"ALL": "10.00"}]


# --- the reference's examples -------------------------------------------------------------------


def test_five_hundred_units_at_ten_cents_less_ten_dollars_are_forty() -> None:
    asked = policies(coupon("meter", "10 USD", application=rules("fee is metered")))
    usage = {"fee": "metered", "quantity": 500, "amount": "50.00", "currency": "USD"}
    assert answer(asked, request("METER", charges=[usage]))["charges"][0]["net"] == "40.00"


def test_percentages_come_before_fixed_amounts_whatever_was_redeemed_first() -> None:
    asked = policies(coupon("fixed", "10 EUR"), coupon("share", "50%"))
    redeemed = ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"]
    for first, second in (("FIXED", "SHARE"), ("SHARE", "FIXED")):
        codes = zip((first, second), redeemed, strict=True)
        given = request(*({"code": code, "redeemed": at} for code, at in codes))
        assert discounts(answer(asked, given)) == [{"SHARE": "50.00", "FIXED": "10.00"}]
        assert answer(asked, given)["charges"][0]["discounts"][1]["on"] == "50.00"


def test_every_component_counts_against_the_limit_until_it_is_reached() -> None:
    limit = rules("at most 6 applications per subscription")
    asked = policies(coupon("six", application=limit))
    charges = [charge(component=each) for each in ("base", "seats") * 4]
    answered = answer(asked, request("SIX", charges=charges, subscription={"id": "sub-1"}))
    assert discounts(answered) == [{"SIX": "10.00"}] * 6 + [{}] * 2
    assert declined(answered, 6) == {"SIX": ["limit_reached"]}


def test_a_discount_of_zero_counts_nothing() -> None:
    asked = policies(coupon("once", application=rules("at most 1 application per coupon")))
    charges = [charge("0.00"), charge("-5.00"), charge("0.04"), charge("9.00"), charge("9.00")]
    found = discounts(answer(asked, request("ONCE", charges=charges)))
    assert found == [{}, {}, {}, {"ONCE": "0.90"}, {}]


def test_further_charges_in_a_counted_period_are_free() -> None:
    asked = policies(coupon("two", application=rules("at most 2 periods per subscription")))
    starts = ["2026-01-01", "2026-01-01", "2026-02-01", "2026-03-01", "2026-02-01"]
    charges = [charge(period={"start": f"{day}T00:00:00Z"}) for day in starts]
    answered = answer(asked, request("TWO", charges=charges, subscription={"id": "sub-1"}))
    given = {"TWO": "10.00"}
    assert discounts(answered) == [given, given, given, {}, given]


# --- codes --------------------------------------------------------------------------------------


def test_codes_are_compared_without_case_and_surrounding_space() -> None:
    answered = answer(policies(coupon("all")), request("  aLl "))
    assert discounts(answered) == [{"ALL": "10.00"}]


def test_an_unknown_code_says_so() -> None:
    (line,) = answer(policies(coupon("all")), request("NOPE"))["charges"][0]["declined"]
    assert (line["code"], line["coupon"]) == ("NOPE", None)
    assert [each["reason"] for each in line["reasons"]] == ["code_unknown"]


TRIAL = """\
format: trial
template: ACT-{n:hex(4)}-{reference:random(4)}
accepts: ["ACT-{n:hex(4)}0-{reference:random(4)}"]
---
coupon: trial
discount: 10%
format: trial
codes: [ACT-F0000-A0B1]
redemption: [at most 9 redemptions per code]
application: [fee is period]
"""


def test_a_listed_code_is_found_and_written_as_its_format_does() -> None:
    for typed in ("ACT-F0000-A0B1", "ACT-F000-A0B1", " act-f000-aobi "):
        answered = answer(policies(TRIAL), request(typed))
        assert discounts(answered) == [{"ACT-F000-A0B1": "10.00"}]


def test_a_mistyped_code_is_told_from_an_unknown_one() -> None:
    found = answer(policies(TRIAL), request("ACT-G000-A0B1", "ACT-0000-A0B1"))
    assert declined(found) == {
        "ACT-G000-A0B1": ["code_malformed"],
        "ACT-0000-A0B1": ["code_unknown"],
    }


def test_a_coupon_is_redeemed_once_per_subscription() -> None:
    answered = answer(policies(coupon("all", codes="[A, B]")), request("A", "B"))
    assert discounts(answered) == [{"A": "10.00"}]
    assert declined(answered) == {"B": ["already_redeemed"]}


def test_a_code_that_is_redeemed_is_not_asked_its_redemption_rules() -> None:
    asked = policies(coupon("past", redemption=rules("through 2026-01-31")))
    assert declined(answer(asked, request("PAST"))) == {"PAST": ["ended"]}
    given = request({"code": "past", "redeemed": "2026-01-05T00:00:00Z"})
    assert discounts(answer(asked, given)) == [{"PAST": "10.00"}]


def test_a_switched_off_coupon_is_not_redeemed_and_goes_on_applying() -> None:
    asked = policies(coupon("off", active="false"))
    assert declined(answer(asked, request("OFF"))) == {"OFF": ["coupon_inactive"]}
    given = request({"code": "OFF", "redeemed": "2026-01-05T00:00:00Z"})
    assert discounts(answer(asked, given)) == [{"OFF": "10.00"}]


def test_a_charge_before_the_redemption_is_declined_until_then() -> None:
    given = request({"code": "ALL", "redeemed": "2026-07-01T00:00:00+02:00"})
    answered = answer(policies(coupon("all")), given)
    assert declined(answered) == {"ALL": ["not_yet"]}
    assert answered["valid_until"] == "2026-06-30T22:00:00Z"


def test_coupons_that_stack_with_none_bind_both_ways() -> None:
    asked = policies(coupon("alone", redemption=rules("not together with any coupon")), coupon("b"))
    assert declined(answer(asked, request("B", "ALONE"))) == {"ALONE": ["not_combinable"]}
    answered = answer(asked, request("ALONE", "B"))
    assert declined(answered) == {"B": ["not_combinable"]}
    found = reason(answered)
    assert (found["rule"], found["facts"]) == (
        "not together with any coupon",
        {"coupon": "alone"},
    )


def test_coupons_that_name_each_other_bind_only_them() -> None:
    asked = policies(coupon("a", redemption=rules("not together with b")), coupon("b"), coupon("c"))
    assert declined(answer(asked, request("A", "C"))) == {}
    assert declined(answer(asked, request("B", "A", "C"))) == {"A": ["not_combinable"]}
    assert declined(answer(asked, request("A", "B", "C"))) == {"B": ["not_combinable"]}


# --- the parts of an answer ---------------------------------------------------------------------


def test_a_metered_fee_without_an_amount_is_indicated_outside_the_totals() -> None:
    asked = policies(coupon("meter", "10 USD"))
    usage = {"id": "le-9", "fee": "metered", "currency": "USD"}
    answered = answer(asked, request("METER", charges=[usage]))
    line = {
        "code": "METER",
        "coupon": "meter",
        "label": "Meter",
        "text": "10.00 USD off per period",
    }
    expected = [{"id": "le-9", "currency": "USD", "indicated": [line], "declined": []}]
    assert (answered["charges"], answered["totals"]) == (expected, [])


def test_totals_are_by_currency() -> None:
    charges = [charge("100.00"), charge("1000", "JPY"), charge("50.00")]
    answered = answer(policies(coupon("all")), request("ALL", charges=charges))
    assert answered["totals"] == [
        {"currency": "EUR", "gross": "150.00", "discount": "15.00", "net": "135.00"},
        {"currency": "JPY", "gross": "1000", "discount": "100", "net": "900"},
    ]


def test_a_charge_that_stands_twice_is_answered_alike_and_counts_once() -> None:
    asked = policies(coupon("two", application=rules("at most 2 applications per coupon")))
    charges = [charge(id="le-1"), charge(id="le-1"), charge(id="le-2"), charge(id="le-3")]
    answered = answer(asked, request("TWO", charges=charges))
    assert discounts(answered) == [{"TWO": "10.00"}] * 3 + [{}]
    assert answered["totals"][0]["gross"] == "300.00"


def test_a_charge_id_with_other_content_is_refused() -> None:
    given = request("ALL", charges=[charge(id="le-1"), charge("9.00", id="le-1")])
    ((pointer, _),) = flaws(policies(coupon("all")), given)
    assert pointer == "/charges/1/id"


def test_the_same_request_of_the_same_policies_is_the_same_decision() -> None:
    asked, given = policies(coupon("all")), request("ALL")
    other, more = policies(coupon("all", "20%")), request("ALL", at="2026-06-15T12:00:01Z")
    again = policies(coupon("all"))
    assert answer(asked, given)["decision"] == answer(again, given)["decision"]
    each = [answer(asked, given), answer(other, given), answer(asked, more)]
    assert len({found["decision"] for found in each}) == 3


def test_a_trace_says_the_verdict_of_every_rule() -> None:
    asked = policies(
        coupon("all", application=rules("fee is setup"), redemption=rules("customer.new"))
    )
    given = request({"code": "ALL", "redeemed": NOON}, trace=True)
    assert answer(asked, given)["charges"][0]["trace"] == [
        {
            "code": "ALL",
            "stage": "application",
            "rule": "fee is setup",
            "source": "policy.yaml:8:16",
            "holds": False,
            "facts": {"fee": "period"},
        },
    ]
    asking = answer(asked, request("ALL", trace=True))["charges"][0]["trace"]
    assert [(each["stage"], each["holds"]) for each in asking] == [("redemption", None)]
    assert "trace" not in answer(asked, request("ALL"))["charges"][0]


def test_limits_of_the_two_stages_count_apart() -> None:
    asked = policies(
        """
        coupon: once
        discount: 10%
        codes: [ONCE]
        redemption: [at most 1 redemption per customer]
        application: [at most 1 application per customer]
        """
    )
    answered = answer(asked, request("ONCE", customer={"id": "cus-1"}))
    assert answered["charges"][0]["discount"] != "0.00"
