"""Texts that people type as codes: under which spellings one is looked for, and what it says.

A code is compared without case and surrounding space, and where a format reads it, as the format
writes it: with the groups that were left out, with `0` for `O` (language.md, The other documents).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from engine.catalogue.catalogue import Coupon
from engine.codes.features import FeatureSet
from engine.codes.formats import DEFAULT, Format, Misread, Reading, nearest_misread
from engine.codes.key_ring import KeyRing
from engine.decisions.explanation import Reason
from engine.language.vocabulary import Fold


class ReadCode(NamedTuple):
    """A text that a format reads."""

    format: Format
    reading: Reading

    def is_forged(self, ring: KeyRing) -> bool:
        """Whether it has a seal that no key of a ring made; without keys nobody can tell."""
        layout, body = self.format.sealed, self.reading.body
        if layout is None or body is None or not ring.keys:
            return False
        return ring.open(layout, body, self.reading.rest) is None


def formats_of(coupons: Iterable[Coupon], formats: Iterable[Format]) -> list[Format]:
    """The formats that are read: the standard one, too, where a coupon names none of its own."""
    is_used = any(each.format is None for each in coupons)
    return [*formats, DEFAULT] if is_used else [*formats]


class Spellings:
    """The formats in which codes are read. Immutable; threads may share it.

    `feature_sets` say what the bits of features mean, by the names of the sets.
    """

    def __init__(
        self, formats: Iterable[Format] = (), feature_sets: Mapping[str, FeatureSet] | None = None
    ) -> None:
        self.formats = tuple(formats)
        self.feature_sets = feature_sets or {}

    def read(self, text: str) -> ReadCode | Misread | None:
        """What a text says in the format that reads it; else why the one it looks like doesn't."""
        found = self.readings(text)
        return found[0] if found else self._misread(text)

    def readings(self, text: str) -> Sequence[ReadCode]:
        """What each format says that reads a text."""
        found = ((each, each.reading(text)) for each in self.formats)
        return [ReadCode(each, reading) for each, reading in found if reading is not None]

    def key(self, text: str) -> str:
        """The one spelling under which a code is known."""
        found = self.readings(text)
        return found[0].reading.code if found else Fold.CODE.apply(text)

    def others(self, text: str) -> list[str]:
        """The spellings in which formats write a text, but for the one that it has already."""
        typed = Fold.CODE.apply(text)
        codes = dict.fromkeys(each.reading.code for each in self.readings(text))
        return [code for code in codes if code != typed]

    def strange(self, text: str, ring: KeyRing | None = None) -> Reason:
        """Why a text that nobody knows as a code is none."""
        return strange(text, self.read(text), ring)

    def _misread(self, text: str) -> Misread | None:
        return nearest_misread(self.formats, text)


class SpellingsOnce(Spellings):
    """The same, for one request and in one thread: each text is read once."""

    def __init__(self, spellings: Spellings) -> None:
        self.formats, self.feature_sets = spellings.formats, spellings.feature_sets
        self._read: dict[str, Sequence[ReadCode]] = {}
        self._near: dict[str, Misread | None] = {}

    def readings(self, text: str) -> Sequence[ReadCode]:
        """What each format says that reads a text."""
        if text not in self._read:
            self._read[text] = super().readings(text)
        return self._read[text]

    def _misread(self, text: str) -> Misread | None:
        if text not in self._near:
            self._near[text] = super()._misread(text)
        return self._near[text]


def strange(text: str, read: ReadCode | Misread | None, ring: KeyRing | None) -> Reason:
    """Why a text that reads so is no code, where nobody knows it as one."""
    if isinstance(read, Misread):
        return malformed(text, read)
    if read is not None and ring is not None and read.is_forged(ring):
        return seal_invalid(read.reading.code)
    return Reason("code_unknown", f"no coupon has the code `{shortened(text)}`")


def written_codes(coupon: Coupon, formats: Mapping[str, Format]) -> tuple[str, ...]:
    """The listed codes of a coupon: as its format writes those that it reads."""
    own = formats.get(coupon.format or "")
    read = [(code, own.reading(code) if own is not None else None) for code in coupon.codes]
    return tuple(code if each is None else each.code for code, each in read)


def malformed(text: str, misread: Misread) -> Reason:
    """Why a text is no code of the format that it looks like."""
    message = f"`{shortened(text)}` is no code of the format `{misread.format}`: {misread.message}"
    return Reason("code_malformed", message, remedy="type the code again as it is printed")


def seal_invalid(code: str) -> Reason:
    """Why a code that its format reads was issued by nobody who has a key."""
    message = f"`{code}` is well written, but its seal is none that a key of this space made"
    return Reason("seal_invalid", message)


_LONGEST = 80


def shortened(text: str) -> str:
    """A text that was typed, as a message shows it."""
    typed = text.strip()
    return typed if len(typed) <= _LONGEST else f"{typed[:_LONGEST]}…"
