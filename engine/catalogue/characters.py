"""Characters that a policy file can't have, or that hide in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from engine.catalogue.nodes import Scalar
from engine.catalogue.page import Page
from engine.diagnostics import Diagnostic, Span

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""What YAML accepts nowhere in a file."""

MAX_ESCAPES = 8
"""Of the hidden characters of one text, as many are reported."""

# Unicode's "format" characters (Cf) are found by their category; these draw nothing either.
_BLANK = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
)
_INVISIBLE = re.compile(f"[{_BLANK}\U000e0000-\U000e0fff]")
_WORD = re.compile(r"\S+")

_PICTURE = (
    "[\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_EMOJI = (
    "(?:\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
    f"|{_PICTURE}(?:[\ufe0e\ufe0f]|[\U0001f3fb-\U0001f3ff])?\u20e3?|[0-9#*]\ufe0f\u20e3)"
)
_EMOJI_SEQUENCE = f"{_EMOJI}(?:\u200d{_EMOJI})*"


def name_of(character: str) -> str:
    """A character's number and its name in Unicode, such as `U+00AD SOFT HYPHEN`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def hides_something(text: str) -> bool:
    """Whether a text holds an invisible character."""
    return any(True for _ in _hidden(text))


def hidden_in_file(page: Page, end: int) -> Iterator[Diagnostic]:
    """Each word of the file up to `end`, comments included, with an invisible character."""
    for word, character in _hidden(page.text[:end]):
        yield _confusable(page, word, character)


def hidden_in_escapes(scalar: Scalar) -> Iterator[Diagnostic]:
    """What a text in double quotes brings in by an escape."""
    start, end = scalar.source
    if "\\" not in scalar.page.text[start:end]:
        return
    hidden = [(Span(*found.span()), found.group()) for found in CONTROL.finditer(scalar.text)]
    hidden.extend(_hidden(scalar.text))
    if not hidden:
        return
    reported = hidden[:MAX_ESCAPES]
    sources = scalar.source_of(*(span for span, _ in reported))
    for source, (_, character) in zip(sources, reported, strict=True):
        if character not in scalar.page.text[slice(*source)]:
            say = control if CONTROL.match(character) else _confusable
            yield say(scalar.page, source, character)


def control(page: Page, span: Span, character: str) -> Diagnostic:
    """What is said of a control character."""
    message = f"the control character `{name_of(character)}` can't stand in a policy file"
    return Diagnostic("yaml-syntax", message, page.locate(span), "delete it")


def _confusable(page: Page, span: Span, character: str) -> Diagnostic:
    message = f"an invisible character hides in this word: `{name_of(character)}`"
    return Diagnostic("confusable-text", message, page.locate(span), "type the word anew")


def _hidden(text: str) -> Iterator[tuple[Span, str]]:
    """Each word with its first invisible character; those that join emoji are what they seem."""
    suspects = "" if text.isascii() else "".join(filter(_is_invisible, sorted(set(text))))
    if not suspects:
        return
    pattern = re.compile(f"{_EMOJI_SEQUENCE}|(?P<hidden>[{re.escape(suspects)}])")
    for word in _WORD.finditer(text):
        found = (part["hidden"] for part in pattern.finditer(text, *word.span()) if part["hidden"])
        first = next(found, None)
        if first is not None:
            yield Span(*word.span()), first


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or bool(_INVISIBLE.match(character))
