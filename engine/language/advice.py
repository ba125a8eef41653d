"""What is wrong with a sentence that doesn't parse, and what its author most likely meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from engine.diagnostics import Problem, Span
from engine.diagnostics.suggest import did_you_mean
from engine.language.expectations import expected_in_words, keywords

_AS_FACT: Mapping[str, str] = {
    "max": "at most",
    "maximum": "at most",
    "after": "from` and the first day that counts: `from 2026-12-01",
    "since": "from",
    "till": "through",
    "with": "together with",
    "new": "customer.new",
}
_AS_VALUE: Mapping[str, str] = {
    "more": "over",
    "greater": "over",
    "larger": "over",
    "higher": "over",
    "less": "under",
    "fewer": "under",
    "lower": "under",
    "smaller": "under",
}
"""Words that are read as a fact or a value, and what says the same in the language."""

_NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

_SIGNS: Mapping[str, str] = {
    "=": "is",
    "==": "is",
    "!=": "is not",
    ">": "is over",
    ">=": "is at least",
    "<": "is under",
    "<=": "is at most",
    "&&": "and",
    "||": "or",
    "!": "not",
}


def unfinished(text: str, last: Span, accepts: set[str], start: str) -> Problem:
    """The problem of a sentence that ends too early, at its last word."""
    ending = text[last.start : last.end]
    if _is_unclosed(ending):
        return _unclosed(last)
    expected = _expected(accepts, start)
    message = f"the sentence ends after `{ending}`, where {expected} must follow"
    return Problem("rule-syntax", message, last)


def unexpected(
    text: str, spans: Sequence[Span], index: int, accepts: set[str], start: str
) -> Problem:
    """The problem of a word that can't stand where it does, or of the one before it."""
    span = spans[index]
    word = text[span.start : span.end]
    before = text[spans[index - 1].start : spans[index - 1].end] if index else ""
    if _is_unclosed(word):
        return _unclosed(span)
    meant = (_AS_FACT if "_IS" in accepts else _AS_VALUE).get(before)
    if meant is not None and "_AND" in accepts:
        message = f"`{before}` is no word of the language here"
        return Problem("rule-syntax", message, spans[index - 1], f"write `{meant}`")
    message = f"`{word}` can't stand here, where {_expected(accepts, start)} is expected"
    return Problem("rule-syntax", message, span, _advice(word, before, accepts))


def _is_unclosed(word: str) -> bool:
    return word.startswith('"') and (len(word) == 1 or not word.endswith('"'))


def _unclosed(span: Span) -> Problem:
    message = "the quoted text has no closing quote"
    return Problem("rule-syntax", message, span, 'end it with `"`')


def _expected(accepts: set[str], start: str) -> str:
    """What was expected, in words; a number in a discount may also be a percentage."""
    expected = expected_in_words(accepts)
    if start == "discount" and "CURRENCY" in accepts:
        return f"{expected}, or `%`,"
    return expected


def _advice(word: str, before: str, accepts: set[str]) -> str:
    """What the author most likely meant, where that can be told."""
    if word in _SIGNS:
        return f"write `{_SIGNS[word]}`"
    return (
        _about_structure(word, before, accepts)
        or _about_values(word, before, accepts)
        or _about_spelling(word, accepts)
    )


def _about_structure(word: str, before: str, accepts: set[str]) -> str:
    if word == "together" and before == "not":
        return "`not together with …` is a rule of its own"
    if word == "with" and before == "not":
        return "write `not together with …`"
    if word == "at" and {"WORD", "_LPAR"} <= accepts and "_AT" not in accepts:
        return "a limit is a rule of its own"
    if word == ")":
        return "no `(` stands before it"
    if word == "," and "_OR" in accepts:
        return "for several values write `is one of …, …`"
    if word == "to" and "_THROUGH" in accepts:
        return "write `through` and the last day that counts"
    if accepts == {"UNIT"}:
        return f"to count by several write `and {word}`"
    if word == "-":
        return "for another rule, begin a line with `-` in the same column as the others"
    return ""


def _about_values(word: str, before: str, accepts: set[str]) -> str:
    """Advice about a word that stands where a value, a day or a time is expected."""
    if _has_clock(word) and before in ("through", "before"):
        return f"`through` and `before` take a whole day; for a time write `until {word}`"
    if word in _NUMBERS and "NUMBER" in accepts and "QUOTED" not in accepts:
        return f"write `{_NUMBERS.index(word)}`"
    if "QUOTED" not in accepts:
        return ""
    if word == "one" and before in ("not", "includes"):
        return "write `is none of`" if before == "not" else "write `includes … or … includes …`"
    if word == "on":
        return "a rule about days begins with `on`, such as `on Friday`"
    if word.startswith("'"):
        return f'use double quotes: `"{word.strip(chr(39))}"`'
    if word.endswith("%"):
        return "percentages stand in discounts only"
    if _is_day(word):
        return f'as text write `"{word}"`; for an instant `is from {word}` or `is before {word}`'
    return "" if word == before or not _can_be_quoted(word) else f'put it in quotes: `"{word}"`'


def _about_spelling(word: str, accepts: set[str]) -> str:
    known = keywords(accepts)
    if word != word.lower() and word.lower() in known:
        return f"write `{word.lower()}`: the words of the language are in small letters"
    return "" if word in known else did_you_mean(word, known)


def _is_day(word: str) -> bool:
    return re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", word) is not None


def _has_clock(word: str) -> bool:
    return re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T|\s+)[0-9]", word) is not None


def _can_be_quoted(word: str) -> bool:
    """Whether the word is text that only lacks its quotes: a reserved word, a path, an email."""
    return len(word) > 1 and '"' not in word and word not in {"of", "per", "is"}
