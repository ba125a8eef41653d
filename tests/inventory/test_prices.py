"""Prices: tiers, quotes and markups, exact until a price of one code is rounded."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.catalogue.partners import Prices
from engine.inventory.prices import (
    TooMuch,
    listed_price,
    percent,
    quoted_price,
    sum_of,
    tier_of,
    total_of,
)
from engine.money import Money, Rounding, parse_money

UP, EVEN = Rounding.HALF_UP, Rounding.HALF_EVEN


def money(text: str) -> Money:
    amount, currency = text.split()
    return parse_money(amount, currency)


def prices(price: str = "480 EUR", markup: str = "15%") -> Prices:
    """A list with one price, and tiers from 10 and 50 codes on."""
    return Prices(
        {"pro": money(price)},
        ((10, Fraction(5, 100)), (50, Fraction(10, 100))),
        Fraction(markup[:-1]) / 100,
    )


@pytest.mark.parametrize(
    ("count", "start", "unit"),
    [
        (1, None, "480.00"),
        (9, None, "480.00"),
        (10, 10, "456.00"),
        (49, 10, "456.00"),
        (50, 50, "432.00"),
        (1_000_000, 50, "432.00"),
    ],
)
def test_a_tier_begins_with_its_own_count(count: int, start: int | None, unit: str) -> None:
    price = listed_price(prices(), "pro", count, UP)
    assert price is not None
    assert (price.tier and price.tier.start, price.unit.amount()) == (start, unit)


def test_the_largest_tier_that_is_reached_counts_in_any_order() -> None:
    volume = ((50, Fraction(1, 10)), (10, Fraction(1, 20)))
    found = tier_of(Prices(volume=volume), 60)
    assert found == (50, Fraction(1, 10))


def test_without_a_list_price_there_is_none() -> None:
    assert listed_price(prices(), "other", 1, UP) is None


def test_a_quote_gets_no_tier_and_is_sold_on_with_the_markup() -> None:
    price = quoted_price(prices(), money("400 EUR"), UP)
    assert (price.unit, price.tier, price.quoted) == (money("400 EUR"), None, True)
    assert price.resale == money("460 EUR")
    assert quoted_price(None, money("400 EUR"), UP).resale is None


@pytest.mark.parametrize(
    ("listed", "rounding", "unit", "resale"),
    [
        # 5% off 0.50: 0.475, a half of the smallest unit.
        ("0.50 EUR", UP, "0.48", "0.55"),
        ("0.50 EUR", EVEN, "0.48", "0.55"),
        ("0.10 EUR", UP, "0.10", "0.12"),
        ("0.10 EUR", EVEN, "0.10", "0.12"),
        # 0.285 rounds to the odd or to the even neighbour.
        ("0.30 EUR", UP, "0.29", "0.33"),
        ("0.30 EUR", EVEN, "0.28", "0.32"),
        # No decimals: 10 yen less 5% are 9.5.
        ("10 JPY", UP, "10", "12"),
        ("10 JPY", EVEN, "10", "12"),
        ("30 JPY", UP, "29", "33"),
        ("30 JPY", EVEN, "28", "32"),
        # Three decimals: 0.0095 dinars.
        ("0.010 KWD", UP, "0.010", "0.012"),
        ("12.345 KWD", UP, "11.728", "13.487"),
        ("0.00 EUR", UP, "0.00", "0.00"),
    ],
)
def test_each_price_of_one_code_is_rounded_to_the_minor_unit(
    listed: str, rounding: Rounding, unit: str, resale: str
) -> None:
    price = listed_price(prices(listed), "pro", 10, rounding)
    assert price is not None
    assert price.resale is not None
    assert (price.unit.amount(), price.resale.amount()) == (unit, resale)


def test_a_total_is_that_of_the_rounded_price() -> None:
    price = listed_price(prices("0.30 EUR"), "pro", 11, UP)
    assert price is not None
    assert total_of(price.unit, 11) == money("3.19 EUR")
    assert sum_of([money("3.19 EUR"), money("0.01 EUR")]) == money("3.20 EUR")


def test_a_sum_of_more_digits_than_amounts_have_is_refused() -> None:
    dear = Money(10**17, "EUR")
    assert total_of(dear, 9).minor == 9 * 10**17
    with pytest.raises(TooMuch, match="more than 18 digits"):
        total_of(dear, 10)
    with pytest.raises(TooMuch):
        sum_of([Money(9 * 10**17, "EUR"), dear])


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(0), "0%"),
        (Fraction(5, 100), "5%"),
        (Fraction(1), "100%"),
        (Fraction(125, 1000), "12.5%"),
        (Fraction(5, 10_000), "0.05%"),
        (Fraction(33333, 100_000), "33.333%"),
    ],
)
def test_a_share_is_said_as_it_is_written(share: Fraction, text: str) -> None:
    assert percent(share) == text
