"""Checked rules in English: what each sentence says, and that no two say the same."""

from __future__ import annotations

import dataclasses
import inspect
from fractions import Fraction
from itertools import combinations
from types import ModuleType

import pytest

from engine.calendar import Instant, parse_instant, zone
from engine.language import checked as c
from engine.language import syntax as s
from engine.language.checker import Scope, check_discount, check_rule
from engine.language.parser import parse_discount, parse_fact_type, parse_rule
from engine.language.prose import benefit_text, english, moment_text, when_text, zone_text
from engine.language.terms import percent_text
from engine.language.vocabulary import STANDARD, Fact, Stage
from engine.language.writer import write
from engine.money import Money

ZURICH = zone("Europe/Zurich")
NEW_YORK = zone("America/New_York")
REDEMPTION, APPLICATION = Stage.REDEMPTION, Stage.APPLICATION

OWN = {
    "customer.vip": "yes/no",
    "customer.loyalty_tier": "one of bronze, silver",
    "customer.is_or": "text",
    "customer.interests": "list of text",
    "redemption": "text",
    "balance": "money",
}
VOCABULARY = STANDARD.with_facts(Fact(name, parse_fact_type(kind)) for name, kind in OWN.items())
COUPONS = frozenset({"summer-2026", "winter", "autumn"})
SCOPE = Scope(VOCABULARY, ZURICH, COUPONS)


def read(text: str, scope: Scope = SCOPE) -> c.Rule:
    """The checked rule of a sentence, in the stage in which it may stand."""
    node = parse_rule(text)
    checks = [check_rule(node, text, stage, scope)[0] for stage in (REDEMPTION, APPLICATION)]
    rule = next((rule for rule in checks if rule is not None), None)
    assert rule is not None, text
    return rule


def tier(text: str) -> c.Tier:
    found, problems = check_discount(parse_discount(text), text, SCOPE)
    assert found is not None, problems
    return found


SENTENCES = {
    # windows on the event
    "from 2026-11-27 through 2026-11-30": (
        "from 27 November 2026, 00:00 Zurich, 26 November 2026, 23:00 UTC "
        "until 30 November 2026, 24:00 Zurich, 23:00 UTC"
    ),
    "from 2026-11-27": "from 27 November 2026, 00:00 Zurich, 26 November 2026, 23:00 UTC",
    "before 2026-12-01": "until 30 November 2026, 24:00 Zurich, 23:00 UTC",
    "until 2026-11-30 18:00:30": ("until 30 November 2026, 18:00:30 Zurich, 17:00:30 UTC"),
    "from 2026-11-27 10:00Z until 2026-11-30 00:00Z": (
        "from 27 November 2026, 10:00 UTC until 29 November 2026, 24:00 UTC"
    ),
    "from 2026-11-27 in America/New_York": ("from 27 November 2026, 00:00 New York, 05:00 UTC"),
    "from 2026-11-27 in America/Argentina/Buenos_Aires": (
        "from 27 November 2026, 00:00 America/Argentina/Buenos_Aires, 03:00 UTC"
    ),
    "from 2026-10-25 02:30 until 2026-10-25 02:30+01:00": (
        "from 25 October 2026, 02:30 Zurich (UTC+02:00), 00:30 UTC "
        "until 25 October 2026, 02:30 Zurich (UTC+01:00), 01:30 UTC"
    ),
    # windows that recur
    "on Friday": "on Fridays, Zurich time",
    "on Sunday, Friday, Saturday": "on Fridays, Saturdays and Sundays, Zurich time",
    "between 18:00 and 20:00": "each day from 18:00 to 20:00, Zurich time",
    "between 18:00 and 20:00 in UTC": "each day from 18:00 to 20:00, UTC",
    "between 18:00 and 00:00": "each day from 18:00 to 24:00, Zurich time",
    "between 18:00 and 18:00": "each day from 18:00 to 18:00 the next day, Zurich time",
    "on Friday between 22:00 and 02:00:30": (
        "on Fridays from 22:00 to 02:00:30 the next day, Zurich time"
    ),
    # a while after an instant
    "within 12 months of redeemed": ("within 12 months after the redemption, Zurich time"),
    "within 1 hour of customer.signed_up": ("within 1 hour after the customer's sign-up"),
    # values
    "fee is period": "the fee is period",
    "fee is one of setup, period": "the fee is setup or period",
    "fee is one of setup, period, metered": "the fee is setup, period or metered",
    "product is not pro": "the product is not pro",
    "customer.country is none of CH, DE": "the customer's country is none of CH, DE",
    "customer.segment is 10": 'the customer\'s segment is "10"',
    "customer.segment is 10.50": 'the customer\'s segment is "10.50"',
    "customer.segment is ten": "the customer's segment is ten",
    'customer.segment is "a, b"': 'the customer\'s segment is "a, b"',
    "customer.segment is one of a, b": "the customer's segment is a or b",
    'customer.segment is "a or b"': 'the customer\'s segment is "a or b"',
    'customer.segment is "known"': 'the customer\'s segment is "known"',
    'customer.segment is ""': 'the customer\'s segment is ""',
    'customer.segment is "a\u00a0b"': 'the customer\'s segment is "a\\xa0b"',
    "customer.segment is known": "the customer's segment is known",
    "customer.segment is missing": "the customer's segment is missing",
    "customer.loyalty_tier is silver": "the customer's loyalty tier is silver",
    "customer.is_or is a": "`customer.is_or` is a",
    "redemption is a": "`redemption` is a",
    "by is merchant": "the redeeming party is merchant",
    "customer.new": "the customer is new",
    "customer.new is false": "the customer is not new",
    "customer.new is one of true, false": "whether the customer is new is true or false",
    "customer.new is known": "whether the customer is new is known",
    "customer.vip": "the customer's vip is true",
    'customer.ip is "2001:db8::1"': "the customer's IP address is 2001:db8::1",
    # order
    "quantity is at least 500": "the quantity is 500 or more",
    "quantity is at most 2.50": "the quantity is 2.50 or less",
    "quantity is over 500": "the quantity is more than 500",
    "quantity is under 500": "the quantity is less than 500",
    "quantity is -1": "the quantity is -1",
    "amount is over 10 JPY": "the amount is more than 10 JPY",
    "balance is at least 1 KWD": "the balance is 1.000 KWD or more",
    "amount is between 10 EUR and 20 EUR": "the amount is between 10.00 EUR and 20.00 EUR",
    # instants, texts, lists, networks
    "customer.signed_up is before 2026-11-01": (
        "the customer's sign-up is before 1 November 2026, 00:00 Zurich, 31 October 2026, 23:00 UTC"
    ),
    "code starts with bf-": 'the code starts with "BF-"',
    'customer.email ends with "@XYZ.example"': 'the customer\'s email ends with "@xyz.example"',
    "customer.tags includes vip": "the customer's tags include vip",
    "customer.tags is missing": "the customer's tags are missing",
    "customer.interests includes 7": 'the customer\'s interests include "7"',
    'customer.ip is in 192.0.2.0/24, "2001:db8::/32"': (
        "the customer's IP address is in 192.0.2.0/24 or 2001:db8::/32"
    ),
    # conditions of conditions
    "not customer.new": "not the case that the customer is new",
    "not not customer.new": "not the case that not the case that the customer is new",
    "fee is period and product is pro": "all of: the fee is period; the product is pro",
    "fee is period or product is pro": "either the fee is period or the product is pro",
    "fee is one of setup, period or product is pro": (
        "either (the fee is setup or period) or the product is pro"
    ),
    "fee is period and (product is pro or customer.new)": (
        "all of: the fee is period; (either the product is pro or the customer is new)"
    ),
    "fee is period and product is pro or customer.new": (
        "either (all of: the fee is period; the product is pro) or the customer is new"
    ),
    "not (fee is period and customer.new)": (
        "not the case that (all of: the fee is period; the customer is new)"
    ),
    "not fee is period and customer.new": (
        "all of: not the case that the fee is period; the customer is new"
    ),
    "not (fee is period or customer.new)": (
        "not the case that (either the fee is period or the customer is new)"
    ),
    "not fee is period or customer.new": (
        "either (not the case that the fee is period) or the customer is new"
    ),
    # limits
    "at most 1 redemption per coupon": "at most 1 redemption for the whole coupon",
    "at most 5 redemptions per code": "at most 5 redemptions for each code",
    "at most 5 redemptions per code per month, counting removed": (
        "at most 5 redemptions for each code in each calendar month, Zurich time; "
        "a removed redemption still counts"
    ),
    "at most 5 redemptions per customer.country": (
        "at most 5 redemptions for each value of the customer's country"
    ),
    "at most 6 applications per subscription and component": (
        "at most 6 applications for each combination of subscription and component"
    ),
    "at most 6 applications per subscription, counting reversed": (
        "at most 6 applications for each subscription; a reversed charge still counts"
    ),
    "at most 6 applications per customer in any 30 days": (
        "at most 6 applications for each customer in any 30 days, Zurich time"
    ),
    "at most 6 applications per customer in any 24 hours": (
        "at most 6 applications for each customer in any 24 hours"
    ),
    "at most 3 periods per subscription": (
        "at most 3 periods with a discount for each subscription"
    ),
    "at most 100 EUR of discount per customer.is_or": (
        "at most 100.00 EUR of discount for each value of `customer.is_or`"
    ),
    # stacking
    "not together with any coupon": "not while any other coupon is redeemed on the subscription",
    "not together with winter": "not while winter is redeemed on the subscription",
    "not together with summer-2026, winter, autumn": (
        "not while summer-2026, winter or autumn is redeemed on the subscription"
    ),
}

TIERS = {
    "20%": "20% off",
    "12.50%": "12.5% off",
    "0.05% up to 50 EUR": "0.05% off, at most 50.00 EUR on each charge",
    "100%": "100% off",
    "10 USD": "10.00 USD off",
    "to 9.90 EUR": "the price becomes 9.90 EUR, if that is lower",
    "10 USD when currency is USD": "10.00 USD off, when the currency is USD",
    "20% when quantity is at least 500 or customer.new": (
        "20% off, when either (the quantity is 500 or more) or the customer is new"
    ),
}


@pytest.mark.parametrize(("text", "expected"), SENTENCES.items())
def test_a_sentence_reads(text: str, expected: str) -> None:
    assert english(read(text)) == expected


@pytest.mark.parametrize(("text", "expected"), TIERS.items())
def test_a_line_of_a_discount_reads(text: str, expected: str) -> None:
    assert english(tier(text)) == expected


def test_a_benefit_reads_without_its_condition() -> None:
    assert benefit_text(tier("20% up to 5 EUR when customer.new").benefit) == (
        "20% off, at most 5.00 EUR on each charge"
    )


def test_no_two_sentences_of_the_table_read_alike() -> None:
    sentences = [english(read(text)) for text in SENTENCES]
    assert len(set(sentences)) == len(sentences)


ZONED = [
    "on Friday",
    "between 18:00 and 20:00",
    "within 12 months of redeemed",
    "at most 1 redemption per customer per day",
    "at most 1 redemption per customer in any 30 days",
    "from 2026-11-27",
    "customer.signed_up is through 2026-11-27",
]


@pytest.mark.parametrize("text", ZONED)
def test_sentences_whose_zone_matters_name_it(text: str) -> None:
    zones = [ZURICH, NEW_YORK, zone("America/Argentina/Buenos_Aires"), zone("UTC")]
    readings = {english(read(text, Scope(VOCABULARY, where, COUPONS))) for where in zones}
    assert len(readings) == len(zones)


def test_no_two_standard_facts_read_alike() -> None:
    facts = VOCABULARY.facts.values()
    assert len({english(c.Presence(fact, known=True)) for fact in facts}) == len(facts)


def test_instants_a_microsecond_apart_read_differently() -> None:
    instants = [parse_instant("2026-11-27T10:00:00Z") + step for step in (0, 1, 1_000_000)]
    spans = [c.During(None, c.Span(Instant(instant), None), ZURICH) for instant in instants]
    assert [english(span) for span in spans] == [
        "from 27 November 2026, 11:00 Zurich, 10:00 UTC",
        "from 27 November 2026, 11:00:00.000001 Zurich, 10:00:00.000001 UTC",
        "from 27 November 2026, 11:00:01 Zurich, 10:00:01 UTC",
    ]


@pytest.mark.parametrize("day", ["0001-01-01 00:00+14:00", "9999-12-31 23:59-14:00"])
def test_times_that_no_calendar_reaches_still_read(day: str) -> None:
    assert english(read(f"from {day}")).startswith("from ")


def test_all_kinds_of_windows_read() -> None:
    assert english(c.During(None, c.Span(None, None), None)) == "at any time"


# --- instants -----------------------------------------------------------------------------------

INSTANTS = [
    # instant, zone, whether it is an end, expected
    ("2026-11-30T23:00:00Z", "Europe/Zurich", True, "30 November 2026, 24:00 Zurich, 23:00 UTC"),
    (
        "2026-11-30T23:00:00Z",
        "Europe/Zurich",
        False,
        "1 December 2026, 00:00 Zurich, 30 November 2026, 23:00 UTC",
    ),
    (
        "2026-12-01T05:00:00Z",
        "America/New_York",
        True,
        "30 November 2026, 24:00 New York, 1 December 2026, 05:00 UTC",
    ),
    ("2026-12-01T00:00:00Z", "Europe/London", True, "30 November 2026, 24:00 London, 24:00 UTC"),
    ("2026-12-01T00:00:00Z", "Etc/UTC", True, "30 November 2026, 24:00 UTC"),
    (
        "2026-10-25T01:30:00Z",
        "Europe/Zurich",
        False,
        "25 October 2026, 02:30 Zurich (UTC+01:00), 01:30 UTC",
    ),
    # Midnight was skipped in São Paulo on that day: it ends the day before all the same.
    (
        "2018-11-04T03:00:00Z",
        "America/Sao_Paulo",
        True,
        "3 November 2018, 24:00 Sao Paulo, 4 November 2018, 03:00 UTC",
    ),
]


@pytest.mark.parametrize(("instant", "where", "ending", "expected"), INSTANTS)
def test_an_instant_reads_with_utc_beside_it(
    instant: str, where: str, *, ending: bool, expected: str
) -> None:
    assert when_text(parse_instant(instant), zone(where), ending=ending) == expected


def test_an_instant_without_a_zone_is_in_utc() -> None:
    assert moment_text(parse_instant("2026-11-27T10:00:00Z"), None) == (
        "27 November 2026, 10:00 UTC"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Europe/Zurich", "Zurich"),
        ("America/New_York", "New York"),
        ("America/Buenos_Aires", "America/Buenos_Aires"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("Etc/UTC", "UTC"),
        ("Zulu", "UTC"),
    ],
)
def test_a_zone_is_called_by_its_city_unless_others_are(name: str, expected: str) -> None:
    assert zone_text(zone(name)) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [(Fraction(1, 8), "12.5%"), (Fraction(1, 2000), "0.05%"), (Fraction(1, 3), "100/3%")],
)
def test_a_share_reads_exactly(share: Fraction, expected: str) -> None:
    assert percent_text(share) == expected


# --- forgotten cases ----------------------------------------------------------------------------

WRITTEN_BY_OTHERS = {s.Percentage, s.Counting, s.CalendarLimit, s.RollingLimit}


def nodes(module: ModuleType) -> list[type]:
    """The classes of nodes that a module defines."""
    return [
        node
        for _, node in inspect.getmembers(module, dataclasses.is_dataclass)
        if isinstance(node, type) and node.__module__ == module.__name__
    ]


@pytest.mark.parametrize("node", [node for node in nodes(c) if node is not c.Span])
def test_every_checked_node_has_english(node: type) -> None:
    assert node in english.registry


@pytest.mark.parametrize("node", [node for node in nodes(s) if node not in WRITTEN_BY_OTHERS])
def test_every_node_of_a_sentence_is_written(node: type) -> None:
    assert node in write.registry


def test_what_is_no_node_has_no_english() -> None:
    with pytest.raises(TypeError, match="Money"):
        english(Money(1, "EUR"))


def test_chains_in_brackets_never_read_like_other_chains() -> None:
    parts = ["fee is period", "product is pro", "customer.new"]
    shapes = ["{} and {} or {}", "{} and ({} or {})", "({} or {}) and {}", "not ({} and {}) or {}"]
    texts = [shape.format(*parts) for shape in shapes]
    readings = [english(read(text)) for text in texts]
    assert all(one != other for one, other in combinations(readings, 2))
