"""Every diagnostic: its name at the very word."""

from __future__ import annotations

import re

import pytest

from engine.catalogue.loader import load_texts
from engine.diagnostics import ERRORS, WARNINGS
from engine.diagnostics.pages import page

SPACE = "space: acme\ntimezone: Europe/Zurich\ncurrency: CHF\n---\n"
COUPON = """coupon: example
discount: 10%
redemption:
  - at most 5 redemptions per code
  - {redemption}
application:
  - fee is period
  - {application}
"""

Found = list[tuple[str, int, int]]


def found(text: str) -> Found:
    """The name, line and column of each diagnostic."""
    diagnostics = load_texts({"example.yaml": text}).diagnostics
    return [(each.name, each.location.line, each.location.column) for each in diagnostics]


def marked(text: str, name: str) -> tuple[str, Found]:
    """A text without its marks `‹`, and the diagnostic expected at each of them."""
    expected = []
    for line, content in enumerate(text.split("\n"), start=1):
        before = content.split("‹")[:-1]
        expected += [(name, line, len("".join(before[: i + 1])) + 1) for i in range(len(before))]
    return text.replace("‹", ""), expected


APPLICATION = [
    ("unknown-fact", "‹prodct is pro"),
    ("unknown-fact", "not ‹prodct is pro and ‹cusomer.new"),
    ("unknown-fact", "at most 5 applications per ‹month"),
    ("unknown-value", "fee is one of setup, ‹perod"),
    ("unknown-value", "customer.country is ‹UK"),
    ("unknown-currency", "amount is at least 10 ‹EUX"),
    ("unknown-currency", "currency is ‹EURO"),
    ("unknown-currency", "at most 100 ‹ABC of discount per coupon"),
    ("too-many-decimals", "amount is at least ‹10.555 CHF"),
    ("unknown-timezone", "on Friday in ‹Europe/Zurch"),
    ("skipped-time", "until ‹2026-03-29 02:30"),
    ("repeated-time", "until ‹2026-10-25 02:30"),
    ("ambiguous-end", "until ‹2026-11-30"),
    ("ambiguous-end", "from 2026-11-27 until ‹2026-11-30"),
    ("empty-window", "‹from 2026-12-01 through 2026-11-30"),
    ("empty-window", "customer.new or ‹from 2026-12-01 before 2026-12-01"),
    ("wrong-stage", "at most 5 ‹redemptions per code"),
    ("wrong-stage", "‹not together with any coupon"),
    ("wrong-stage", "at most 5 applications per code, counting ‹removed"),
    ("type-mismatch", "amount is at least ‹10"),
    ("type-mismatch", "quantity is at least ‹many"),
    ("type-mismatch", "quantity is at least ‹10 CHF"),
    ("type-mismatch", "fee is at least ‹5"),
    ("type-mismatch", "customer.tags is ‹vip"),
    ("type-mismatch", "customer.new is ‹yes"),
    ("type-mismatch", "‹product"),
    ("type-mismatch", "customer.signed_up is ‹5"),
    ("type-mismatch", "fee is before ‹2026-11-01"),
    ("type-mismatch", "within 3 days of ‹fee"),
    ("type-mismatch", "at most 5 applications per ‹customer.email"),
    ("type-mismatch", "at most ‹2.5 applications per code"),
    ("type-mismatch", "customer.ip is in ‹192.0.2.1/24"),
    ("type-mismatch", "product is in ‹192.0.2.0/24"),
    ("rule-syntax", "fee ‹iss setup"),
    ("rule-syntax", "at ‹mots 5 applications per code"),
    ("rule-syntax", "at most 5 ‹applications"),
    ("rule-syntax", "through ‹2026-11-30 18:00"),
    ("rule-syntax", "on ‹Freitag"),
    ("rule-syntax", "until ‹2026-02-31 10:00"),
    ("rule-syntax", "from 2026-11-27 18:00Z in ‹Europe/Zurich"),
    ("rule-syntax", "customer.new and ‹at most 5 applications per code"),
    ("open-values", "product is one of ‹pro, core"),
    ("confusable-text", "‹prоduct is pro"),
    ("confusable-text", "code starts with ‹“BF-”"),
]
REDEMPTION = [
    ("wrong-stage", "‹fee is period"),
    ("wrong-stage", "within 3 months of ‹redeemed"),
    ("wrong-stage", "at most 6 ‹applications per subscription"),
    ("wrong-stage", "at most 5 ‹periods per subscription"),
    ("wrong-stage", "at most 10 CHF of ‹discount per code"),
    ("wrong-stage", "at most 5 redemptions per ‹component"),
    ("unknown-coupon", "not together with ‹winter"),
]


@pytest.mark.parametrize(("name", "sentence"), APPLICATION)
def test_a_sentence_is_wrong_at_its_word(name: str, sentence: str) -> None:
    text, expected = marked(COUPON.format(redemption="customer.new", application=sentence), name)
    assert found(SPACE + text) == [(each, line + 4, column) for each, line, column in expected]


@pytest.mark.parametrize(("name", "sentence"), REDEMPTION)
def test_a_redemption_rule_is_wrong_at_its_word(name: str, sentence: str) -> None:
    text, expected = marked(COUPON.format(redemption=sentence, application="customer.new"), name)
    assert found(SPACE + text) == [(each, line + 4, column) for each, line, column in expected]


DOCUMENTS = [
    (
        "missing-timezone",
        COUPON.format(redemption="‹through 2026-11-30", application="fee is setup"),
    ),
    ("missing-timezone", COUPON.format(redemption="customer.new", application="‹on Friday")),
    (
        "missing-timezone",
        COUPON.format(
            redemption="customer.new", application="‹at most 5 applications per code per month"
        ),
    ),
    (
        "missing-timezone",
        COUPON.format(redemption="customer.new", application="‹within 3 months of redeemed"),
    ),
    ("unknown-timezone", "space: acme\ntimezone: ‹Europe/Zürich\n"),
    ("unknown-currency", "space: acme\ncurrency: ‹SFR\n"),
    ("unknown-currency", "rates: r\nbase: EUR\ntable:\n  - {at: 2026-01-01, ‹USB: 1.10}\n"),
    ("duplicate-name", "space: acme\n---\nspace: ‹other\n"),
    ("duplicate-name", "rates: r\nbase: EUR\ntable: []\n---\nrates: ‹r2\nbase: EUR\ntable: []\n"),
    ("duplicate-name", "vocabulary: v\nfacts: {‹customer.id: text}\n"),
    ("duplicate-name", "vocabulary: v\nfacts: {‹customer.country.code: text}\n"),
    ("unknown-fact", "vocabulary: v\nvalues: {‹prodct: [pro]}\n"),
    ("rule-syntax", "vocabulary: v\nfacts: {customer.vip: ‹boolean}\n"),
    ("unknown-key", "‹copuon: x\n"),
    ("unknown-key", "space: acme\n‹timezon: Europe/Zurich\n"),
    ("duplicate-key", "space: acme\ntimezone: UTC\n‹timezone: UTC\n"),
    ("missing-key", "‹rates: r\nbase: EUR\n"),
    ("wrong-shape", "- ‹space\n"),
    ("wrong-shape", "space: acme\nrounding: ‹up\n"),
    ("yaml-syntax", "space: ‹&a acme\ncurrency: ‹*a\n"),
    ("yaml-syntax", "space: ‹!!str acme\n"),
    ("yaml-syntax", "space: acme\n‹<<: {}\n"),
]


@pytest.mark.parametrize(("name", "document"), DOCUMENTS)
def test_a_document_is_wrong_at_its_word(name: str, document: str) -> None:
    text, expected = marked(document, name)
    assert found(text) == expected


CUTS = [
    "redemption: [at most 5 redemptions per code, ‹counting removed]",
    "redemption: [customer.country is one of CH, ‹DE, AT, at most 5 redemptions per code]",
    "redemption:\n  - at most 5 redemptions per code\n  - ‹code starts with: BF-",
    'redemption:\n  - at most 5 redemptions per code\n  - ‹code starts with "No #1"',
    'redemption: [at most 5 redemptions per code, code starts with "a, ‹b"]',
]


@pytest.mark.parametrize("rules", CUTS)
def test_what_yaml_cut_is_said_where_it_was_cut(rules: str) -> None:
    document = f"coupon: example\ndiscount: 10%\n{rules}\napplication: [fee is period]\n"
    text, expected = marked(document, "yaml-cut")
    assert found(text) == expected


def test_a_coupon_has_at_most_64_rules() -> None:
    rules = "".join(f"  - customer.id is c{number}\n" for number in range(64))
    text = COUPON.format(redemption="customer.new", application="customer.new") + rules
    assert found(text) == [("too-large", 69, 5)]


def test_a_sentence_has_at_most_300_characters() -> None:
    sentence = "customer.id is one of " + ", ".join(["customer-1"] * 30)
    text = COUPON.format(redemption="customer.new", application=sentence)
    assert found(text) == [("too-large", 8, 5)]


def test_each_file_reports_all_its_errors_in_order() -> None:
    text = COUPON.format(redemption="fee is period", application="prodct is pro")
    names = [name for name, _, _ in found(text + "colour: red\n")]
    assert names == ["wrong-stage", "unknown-fact", "unknown-key"]


def test_a_code_belongs_to_one_coupon_whatever_its_case() -> None:
    coupon = "coupon: {}\ndiscount: 10%\ncodes: [{}]\nallow: [no-fee-rule, no-redemption-limit]\n"
    text = coupon.format("first", "SUMMER") + "---\n" + coupon.format("other", "' summer '")
    assert found(text) == [("duplicate-name", 8, 11)]


def test_a_warning_that_a_coupon_allows_is_not_reported() -> None:
    text = "coupon: example\ndiscount: 10%\nallow: [no-fee-rule, no-redemption-limit]\n"
    assert found(text) == []


@pytest.mark.parametrize("name", sorted(ERRORS | WARNINGS))
def test_the_page_of_a_diagnostic_shows_it_and_how_to_avoid_it(name: str) -> None:
    avoid, prefer = re.findall(r"```yaml\n(.*?)```", page(name), re.DOTALL)
    assert [each for each, _, _ in found(avoid)] == [name]
    assert found(prefer) == []


VOCABULARIES = [
    ("duplicate-name", "facts: {‹charge.product: text}"),
    ("duplicate-name", "facts: {‹subscription.product: text}"),
    ("duplicate-name", "facts: {‹subscription.product.line: text}"),
    ("rule-syntax", "facts: {customer.tier: 'one of ‹10 EUR, b'}"),
]


@pytest.mark.parametrize(("name", "line"), VOCABULARIES)
def test_a_vocabulary_declares_no_fact_that_requests_could_not_give(name: str, line: str) -> None:
    text, expected = marked(f"vocabulary: v\n{line}\n", name)
    assert found(text) == expected


def test_a_broken_document_hides_no_error_of_another() -> None:
    text = COUPON.format(redemption="customer.new", application="prodct is pro")
    names = [name for name, _, _ in found(f"{text}---\ncoupon: other\ndiscount: [5%\n")]
    assert names == ["unknown-fact", "yaml-syntax"]


def test_what_a_broken_document_may_declare_is_not_missing_elsewhere() -> None:
    text = COUPON.format(redemption="not together with winter", application="customer.new")
    names = [name for name, _, _ in found(f"{text}---\ncoupon: winter\ndiscount: [5%\n")]
    assert names == ["yaml-syntax"]
