"""Formats of documents: what is wrong with them, at the very word."""

from __future__ import annotations

import pytest

from engine.codes.making import MAX_ACCEPTS, FormatProblem, SealBits
from engine.codes.sealing import Layout
from tests.codes.making_formats import BITS, SUBSCRIPTION, VOUCHER, make, problems


def told(template: str, *accepts: str, bits: SealBits | None = None) -> list[tuple[str, str, str]]:
    """Name, word and message of each problem."""
    found = problems(template, *accepts, bits=bits)
    return [
        (each.problem.name, _word(each, template, accepts), each.problem.message) for each in found
    ]


def _word(found: FormatProblem, template: str, accepts: tuple[str, ...]) -> str:
    path, span = found.path, found.problem.span
    if path[0] == "fields":
        return "fields"
    text = template if path == ("template",) else accepts[int(path[1])]
    return text[span.start : span.end]


TEMPLATES = {
    "{a:hx(4)}": ("hx", "no type of field is called `hx`"),
    "{a:hex}": ("hex", "`hex` does not stand alone"),
    "{a:hex(1..2)}": ("1..2", "`hex` does not take `1..2`"),
    "{a:hex(4, 5)}": ("4, 5", "`hex` does not take `4`, `5`"),
    "{a:hex(x)}": ("x", "`hex` does not take `x`"),
    "{a:hex(0)}": ("0", "`a` can't have `0` symbols"),
    "{a:hex(65)}": ("65", "`a` can't have `65` symbols"),
    "{a:alnum(8..1)}": ("8..1", "`a` can't have `8..1` symbols"),
    "{a:alnum(x)}": ("x", "`alnum` does not take `x`"),
    "{a:int(5)}": ("5", "`int` does not take `5`"),
    "{a:int(9..5)}": ("9..5", "`a` can't be a number in `9..5`"),
    "{a:int(0..1000000000)}": ("0..1000000000", "`a` can't be a number in `0..1000000000`"),
    "{a:date(8)}": ("8", "`date` does not take `8`"),
    "{a:hex(2)}{c:check(1)}": ("1", "`check` does not take `1`"),
    "{a:sealed(16, seal)}": ("seal", "`sealed` does not take `seal`"),
    "{a:sealed(4, check)}": ("4, check", "4 to 38 symbols can be sealed, not 3"),
    "{a:flags}": ("flags", "`flags` does not stand alone"),
    "{a:flags(1..2)}": ("1..2", "`flags` does not take `1..2`"),
    "{a:int/4}": ("4", "a field of the type `int` has no groups"),
    "{a:hex(4)/4}": ("4", "`/4` makes no groups of 4 hexadecimal digits"),
    "{a:hex(4)/0}": ("0", "`/0` makes no groups of 4 hexadecimal digits"),
    "{a:int}-{a:int}": ("a", "a field before this one is called `a`, too"),
    "{a:flags(narrow)}-{b:flags(narrow)}": ("flags", "a code has one `flags` field at most"),
    "{a:int}{b:check}{c:check}": ("check", "a code has one check symbol at most"),
    "{c:check}": ("check", "the check symbol has nothing to check"),
    "{a:alnum(3)}{c:check}": (
        "alnum",
        "a check symbol can't tell errors in `alnum`: it knows 32 symbols only",
    ),
    "{a:hex(4)/2}{n:int}{c:check}": (
        "2",
        "a check symbol can't tell a separator from a digit of `n`",
    ),
    " A{a:int}": (" ", "a code neither begins nor ends with a space"),
    "{a:int} ": (" ", "a code neither begins nor ends with a space"),
    "SUMMER": ("SUMMER", "the template has no field"),
    "{a:alnum(60)/4}": ("{a:alnum(60)/4}", "a code has at most 64 characters, and these have 74"),
    "{a:sealed(16)}": ("sealed", "nothing says what is sealed in `a`"),
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_is_wrong_with_a_template_is_told_at_the_word(template: str) -> None:
    assert [("format-syntax", *TEMPLATES[template])] == told(template)


def test_groups_and_numbers_may_stand_apart_beside_a_check_symbol() -> None:
    assert told("{a:hex(4)/2}-{n:int}{c:check}") == []
    assert told("{a:hex(4)/2}{n:int(10..99)}{c:check}") == []


def test_a_misspelt_type_gets_a_suggestion() -> None:
    assert problems("{a:aplha(4)}")[0].problem.help == "did you mean `alpha`?"


def test_an_unknown_feature_set_is_told_at_its_name() -> None:
    found = problems("A{f:flags(rayleighconect)}")[0].problem
    expected = ("unknown-feature", "no feature set is called `rayleighconect`")
    assert expected == (found.name, found.message)
    assert found.help == "did you mean `rayleighconnect`?"
    assert found.span == (10, 24)


def test_all_problems_come_in_one_go_in_the_order_of_the_text() -> None:
    template = "{a:hx(4)}-{b:flags(none)}-{b:int/2}"
    expected = ["format-syntax", "unknown-feature", "format-syntax", "format-syntax"]
    assert expected == [name for name, _, _ in told(template)]


ACCEPTS = {
    "B{b:int}": [
        ("b", "the template has no field `b`"),
        ("B{b:int}", "the template's field `a` is missing"),
    ],
    "B{a:hex(2)}": [("hex", "`a` is of another type in the template")],
    "B{a:int": [("{a:int", "the field is not closed: `}` must follow `{a:int`")],
}


@pytest.mark.parametrize("other", ACCEPTS)
def test_another_spelling_has_the_fields_of_the_template(other: str) -> None:
    expected = [("format-syntax", word, message) for word, message in ACCEPTS[other]]
    assert expected == told("A{a:int}", other)
    assert problems("A{a:int}", other)[0].path == ("accepts", 0)


def test_a_check_symbol_fixes_the_order_of_fields() -> None:
    template, other = "{a:int}-{b:int}{c:check}", "{b:int}-{a:int}{c:check}"
    message = "the fields must stand in the order of the template, as a check symbol covers it"
    assert [("format-syntax", other, message)] == told(template, other)
    assert told(template, "{a:int}/{b:int}/{c:check}") == []


def test_other_spellings_have_a_bound() -> None:
    accepts = [f"{number}-{{a:alpha(1)}}" for number in range(MAX_ACCEPTS + 1)]
    message = "a format accepts at most 16 other spellings"
    assert [("format-syntax", accepts[-1], message)] == told("{a:alpha(1)}", *accepts)
    assert problems("{a:alpha(1)}", *accepts)[0].path == ("accepts", 16)


@pytest.mark.parametrize(
    ("bits", "help_"),
    [
        (SealBits(12, 8, 20, 36), "`seal: 35` fills them"),
        (SealBits(12, 8, 20, 34), "`seal: 35` fills them"),
        (SealBits(40, 8, 40, 35), "seal more symbols"),
    ],
)
def test_bits_that_do_not_fill_the_symbols_are_told(bits: SealBits, help_: str) -> None:
    message = f"{sum(bits)} bits are asked for, and 15 sealed symbols have 75"
    template = "{body:sealed(16, check)/4}"
    assert [("seal-budget", "fields", message)] == told(template, bits=bits)
    assert help_ == problems(template, bits=bits)[0].problem.help


def test_a_seal_needs_a_bit() -> None:
    bits = SealBits(12, 8, 55, 0)
    expected = ("seal-budget", "fields", "`fields` leaves no bit for the seal")
    assert [expected] == told("{body:sealed(16, check)/4}", bits=bits)


def test_bits_without_a_sealed_field_are_told() -> None:
    message = "`fields` says what is sealed, and the template has no `sealed` field"
    assert [("format-syntax", "fields", message)] == told("{a:int}", bits=BITS)


def test_a_sealed_format_has_the_layout_of_its_bits() -> None:
    assert Layout(12, 8, 20, 35, symbols=15) == VOUCHER.sealed
    assert SUBSCRIPTION.sealed is None


def test_the_space_of_random_fields_is_counted() -> None:
    found = make("{a:random(2)}-{n:int}-{b:random(3)}")
    assert (found.random_symbols, VOUCHER.random_symbols) == (5, 0)
