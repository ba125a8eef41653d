"""The worst case of a coupon, and never a bound that no rule enforces."""

from __future__ import annotations

import pytest

from engine.analysis.exposure import Count, Sum, exposure, sentences
from engine.catalogue.catalogue import Coupon, Grants
from engine.language.vocabulary import COUNTRIES
from engine.money import Money
from tests.analysis.building import at, coupon

UNTIL_MONDAY = "from 2026-11-27 through 2026-11-30"
PER_CODE = "at most 5 redemptions per code"
PER_SUBSCRIPTION = "at most 6 applications per subscription"


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def test_the_example_of_the_reference_comes_to_300_charges() -> None:
    found = exposure(coupon(["10 USD"], [PER_CODE], [PER_SUBSCRIPTION], codes=10))
    assert found.redemptions == Count(50, "5 redemptions per code × 10 codes = 50")
    assert found.charges == Count(
        300, "5 redemptions per code × 10 codes × 6 applications per subscription = 300"
    )
    assert found.money == Sum(
        (Money(300_000, "USD"),),
        "5 redemptions per code × 10 codes × 6 applications per subscription × "
        "10.00 USD off each charge = 3000.00 USD",
    )


def test_a_coupon_without_rules_is_unlimited() -> None:
    found = exposure(coupon())
    no_charges = "no rule limits how many charges it applies to"
    assert found.redemptions == Count(None, because=("no rule limits how often it is redeemed",))
    assert found.charges == Count(None, because=(no_charges,))
    assert found.money == Sum(
        None, because=("the discount grows with the charge (20% off)", no_charges)
    )
    assert found.notes == ()


def test_without_listed_codes_figures_are_for_each_code_issued() -> None:
    found = exposure(coupon(["10 EUR"], [PER_CODE], [PER_SUBSCRIPTION]))
    assert (found.redemptions.most, found.redemptions.each) == (5, "code issued")
    assert (found.charges.most, found.charges.each) == (30, "code issued")
    assert (found.money.most, found.money.each) == ((eur(30_000),), "code issued")


def test_a_figure_for_the_whole_coupon_wins_over_one_for_each_code() -> None:
    rules = [PER_CODE, "at most 500 redemptions per coupon"]
    assert exposure(coupon(redemption=rules)).redemptions == Count(
        500, "500 redemptions per coupon"
    )


# limits on redemptions, how many codes are listed, most
REDEMPTIONS = [
    (["at most 500 redemptions per coupon"], 0, 500),
    (["at most 500 redemptions per coupon", PER_CODE], 10, 50),
    (["at most 20 redemptions per coupon", PER_CODE], 10, 20),
    (["at most 0 redemptions per coupon"], 0, 0),
    (["at most 5 redemptions per by"], 0, 15),
    (["at most 5 redemptions per by", "by is not automatic"], 0, 10),
    (["at most 5 redemptions per customer.country"], 0, 5 * len(COUNTRIES)),
    (["at most 5 redemptions per customer.country", "customer.country is one of CH, AT"], 0, 10),
    (["at most 5 redemptions per product", "product is pro and customer.new"], 0, 5),
    (["at most 5 redemptions per code and by"], 10, 150),
    (["at most 5 redemptions per coupon per day", UNTIL_MONDAY], 0, 20),
    (["at most 5 redemptions per coupon per month", UNTIL_MONDAY], 0, 5),
    (["at most 5 redemptions per coupon per month", "from 2026-11-30", "before 2027-01-02"], 0, 15),
    (["at most 5 redemptions per coupon per hour", "from 2026-10-25 through 2026-10-25"], 0, 120),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "codes", "most"), REDEMPTIONS)
def test_redemptions_are_bounded(rules: list[str], codes: int, most: int) -> None:
    found = exposure(coupon(redemption=rules, codes=codes)).redemptions
    assert (found.most, found.each) == (most, "")


# a limit on redemptions and another rule, why it bounds nothing
UNBOUNDED_REDEMPTIONS = [
    (
        ["at most 1 redemption per customer"],
        "nothing limits how many customers there are (`at most 1 redemption per customer`)",
    ),
    (
        ["at most 1 redemption per subscription and by"],
        "nothing limits how many subscriptions there are "
        "(`at most 1 redemption per subscription and by`)",
    ),
    (
        ["at most 1 redemption per customer.segment", "customer.segment is not a"],
        "nothing limits how many values the customer's segment can have "
        "(`at most 1 redemption per customer.segment`)",
    ),
    (
        ["at most 1 redemption per customer.segment", "customer.segment is a or customer.new"],
        "nothing limits how many values the customer's segment can have "
        "(`at most 1 redemption per customer.segment`)",
    ),
    (
        ["at most 9 redemptions per coupon per month"],
        "the limit begins anew each month (`at most 9 redemptions per coupon per month`)",
    ),
    (
        ["at most 9 redemptions per coupon per month", "from 2026-11-27"],
        "the limit begins anew each month (`at most 9 redemptions per coupon per month`)",
    ),
    (
        ["at most 9 redemptions per coupon per month", f"{UNTIL_MONDAY} or customer.new"],
        "the limit begins anew each month (`at most 9 redemptions per coupon per month`)",
    ),
    (
        ["at most 9 redemptions per coupon per hour", "from 2000-01-01 through 2999-01-01"],
        "the limit begins anew each hour (`at most 9 redemptions per coupon per hour`)",
    ),
    (
        ["at most 9 redemptions per coupon in any 30 days"],
        "its places come free again after 30 days "
        "(`at most 9 redemptions per coupon in any 30 days`)",
    ),
]


@pytest.mark.parametrize(("rules", "because"), UNBOUNDED_REDEMPTIONS)
def test_what_no_rule_bounds_is_unbounded(rules: list[str], because: str) -> None:
    assert exposure(coupon(redemption=rules, codes=3)).redemptions == Count(
        None, because=(because,)
    )


# rules for charges, with 5 redemptions for each of 10 codes, most
CHARGES = [
    ([PER_SUBSCRIPTION], 300),
    ([PER_SUBSCRIPTION, "at most 40 applications per coupon"], 40),
    (["at most 6 applications per subscription and component"], 600),
    (["at most 6 applications per component and subscription", "component is base"], 300),
    (["at most 6 applications per subscription and code"], 300),
    (["at most 6 applications per code"], 60),
    (["at most 6 applications per component"], 12),
    (["at most 6 applications per fee", "fee is not metered"], 12),
    (["at most 6 applications per subscription per day", UNTIL_MONDAY], 1200),
]


@pytest.mark.parametrize(("rules", "most"), CHARGES)
def test_charges_are_bounded(rules: list[str], most: int) -> None:
    assert exposure(coupon(["1 EUR"], [PER_CODE], rules, codes=10)).charges.most == most


UNBOUNDED_CHARGES = [
    (
        "at most 3 periods per subscription",
        "any number of charges in a counted period are discounted "
        "(`at most 3 periods per subscription`)",
    ),
    (
        "at most 6 applications per customer",
        "nothing limits how many customers there are (`at most 6 applications per customer`)",
    ),
    (
        "at most 6 applications per subscription and product",
        "nothing limits how many products there are "
        "(`at most 6 applications per subscription and product`)",
    ),
    (
        "at most 6 applications per subscription per month",
        "the limit begins anew each month (`at most 6 applications per subscription per month`)",
    ),
    ("at most 5 EUR of discount per coupon", "no rule limits how many charges it applies to"),
]


@pytest.mark.parametrize(("rule", "because"), UNBOUNDED_CHARGES)
def test_charges_that_no_rule_bounds_are_unbounded(rule: str, because: str) -> None:
    found = exposure(coupon(["1 EUR"], [PER_CODE], [rule], codes=10)).charges
    assert found == Count(None, because=(because,))


def test_a_window_on_redemptions_bounds_no_charges() -> None:
    rules = [PER_CODE, UNTIL_MONDAY]
    limit = "at most 6 applications per subscription per month"
    assert exposure(coupon(["1 EUR"], rules, [limit], codes=10)).charges.most is None


def test_applications_per_subscription_are_unbounded_when_redemptions_are() -> None:
    found = exposure(coupon(application=[PER_SUBSCRIPTION]))
    assert found.charges == Count(None, because=("no rule limits how often it is redeemed",))


# discount, rules for charges, most money for 5 redemptions of each of 10 codes
MONEY = [
    (["10 EUR"], [PER_SUBSCRIPTION], (eur(300_000),)),
    (["20% up to 50 EUR"], [PER_SUBSCRIPTION], (eur(1_500_000),)),
    (["5 EUR when customer.new", "10 EUR"], [PER_SUBSCRIPTION], (eur(300_000),)),
    (["10 EUR", "50 EUR"], [PER_SUBSCRIPTION], (eur(300_000),)),
    (
        ["10 EUR when customer.new", "9 USD"],
        [PER_SUBSCRIPTION],
        (eur(300_000), Money(270_000, "USD")),
    ),
    (["20%"], ["at most 100 EUR of discount per coupon"], (eur(10_000),)),
    (["20%"], ["at most 100 EUR of discount per subscription"], (eur(500_000),)),
    (["to 5 EUR"], ["at most 100 EUR of discount per code"], (eur(100_000),)),
    (["10 EUR"], [PER_SUBSCRIPTION, "at most 100 EUR of discount per coupon"], (eur(10_000),)),
    (["1 EUR"], [PER_SUBSCRIPTION, "at most 900 EUR of discount per coupon"], (eur(30_000),)),
    (
        ["1 EUR"],
        ["at most 9 EUR of discount per coupon per day", UNTIL_MONDAY],
        (eur(3_600),),
    ),
]


@pytest.mark.parametrize(("discount", "rules", "most"), MONEY)
def test_money_is_bounded(discount: list[str], rules: list[str], most: tuple[Money, ...]) -> None:
    assert exposure(coupon(discount, [PER_CODE], rules, codes=10)).money.most == most


@pytest.mark.parametrize(
    ("discount", "because"),
    [
        (["20%"], "the discount grows with the charge (20% off)"),
        (
            ["to 5 EUR"],
            "the discount grows with the charge (the price becomes 5.00 EUR, if that is lower)",
        ),
        (["5 EUR when customer.new", "2%"], "the discount grows with the charge (2% off)"),
    ],
)
def test_money_that_grows_with_the_charge_is_unbounded(discount: list[str], because: str) -> None:
    found = exposure(coupon(discount, [PER_CODE], [PER_SUBSCRIPTION], codes=10)).money
    assert found == Sum(None, because=(because,))


def test_a_bound_in_another_currency_is_said_besides() -> None:
    rules = [PER_SUBSCRIPTION, "at most 100 CHF of discount per coupon"]
    found = exposure(coupon(["1 EUR"], [PER_CODE], rules, codes=1))
    assert found.money.most == (Money(10_000, "CHF"),)
    assert found.notes[0] == (
        "It is also at most 30.00 EUR (5 redemptions per code × 1 code × "
        "6 applications per subscription × 1.00 EUR off each charge = 30.00 EUR)."
    )


def test_a_coupon_that_only_grants_discounts_nothing() -> None:
    found = exposure(Coupon("gift", at(1), "Gift", grants=Grants(plan="professional")))
    assert (found.charges.most, found.money.most) == (0, ())


FREED = "Redemptions are counted at any one time: a removed redemption gives its place back."
FREED_CHARGES = (
    "The charges are counted while no redemption is removed: whoever takes a place that was given "
    "back has charges of their own discounted."
)
REVERSED = "Charges that were reversed are not counted: they give their places back."
CONVERTED = "In another currency, each charge is converted at its own rate and rounded."
LISTED = "The 10 codes listed are counted: codes issued besides add to the figures."


def test_notes_say_what_the_figures_leave_out() -> None:
    found = exposure(coupon(["10 USD"], [PER_CODE], [PER_SUBSCRIPTION], codes=10))
    assert found.notes == (LISTED, FREED, FREED_CHARGES, REVERSED, CONVERTED)


def test_what_still_counts_needs_no_note() -> None:
    redemption = ["at most 5 redemptions per coupon, counting removed"]
    application = ["at most 6 applications per subscription, counting reversed"]
    assert exposure(coupon(["10 USD"], redemption, application)).notes == (CONVERTED,)


def test_an_exposure_in_words() -> None:
    redemption = ["at most 5 redemptions per code, counting removed"]
    application = ["at most 6 applications per subscription, counting reversed"]
    assert sentences(exposure(coupon(["20%"], redemption, application)))[:3] == (
        "Most redemptions: 5 for each code issued (5 redemptions per code).",
        "Most discounted charges: 30 for each code issued "
        "(5 redemptions per code × 6 applications per subscription = 30).",
        "Most money: unbounded, because the discount grows with the charge (20% off).",
    )


def test_amounts_in_several_currencies_in_words() -> None:
    tiers = ["1 EUR when customer.new", "2 USD"]
    found = exposure(coupon(tiers, application=["at most 3 applications per coupon"]))
    assert sentences(found)[2] == (
        "Most money: 3.00 EUR or 6.00 USD, whichever is more "
        "(3 applications per coupon × 1.00 EUR off each charge = 3.00 EUR; "
        "3 applications per coupon × 2.00 USD off each charge = 6.00 USD)."
    )
