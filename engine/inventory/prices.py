"""What codes cost: list prices less the tier of the volume, quotes, and prices to sell on at.

All is exact until a price of one code is rounded to the minor unit, as the space rounds; sums are
those of rounded prices, so that what a line says can be added up by hand.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from engine.catalogue.partners import Prices
from engine.money import MAX_DIGITS, ROUND, Money, Rounding


class Tier(NamedTuple):
    """From how many codes in one purchase on which share is taken off each."""

    start: int
    off: Fraction


class Price(NamedTuple):
    """The price of one code.

    `listed` is that of the list, or a quote; `unit` is what is paid; `resale` what the partner
    would sell it on at, where it is one.
    """

    listed: Money
    unit: Money
    tier: Tier | None = None
    resale: Money | None = None
    quoted: bool = False


class TooMuch(ValueError):
    """A sum has more digits than amounts have."""


def tier_of(prices: Prices, count: int) -> Tier | None:
    """The tier of a purchase of so many codes: the largest that they reach."""
    reached = [Tier(*each) for each in prices.volume if each[0] <= count]
    return max(reached, default=None)


def listed_price(prices: Prices, coupon: str, count: int, rounding: Rounding) -> Price | None:
    """What a code of a coupon costs in a purchase of so many; None where the list has none."""
    listed = prices.listed.get(coupon)
    if listed is None:
        return None
    tier = tier_of(prices, count)
    unit = listed if tier is None else _share(listed, 1 - tier.off, rounding)
    return Price(listed, unit, tier, resale_price(prices, unit, rounding))


def quoted_price(prices: Prices | None, quote: Money, rounding: Rounding) -> Price:
    """What a code costs by a quote, which no tier makes less."""
    resale = None if prices is None else resale_price(prices, quote, rounding)
    return Price(quote, quote, resale=resale, quoted=True)


def resale_price(prices: Prices, unit: Money, rounding: Rounding) -> Money:
    """What a partner sells a code on at that it paid so much for."""
    return _share(unit, 1 + prices.markup, rounding)


def total_of(unit: Money, count: int) -> Money:
    """What so many codes cost. Raises `TooMuch`."""
    return _checked(Money(unit.minor * count, unit.currency))


def sum_of(amounts: list[Money]) -> Money:
    """The sum of some amounts of one currency. Raises `TooMuch`."""
    return _checked(Money(sum(each.minor for each in amounts), amounts[0].currency))


def percent(share: Fraction) -> str:
    """A share as it is written in documents, such as `12.5%`."""
    hundredths, digits = share * 100, 0
    while hundredths.denominator % 2 == 0 or hundredths.denominator % 5 == 0:
        hundredths, digits = hundredths * 10, digits + 1
    whole = hundredths.numerator
    if not digits:
        return f"{whole}%"
    text = f"{whole:0{digits + 1}d}"
    return f"{text[:-digits]}.{text[-digits:]}%"


def _share(money: Money, share: Fraction, rounding: Rounding) -> Money:
    exact = money.minor * share
    return Money(ROUND[rounding](exact.numerator, exact.denominator), money.currency)


def _checked(money: Money) -> Money:
    if money.minor >= 10**MAX_DIGITS:
        raise TooMuch(f"the total has more than {MAX_DIGITS} digits")
    return money
