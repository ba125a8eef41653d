"""The check symbol: one symbol of 32 that tells typing errors, without a key.

Symbols x_0 … x_n, the check symbol among them, stand for elements of GF(32), the polynomials over
GF(2) modulo x^5 + x^2 + 1, with bit i for x^i. They are right when the sum of w^(n-i) * x_i is 0,
with w = x, which generates all 31 elements but 0. A change of one symbol changes the sum, and so
does a swap of symbols one or two apart, as w^0, w^1 and w^2 differ; this holds for any length.
"""

from __future__ import annotations

from collections.abc import Sequence

_ORDER = 31
_MODULUS = 0b100101

DOUBLED = tuple(2 * value if value < 16 else 2 * value ^ _MODULUS for value in range(32))
"""Each element times w."""


def add(total: int, value: int) -> int:
    """The sum of symbols so far, and one more symbol after them."""
    return DOUBLED[total] ^ value


def is_right(values: Sequence[int]) -> bool:
    """Whether symbols (0 to 31), the check symbol among them, are without a typing error."""
    return _sum(values) == 0


def check_symbol(before: Sequence[int], after: Sequence[int] = ()) -> int:
    """The symbol (0 to 31) that makes a code right: between what is before it and after it."""
    missing = _sum((*before, 0, *after))
    # w^31 is 1: multiplying on to a whole round divides by w^len(after).
    for _ in range(-len(after) % _ORDER):
        missing = DOUBLED[missing]
    return missing


def _sum(values: Sequence[int]) -> int:
    total = 0
    for value in values:
        total = DOUBLED[total] ^ value
    return total
