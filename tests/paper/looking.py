"""Papers looked at: their words, their pictures, and the QR codes on them."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader


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
    """What the QR codes in a picture say, from above."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return [each.text for each in found]


def logo(form: str = "PNG", size: tuple[int, int] = (400, 160)) -> bytes:
    """A round blue logo beside nothing, see-through where the form allows it."""
    mode = "RGBA" if form == "PNG" else "RGB"
    picture = Image.new(mode, size, (0, 0, 0, 0) if form == "PNG" else "white")
    ImageDraw.Draw(picture).ellipse((5, 5, size[1] - 5, size[1] - 5), fill=(0, 83, 159))
    target = BytesIO()
    picture.save(target, form)
    return target.getvalue()
