"""Text to tree, with errors that name the word at fault and what was expected there."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any, cast

from lark import Lark, Tree
from lark.exceptions import UnexpectedInput, VisitError
from lark.parsers.lalr_interactive_parser import InteractiveParser

from engine.calendar import Duration
from engine.diagnostics import Problem, Span
from engine.language.advice import unexpected, unfinished
from engine.language.builder import Builder, Misread
from engine.language.syntax import Discount, FactType, Literal, Moment, Rule

MAX_SENTENCE = 300
MAX_NESTING = 16

STARTS = ("rule", "discount", "fact_type", "duration", "money", "moment")

_WORDS = re.compile(
    r'"(?:[^"\\]|\\.)*"?|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T|\s+)[0-9]{1,2}:[^\s,()]+|[^\s,()"]+|\S'
)


class SentenceError(ValueError):
    """A sentence that doesn't parse; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse_rule(text: str) -> Rule:
    """Read a rule. Raises `SentenceError`."""
    return cast("Rule", _parse(text, "rule"))


def parse_discount(text: str) -> Discount:
    """Read one line of a discount. Raises `SentenceError`."""
    return cast("Discount", _parse(text, "discount"))


def parse_fact_type(text: str) -> FactType:
    """Read the type of a fact in a vocabulary. Raises `SentenceError`."""
    return cast("FactType", _parse(text, "fact_type"))


def parse_duration(text: str) -> Duration:
    """Read a duration such as `12 months`. Raises `SentenceError`."""
    return cast("Duration", _parse(text, "duration"))


def parse_money(text: str) -> Literal:
    """Read an amount such as `9.90 EUR`; currency and decimals are the checker's to judge."""
    return cast("Literal", _parse(text, "money"))


def parse_moment(text: str) -> Moment:
    """Read a day or a time. Raises `SentenceError`."""
    return cast("Moment", _parse(text, "moment"))


def grammar() -> str:
    """The text of the grammar."""
    return files("engine.language").joinpath("rules.lark").read_text("utf-8")


def words(text: str) -> list[Span]:
    """The words of a sentence; a date with its time, and a quoted text, are one word."""
    return [Span(*match.span()) for match in _WORDS.finditer(text)]


def first_word(text: str) -> Span:
    """The first word of a sentence, where what concerns the whole of it is reported."""
    return next(iter(words(text)), Span(0, len(text)))


def is_word(text: str) -> bool:
    """Whether text may stand without quotes, as the name of a fact or coupon or as a value."""
    return _word().fullmatch(text) is not None


@cache
def _word() -> re.Pattern[str]:
    return re.compile(_lark().get_terminal("WORD").pattern.to_regexp())


@cache
def _lark() -> Lark:
    return Lark(
        grammar(),
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        propagate_positions=True,
        maybe_placeholders=False,
    )


def _parse(text: str, start: str) -> Any:  # noqa: ANN401 - the caller knows what its start builds
    _check_bounds(text)
    parser = _lark().parse_interactive(text, start=start)
    try:
        tree = parser.resume_parse()  # type: ignore[no-untyped-call]
    except UnexpectedInput as error:
        raise SentenceError(_explain(text, error, parser, start)) from None
    return build(tree)


def _explain(text: str, error: UnexpectedInput, parser: InteractiveParser, start: str) -> Problem:
    """What is wrong where the parser stopped, and what was expected there."""
    spans = words(text)
    if _is_at_end(error):
        return unfinished(text, spans[-1], _accepts(parser), start)
    position = cast("int", error.pos_in_stream)
    index = next((i for i, s in enumerate(spans) if s.start <= position < s.end), len(spans) - 1)
    if position > spans[index].start:
        # The lexer took the beginning of the word for one: what counts is expected before it.
        parser = _lark().parse_interactive(text[: spans[index].start], start=start)
        parser.exhaust_lexer()
    return unexpected(text, spans, index, _accepts(parser), start)


def _is_at_end(error: UnexpectedInput) -> bool:
    token = getattr(error, "token", None)
    return error.pos_in_stream is None or getattr(token, "type", "") == "$END"


def _accepts(parser: InteractiveParser) -> set[str]:
    return cast("set[str]", parser.accepts())  # type: ignore[no-untyped-call]


def build(tree: Tree[Any]) -> Any:  # noqa: ANN401 - as above
    """Turn a parse tree of the grammar into syntax. Raises `SentenceError` for impossible dates."""
    try:
        return Builder().transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, Misread):
            raise SentenceError(error.orig_exc.problem) from None
        raise


def _check_bounds(text: str) -> None:
    if len(text) > MAX_SENTENCE:
        message = f"a sentence has at most {MAX_SENTENCE} characters, this one has {len(text)}"
        help_ = "split it into several rules: rules are joined by `and`"
        raise SentenceError(Problem("too-large", message, first_word(text), help_))
    if not text.strip():
        raise SentenceError(Problem("rule-syntax", "the sentence is empty", Span(0, len(text))))
    _check_nesting(text)


def _check_nesting(text: str) -> None:
    """Bound parentheses and chains of `not` before anything walks the tree."""
    levels: list[int] = []
    pending = 0
    for span in words(text):
        word = text[span.start : span.end]
        if word == "(":
            levels.append(pending + 1)
        elif word == ")" and levels:
            levels.pop()
        pending = pending + 1 if word == "not" else 0
        if sum(levels) + pending > MAX_NESTING:
            message = f"a sentence nests at most {MAX_NESTING} deep"
            raise SentenceError(Problem("too-large", message, span, "split it into several rules"))
