"""QR codes (ISO/IEC 18004), as zxing-cpp makes them."""

from __future__ import annotations

from math import isqrt
from typing import Any, NamedTuple

import zxingcpp

QUIET = 4
"""So many light modules a code needs around it."""


class TooLong(ValueError):
    """No QR code can hold a text so long."""


class Code(NamedTuple):
    """A code: how many modules a side has, and a byte for each, row by row; dark ones are 0."""

    side: int
    modules: bytes


def encode(text: str) -> Code:
    """The smallest code that holds a text, with the strongest correction that costs no module.

    Raises `TooLong`.
    """
    try:
        # Without a level it takes the strongest one for which the code need not be larger.
        made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    except ValueError:
        size = len(text.encode())
        raise TooLong(f"a QR code holds at most 2953 bytes, and not {size}") from None
    # It is a buffer, which its types do not say.
    picture: Any = made.to_image(scale=1, add_quiet_zones=False)
    modules = memoryview(picture).tobytes()
    return Code(isqrt(len(modules)), modules)
