"""Reports with a row for each of many things: read a part at a time, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, tuple_

from engine.reports.asked import Wanted
from engine.reports.table import Column, Row
from engine.service.cursors import read_cursor, write_cursor
from engine.service.work import Work
from engine.store.database import Row as Stored
from engine.store.statements import Statement

_LEAST = -(2**63)


class Part(NamedTuple):
    """Which part of a report is wanted: so many rows, after a place."""

    size: int
    cursor: str | None = None


class Found(NamedTuple):
    """What a report found: its columns, a part of its rows, and the totals of all."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[Row, ...] = ()
    note: str = ""
    following: str | None = None


Query: TypeAlias = Callable[[Work], Select[Any]]


class Listing:
    """A query in an order, with what its filters ask for.

    The columns of `order` are never null, and are added at the end of the query; `filters` are
    conditions on parameters of the same names. The query may have the parameters `space`, `now`
    and `horizon`. `read` makes a row of a report.
    """

    def __init__(
        self,
        columns: tuple[Column, ...],
        query: Query,
        order: tuple[ColumnElement[Any], ...],
        filters: Mapping[str, ColumnElement[bool]],
        read: Callable[[Stored, Wanted], Row],
    ) -> None:
        self._columns = columns
        self._query = query
        self._order = order
        self._filters = filters
        self._read = read
        self._place = tuple[tuple(int if _is_number(each) else str for each in order)]  # type: ignore[misc]

    def find(self, work: Work, wanted: Wanted, part: Part) -> Found:
        """A part of the rows. Raises `RequestError` for a cursor of another list."""
        rows = self._rows(work, wanted, part)
        shown = rows[: part.size]
        more = (
            write_cursor(tuple(shown[-1][-len(self._order) :])) if len(rows) > part.size else None
        )
        return Found(self._columns, tuple(self._read(row, wanted) for row in shown), following=more)

    def _rows(self, work: Work, wanted: Wanted, part: Part) -> list[Stored]:
        said = {
            name: value for name in self._filters if (value := getattr(wanted, name)) is not None
        }
        after = {f"after_{place}": each for place, each in enumerate(self._after(part.cursor))}
        return work.tx.rows(
            self._statement(work, said),
            space=work.space,
            now=work.now,
            horizon=wanted.horizon,
            size=part.size + 1,
            **said,
            **after,
        )

    def _after(self, cursor: str | None) -> tuple[int | str, ...]:
        if cursor is not None:
            place: tuple[int | str, ...] = read_cursor(cursor, self._place)
            return place
        return tuple(_LEAST if _is_number(each) else "" for each in self._order)

    def _statement(self, work: Work, filters: Iterable[str]) -> Statement:
        places = enumerate(self._order)
        after = tuple_(*(bindparam(f"after_{at}", type_=each.type) for at, each in places))
        return Statement(
            self._query(work)
            .add_columns(*self._order)
            .where(tuple_(*self._order) > after, *(self._filters[name] for name in filters))
            .order_by(*self._order)
            .limit(bindparam("size"))
        )


def _is_number(column: ColumnElement[Any]) -> bool:
    return isinstance(column.type, BigInteger)
