"""Templates: their tree, and errors at the very word."""

from __future__ import annotations

import pytest
from lark import Lark

from engine.codes.template import (
    PHRASES,
    Argument,
    Field,
    Literal,
    TemplateError,
    Word,
    grammar,
    parse_template,
)
from engine.diagnostics import Span


def test_a_template_is_fixed_text_and_fields_with_their_places() -> None:
    text = "A-{n:alnum(1..8)/4}"
    group = Word("4", Span(17, 18))
    bounds = Argument(Word("1", Span(11, 12)), Word("8", Span(14, 15)), is_number=True)
    field = Field(Word("n", Span(3, 4)), Word("alnum", Span(5, 10)), (bounds,), group, Span(2, 19))
    assert parse_template(text).parts == (Literal("A-", Span(0, 2)), field)


def test_a_field_may_have_no_arguments_and_no_groups() -> None:
    (field,) = parse_template("{points:int}").fields
    assert (field.arguments, field.group) == ((), None)


def test_arguments_may_be_parted_by_a_space() -> None:
    for text in ("{b:sealed(16,check)}", "{b:sealed(16, check)}"):
        (field,) = parse_template(text).fields
        assert [each.low.text for each in field.arguments] == ["16", "check"]


def test_a_space_in_fixed_text_counts() -> None:
    assert parse_template("A  B{n:int}").parts[0] == Literal("A  B", Span(0, 4))


BROKEN = {
    "{a:int": ("{a:int", "the field is not closed: `}` must follow `{a:int`", ""),
    "ACC-{a": ("{a", "the field is not closed: `:` and the type of the field must follow `{a`", ""),
    "{": ("{", "the field is not closed: the name of a field must follow `{`", ""),
    "a}b": ("}", "`}` closes no field", "a field begins with `{`"),
    "{a:int}}": ("}", "`}` closes no field", "a field begins with `{`"),
    "{a:hex(4}": ("}", "`}` can't stand here, where `)` is expected", ""),
    "{a:hex(4) }": (" ", "` ` can't stand here, where `}` is expected", "leave the space out"),
    "{a: int}": (
        " ",
        "` ` can't stand here, where the type of the field is expected",
        "leave the space out",
    ),
    "{1a:int}": ("1a", "`1a` can't stand here, where the name of a field is expected", ""),
    "{}": ("}", "`}` can't stand here, where the name of a field is expected", ""),
    "{{a:int}}": ("{", "`{` can't stand here, where the name of a field is expected", ""),
    "{a}": ("}", "`}` can't stand here, where `:` and the type of the field is expected", ""),
    "{a:hex()}": (")", "`)` can't stand here, where a number or a word is expected", ""),
    "{a:hex(4)/}": ("}", "`}` can't stand here, where a number is expected", ""),
    "{a:hex(4)/4x}": ("x", "`x` can't stand here, where `}` is expected", ""),
    "ÄB-{a:int}": ("Ä", "`Ä` can't stand in a code, which has printable ASCII characters only", ""),
    "A\tB{a:int}": (
        "\t",
        "U+0009 an unnamed character can't stand in a code, "
        "which has printable ASCII characters only",
        "",
    ),
}


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_template_is_told_at_the_word(text: str) -> None:
    word, message, help_ = BROKEN[text]
    with pytest.raises(TemplateError) as caught:
        parse_template(text)
    found = caught.value.problem
    assert ("format-syntax", message, help_) == (found.name, found.message, found.help)
    assert word == text[found.span.start : found.span.end]


def test_an_empty_template_is_told() -> None:
    with pytest.raises(TemplateError, match="the template is empty"):
        parse_template(" ")


def test_a_template_has_a_bound() -> None:
    with pytest.raises(TemplateError, match="at most 300 characters, this one has 301") as caught:
        parse_template("x" * 301)
    assert caught.value.problem.name == "too-large"


def test_every_terminal_has_a_phrase_for_people() -> None:
    lark = Lark(grammar(), parser="lalr", start="template")
    assert {terminal.name for terminal in lark.terminals} | {"$END"} == set(PHRASES)
