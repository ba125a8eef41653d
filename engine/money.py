"""Money in integer minor units: currencies, parsing, rounding and exchange.

Currencies and their minor units are those of ISO 4217. Amounts between two roundings are exact
fractions of a minor unit; nothing here is ever a binary floating-point number.
"""

from __future__ import annotations

import enum
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import iso4217
import msgspec

MAX_DIGITS = 18
_RATE = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18})?", re.ASCII)
_AMOUNT = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?\Z", re.ASCII)

MINOR_DIGITS: Mapping[str, int] = {
    currency.code: currency.exponent
    for currency in iso4217.Currency
    if currency.exponent is not None
}
"""Decimals of each ISO 4217 currency that has a minor unit; gold and test codes have none."""


class UnknownCurrency(ValueError):
    """The code is no ISO 4217 currency that amounts can be written in."""


class TooManyDecimals(ValueError):
    """The amount has more decimals than its currency."""


class BadAmount(ValueError):
    """The text is not a plain decimal number of at most 18 digits."""


class Rounding(enum.Enum):
    """How an exact amount becomes minor units (`rounding` of a space; behaviour.md, Applying)."""

    HALF_UP = "half-up"
    HALF_EVEN = "half-even"


class Money(msgspec.Struct, frozen=True, gc=False):
    """An amount of `minor` minor units of the ISO 4217 `currency`."""

    minor: int
    currency: str

    def amount(self) -> str:
        """The decimal text with exactly the currency's decimals, such as `10.00`."""
        return amount_text(self.minor, self.currency)

    def __str__(self) -> str:
        return f"{self.amount()} {self.currency}"


@lru_cache(4096)
def amount_text(minor: int, currency: str) -> str:
    """Write minor units as the decimal text of a currency: 1000 of `EUR` is `10.00`."""
    digits = MINOR_DIGITS[currency]
    if digits == 2 and minor >= 0:
        return f"{minor // 100}.{minor % 100:02d}"
    if not digits:
        return str(minor)
    whole, part = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{part:0{digits}d}"


@lru_cache(4096)
def parse_money(amount: str, currency: str) -> Money:
    """Read decimal text in a currency.

    Raises `UnknownCurrency`, `BadAmount` or `TooManyDecimals`: reading never rounds.
    """
    digits = MINOR_DIGITS.get(currency)
    if digits is None:
        raise UnknownCurrency(currency)
    match = _AMOUNT.match(amount)
    if match is None or len(amount) > MAX_DIGITS + 2:
        raise BadAmount(amount)
    sign, whole, part = match[1], match[2], match[3] or ""
    if len(part) > digits:
        raise TooManyDecimals(amount)
    if len(whole) + digits > MAX_DIGITS:
        raise BadAmount(amount)
    minor = int(whole + part.ljust(digits, "0"))
    return Money(-minor if sign else minor, currency)


def parse_rate(text: str) -> Fraction | None:
    """Read the figure of an exchange rate: a positive decimal, None for any other text."""
    return (Fraction(text) or None) if _RATE.fullmatch(text) else None


def round_half_up(numerator: int, denominator: int) -> int:
    """The nearest integer to a ratio, a half away from zero. The denominator is positive."""
    if numerator < 0:
        return -round_half_up(-numerator, denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def round_half_even(numerator: int, denominator: int) -> int:
    """The nearest integer to a ratio, a half to the even neighbour. The denominator is positive."""
    quotient, rest = divmod(numerator, denominator)
    double = 2 * rest
    if double > denominator or (double == denominator and quotient % 2):
        return quotient + 1
    return quotient


ROUND = {Rounding.HALF_UP: round_half_up, Rounding.HALF_EVEN: round_half_even}
"""The function of each way of rounding: numerator and positive denominator to an integer."""


@dataclass(frozen=True, slots=True)
class Rates:
    """The exchange rates in force during one stretch of time.

    `per_base[c]` is how much of currency `c` one unit of the base buys; `start` and `end` are
    microseconds since 1970, None before the first row and after the last.
    """

    per_base: Mapping[str, Fraction]
    start: int | None
    end: int | None

    def factor(self, source: str, target: str) -> Fraction | None:
        """Minor units of `target` for one minor unit of `source`, or None without a rate.

        The conversion goes through the base and is exact (behaviour.md, Applying).
        """
        if source == target:
            return Fraction(1)
        sell, buy = self.per_base.get(source), self.per_base.get(target)
        if sell is None or buy is None:
            return None
        return buy / sell * Fraction(10) ** (MINOR_DIGITS[target] - MINOR_DIGITS[source])


class RateTable:
    """Rows of rates in order of time: each is in force until the next (language.md, `rates`)."""

    def __init__(self, base: str, rows: Iterable[tuple[int, Mapping[str, Fraction]]]) -> None:
        ordered = sorted(rows, key=lambda row: row[0])
        self._starts = [start for start, _ in ordered]
        ends: list[int | None] = [*self._starts, None]
        self._rows = [Rates({}, None, ends[0])] + [
            Rates({**row, base: Fraction(1)}, start, end)
            for (start, row), end in zip(ordered, ends[1:], strict=True)
        ]
        self.base = base

    def at(self, instant: int) -> Rates:
        """The rates in force at an instant; there are none before the first row."""
        return self._rows[bisect_right(self._starts, instant)]

    def rows(self) -> list[tuple[int, Mapping[str, Fraction]]]:
        """The rows, each with the instant from which it is in force."""
        return list(zip(self._starts, (row.per_base for row in self._rows[1:]), strict=True))

    def currencies(self) -> frozenset[str]:
        """Every currency that some row, or the base, gives a figure for."""
        return frozenset().union({self.base}, *(row.per_base for row in self._rows))


def convert(money: Money, currency: str, rates: Rates | None) -> Fraction | None:
    """An amount in exact minor units of another currency, or None without a rate."""
    if money.currency == currency:
        return Fraction(money.minor)
    factor = rates.factor(money.currency, currency) if rates is not None else None
    return None if factor is None else money.minor * factor


def compare(left: Money, right: Money, rates: Rates | None) -> int | None:
    """-1, 0 or 1 as `left` is less than, equal to or more than `right`; None without a rate."""
    if left.currency == right.currency:
        return (left.minor > right.minor) - (left.minor < right.minor)
    converted = convert(right, left.currency, rates)
    return None if converted is None else (left.minor > converted) - (left.minor < converted)
