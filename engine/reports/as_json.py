"""Reports for programs: JSON."""

from __future__ import annotations

import msgspec

from engine.calendar import format_instant
from engine.reports.table import Kind, Report, Row, plain


class ShownColumn(msgspec.Struct, frozen=True):
    """A column: its name in rows, its title for people, and what its cells are."""

    name: str
    title: str
    kind: Kind


class ShownReport(msgspec.Struct, frozen=True):
    """A report: rows by the names of its columns, in order.

    Amounts are decimal text in the `currency` of their row, instants are in UTC, and days are those
    of `zone`. An empty cell is null. Where there is more, `next` is the cursor of the part that
    follows; totals are of the whole.
    """

    report: str
    title: str
    made: str
    zone: str
    filters: dict[str, str]
    columns: tuple[ShownColumn, ...]
    rows: tuple[dict[str, str | int | None], ...]
    totals: tuple[dict[str, str | int | None], ...]
    note: str | None
    next: str | None


def shown(report: Report) -> ShownReport:
    """A report as JSON has it."""
    return ShownReport(
        report.name,
        report.title,
        format_instant(report.made),
        report.zone.key,
        dict(report.filters),
        tuple(ShownColumn(each.name, each.title, each.kind) for each in report.columns),
        tuple(_named(report, row) for row in report.rows),
        tuple(_named(report, row) for row in report.totals),
        report.note or None,
        report.following,
    )


def render(report: Report) -> str:
    """The JSON of a report, indented."""
    return msgspec.json.format(msgspec.json.encode(shown(report))).decode() + "\n"


def _named(report: Report, row: Row) -> dict[str, str | int | None]:
    cells = zip(report.columns, row, strict=True)
    return {column.name: plain(cell, column.kind) for column, cell in cells}
