"""Characters that look like others: letters of other scripts, curly quotes, long dashes."""

from __future__ import annotations

import re
import unicodedata

from engine.diagnostics import Problem, Span

_WORD = re.compile(r"[^ \t\r\n]+")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_PUNCTUATION = {"Pi", "Pf", "Pd", "Ps", "Pe", "Po", "Zs", "Sm"}
_MEANT = {
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("‘’‚‛", "'"),
    **dict.fromkeys("‐‑‒–—−", "-"),
    "\u00a0": " ",
    "\u202f": " ",
}


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
    if letter in _MEANT or unicodedata.category(letter) in _PUNCTUATION:
        return True
    return unicodedata.normalize("NFKC", letter).isascii() or _latin_twin(letter) is not None


def _mixed(word: str) -> str | None:
    if word.isascii() or not any("a" <= letter.lower() <= "z" for letter in word):
        return None
    foreign = (letter for letter in word if not letter.isascii() and letter.isalpha())
    return next((letter for letter in foreign if _latin_twin(letter) is not None), None)


def _latin_twin(letter: str) -> str | None:
    """The Latin letter that a letter of another script looks like."""
    # The tables take a while to load, and hardly any policy needs them.
    from confusable_homoglyphs import categories, confusables

    if categories.alias(letter) in ("LATIN", "COMMON"):
        return None
    found = confusables.is_confusable(letter, greedy=False, preferred_aliases=["latin"])
    twins = [twin["c"] for each in found or () for twin in each["homoglyphs"]]
    return next((twin for twin in twins if twin.isascii()), None)


def _problem(letter: str, span: Span) -> Problem:
    name = unicodedata.name(letter, "an unnamed character")
    message = f"`{letter}` is U+{ord(letter):04X} {name}, which looks like another character"
    meant = _MEANT.get(letter) or _latin_twin(letter)
    help_ = f"type `{meant}` instead" if meant else "type it again on a plain keyboard"
    if meant == " ":
        help_ = "type an ordinary space instead"
    return Problem("confusable-text", message, span, help_)
