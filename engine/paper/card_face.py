"""The face of a card: logo, name and contact, the title on the brand's colour, what is granted."""

from __future__ import annotations

from PIL.Image import Image
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from engine.paper.card import Brand
from engine.paper.card_layout import Layout
from engine.paper.colours import colour, readable_on
from engine.paper.fitting import Box, fitted
from engine.paper.letters import BOLD, FONT
from engine.paper.pictures import BadPicture, picture
from engine.paper.styles import FAINT

_PAD = 2.5 * mm


def draw_face(
    canvas: Canvas,
    brand: Brand,
    title: str,
    grants: tuple[str, ...],
    until: str | None,
    layout: Layout,
) -> None:
    """Draw what many cards have in common, with the lower left corner of a card as origin."""
    canvas.setStrokeColor(FAINT)
    canvas.setLineWidth(0.3)
    canvas.setDash(2, 2)
    canvas.rect(0, 0, layout.width, layout.height)
    _draw_head(canvas, brand, layout)
    _draw_band(canvas, brand, title, layout)
    _draw_grants(canvas, grants, until, layout)


def _draw_head(canvas: Canvas, brand: Brand, layout: Layout) -> None:
    top = layout.height - layout.head
    left = _PAD + _draw_logo(canvas, brand, layout)
    width = layout.width - left - _PAD
    high = layout.head - 3 * mm
    name = fitted(brand.title, BOLD, Box(width, high * 0.55, 10 * layout.scale, 5))
    contact = fitted(
        "\n".join(brand.contact), FONT, Box(width, high - name.height, layout.small, 4)
    )
    y = top + 2 * mm + (high + name.height + contact.height) / 2 - name.size
    right = layout.width - _PAD
    canvas.setFillColorRGB(0, 0, 0)
    for text, font in ((name, BOLD), (contact, FONT)):
        canvas.setFont(font, text.size)
        for line in text.lines:
            canvas.drawRightString(right, y, line)
            y -= text.leading


def _draw_logo(canvas: Canvas, brand: Brand, layout: Layout) -> float:
    """Draw the logo; how wide it is with the space behind it."""
    found = _logo(brand)
    if found is None:
        return 0
    high, most = layout.head - 3 * mm, layout.width * 0.42
    scale = min(high / found.height, most / found.width)
    width, height = found.width * scale, found.height * scale
    y = layout.height - layout.head + 1.5 * mm + (high - height) / 2
    canvas.drawImage(ImageReader(found), _PAD, y, width, height)
    return width + _PAD


def _logo(brand: Brand) -> Image | None:
    try:
        return None if brand.logo is None else picture(brand.logo)
    except BadPicture:
        # It was checked when it came in; its card is good without it.
        return None


def _draw_band(canvas: Canvas, brand: Brand, title: str, layout: Layout) -> None:
    ground = colour(brand.colour)
    bottom = layout.height - layout.head - layout.band
    canvas.setFillColorRGB(*ground.parts)
    canvas.rect(0, bottom, layout.width, layout.band, stroke=0, fill=1)
    box = Box(layout.width - 2 * _PAD, layout.band - 1.5 * mm, 12 * layout.scale, 5)
    found = fitted(title, BOLD, box)
    canvas.setFillColorRGB(*readable_on(ground).parts)
    canvas.setFont(BOLD, found.size)
    y = bottom + (layout.band + found.height) / 2 - found.size
    for line in found.lines:
        canvas.drawString(_PAD, y, line)
        y -= found.leading


def _draw_grants(
    canvas: Canvas, grants: tuple[str, ...], until: str | None, layout: Layout
) -> None:
    canvas.setFillColorRGB(0, 0, 0)
    if until is not None:
        box = Box(layout.text_width, layout.small * 1.3, layout.small, 4)
        end = fitted(f"Valid until {until}", BOLD, box)
        canvas.setFont(BOLD, end.size)
        canvas.drawString(layout.text_x, layout.until_y, end.lines[0])
    high = layout.grants_top - layout.until_y - layout.small * 1.4
    box = Box(layout.text_width, high, 7.5 * layout.scale, 4.5)
    found = fitted("\n".join(grants), FONT, box)
    canvas.setFont(FONT, found.size)
    y = layout.grants_top - found.size
    for line in found.lines:
        canvas.drawString(layout.text_x, y, line)
        y -= found.leading
