"""What characters a field may have: one regular expression, for the reader and for the proofs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

SEPARATOR = "-"
"""What stands between groups of symbols."""


class Step(NamedTuple):
    """One character out of several; `kept` says that it belongs to the value of a field."""

    characters: str
    kept: bool = True


class Row(NamedTuple):
    """One pattern after the other; an empty row is no character at all."""

    parts: tuple[Pattern, ...]


class Either(NamedTuple):
    """One of several patterns."""

    options: tuple[Pattern, ...]


Pattern: TypeAlias = Step | Row | Either

NOTHING = Row(())
_BETWEEN_GROUPS = Either((Step(SEPARATOR, kept=False), NOTHING))


def fixed(text: str) -> Row:
    """Exactly this text, which belongs to no value."""
    return Row(tuple(Step(character, kept=False) for character in text))


def row_of(*characters: str) -> Row:
    """One character out of each text."""
    return Row(tuple(map(Step, characters)))


def grouped(characters: Sequence[str], least: int, group: int = 0) -> Pattern:
    """One character out of each text, of which those after the first `least` may be left out.

    With a `group` other than 0 a separator may stand after each so many characters.
    """
    whole: Pattern = NOTHING
    for place in range(len(characters) - 1, -1, -1):
        is_first_of_group = group and place and place % group == 0
        before = _BETWEEN_GROUPS if is_first_of_group else NOTHING
        whole = Row((before, Step(characters[place]), whole))
        if place >= least:
            whole = Either((whole, NOTHING))
    return whole


def to_regex(pattern: Pattern) -> str:
    """The same as a regular expression of `re`."""
    if isinstance(pattern, Step):
        return _one_of(pattern.characters)
    if isinstance(pattern, Row):
        return "".join(map(to_regex, pattern.parts))
    return f"(?:{'|'.join(map(to_regex, pattern.options))})"


def _one_of(characters: str) -> str:
    return re.escape(characters) if len(characters) == 1 else f"[{re.escape(characters)}]"
