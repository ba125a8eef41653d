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
    return [reader.detectAndDecode(each)[0] for each in _found(reader, pixels)]


def _found(reader: Any, pixels: Any) -> Iterator[Any]:
    """Each code of a picture, cut out and enlarged: OpenCV errs with small modules."""
    _, corners = reader.detectMulti(pixels)
    for each in () if corners is None else corners:
        edge = (each.max(0) - each.min(0)) / 10
        left, top = (each.min(0) - edge).clip(0).astype(int)
        right, bottom = (each.max(0) + edge).astype(int)
        cut = pixels[top:bottom, left:right]
        yield cv2.resize(cut, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)


def logo(form: str = "PNG", size: tuple[int, int] = (400, 160)) -> bytes:
    """A round blue logo beside nothing, see-through where the form allows it."""
    mode = "RGBA" if form == "PNG" else "RGB"
    picture = Image.new(mode, size, (0, 0, 0, 0) if form == "PNG" else "white")
    ImageDraw.Draw(picture).ellipse((5, 5, size[1] - 5, size[1] - 5), fill=(0, 83, 159))
    target = BytesIO()
    picture.save(target, form)
    return target.getvalue()
