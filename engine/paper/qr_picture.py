"""A QR code as a picture of one bit a pixel in a PDF."""

from __future__ import annotations

import hashlib
import zlib

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from engine.paper.card_layout import Square
from engine.paper.qr import QUIET, Code

_PIXELS = 8
"""So many pixels wide and high a module is: it stays sharp where a viewer smooths.

With eight, what is a byte of a code is a row of a module.
"""
_QUICK = 2
"""More effort takes several times as long, for a third of the size."""


def draw_qr(canvas: Canvas, code: Code, where: Square) -> None:
    """Draw a code with its quiet zone into a square, on white."""
    quiet = where.side * QUIET / (code.side + 2 * QUIET)
    inside = where.side - 2 * quiet
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(where.x, where.y, where.side, where.side, stroke=0, fill=1)
    canvas.saveState()
    canvas.translate(where.x + quiet, where.y + quiet)
    canvas.scale(inside, inside)
    canvas.doForm(_put(canvas, code))
    canvas.restoreState()


def _put(canvas: Canvas, code: Code) -> str:
    """Put a code into the document, once; its name there."""
    name = hashlib.blake2b(code.modules, digest_size=12).hexdigest()
    if canvas.hasForm(name):
        return name
    said = {
        "Type": PDFName("XObject"),
        "Subtype": PDFName("Image"),
        "Width": code.side * _PIXELS,
        "Height": code.side * _PIXELS,
        "BitsPerComponent": 1,
        "ColorSpace": PDFName("DeviceGray"),
        "Filter": PDFName("FlateDecode"),
    }
    stream = PDFStream(PDFDictionary(said), zlib.compress(_rows(code), _QUICK))
    # reportlab draws pictures of 8 bits only; as the objects of a document it takes any.
    canvas._doc.addForm(name, stream)  # type: ignore[attr-defined] # noqa: SLF001
    return name


def _rows(code: Code) -> bytes:
    """The pixels of a code, eight a byte, from above."""
    starts = range(0, len(code.modules), code.side)
    return b"".join(code.modules[each : each + code.side] * _PIXELS for each in starts)
