"""Where things stand on a sheet of cards and on each card, in points."""

from __future__ import annotations

from typing import NamedTuple

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from engine.paper.card import LAYOUTS, NoRoom
from engine.paper.fitting import Box
from engine.paper.qr import QUIET

SMALLEST_MODULE = 0.33 * mm
"""Printed smaller, the modules of a QR code run into each other."""
_LARGEST_MODULE = 0.8 * mm
_SIDE, _TOP, _FOOT = 8 * mm, 8 * mm, 11 * mm
_PAD = 2.5 * mm
_NARROWEST = 36 * mm
"""So wide the text beside the QR code is at least."""
_USUAL = 66 * mm
"""The height of a card whose letters have their usual size."""


class Square(NamedTuple):
    """A square by its lower left corner and its side."""

    x: float
    y: float
    side: float


class Layout(NamedTuple):
    """A sheet: the corners of its cards, how large they are, and what stands where on them."""

    places: tuple[tuple[float, float], ...]
    width: float
    height: float
    scale: float
    qr: Square

    @property
    def cards(self) -> int:
        """How many cards a page has."""
        return len(self.places)

    @property
    def head(self) -> float:
        """How high the part with the logo is."""
        return 13 * mm * self.scale

    @property
    def band(self) -> float:
        """How high the coloured band is."""
        return 8 * mm * self.scale

    @property
    def small(self) -> float:
        """The size of small letters."""
        return 6.5 * self.scale

    @property
    def text_x(self) -> float:
        """Where text begins."""
        return _PAD

    @property
    def text_width(self) -> float:
        """How wide text may be."""
        return self.qr.x - 2 * _PAD

    @property
    def code_box(self) -> Box:
        """The room of the code: one line, unless that would be too small to type from."""
        return Box(self.text_width, 7.5 * mm * self.scale, 16 * self.scale, 5)

    @property
    def code_y(self) -> float:
        """The base line of the code."""
        return self.height - self.head - self.band - 6.5 * mm * self.scale

    @property
    def grants_top(self) -> float:
        """Where what is granted begins; the code may have two lines."""
        return self.code_y - 4.5 * mm * self.scale

    @property
    def until_y(self) -> float:
        """The base line of the end."""
        return self.reference_y + self.small * 1.5

    @property
    def reference_y(self) -> float:
        """The base line of the reference."""
        return _PAD + 1


def layout_for(per_page: int, modules: int) -> Layout:
    """The layout with the most cards, so many at most, that has room for QR codes so large.

    Raises `NoRoom`.
    """
    for cards in sorted(LAYOUTS, reverse=True):
        found = _layout(*LAYOUTS[cards], modules)
        if cards <= per_page and found is not None:
            return found
    raise NoRoom("what the QR codes are to say is too long for cards")


def _layout(columns: int, rows: int, modules: int) -> Layout | None:
    width = (A4[0] - 2 * _SIDE) / columns
    height = (A4[1] - _TOP - _FOOT) / rows
    scale = max(min(height / _USUAL, width / (90 * mm), 1.6), 0.8)
    whole = modules + 2 * QUIET
    room = min(height - 21 * mm * scale - 2 * mm, width - _NARROWEST - 2 * _PAD)
    module = min(room / whole, _LARGEST_MODULE)
    if module < SMALLEST_MODULE:
        return None
    side = module * whole
    # The quiet zone may go up to the edge of the card, which is cut there.
    square = Square(width - side - 1 * mm, 1 * mm, side)
    places = tuple(
        (_SIDE + column * width, A4[1] - _TOP - (row + 1) * height)
        for row in range(rows)
        for column in range(columns)
    )
    return Layout(places, width, height, scale, square)
