"""Papers looked at: their words, their pictures, and the QR codes on them."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import cv2
import numpy
import pypdfium2
from PIL import Image, ImageDraw
from pypdf import PdfReader

# Tests run on all cores already.
cv2.setNumThreads(1)

PAGE = 2000
"""More pixels across than this has a page at the resolution of a printer."""


def words(printed: bytes) -> list[str]:
    """What each page says."""
    return [page.extract_text() for page in PdfReader(BytesIO(printed)).pages]


def page_picture(printed: bytes, page: int = 0, dpi: int = 300) -> Image.Image:
    """A page as a printer would put it down."""
    document = pypdfium2.PdfDocument(printed)
    try:
        picture: Image.Image = document[page].render(scale=dpi / 72).to_pil()
        return picture
    finally:
        document.close()


def read_codes(picture: Image.Image) -> list[str]:
    """What the QR codes in a picture say, read by another program than the one that made them."""
    reader = cv2.QRCodeDetectorAruco()
    pixels = numpy.asarray(picture.convert("L"))
    return [_read(reader, each) for each in _found(reader, pixels)]


def _read(reader: Any, cut: Any) -> str:
    """What a code says, as it is or enlarged: OpenCV errs with small modules."""
    said: str = reader.detectAndDecode(cut)[0]
    return said or reader.detectAndDecode(_scaled(cut, 2, cv2.INTER_CUBIC))[0]


def _found(reader: Any, pixels: Any) -> Iterator[Any]:
    """Each code of a picture, cut out; that of a whole page is looked through at half its size."""
    scale = 0.5 if min(pixels.shape) > PAGE else 1
    _, corners = reader.detectMulti(_scaled(pixels, scale, cv2.INTER_AREA))
    for each in () if corners is None else corners / scale:
        edge = (each.max(0) - each.min(0)) / 10
        left, top = (each.min(0) - edge).clip(0).astype(int)
        right, bottom = (each.max(0) + edge).astype(int)
        yield pixels[top:bottom, left:right]


def _scaled(pixels: Any, scale: float, how: int) -> Any:
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=how)


def logo(form: str = "PNG", size: tuple[int, int] = (400, 160)) -> bytes:
    """A round blue logo beside nothing, see-through where the form allows it."""
    mode = "RGBA" if form == "PNG" else "RGB"
    picture = Image.new(mode, size, (0, 0, 0, 0) if form == "PNG" else "white")
    ImageDraw.Draw(picture).ellipse((5, 5, size[1] - 5, size[1] - 5), fill=(0, 83, 159))
    target = BytesIO()
    picture.save(target, form)
    return target.getvalue()
