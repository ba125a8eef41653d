"""Characters that are easily taken for one on a plain keyboard: other scripts, curly quotes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MEANT = {
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("‘’‚‛", "'"),
    **dict.fromkeys("‐‑‒–—−", "-"),
    "\u00a0": " ",
    "\u202f": " ",
}
"""Punctuation that word processors put in the place of a key's own."""


def described(letter: str) -> str:
    """A character with its number and its name in Unicode: `U+0410 CYRILLIC CAPITAL LETTER A`."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, 'an unnamed character')}"


@lru_cache(4096)
def twin(letter: str) -> str | None:
    """The ASCII character that was most likely meant, None where there is none."""
    return MEANT.get(letter) or _plain(letter) or latin_twin(letter)


def _plain(letter: str) -> str | None:
    """The character that a wide or a styled one is a variant of."""
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 and plain.isascii() else None


@lru_cache(4096)
def latin_twin(letter: str) -> str | None:
    """The Latin letter that a letter of another script looks like."""
    # The tables take a while to load, and hardly any text needs them.
    from confusable_homoglyphs import categories, confusables

    if categories.alias(letter) in ("LATIN", "COMMON"):
        return None
    found = confusables.is_confusable(letter, greedy=False, preferred_aliases=["latin"])
    twins = [twin["c"] for each in found or () for twin in each["homoglyphs"]]
    return next((twin for twin in twins if twin.isascii()), None)
