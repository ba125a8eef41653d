"""Characters that look like others: letters of other scripts, curly quotes, long dashes."""

from __future__ import annotations

import re
import unicodedata

from engine.diagnostics import Problem, Span
from engine.diagnostics.twins import MEANT, described, latin_twin, twin

_WORD = re.compile(r"[^ \t\r\n]+")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_PUNCTUATION = {"Pi", "Pf", "Pd", "Ps", "Pe", "Po", "Zs", "Sm"}


def lookalikes(text: str, *, sentence: bool = False) -> list[Problem]:
    """The words of a text that hold a character easily taken for another.

    In a sentence that is any look-alike outside quotes; elsewhere only a word that mixes
    look-alikes with Latin letters, since a text may be in any script.
    """
    if text.isascii():
        return []
    bare = _QUOTED.sub(lambda found: " " * len(found[0]), text) if sentence else ""
    problems = []
    for match in _WORD.finditer(text):
        letter = _first(match[0], bare[match.start() : match.end()])
        if letter is not None:
            problems.append(_problem(letter, Span(*match.span())))
    return problems


def _first(word: str, bare: str) -> str | None:
    """The first character of a word that is taken for another."""
    strict = (letter for letter in bare if not letter.isascii() and _resembles(letter))
    return next(strict, None) or _mixed(word)


def _resembles(letter: str) -> bool:
    if letter in MEANT or unicodedata.category(letter) in _PUNCTUATION:
        return True
    return unicodedata.normalize("NFKC", letter).isascii() or latin_twin(letter) is not None


def _mixed(word: str) -> str | None:
    if word.isascii() or not any("a" <= letter.lower() <= "z" for letter in word):
        return None
    foreign = (letter for letter in word if not letter.isascii() and letter.isalpha())
    return next((letter for letter in foreign if latin_twin(letter) is not None), None)


def _problem(letter: str, span: Span) -> Problem:
    message = f"`{letter}` is {described(letter)}, which looks like another character"
    meant = twin(letter)
    help_ = f"type `{meant}` instead" if meant else "type it again on a plain keyboard"
    if meant == " ":
        help_ = "type an ordinary space instead"
    return Problem("confusable-text", message, span, help_)
