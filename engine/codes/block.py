"""The block of a sealed field: its symbols as one number, and back."""

from __future__ import annotations

from engine.codes.alphabet import BITS, SYMBOLS

# Python reads numbers to the radix 32 itself, with digits of its own.
_DIGITS = str.maketrans(SYMBOLS, "0123456789abcdefghijklmnopqrstuv")
_ALL = frozenset(SYMBOLS)


def written(number: int, symbols: int) -> str:
    """A number in so many symbols."""
    shifts = range(BITS * (symbols - 1), -1, -BITS)
    return "".join([SYMBOLS[number >> shift & 31] for shift in shifts])


def read(text: str) -> int | None:
    """The number, or `None` where a character is no symbol."""
    if not text or not _ALL.issuperset(text):
        return None
    return int(text.translate(_DIGITS), len(SYMBOLS))
