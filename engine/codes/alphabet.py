"""Crockford's base 32: the symbols of random, sealed and check fields.

It has no I, L, O and U; who types O means 0, and who types I or L means 1.
"""

from __future__ import annotations

import secrets

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Each symbol stands for its place: `Z` for 31."""

BITS = 5
"""What one symbol holds."""

LOOKALIKES = {"O": "0", "I": "1", "L": "1"}
"""Letters that are read as the symbol they look like."""

VALUES = {symbol: value for value, symbol in enumerate(SYMBOLS)}
_FOLDED = str.maketrans(LOOKALIKES)


def fold(text: str) -> str:
    """Upper-case symbols with look-alikes replaced by what they look like."""
    return text.translate(_FOLDED)


def values(symbols: str) -> list[int]:
    """The numbers, 0 to 31, that folded symbols stand for. Raises `KeyError` for other letters."""
    return [VALUES[symbol] for symbol in symbols]


def draw_symbols(count: int) -> str:
    """So many symbols from the operating system's source of randomness, each as likely."""
    return "".join(SYMBOLS[byte % len(SYMBOLS)] for byte in secrets.token_bytes(count))
