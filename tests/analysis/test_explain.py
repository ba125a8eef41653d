"""A coupon in plain English, with every figure of its file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.analysis.explain import WIDTH, explain
from engine.calendar import Duration, Unit
from engine.catalogue.catalogue import Catalogue, Coupon, Grants, Space
from engine.catalogue.loader import load_texts
from engine.language.vocabulary import Stage
from tests.analysis.building import ZURICH, at, coupon, rule

EMPTY = Catalogue()
GRANTS = Grants(
    plan="professional",
    features=("Advanced Dashboards", "Interconnect"),
    add_ons=("Archive",),
    points=50,
    subaccounts=4,
    duration=Duration(12, Unit.MONTH),
)


def full() -> Coupon:
    """A coupon that says something under every key."""
    made = coupon(
        ["50% up to 50 EUR when within 3 months of redeemed", "10 USD"],
        ["from 2026-11-27 through 2026-11-30", "at most 5 redemptions per code"],
        ["fee is one of setup, period", "at most 6 applications per subscription"],
        codes=10,
    )
    country = rule(
        "customer.country is one of CH, AT",
        Stage.REDEMPTION,
        12,
        because='For "us" only.',
        reason="wrong_country",
    )
    return replace(
        made,
        redemption=(*made.redemption, country),
        labels={"campaign": "bf-2026", "team": "growth"},
        active=False,
        valid=Duration(12, Unit.MONTH),
        format="voucher",
        alerts=(80, 100),
        best_of="seasonal",
        was="old-offer",
    )


PAGE = """\
offer: An offer

Written at policies/offer.yaml:1; its days begin and end in Zurich. It is
switched off when it is first read; afterwards the store says. It was called
old-offer before.

What it gives
  The first of these whose condition holds:
  1. 50% off, at most 50.00 EUR on each charge, when within 3 months after the
     redemption, Zurich time.
     Line 3: 50% up to 50 EUR when within 3 months of redeemed
  2. 10.00 USD off.
     Line 4: 10 USD
  A condition that can't be told, for want of a fact, stops the choice.

Who may redeem it, and when
  Each of these must hold. A window includes its start, and not its end.
  - from 27 November 2026, 00:00 Zurich, 26 November 2026, 23:00 UTC until 30
    November 2026, 24:00 Zurich, 23:00 UTC.
    Line 10: from 2026-11-27 through 2026-11-30
  - at most 5 redemptions for each code.
    Line 11: at most 5 redemptions per code
  - the customer's country is CH or AT.
    Line 12: customer.country is one of CH, AT
    Whom it refuses is told: "For \\"us\\" only."
    Programs are told: wrong_country
  At most once for each subscription, whichever of its codes is used.

Which charges it discounts
  Each of these must hold.
  - the fee is setup or period.
    Line 20: fee is one of setup, period
  - at most 6 applications for each subscription.
    Line 21: at most 6 applications per subscription

Codes
  10 are listed: CODE1, CODE2, CODE3, CODE4, CODE5 and so on.
  An issued code is written in the format voucher. A code is valid for 12 months
  from its issue.

With other coupons
  Discounts are taken in this order: `to` prices, percentages, fixed amounts
  (here: percentages and fixed amounts); among equals, the first redeemed comes
  first. Each works on what is left.
  Best of seasonal: of the redeemed coupons with that name (besides this one:
  none yet), only the one that would give most applies to a charge.

Exposure
  Most redemptions: 50 (5 redemptions per code × 10 codes = 50).
  Most discounted charges: 300 (5 redemptions per code × 10 codes × 6
  applications per subscription = 300).
  Most money: 15000.00 EUR or 3000.00 USD, whichever is more (5 redemptions per
  code × 10 codes × 6 applications per subscription × 50.00 EUR off each charge
  = 15000.00 EUR; 5 redemptions per code × 10 codes × 6 applications per
  subscription × 10.00 USD off each charge = 3000.00 USD).
  The 10 codes listed are counted: codes issued besides add to the figures.
  Redemptions are counted at any one time: a removed redemption gives its place
  back.
  The charges are counted while no redemption is removed: whoever takes a place
  that was given back has charges of their own discounted.
  Charges that were reversed are not counted: they give their places back.
  In another currency, each charge is converted at its own rate and rounded.

Besides
  A notice is sent when a limit is 80% or 100% full.
  Labels: campaign: bf-2026, team: growth.
"""


def test_a_page_names_everything_that_the_file_says() -> None:
    assert explain(full(), EMPTY) == PAGE


def test_a_page_says_aloud_what_holds_where_the_file_is_silent() -> None:
    page = explain(coupon(), EMPTY)
    said = [
        "  It can be redeemed by anyone, for any subscription.",
        "  It applies to every charge, for ever.",
        "  None are listed: each is issued or imported.",
        "  An issued code is written as {code:random(12)/4}. A code doesn't expire.",
        "  Most redemptions: unbounded, because no rule limits how often it is redeemed.",
    ]
    assert [line for line in said if line in page.splitlines()] == said


def test_a_title_that_is_the_name_is_said_once() -> None:
    assert explain(replace(coupon(), title="offer"), EMPTY).splitlines()[0] == "offer"


def test_the_zone_of_the_space_stands_in_for_that_of_the_coupon() -> None:
    silent = replace(coupon(), zone=None)
    assert "it names no timezone" in explain(silent, EMPTY)
    assert "end in Zurich" in explain(silent, Catalogue(space=Space("acme", ZURICH)))


def test_a_discount_whose_every_line_has_a_condition_may_give_nothing() -> None:
    page = explain(coupon(["20% when customer.new"]), EMPTY)
    assert "Where no condition holds it gives nothing." in page


def test_a_coupon_that_only_grants() -> None:
    page = explain(Coupon("gift", at(1), "Gift", grants=GRANTS), EMPTY)
    assert (
        "  Redeeming grants a pre-paid subscription: the plan professional; the features\n"
        "  Advanced Dashboards, Interconnect; the add-ons Archive; 50 points; 4\n"
        "  subaccounts; for 12 months.\n"
    ) in page
    assert "It needs no subscription: the one it grants becomes the redemption's." in page
    assert "None: it gives no discount." in page
    assert "Discounts are taken in this order" not in page


def test_a_grant_that_the_code_itself_says() -> None:
    grants = Grants(from_code=True, duration=Duration(30, Unit.DAY))
    page = explain(replace(coupon(), grants=grants), EMPTY)
    assert (
        "  Redeeming also grants a pre-paid subscription: what the code itself says; for\n"
        "  30 days.\n"
    ) in page


POLICIES = """\
features: platform
width: 8
bits: {7: Dashboards, 6: Map, 5: Tariffs}
reserved: [1, 0]
named: {Core: C0, All: E0}
---
format: order
template: ORD-{features:flags(platform)}-P{points:int(1..50)}
---
format: voucher
template: "{body:sealed(16, check)/4}"
fields: {spec: 12, issued: month(8), serial: 20}
seal: 35
---
coupon: year
grants: {plan: pro, features: VALUE, add-ons: [Tariffs]}
format: voucher
---
coupon: trial
grants: {from: code}
format: order
"""


def page_of(name: str, features: str = "C0") -> str:
    catalogue = load_texts({"f.yaml": POLICIES.replace("VALUE", features)})
    return explain(catalogue.coupons[name], catalogue)


def test_features_are_named_with_the_value_of_all() -> None:
    assert (
        "the plan pro; the features\n  Dashboards, Map; the add-ons Tariffs.\n"
        "  As a value of platform that is E0, called All.\n"
    ) in page_of("year")


def test_reserved_bits_are_reported() -> None:
    assert (
        "  As a value of platform that is E3.\n  Bits that are set and mean nothing yet: 1, 0.\n"
    ) in page_of("year", "C3")


def test_what_comes_from_the_code_is_named() -> None:
    assert (
        "  Redeeming grants a pre-paid subscription: what the code itself says (the\n"
        "  features, the plan and the points).\n"
    ) in page_of("trial")


def test_the_fields_of_codes_are_shown_with_what_they_hold() -> None:
    assert (
        "  Its template is ORD-{features:flags(platform)}-P{points:int(1..50)}:\n"
        "  - features: 2 hexadecimal digits of `platform`.\n"
        "  - points: a whole number from 1 to 50.\n"
        "  Nothing in it is random or sealed: who knows one code can make up others.\n"
    ) in page_of("trial")


def test_how_hard_sealed_codes_are_to_forge_is_told() -> None:
    assert (
        "  It is sealed: a forgery passes once in 2 to the power of 35 tries. 1,048,576\n"
        "  can be issued each month for the same grant.\n"
    ) in page_of("year")


def test_coupons_of_the_same_best_of_are_named() -> None:
    offer, rival = full(), replace(coupon(), name="winter", best_of="seasonal")
    page = explain(offer, Catalogue({"offer": offer, "winter": rival}))
    assert "besides this one:\n  winter)" in page


@pytest.mark.parametrize("names", ["any coupon", "spring, winter"])
def test_stacking_rules_of_other_coupons_bind_this_one_too(names: str) -> None:
    winter = replace(coupon(), name="winter")
    spring = replace(coupon(redemption=[f"not together with {names}"]), name="spring")
    page = explain(winter, Catalogue({"winter": winter, "spring": spring}))
    assert "By their own rules it can't be redeemed together with: spring." in page


def test_a_page_fits_a_terminal() -> None:
    assert max(map(len, explain(full(), EMPTY).splitlines())) <= WIDTH
