"""Reports for spreadsheets: CSV, without totals, which sums over columns would count twice.

The first line has the names of the columns. A text that a spreadsheet would take for a formula
stands behind a `'`, as in files of codes; amounts and counts are figures, whatever their sign.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from engine.reports.table import Cell, Column, Report, plain
from engine.service.csv_lines import safe


def render(parts: Iterable[Report]) -> Iterator[str]:
    """The CSV of a report that comes in parts, a text for each."""
    for number, part in enumerate(parts):
        head = [[each.name for each in part.columns]] if number == 0 else []
        yield _written([*head, *([*map(_field, row, part.columns)] for row in part.rows)])


def _written(rows: Iterable[Iterable[str]]) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(rows)
    return target.getvalue()


def _field(cell: Cell, column: Column) -> str:
    if column.is_figure:
        # A word there, such as "no limit", would be no figure.
        return "" if cell is None else str(plain(cell, column.kind))
    return _safe(column.absent if cell is None else str(plain(cell, column.kind)))


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    # A lone carriage return would not be quoted, and ends a line for some readers.
    return safe(text).replace("\r\n", "\n").replace("\r", "\n")
