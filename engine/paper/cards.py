"""Cards on A4, to be cut out: who gives them, a code in large letters, what it grants, and its QR.

What cards have in common is drawn once and referred to. QR codes are pictures of one bit a pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from engine.paper import qr
from engine.paper.card import Card, Face, NoRoom
from engine.paper.card_face import draw_face
from engine.paper.card_layout import Layout, layout_for
from engine.paper.fitting import Box, fitted
from engine.paper.letters import FONT, MONO, shown
from engine.paper.qr_picture import draw_qr
from engine.paper.styles import FAINT


def card_paper(cards: Sequence[Card], per_page: int, title: str, author: str) -> bytes:
    """A PDF of cards, at most so many a page.

    Where QR codes need more room to be read, a page has fewer cards. Raises `NoRoom` where none
    has enough.
    """
    codes = _encoded(cards)
    layout = layout_for(per_page, max((each.side for each in codes), default=0))
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    canvas.setTitle(shown(title))
    canvas.setAuthor(shown(author))
    made = list(zip(cards, codes, strict=True))
    pages = [made[start : start + layout.cards] for start in range(0, len(made), layout.cards)]
    faces: dict[Face, str] = {}
    for number, page in enumerate(pages, 1):
        _draw_faces(canvas, [card.face for card, _ in page], layout, faces)
        for (card, code), at in zip(page, layout.places, strict=False):
            _draw_card(canvas, card, code, layout, faces[card.face], at)
        _draw_foot(canvas, f"{title} · page {number} of {len(pages)}")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _encoded(cards: Sequence[Card]) -> list[qr.Code]:
    """The QR codes of cards. Raises `NoRoom`."""
    try:
        return [qr.encode(each.qr) for each in cards]
    except qr.TooLong as error:
        raise NoRoom(f"what the QR codes are to say is too long for cards: {error}") from None


def _draw_faces(
    canvas: Canvas, page: Sequence[Face], layout: Layout, faces: dict[Face, str]
) -> None:
    """Draw what the cards of a page have in common, where no page before had it."""
    for face in page:
        if face not in faces:
            name = faces[face] = f"face{len(faces)}"
            canvas.beginForm(name, 0, 0, layout.width, layout.height)
            draw_face(canvas, *face, layout)
            canvas.endForm()


def _draw_card(
    canvas: Canvas, card: Card, code: qr.Code, layout: Layout, face: str, at: tuple[float, float]
) -> None:
    canvas.saveState()
    canvas.translate(*at)
    canvas.doForm(face)
    found = fitted(card.code, MONO, layout.code_box)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont(MONO, found.size)
    for index, line in enumerate(found.lines):
        canvas.drawString(layout.text_x, layout.code_y - index * found.leading, line)
    if card.reference is not None:
        _draw_reference(canvas, card.reference, layout)
    draw_qr(canvas, code, layout.qr)
    canvas.restoreState()


def _draw_reference(canvas: Canvas, reference: str, layout: Layout) -> None:
    size = layout.small
    box = Box(layout.text_width, size * 1.3, size, size - 3)
    found = fitted(f"Reference: {reference}", FONT, box)
    canvas.setFont(FONT, found.size)
    canvas.drawString(layout.text_x, layout.reference_y, found.lines[0])


def _draw_foot(canvas: Canvas, text: str) -> None:
    canvas.setFillColor(FAINT)
    canvas.setFont(FONT, 7)
    canvas.drawRightString(A4[0] - 10 * mm, 5 * mm, shown(text))
