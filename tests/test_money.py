"""Money: reading, rounding, exchange."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.money import (
    MINOR_DIGITS,
    BadAmount,
    Money,
    Rates,
    RateTable,
    TooManyDecimals,
    UnknownCurrency,
    compare,
    convert,
    parse_money,
    round_half_even,
    round_half_up,
)

RATES = Rates({"EUR": Fraction(1), "JPY": Fraction(170), "KWD": Fraction("0.34")}, 0, None)
TABLE = RateTable(
    "EUR", [(200, {"USD": Fraction("1.20")}), (100, {"USD": Fraction("1.10"), "CHF": Fraction(1)})]
)
EXACT = Context(prec=100)


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "written"),
    [
        ("10", "EUR", 1000, "10.00 EUR"),
        ("10.5", "EUR", 1050, "10.50 EUR"),
        ("-0.05", "EUR", -5, "-0.05 EUR"),
        ("0012", "EUR", 1200, "12.00 EUR"),
        ("500", "JPY", 500, "500 JPY"),
        ("-500", "JPY", -500, "-500 JPY"),
        ("1.234", "KWD", 1234, "1.234 KWD"),
        ("1", "KWD", 1000, "1.000 KWD"),
        ("9999999999999999.99", "USD", 999_999_999_999_999_999, "9999999999999999.99 USD"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    amount: str, currency: str, minor: int, written: str
) -> None:
    money = parse_money(amount, currency)
    assert money == Money(minor, currency)
    assert str(money) == written


@pytest.mark.parametrize(
    ("amount", "currency"), [("1.5", "JPY"), ("1.0", "JPY"), ("1.005", "EUR"), ("1.2345", "KWD")]
)
def test_more_decimals_than_the_currency_has_are_refused(amount: str, currency: str) -> None:
    with pytest.raises(TooManyDecimals):
        parse_money(amount, currency)


@pytest.mark.parametrize(
    "amount",
    ["", "1.", ".5", "+1", "1e3", " 1", "1\n", "1,000.00", "1_000", "--1", "NaN", "١", "9" * 17],
)
def test_what_is_no_plain_decimal_number_is_refused(amount: str) -> None:
    with pytest.raises(BadAmount):
        parse_money(amount, "EUR")


@pytest.mark.parametrize("currency", ["EURO", "eur", "XXX", "XAU", "XTS", ""])
def test_what_is_no_currency_of_amounts_is_refused(currency: str) -> None:
    with pytest.raises(UnknownCurrency):
        parse_money("1", currency)


@given(st.integers(-(10**18) + 1, 10**18 - 1), st.sampled_from(sorted(MINOR_DIGITS)))
def test_what_is_written_is_read_again(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert parse_money(money.amount(), currency) == money


def test_half_up_rounds_a_half_away_from_zero() -> None:
    ratios = [(1, 2), (3, 2), (5, 2), (-1, 2), (-3, 2), (1, 3), (2, 3), (-2, 3), (0, 7)]
    assert [round_half_up(*ratio) for ratio in ratios] == [1, 2, 3, -1, -2, 0, 1, -1, 0]


def test_half_even_rounds_a_half_to_the_even_neighbour() -> None:
    ratios = [(1, 2), (3, 2), (5, 2), (-1, 2), (-3, 2), (1, 3), (2, 3), (-2, 3), (0, 7)]
    assert [round_half_even(*ratio) for ratio in ratios] == [0, 2, 2, 0, -2, 0, 1, -1, 0]


@given(st.integers(-(10**24), 10**24), st.integers(0, 20))
def test_rounding_agrees_with_decimal(numerator: int, places: int) -> None:
    exact = EXACT.scaleb(Decimal(numerator), -places)
    assert round_half_up(numerator, 10**places) == exact.to_integral_value(ROUND_HALF_UP)
    assert round_half_even(numerator, 10**places) == exact.to_integral_value(ROUND_HALF_EVEN)


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**12))
def test_rounding_is_never_further_than_a_half(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    assert abs(round_half_up(numerator, denominator) - exact) <= Fraction(1, 2)
    assert round_half_even(numerator, denominator) == round(exact)


def test_conversion_goes_through_the_base_and_is_exact() -> None:
    assert convert(Money(1000, "JPY"), "KWD", RATES) == Fraction(2000)
    assert convert(Money(1, "JPY"), "EUR", RATES) == Fraction(100, 170)
    assert convert(Money(1, "KWD"), "JPY", RATES) == Fraction(1, 2)
    assert convert(Money(100, "EUR"), "KWD", RATES) == Fraction(340)


@given(st.integers(-(10**18), 10**18), *[st.sampled_from(["EUR", "JPY", "KWD"])] * 2)
def test_there_and_back_is_where_it_began(minor: int, source: str, target: str) -> None:
    there, back = RATES.factor(source, target), RATES.factor(target, source)
    assert there is not None
    assert back is not None
    assert minor * there * back == minor


def test_without_a_rate_there_is_no_conversion() -> None:
    assert convert(Money(1, "USD"), "EUR", RATES) is None
    assert convert(Money(1, "EUR"), "USD", RATES) is None
    assert convert(Money(1, "EUR"), "JPY", None) is None


def test_the_same_currency_needs_no_rate() -> None:
    assert convert(Money(7, "USD"), "USD", None) == Fraction(7)
    assert RATES.factor("USD", "USD") == Fraction(1)


def test_a_row_of_rates_is_in_force_until_the_next() -> None:
    found = {at: TABLE.at(at) for at in (99, 100, 199, 200, 10**18)}
    starts = {at: (row.start, row.end) for at, row in found.items()}
    assert starts == {
        99: (None, 100),
        100: (100, 200),
        199: (100, 200),
        200: (200, None),
        10**18: (200, None),
    }


def test_before_the_first_row_there_are_no_rates() -> None:
    assert TABLE.at(99).per_base == {}


def test_a_row_says_nothing_for_another() -> None:
    later = TABLE.at(200)
    assert later.per_base == {"EUR": Fraction(1), "USD": Fraction("1.20")}
    assert TABLE.currencies() == {"EUR", "USD", "CHF"}


def test_a_table_without_rows_gives_no_rates() -> None:
    empty = RateTable("EUR", [])
    assert (empty.at(0), empty.currencies()) == (Rates({}, None, None), frozenset({"EUR"}))


def test_money_of_one_currency_is_compared_by_amount() -> None:
    two = Money(2, "USD")
    assert [compare(two, Money(other, "USD"), None) for other in (1, 2, 3)] == [1, 0, -1]


def test_money_of_two_currencies_is_compared_exactly() -> None:
    dinar = Money(1000, "KWD")
    assert [compare(dinar, Money(yen, "JPY"), RATES) for yen in (499, 500, 501)] == [1, 0, -1]


def test_money_without_a_rate_can_not_be_compared() -> None:
    assert compare(Money(1, "KWD"), Money(1, "USD"), RATES) is None
