"""Reports on paper: a table on as many pages as it needs."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth

from engine.paper.letters import BOLD, FONT, shown
from engine.paper.pages import MARGIN
from engine.paper.styles import TEXT
from engine.paper.tables import Column as PaperColumn
from engine.paper.tables import table_paper
from engine.reports.table import Column, Report
from engine.reports.texts import about, row_texts, total_texts, without_empty

_BESIDE = 14
"""So many points stand beside the text of a cell."""
_UPRIGHT, _WIDE = (side - 2 * MARGIN for side in A4)
Texts = Sequence[Sequence[str]]


def render(report: Report) -> bytes:
    """The PDF of a report, on the long side of the paper where it is wide."""
    columns, texts = report.columns, _texts(report)
    if len(texts) > 1 and sum(_widths(texts)) > _WIDE:
        columns, texts = without_empty(columns, texts)
    is_wide = sum(_widths(texts)) > _UPRIGHT
    widths = _fitted(columns, texts, _WIDE if is_wide else _UPRIGHT)
    return table_paper(
        report.title,
        [
            PaperColumn(column.title, width, column.is_figure)
            for column, width in zip(columns, widths, strict=True)
        ],
        texts[1:],
        author=report.space,
        about=[(name.capitalize(), value) for name, value in about(report)],
        note=report.note if report.rows else f"Nothing is to be reported. {report.note}".strip(),
        wide=is_wide,
    )


def _texts(report: Report) -> list[list[str]]:
    """The titles, the rows and the totals."""
    rows = [row_texts(report, row) for row in report.rows]
    totals = [total_texts(report, row) for row in report.totals]
    return [[each.title for each in report.columns], *rows, *totals]


def _widths(texts: Texts) -> list[float]:
    """How wide each column is, in points, where no text is broken."""
    head, *rows = texts
    return [
        max([_width(title, BOLD), *(_width(row[place]) for row in rows)]) + _BESIDE
        for place, title in enumerate(head)
    ]


def _fitted(columns: Sequence[Column], texts: Texts, space: float) -> list[float]:
    """The widths with the widest texts broken, as long as the line is too long.

    They are broken between words as far as that helps, and within the longest where it does not.
    """
    found, least = _widths(texts), _widths(_broken(columns, texts))
    while sum(found) > space:
        loose = [place for place, width in enumerate(found) if width > least[place]]
        widest = max(loose or range(len(found)), key=found.__getitem__)
        found[widest] -= 1
    return found


def _broken(columns: Sequence[Column], texts: Texts) -> list[list[str]]:
    """The longest word of each text; what is exact, and a figure, stays as it is."""
    whole = [each.exact or each.is_figure for each in columns]
    head, *rows = texts
    longest = [max(title.split(), key=len) for title in head]
    return [longest, *([*map(_longest, row, whole)] for row in rows)]


def _longest(text: str, whole: bool) -> str:  # noqa: FBT001 - as `map` gives it
    return text if whole else max(text.split(), key=len, default="")


def _width(text: str, font: str = FONT) -> float:
    found: float = stringWidth(shown(text), font, TEXT.fontSize)
    return found
