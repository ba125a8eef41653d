"""Tables on paper: a head that comes again on each page, rows that may be longer than one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer, Table, TableStyle

from engine.paper.pages import MARGIN, paper
from engine.paper.styles import AMOUNT, FAINT, HEAD, HEAD_AMOUNT, INSIDE, TEXT, TITLE, said

_RULED = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.7, FAINT),
        ("LINEBELOW", (0, -1), (-1, -1), 0.7, FAINT),
        ("TOPPADDING", (0, 1), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 1), (-1, -1), 2),
    ]
)


class Column(NamedTuple):
    """A column: its title, its share of the width, and whether its figures stand at the right."""

    title: str
    share: float = 1
    figures: bool = False


def table_paper(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    author: str = "",
    about: Iterable[tuple[str, str]] = (),
    note: str = "",
    wide: bool = False,
) -> bytes:
    """A PDF of one table under a title.

    `about` are lines above it, each a name and a value; `note` is said below. Rows have a text for
    each column, and there may be none. A `wide` one lies on its long side.
    """
    width = (A4[1] if wide else A4[0]) - 2 * MARGIN
    parts = _parts(title, columns, rows, width=width, about=about, note=note)
    return paper(title, author, parts, wide=wide)


def ruled(rows: Sequence[Sequence[Flowable]], widths: Sequence[float]) -> Table:
    """A table whose first row is its head; widths are in points."""
    table = Table([list(row) for row in rows], colWidths=widths, repeatRows=1, splitInRow=1)
    table.setStyle(_RULED)
    return table


def text_table(columns: Sequence[Column], rows: Iterable[Sequence[str]], width: float) -> Table:
    """A table of plain texts, so wide in points."""
    share = width / sum(each.share for each in columns)
    heads = [said(each.title, HEAD_AMOUNT if each.figures else HEAD) for each in columns]
    cells = [_cells(columns, row) for row in rows]
    return ruled([heads, *cells], [each.share * share for each in columns])


def _cells(columns: Sequence[Column], row: Sequence[str]) -> list[Paragraph]:
    return [
        said(text, AMOUNT if column.figures else TEXT)
        for column, text in zip(columns, row, strict=True)
    ]


def _parts(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    width: float,
    about: Iterable[tuple[str, str]],
    note: str,
) -> Iterator[Flowable]:
    yield said(title, TITLE)
    for name, value in about:
        yield said(f"{name}: {value}")
    yield Spacer(1, 8 * mm)
    yield text_table(columns, rows, width)
    if note:
        yield Spacer(1, 6 * mm)
        yield said(note, INSIDE)
