"""Templates of codes: their tree, and what is wrong with a text that is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeAlias, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput
from lark.parsers.lalr_interactive_parser import InteractiveParser
from lark.tree import Meta

from engine.diagnostics import Problem, Span
from engine.diagnostics.twins import described

MAX_TEMPLATE = 300
"""How many characters a template may have."""

PHRASES: Mapping[str, str] = {
    "LITERAL": "fixed text",
    "_OPEN": "a field in braces",
    "NAME": "the name of a field",
    "_COLON": "`:` and the type of the field",
    "KIND": "the type of the field",
    "_LPAR": "",
    "NUMBER": "a number",
    "WORD": "a word",
    "_DOTS": "",
    "_COMMA": "",
    "_RPAR": "`)`",
    "_SLASH": "",
    "_CLOSE": "`}`",
    "$END": "the end",
}
"""What each terminal of the grammar is called; one without a phrase is never all that fits."""

_WORD = re.compile(r"[A-Za-z0-9_.-]+|.", re.DOTALL)


class TemplateError(ValueError):
    """A text that is no template; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Word:
    """A name or a number as written."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Argument:
    """What a type takes in parentheses: a number, a word, or a range with two numbers."""

    low: Word
    high: Word | None
    is_number: bool

    @property
    def span(self) -> Span:
        """All of it."""
        return Span(self.low.span.start, (self.high or self.low).span.end)


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that every code has."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Field:
    """`{name:kind(arguments)/group}`."""

    name: Word
    kind: Word
    arguments: tuple[Argument, ...]
    group: Word | None
    span: Span

    @property
    def arguments_span(self) -> Span:
        """What stands in the parentheses, or the type where there are none."""
        if not self.arguments:
            return self.kind.span
        return Span(self.arguments[0].span.start, self.arguments[-1].span.end)


Part: TypeAlias = Literal | Field


@dataclass(frozen=True, slots=True)
class Template:
    """The parts of a template in order."""

    parts: tuple[Part, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields in order."""
        return tuple(part for part in self.parts if isinstance(part, Field))


def parse_template(text: str) -> Template:
    """Read a template. Raises `TemplateError`."""
    _check_bounds(text)
    parser = _lark().parse_interactive(text)
    try:
        tree = parser.resume_parse()  # type: ignore[no-untyped-call]
    except UnexpectedInput as error:
        raise TemplateError(_explain(text, error, parser)) from None
    return _Builder().transform(tree)


def grammar() -> str:
    """The text of the grammar."""
    return files("engine.codes").joinpath("template.lark").read_text("utf-8")


@cache
def _lark() -> Lark:
    return Lark(
        grammar(),
        parser="lalr",
        lexer="contextual",
        start="template",
        propagate_positions=True,
        maybe_placeholders=True,
    )


def _check_bounds(text: str) -> None:
    whole = Span(0, len(text))
    if not text.strip():
        raise TemplateError(Problem("format-syntax", "the template is empty", whole))
    if len(text) > MAX_TEMPLATE:
        message = f"a template has at most {MAX_TEMPLATE} characters, this one has {len(text)}"
        raise TemplateError(Problem("too-large", message, whole))


def _explain(text: str, error: UnexpectedInput, parser: InteractiveParser) -> Problem:
    """What is wrong where the parser stopped, and what was expected there."""
    position = cast("int | None", error.pos_in_stream)
    token = getattr(error, "token", None)
    if position is None or getattr(token, "type", "") == "$END":
        return _unclosed(text, _expected(parser))
    found = _WORD.match(text, position)
    word = found.group() if found else ""
    span = Span(position, position + len(word))
    if not word.isascii() or not word.isprintable():
        shown = f"`{word}`" if word.isprintable() else described(word)
        message = f"{shown} can't stand in a code, which has printable ASCII characters only"
        return Problem("format-syntax", message, span)
    if word == "}" and "LITERAL" in _accepts(parser):
        return Problem("format-syntax", "`}` closes no field", span, "a field begins with `{`")
    message = f"`{word}` can't stand here, where {_expected(parser)} is expected"
    return Problem("format-syntax", message, span, _advice(word))


def _advice(word: str) -> str:
    return "leave the space out" if word.isspace() else ""


def _unclosed(text: str, expected: str) -> Problem:
    message = f"the field is not closed: {expected} must follow `{text[text.rindex('{') :]}`"
    return Problem("format-syntax", message, Span(text.rindex("{"), len(text)))


def _accepts(parser: InteractiveParser) -> set[str]:
    return cast("set[str]", parser.accepts())  # type: ignore[no-untyped-call]


def _expected(parser: InteractiveParser) -> str:
    accepts = _accepts(parser)
    return " or ".join(phrase for name, phrase in PHRASES.items() if name in accepts and phrase)


def _word(token: Token) -> Word:
    span = Span(cast("int", token.start_pos), cast("int", token.end_pos))
    return Word(str(token), span)


@v_args(meta=True, inline=True)
class _Builder(Transformer[Token, Template]):
    """The parse tree made into a template: a method is what its rule of the grammar is."""

    def template(self, _: Meta, *parts: Part) -> Template:
        return Template(parts)

    def literal(self, meta: Meta, text: Token) -> Literal:
        return Literal(str(text), Span(meta.start_pos, meta.end_pos))

    def field(
        self, meta: Meta, name: Token, kind: tuple[Word, tuple[Argument, ...]], group: Token | None
    ) -> Field:
        span = Span(meta.start_pos, meta.end_pos)
        return Field(_word(name), *kind, _word(group) if group is not None else None, span)

    def kind(
        self, _: Meta, kind: Token, *arguments: Argument | None
    ) -> tuple[Word, tuple[Argument, ...]]:
        return _word(kind), tuple(each for each in arguments if each is not None)

    def number(self, _: Meta, number: Token) -> Argument:
        return Argument(_word(number), None, is_number=True)

    def range(self, _: Meta, low: Token, high: Token) -> Argument:
        return Argument(_word(low), _word(high), is_number=True)

    def word(self, _: Meta, word: Token) -> Argument:
        return Argument(_word(word), None, is_number=False)
