"""A report: a titled table with typed columns, and what it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from engine.calendar import Instant, format_instant, local_time
from engine.money import Money

Kind: TypeAlias = Literal["text", "count", "money", "instant", "day"]
"""What the cells of a column are. Beside money there is a column with its currency."""
Cell: TypeAlias = str | int | Money | date | None
"""A text, a count, money, an instant in microseconds, or a day; None where there is nothing."""
Row: TypeAlias = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column; people read `absent` in the place of an empty cell.

    The texts of one that is `exact` are of no use in parts.
    """

    name: str
    title: str
    kind: Kind = "text"
    absent: str = ""
    exact: bool = False

    @property
    def is_figure(self) -> bool:
        """Whether its cells are compared digit by digit."""
        return self.kind in ("count", "money")


@dataclass(frozen=True, slots=True)
class Report:
    """A table, or a part of one: there is more where it has a `following` cursor.

    Instants are shown in `zone`. `filters` are what was asked for, by name, in words. Rows and
    totals have a cell for each column.
    """

    name: str
    title: str
    space: str
    made: Instant
    zone: ZoneInfo
    filters: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[Row, ...] = ()
    note: str = ""
    following: str | None = None


def plain(cell: Cell, kind: Kind) -> str | int | None:
    """A cell for programs: amounts as decimal text, instants in UTC."""
    if isinstance(cell, Money):
        return cell.amount()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int) and kind == "instant":
        return format_instant(cell)
    return cell


def said(cell: Cell, column: Column, zone: ZoneInfo) -> str:
    """A cell for people: instants as the clock of the zone shows them, to the minute."""
    if cell is None:
        return column.absent
    if isinstance(cell, int) and column.kind == "instant":
        return moment(cell, zone)
    return str(plain(cell, column.kind))


def moment(instant: int, zone: ZoneInfo) -> str:
    """An instant as the clock of a zone shows it, to the minute."""
    return local_time(instant, zone).isoformat(" ", "minutes")


def day_of(instant: int | None, zone: ZoneInfo) -> date | None:
    """The day of an instant in a zone."""
    return None if instant is None else local_time(instant, zone).date()
