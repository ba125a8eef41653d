"""Documents of features and formats, and what coupons take from them: each error at its word."""

from __future__ import annotations

import pytest

from engine.catalogue.catalogue import Catalogue, Grants
from engine.catalogue.loader import load_texts
from engine.catalogue.steps import Issue, Recognised
from tests.catalogue.test_diagnostics import Found, marked

SET = """\
features: platform
width: 16
bits: {15: Dashboards, 14: Archive, 12: Map module, 7: Interconnect, 0: Sampling}
reserved: [3, 2, 1]
named: {Core: C000, Professional: D001}
---
"""
OTHER = "features: meters\nwidth: 4\nbits: {3: Power, 2: Heat, 1: Map module}\n---\n"
ORDER = "format: order\ntemplate: ORD-{features:flags(platform)}-P{points:int}\n---\n"
POINTS = "format: points\ntemplate: PTS-{points:int}-{code:random(8)}\n---\n"
VOUCHER = """\
format: voucher
template: "{body:sealed(16, check)/4}"
alphabet: crockford32
fields: {spec: 12, issued: month(8), serial: 20}
seal: 35
---
"""
COUPON = """\
coupon: year
timezone: UTC
redemption: [at most 1 redemption per code, by is merchant]
"""


def catalogue(text: str) -> Catalogue:
    return load_texts({"f.yaml": text})


def found(text: str) -> Found:
    diagnostics = catalogue(text).diagnostics
    return [(each.name, each.location.line, each.location.column) for each in diagnostics]


def said(text: str) -> tuple[str, str]:
    (only,) = catalogue(text).diagnostics
    return only.message, only.help


def grants(text: str, around: str = SET) -> Grants:
    read = catalogue(f"{around}{COUPON}grants: {text}\n")
    assert read.diagnostics == ()
    granted = read.coupons["year"].grants
    assert granted is not None
    return granted


# --- features -----------------------------------------------------------------------------------

SETS = [
    ("wrong-shape", "width: ‹0\nbits: {}"),
    ("wrong-shape", "width: ‹257\nbits: {}"),
    pytest.param("wrong-shape", f"width: ‹{'9' * 5000}", id="a width of 5000 digits"),
    ("wrong-shape", "width: 16\nbits: {‹16: A}"),
    ("wrong-shape", "width: 16\nbits: {15: A}\nreserved: [‹16]"),
    ("duplicate-name", "width: 16\nbits: {15: A}\nreserved: [‹15]"),
    ("duplicate-name", "width: 16\nbits: {}\nreserved: [3, ‹3]"),
    ("duplicate-name", "width: 16\nbits: {7: A, ‹07: B}"),
    ("duplicate-name", "width: 16\nbits: {7: A, 6: ‹A}"),
    ("duplicate-name", "width: 16\nbits: {7: A}\nnamed: {‹A: 80}"),
    ("duplicate-name", "width: 16\nbits: {7: A}\nnamed: {B: 80, C: ‹0080}"),
    ("wrong-shape", "width: 8\nbits: {7: A}\nnamed: {B: ‹180}"),
    ("unknown-feature", "width: 8\nbits: {7: A}\nreserved: [6]\nnamed: {B: C0, C: ‹C1}"),
]


@pytest.mark.parametrize(("name", "text"), SETS)
def test_a_feature_set_is_wrong_at_its_word(name: str, text: str) -> None:
    document, expected = marked(f"features: platform\n{text}\n", name)
    assert found(document) == expected


@pytest.mark.parametrize("wrong", ["bits: {16: A}", "bits: [a]", "bits: {7: [a]}", "reserved: [x]"])
def test_a_wrong_feature_set_makes_nothing_else_wrong(wrong: str) -> None:
    text = f"features: platform\nwidth: 16\n{wrong}\n---\n{ORDER}{COUPON}"
    text += "grants: {features: F000}\n"
    assert [line for _, line, _ in found(text)] == [3]


def test_a_catalogue_has_its_feature_sets_and_formats() -> None:
    read = catalogue(SET + ORDER)
    assert (list(read.features), list(read.formats)) == (["platform"], ["order"])
    assert read.formats["order"].feature_set == read.features["platform"]


# --- formats ------------------------------------------------------------------------------------

FORMATS = [
    ("format-syntax", "template: ORD-{points:‹integer}"),
    ("format-syntax", "template: ' ORD-{points:‹integer}'"),
    ("unknown-feature", "template: ORD-{features:flags(‹platfrm)}"),
    ("format-syntax", "template: '{b:sealed(16, ‹chek)}'"),
    ("format-ambiguous", "template: ‹ORD-{points:int}{subaccounts:int}"),
    ("seal-budget", "template: '{b:sealed(16, check)}'\nfields: ‹{spec: 12, serial: 20}\nseal: 35"),
    (
        "seal-budget",
        "template: '{b:sealed(15)}'\nseal: 36\nfields:\n  ‹spec: 20\n  issued: 8\n  serial: 20",
    ),
    ("missing-key", "template: '{b:sealed(11)}'\nfields: ‹{spec: 12, serial: 20}\nseal: 23"),
    ("wrong-shape", "template: '{b:sealed(15)}'\nfields: ‹12\nseal: 63"),
    (
        "unknown-key",
        "template: '{b:sealed(15)}'\nfields: {spec: 9, ‹isued: 8, serial: 9}\nseal: 9",
    ),
    ("wrong-shape", "template: '{code:random(9)}'\nalphabet: ‹base32"),
    (
        "wrong-shape",
        "template: '{b:sealed(15)}'\nfields: {spec: ‹month(8), issued: 8, serial: 20}\nseal: 39",
    ),
]


@pytest.mark.parametrize(("name", "text"), FORMATS)
def test_a_format_is_wrong_at_its_word(name: str, text: str) -> None:
    document, expected = marked(f"{SET}format: f\n{text}\n", name)
    assert found(document) == expected


def test_a_sealed_format_needs_its_fields() -> None:
    document, expected = marked("format: f\ntemplate: '{b:‹sealed(15)}'\n", "format-syntax")
    assert found(document) == expected


def test_a_seal_says_what_it_seals() -> None:
    document, expected = marked("format: f\ntemplate: F{n:int}\n‹seal: 35\n", "wrong-shape")
    assert found(document) == expected


def test_an_accepted_spelling_is_wrong_at_its_word() -> None:
    text = "format: f\ntemplate: A{n:int}\naccepts: ['B{n:int}', 'C{n:‹number}']\n"
    document, expected = marked(text, "format-syntax")
    assert found(document) == expected


def test_two_formats_that_read_one_code_are_told_apart() -> None:
    text = "format: a\ntemplate: A{n:int}\n---\nformat: ‹b\ntemplate: '{t:alnum(3)}'\n"
    document, expected = marked(text, "format-overlap")
    assert found(document) == expected
    assert said(document)[0] == "`A10` is a code of `b` and of `a`"


def test_what_is_ambiguous_is_shown_with_both_readings() -> None:
    message = said("format: f\ntemplate: A{points:int}{subaccounts:int}\n")[0]
    assert message.startswith("`A111` can be read in two ways: ")


def test_of_a_broken_document_no_format_misses_its_features() -> None:
    text = f"{ORDER}features: platform\nwidth: [16\n"
    assert [name for name, _, _ in found(text)] == ["yaml-syntax"]


# --- listed codes -------------------------------------------------------------------------------


def test_a_listed_code_that_another_format_reads_is_refused() -> None:
    text = f"{SET}{ORDER}{COUPON}discount: 5%\napplication: [fee is period]\n"
    text += "codes: [‹ord-8000-p5]\n"
    document, expected = marked(text, "format-overlap")
    assert found(document) == expected
    assert said(document) == (
        "the format `order` reads `ord-8000-p5` as a code of its own",
        "choose another code, or give the coupon `format: order`",
    )


def test_a_groups_shared_code_is_none_of_a_format() -> None:
    group = "group: xyz\ntitle: XYZ\nowner: {customer: c, product: p, plan: o}\n"
    group += "users: {product: p, plan: u, amount: 1 USD}\n"
    group += "access: [{code: ‹ORD-8000-P5, seats: 5}]\n"
    document, expected = marked(SET + ORDER + group, "format-overlap")
    assert found(document) == expected


def test_two_spellings_of_one_code_are_one() -> None:
    text = "format: trial\ntemplate: T-{r:random(3)}\n---\n"
    text += f"{COUPON}format: trial\ngrants: {{points: 5}}\ncodes: [T-0AB, ‹t-OAB]\n"
    document, expected = marked(text, "duplicate-name")
    assert [each for each in found(document) if each[0] != "similar-names"] == expected


def test_a_listed_code_must_say_what_its_coupon_takes_from_it() -> None:
    text = f"{SET}{ORDER}{COUPON}format: order\ngrants: {{from: code}}\n"
    text += "codes: [ORD-8000-P5, ‹EXPO]\n"
    document, expected = marked(text, "wrong-shape")
    assert found(document) == expected


# --- grants -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "names"),
    [
        ("{features: D001}", 0xD001, ("Dashboards", "Archive", "Map module", "Sampling")),
        ("{features: d00e}", 0xD00E, ("Dashboards", "Archive", "Map module")),
        ("{features: [Sampling, Archive]}", 0x4001, ("Archive", "Sampling")),
        ("{features: [Core, Map module]}", 0xD000, ("Dashboards", "Archive", "Map module")),
        ("{features: Professional}", 0xD001, ("Dashboards", "Archive", "Map module", "Sampling")),
        ("{features: C000, add-ons: [Interconnect]}", 0xC080, ("Dashboards", "Archive")),
        ("{plan: pro, add-ons: [Interconnect]}", 0x0080, ()),
        ("{plan: pro, add-ons: [Hotline]}", None, ()),
        ("{plan: pro}", None, ()),
    ],
)
def test_features_are_granted_by_value_or_by_name(
    text: str, value: int | None, names: tuple[str, ...]
) -> None:
    assert (grants(text).value, grants(text).features) == (value, names)


def test_of_several_sets_the_one_with_all_names_is_meant() -> None:
    granted = grants("{features: [Heat, Map module], add-ons: [Power]}", SET + OTHER)
    assert granted.feature_set is not None
    assert (granted.feature_set.name, granted.value) == ("meters", 0b1110)


def test_the_set_of_the_coupons_format_comes_first() -> None:
    text = f"{SET}{OTHER}{ORDER}{COUPON}format: order\ngrants: {{features: 8000}}\n"
    granted = catalogue(text).coupons["year"].grants
    assert granted is not None
    assert granted.features == ("Dashboards",)


UNKNOWN = [
    (SET, "{features: [Dashboards, ‹Map modul]}", "did you mean `Map module`?"),
    (SET, "{features: [‹C000]}", "a value stands by itself: `features: C000`"),
    (SET, "{features: ‹2000}", "list the names of features"),
    (SET, "{features: ‹18000}", "list the names of features"),
    ("", "{features: ‹C000}", "add a `features` document"),
    ("", "{features: [‹Dashboards]}", "add a `features` document"),
    (
        SET + OTHER,
        "{features: ‹C}",
        "list the names of features, or give the coupon a format with a feature field",
    ),
    (
        SET + OTHER,
        "{features: [‹Map module]}",
        "give the coupon a format with a feature field, or rename one of the two",
    ),
    (
        SET + OTHER,
        "{features: [Power, ‹Archive]}",
        "that is one of `platform`: a coupon grants features of one set",
    ),
]


@pytest.mark.parametrize(("around", "text", "help_"), UNKNOWN)
def test_a_feature_that_no_set_has_is_reported_at_its_word(
    around: str, text: str, help_: str
) -> None:
    document, expected = marked(f"{around}{COUPON}grants: {text}\n", "unknown-feature")
    assert found(document) == expected
    assert said(document)[1] == help_


FROM = [
    ("", "{from: ‹code}"),
    ("format: voucher\n", "{from: ‹code, points: 5}"),
    ("format: order\n", "{from: code, ‹features: C000}"),
    ("format: order\n", "{from: code, ‹plan: pro, ‹points: 5}"),
    ("format: points\n", "{from: code, ‹points: 5, subaccounts: 1}"),
]


@pytest.mark.parametrize(("key", "text"), FROM)
def test_what_a_code_says_is_said_once(key: str, text: str) -> None:
    around = SET + ORDER + POINTS + VOUCHER
    document, expected = marked(f"{around}{COUPON}{key}grants: {text}\n", "wrong-shape")
    assert found(document) == expected


def test_keys_beside_from_add_what_the_code_cant_say() -> None:
    text = f"{SET}{POINTS}{COUPON}format: points\n"
    text += "grants: {from: code, plan: pro, features: C000, subaccounts: 4, add-ons: [Sampling]}\n"
    assert catalogue(text).diagnostics == ()


def test_a_plan_may_stand_beside_features_that_have_no_named_sets() -> None:
    text = OTHER + "format: m\ntemplate: M{f:flags(meters)}\n---\n"
    text += f"{COUPON}format: m\ngrants: {{from: code, plan: pro}}\n"
    assert catalogue(text).diagnostics == ()


# --- what can be guessed ------------------------------------------------------------------------

WHO = [
    ("order", "by is merchant", False),
    ("order", "customer.tags includes staff", False),
    ("order", "at most 1 redemption per customer", True),
    ("order", "through 2026-11-30", True),
    ("points", "through 2026-11-30", False),
    ("voucher", "through 2026-11-30", False),
]


@pytest.mark.parametrize(("format_", "rule", "is_guessable"), WHO)
def test_who_may_redeem_codes_that_can_be_guessed_is_asked(
    format_: str, rule: str, *, is_guessable: bool
) -> None:
    text = f"{SET}{ORDER}{POINTS}{VOUCHER}coupon: year\ntimezone: UTC\nformat: ‹{format_}\n"
    text += "grants: {duration: 1 day}\nallow: [open-values]\n"
    text += f"redemption: [at most 1 redemption per code, {rule}]\n"
    document, expected = marked(text, "guessable-format")
    assert found(document) == (expected if is_guessable else [])


def test_a_coupon_may_allow_codes_that_can_be_guessed() -> None:
    text = f"{SET}{ORDER}coupon: year\ntimezone: UTC\nformat: order\ngrants: {{from: code}}\n"
    text += "redemption: [at most 1 redemption per code]\nallow: [guessable-format]\n"
    assert catalogue(text).diagnostics == ()


# --- scenarios ----------------------------------------------------------------------------------

STORY = f"{SET}{ORDER}{COUPON}grants: {{plan: pro}}\n---\nscenario: story\n"
STORY += "given: {at: 2026-05-01T00:00:00Z}\n"
STEPS = [
    ("unknown-coupon", "{issue: {coupon: ‹yer}}"),
    ("wrong-shape", "{issue: {coupon: year, count: ‹0}}"),
    ("wrong-shape", "{issue: {coupon: year, count: ‹many}}"),
    ("wrong-shape", "{issue: {coupon: year, as: ‹V.1}}"),
    ("missing-key", "{issue: ‹{count: 1}}"),
    ("duplicate-name", "{issue: {coupon: year, as: V}}, {issue: {coupon: year, as: ‹V}}"),
    ("unknown-key", "{parse: A, expect: {‹formt: order}}"),
    ("unknown-key", "{issue: {coupon: year, count: 1, as: V, ‹customer: A}}"),
    ("wrong-shape", "{parse: A, expect: ‹read}"),
    ("wrong-shape", "{parse: A, expect: {refused: code_malformed, ‹code: A}}"),
]


@pytest.mark.parametrize(("name", "text"), STEPS)
def test_a_step_with_codes_is_wrong_at_its_word(name: str, text: str) -> None:
    document, expected = marked(f"{STORY}steps: [{text}]\n", name)
    assert found(document) == expected


def test_codes_are_issued_once_where_no_count_is_given() -> None:
    (story,) = catalogue(f"{STORY}steps: [{{issue: {{coupon: year, as: V}}}}]\n").scenarios
    (step,) = story.steps
    assert isinstance(step, Issue)
    assert (step.coupon, step.count, step.name) == ("year", 1, "V")


def test_what_is_read_out_of_a_code_may_be_expected() -> None:
    expect = "{format: order, code: A, named: Core, features: [Archive], fields: {points: 05}}"
    (story,) = catalogue(f"{STORY}steps: [{{parse: $V.1, expect: {expect}}}]\n").scenarios
    (step,) = story.steps
    assert step.expect == Recognised("order", "A", {"points": "05"}, ("Archive",), "Core")


def test_what_a_customer_may_type_is_not_checked_when_read() -> None:
    typed = "{parse: ОRD-C000-P5}, {redeem: ' ｏrd'}, {evaluate: {fee: period}, codes: [ОRD]}"
    assert found(f"{STORY}steps: [{typed}]\n") == []


def test_an_add_on_is_a_feature_of_the_same_set() -> None:
    text = f"{SET}{COUPON}grants: {{features: C000, add-ons: [Interconnect, ‹Samplng]}}\n"
    document, expected = marked(text, "unknown-feature")
    assert found(document) == expected
    assert said(document)[1] == "did you mean `Sampling`?"


def test_without_a_set_add_ons_are_names_alone() -> None:
    granted = grants("{plan: pro, add-ons: [Anything]}", around="")
    assert (granted.add_ons, granted.value) == (("Anything",), None)
