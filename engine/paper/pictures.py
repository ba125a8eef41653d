"""Pictures that others gave, made harmless: small, plain, and nothing but what is seen."""

from __future__ import annotations

import struct
import warnings
import zlib
from io import BytesIO

from PIL import Image
from PIL.Image import DecompressionBombError

from engine.catalogue.logos import MAX_BYTES, MAX_SIDE

_SIZE = (640, 320)
"""No picture on paper needs more pixels."""
_FORMATS = ("PNG", "JPEG")
_BROKEN = (OSError, SyntaxError, ValueError, struct.error, zlib.error, DecompressionBombError)
"""What the reader of pictures raises, by where they are broken."""


class BadPicture(ValueError):
    """What was given is no picture that can be drawn, and why."""


def picture(data: bytes) -> Image.Image:
    """A picture as it is drawn on white. Raises `BadPicture`; no pixel of a huge one is read."""
    if len(data) > MAX_BYTES:
        raise BadPicture(f"it has {len(data)} bytes, and {MAX_BYTES} are allowed")
    try:
        with warnings.catch_warnings():
            # Its own limit is above ours, and what it warns of is refused below.
            warnings.simplefilter("ignore")
            return _drawn(Image.open(BytesIO(data), formats=_FORMATS))
    except BadPicture:
        raise
    except _BROKEN as error:
        raise BadPicture("it is no PNG or JPEG picture, or a broken one") from error


def _drawn(found: Image.Image) -> Image.Image:
    width, height = found.size
    if max(width, height) > MAX_SIDE:
        raise BadPicture(
            f"it has {width} × {height} pixels, and {MAX_SIDE} × {MAX_SIDE} are allowed"
        )
    seen = found.convert("RGBA")
    seen.thumbnail(_SIZE)
    paper = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(paper, seen).convert("RGB")
