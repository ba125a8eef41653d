"""Pages: what is said on A4, as many as it needs, each numbered, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, SimpleDocTemplate

from engine.paper.letters import FONT, shown
from engine.paper.styles import FAINT

MARGIN = 20 * mm
_FOOT = 8 * mm


def paper(title: str, author: str, parts: Iterable[Flowable], *, wide: bool = False) -> bytes:
    """A PDF of some parts, one below the other; `title` stands at the foot of each page.

    A `wide` one lies on its long side.
    """
    target, size = BytesIO(), landscape(A4) if wide else A4
    document = SimpleDocTemplate(
        target,
        pagesize=size,
        title=shown(title),
        author=shown(author),
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + _FOOT,
        invariant=1,
    )
    document.build(list(parts), canvasmaker=_numbered(shown(title), size[0]))
    return target.getvalue()


def _numbered(title: str, width: float) -> type[Canvas]:
    """A canvas that knows at its end how many pages there are, and writes it on each."""

    class Numbered(Canvas):
        def __init__(self, *given: Any, **options: Any) -> None:  # noqa: ANN401 - reportlab's
            super().__init__(*given, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                self._foot(f"{title} · page {number} of {len(self._pages)}")
                super().showPage()
            super().save()

        def _foot(self, text: str) -> None:
            self.setFont(FONT, 8)
            self.setFillColor(FAINT)
            self.drawRightString(width - MARGIN, 12 * mm, text)

    return Numbered
