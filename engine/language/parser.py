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
from engine.diagnostics.suggest import did_you_mean
from engine.language.builder import Builder, Misread
from engine.language.expectations import expected_in_words, keywords
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
        raise SentenceError(_unexpected(text, error, parser)) from None
    return build(tree)


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


def _unexpected(text: str, error: UnexpectedInput, parser: InteractiveParser) -> Problem:
    spans = words(text)
    position = error.pos_in_stream
    accepts = cast("set[str]", parser.accepts())  # type: ignore[no-untyped-call]
    expected = expected_in_words(accepts)
    at_end = position is None or getattr(getattr(error, "token", None), "type", "") == "$END"
    if at_end:
        last = spans[-1]
        ending = text[last.start : last.end]
        message = f"the sentence ends after `{ending}`, where {expected} must follow"
        return Problem("rule-syntax", message, last)
    span = next((s for s in spans if s.start <= cast("int", position) < s.end), spans[-1])
    word = text[span.start : span.end]
    return _at_word(word, span, expected, _advice(word, text[: span.start], accepts))


def _at_word(word: str, span: Span, expected: str, advice: str) -> Problem:
    if word.startswith('"') and (len(word) == 1 or not word.endswith('"')):
        return Problem(
            "rule-syntax", "the quoted text has no closing quote", span, 'end it with `"`'
        )
    message = f"`{word}` can't stand here, where {expected} is expected"
    return Problem("rule-syntax", message, span, advice)


def _advice(word: str, before: str, accepts: set[str]) -> str:
    """What the author most likely meant, where that can be told."""
    lower = word.lower()
    if lower == "together" and before.rstrip().endswith("not"):
        return "`not together with …` is a rule of its own"
    if lower == "at" and "_AT" not in accepts and {"WORD", "_LPAR"} <= accepts:
        return "a limit is a rule of its own"
    if _is_time(word) and before.rstrip().endswith(("through", "before")):
        return f"`through` and `before` take a whole day; for a time write `until {word}`"
    if "QUOTED" in accepts and _needs_quotes(word):
        return f'put it in quotes: `"{word}"`'
    if word != lower and lower in keywords(accepts):
        return f"write `{lower}`: the words of the language are in small letters"
    return did_you_mean(word, keywords(accepts))


def _is_time(word: str) -> bool:
    return re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T|\s+)[0-9]", word) is not None


def _needs_quotes(word: str) -> bool:
    """Whether a value stands there that is only text in quotes: a reserved word, a date, a path."""
    return len(word) > 1 and '"' not in word and word not in {"of", "per"}
