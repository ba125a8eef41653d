"""Slips: how a text differs from the codes of a format, worked out before it is put in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from engine.codes.misreads import WRONG_CHECK, about_foreign, about_size, about_text, in_ascii
from engine.codes.readings import Misread
from engine.codes.spellings import MAX_TYPED, Part
from engine.codes.unread import Unread


class Typed(NamedTuple):
    """A text without the space around it, and what was most likely meant, in ASCII.

    `meant` is None for a text that looks like no code of any format, whatever is in it.
    """

    text: str
    meant: str | None


def as_typed(text: str) -> Typed:
    """A text as formats look at it: once for all of them, and its length before anything else."""
    typed = text.strip()
    if not typed or len(typed) > MAX_TYPED:
        return Typed(typed, None)
    return Typed(typed, in_ascii(typed))


@dataclass(frozen=True)
class Slip:
    """A text that a format does not read.

    `unread` is None where nothing is wrong but the check symbol, if `fits` is false, and
    characters of other alphabets, if there are any.
    """

    format: str
    parts: Sequence[Part]
    typed: Typed
    unread: Unread | None
    fits: bool = False

    @cached_property
    def changes(self) -> int | None:
        """How many changes make it a code; None where it doesn't look like one."""
        if self.typed.meant is None:
            return None
        found = int(not self.fits) if self.unread is None else self.unread.changes
        return None if found is None else found + self._is_foreign

    @cached_property
    def misread(self) -> Misread:
        """Why it is no code, in words."""
        size, (message, place) = len(self.typed.text), self._said()
        changes = self.changes
        return Misread(self.format, message, changes is not None, changes or size, place)

    @property
    def _is_foreign(self) -> bool:
        return not self.typed.text.isascii()

    def _said(self) -> tuple[str, int]:
        """What is wrong, and at which place."""
        typed = self.typed.text
        if not typed or len(typed) > MAX_TYPED:
            return about_size(typed), 1
        if self._is_foreign:
            return about_foreign(typed)
        if self.unread is None:
            return WRONG_CHECK, len(typed)
        return about_text(self.unread, typed, self.parts), self.unread.stop + 1


def nearest(slips: Sequence[Slip]) -> Misread | None:
    """The slip that takes the fewest changes, else the latest one; only those are put in words."""
    near = [each for each in slips if each.changes is not None]
    least = min((each.changes or 0 for each in near), default=0)
    found = [each.misread for each in near if each.changes == least]
    return max(found, key=lambda misread: misread.place, default=None)
