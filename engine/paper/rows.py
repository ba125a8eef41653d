"""Many short rows of equal height, quickly: tables whose cells never wrap."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from engine.paper.fitting import Box, fitted
from engine.paper.letters import BOLD, FONT
from engine.paper.styles import FAINT

_HEIGHT = 4.6 * mm
_SIZE = 9
_SMALLEST = 4
_GAP = 2 * mm


class Cells(Flowable):
    """Rows under a head that comes again on each page.

    `widths` are those of the columns in points, `fonts` their type. What is too long for its cell
    is set smaller, and cut where even that does not do.
    """

    def __init__(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        fonts: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._head, self._rows, self._widths = head, rows, widths
        self._fonts = fonts or [FONT] * len(head)

    def wrap(self, available: float, _: float) -> tuple[float, float]:
        """How wide and high it is."""
        return available, _HEIGHT * (len(self._rows) + 1)

    def split(self, _: float, height: float) -> list[Flowable]:
        """Its first rows, as many as there is room for, and the others."""
        count = int(height / _HEIGHT) - 1
        if count < 1:
            return []
        parts = (self._rows[:count], self._rows[count:])
        return [Cells(self._head, part, self._widths, self._fonts) for part in parts if part]

    def draw(self) -> None:
        """Draw it, from above."""
        y = _HEIGHT * len(self._rows) + 1.5 * mm
        self._draw_row(self._head, [BOLD] * len(self._head), y)
        self.canv.setStrokeColor(FAINT)
        self.canv.setLineWidth(0.5)
        self.canv.line(0, y - 1.2 * mm, sum(self._widths), y - 1.2 * mm)
        for row in self._rows:
            y -= _HEIGHT
            self._draw_row(row, self._fonts, y)

    def _draw_row(self, row: Sequence[str], fonts: Sequence[str], y: float) -> None:
        x = 0.0
        for text, font, width in zip(row, fonts, self._widths, strict=True):
            found = fitted(text, font, Box(width - _GAP, _HEIGHT, _SIZE, _SMALLEST))
            self.canv.setFont(font, found.size)
            for line in found.lines[:1]:
                self.canv.drawString(x, y, line)
            x += width
