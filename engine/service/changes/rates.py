"""Exchange rates: rows that act as soon as they are read; recorded charges keep theirs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from typing import Annotated, Any

import msgspec
from sqlalchemy import bindparam, select

from engine.calendar import LATEST, format_instant
from engine.decisions.decoding import convert, plain
from engine.decisions.facts import MANY, InstantText, Number, read_instant
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.json_text import escape
from engine.money import MINOR_DIGITS, RateTable, parse_rate
from engine.service.caller import Caller
from engine.service.changes.ecb import BadLine, read_history
from engine.service.changes.rate_rows import take_rates
from engine.service.cursors import read_cursor, write_cursor
from engine.service.office import Office
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import RATES, SPACES

Body = bytes | str | dict[str, Any]

_BASE = Statement(select(SPACES.c.base).where(SPACES.c.space == bindparam("space")))
_DAYS = RATES.alias("days")
_PAGE = Statement(
    select(RATES.c.at, RATES.c.currency, RATES.c.figure)
    .where(
        RATES.c.space == bindparam("space"),
        RATES.c.at.in_(
            select(_DAYS.c.at)
            .where(_DAYS.c.space == bindparam("space"), _DAYS.c.at < bindparam("before"))
            .distinct()
            .order_by(_DAYS.c.at.desc())
            .limit(bindparam("size"))
        ),
    )
    .order_by(RATES.c.at.desc(), RATES.c.currency)
)


class RateRow(msgspec.Struct, frozen=True):
    """What one unit of the base buys of each currency, from an instant on."""

    at: str
    rates: dict[str, str]


class RatesPage(msgspec.Struct, frozen=True):
    """Rows of rates, the last first, from `cursor` to `next`; no base where there are none."""

    base: str | None
    rows: tuple[RateRow, ...]
    next: str | None


class NewRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A row to be added, or to correct that of the same instant."""

    at: InstantText
    rates: dict[str, Number]


class NewRates(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A request to add rows."""

    base: str
    rows: Annotated[list[NewRow], MANY]


class RatesAdded(msgspec.Struct, frozen=True):
    """How many figures are new or have changed."""

    base: str
    figures: int


class RatesImported(msgspec.Struct, frozen=True):
    """What became of a file: rows read, figures changed, currencies left out, lines refused."""

    base: str
    rows: int
    figures: int
    unknown: tuple[str, ...]
    bad: tuple[BadLine, ...]


class RatesBook:
    """The use cases of exchange rates."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def list(self, cursor: str | None, limit: int, caller: Caller) -> RatesPage:
        """The rows, the last first, a part at a time. Raises `RequestError`."""
        before = LATEST if cursor is None else read_cursor(cursor, tuple[int])[0]

        def read(work: Work) -> RatesPage:
            base = work.tx.row(_BASE, space=work.space)
            rows = list(_rows(work, before, limit + 1))
            shown, more = rows[:limit], len(rows) > limit
            following = write_cursor((shown[-1][0],)) if more else None
            found = tuple(RateRow(format_instant(at), rates) for at, rates in shown)
            return RatesPage(None if base is None else base[0], found, following)

        return self.office.read(read, caller)

    def add(self, body: Body, caller: Caller) -> RatesAdded:
        """Add rows, or correct some. Raises `RequestError`, and `Conflict` for another base."""
        value = plain(body)
        table = _table(convert(value, NewRates))

        def work(task: Work) -> tuple[RatesAdded, None]:
            return RatesAdded(table.base, take_rates(task, table)), None

        return self.office.answer(work, caller, ["rates", value], (RatesAdded,), alone=True)

    def import_history(self, data: bytes, caller: Caller) -> RatesImported:
        """Add the rows of the ECB's file. Raises `RequestError`, `Conflict` for another base."""
        read = read_history(data)
        figures = self.office.write(lambda task: take_rates(task, read.table), caller, alone=True)
        return RatesImported(read.table.base, read.rows, figures, read.unknown, read.bad)


def _rows(work: Work, before: int, size: int) -> Iterator[tuple[int, dict[str, str]]]:
    found = work.tx.rows(_PAGE, in_space=work.space, space=work.space, before=before, size=size)
    for at, row in groupby(found, key=lambda each: each[0]):
        yield at, {currency: figure for _, currency, figure in row}


def _table(request: NewRates) -> RateTable:
    _check_currency(request.base, "/base")
    rows = {}
    for index, row in enumerate(request.rows):
        at = read_instant(row.at, f"/rows/{index}/at")
        if at in rows:
            raise RequestError(Flaw(f"/rows/{index}/at", f"`{format_instant(at)}` stands twice"))
        rows[at] = _figures(row, f"/rows/{index}/rates")
    return RateTable(request.base, rows.items())


def _figures(row: NewRow, pointer: str) -> dict[str, Fraction]:
    found = {}
    for currency, number in row.rates.items():
        where = f"{pointer}/{escape(currency)}"
        _check_currency(currency, where)
        figure = parse_rate(f"{number:f}")
        if figure is None:
            message = "a rate is more than zero, with at most 18 digits before and after the point"
            raise RequestError(Flaw(where, message))
        found[currency] = figure
    return found


def _check_currency(name: str, pointer: str) -> None:
    if name not in MINOR_DIGITS:
        raise RequestError(Flaw(pointer, f"`{name}` is no currency of ISO 4217"))
