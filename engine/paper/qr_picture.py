"""A QR code as a picture of one bit a pixel in a PDF."""

from __future__ import annotations

import hashlib
import zlib

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from engine.paper.card_layout import Square
from engine.paper.qr import Bitmap

_QUICK = 2
"""More effort takes several times as long, for a third of the size."""


def draw_qr(canvas: Canvas, code: Bitmap, where: Square) -> None:
    """Draw a code into a square, within its quiet zone, on white."""
    inside = where.side - 2 * where.quiet
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(where.x, where.y, where.side, where.side, stroke=0, fill=1)
    canvas.saveState()
    canvas.translate(where.x + where.quiet, where.y + where.quiet)
    canvas.scale(inside, inside)
    canvas.doForm(_put(canvas, code))
    canvas.restoreState()


def _put(canvas: Canvas, code: Bitmap) -> str:
    """Put a code into the document, once; its name there."""
    name = hashlib.blake2b(code.rows, digest_size=12).hexdigest()
    if canvas.hasForm(name):
        return name
    said = {
        "Type": PDFName("XObject"),
        "Subtype": PDFName("Image"),
        "Width": code.side,
        "Height": code.side,
        "BitsPerComponent": 1,
        "ColorSpace": PDFName("DeviceGray"),
        "Filter": PDFName("FlateDecode"),
    }
    stream = PDFStream(PDFDictionary(said), zlib.compress(code.rows, _QUICK))
    # reportlab draws pictures of 8 bits only; as the objects of a document it takes any.
    canvas._doc.addForm(name, stream)  # type: ignore[attr-defined] # noqa: SLF001
    return name
