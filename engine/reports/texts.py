"""What people read of a report, on a terminal or on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.reports.table import Column, Report, Row, moment, said


def about(report: Report) -> Iterator[tuple[str, str]]:
    """What stands above the table: the space, when it was made, and what was asked for."""
    yield "space", report.space
    yield "made", f"{moment(report.made, report.zone)}, {report.zone.key}"
    yield from report.filters


def row_texts(report: Report, row: Row) -> list[str]:
    """The texts of a row."""
    cells = zip(report.columns, row, strict=True)
    return [said(cell, column, report.zone) for column, cell in cells]


def total_texts(report: Report, row: Row) -> list[str]:
    """The texts of a row of totals, which says so where its first cell is empty."""
    texts = [
        "" if cell is None else said(cell, column, report.zone)
        for column, cell in zip(report.columns, row, strict=True)
    ]
    if texts[0] == "":
        texts[0] = "total"
    return texts


def without_empty(
    columns: Sequence[Column], texts: Sequence[Sequence[str]]
) -> tuple[tuple[Column, ...], list[list[str]]]:
    """The table without the columns in which nothing stands but their titles."""
    full = [place for place in range(len(columns)) if any(row[place] for row in texts[1:])]
    return tuple(columns[at] for at in full), [[row[at] for at in full] for row in texts]
