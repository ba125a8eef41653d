"""Spellings of a format: its template and those that it accepts, as fixed text and fields."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from engine.codes.fields import FieldType
from engine.codes.patterns import SEPARATOR, Pattern, fixed

MAX_LENGTH = 64
"""How many characters a code may have, as it is written."""
MAX_TYPED = 2 * MAX_LENGTH
"""A longer text is a code in no spelling, however its symbols are grouped."""


class Fixed(NamedTuple):
    """Text that is the same in every code, in capitals."""

    text: str

    @property
    def pattern(self) -> Pattern:
        """Just this text."""
        return fixed(self.text)

    @property
    def longest(self) -> int:
        """How many characters it has."""
        return len(self.text)


class Placed(NamedTuple):
    """A field in its place; `group` says how many symbols stand together, 0 that all do."""

    name: str
    type: FieldType
    group: int = 0

    @property
    def pattern(self) -> Pattern:
        """What is read here."""
        return self.type.pattern(self.group)

    @property
    def longest(self) -> int:
        """How many characters it has at most, as it is written."""
        symbols = self.type.longest
        return symbols + ((symbols - 1) // self.group if self.group else 0)

    def written(self, symbols: str) -> str:
        """Symbols in their groups."""
        if not self.group:
            return symbols
        starts = range(0, len(symbols), self.group)
        return SEPARATOR.join([symbols[at : at + self.group] for at in starts])


Part: TypeAlias = Fixed | Placed


class Spelling(NamedTuple):
    """One way to write the codes of a format; `text` is its template as the author wrote it."""

    text: str
    parts: tuple[Part, ...]

    @property
    def placed(self) -> tuple[Placed, ...]:
        """The fields in order."""
        return tuple(part for part in self.parts if isinstance(part, Placed))

    @property
    def longest(self) -> int:
        """How many characters a code has at most, as it is written."""
        return sum(part.longest for part in self.parts)
