"""Batches as they are listed and shown, with what became of their codes."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, case, func, select

from engine.calendar import format_instant
from engine.service.caller import Caller
from engine.service.codes.batches import COLUMNS
from engine.service.cursors import read_cursor, write_cursor
from engine.service.errors import NotFound
from engine.service.office import Office
from engine.service.work import Work
from engine.store.database import Row
from engine.store.statements import Statement
from engine.store.tables import BATCHES, CODES, REDEMPTIONS

_COLUMNS = (*COLUMNS, BATCHES.c.created, BATCHES.c.who)
_ONE = Statement(
    select(*_COLUMNS).where(
        BATCHES.c.space == bindparam("space"), BATCHES.c.batch == bindparam("batch")
    )
)
_STANDS = (
    select(REDEMPTIONS.c.code)
    .where(
        REDEMPTIONS.c.space == CODES.c.space,
        REDEMPTIONS.c.code == CODES.c.code,
        REDEMPTIONS.c.ended.is_(None),
        REDEMPTIONS.c.until.is_(None),
    )
    .exists()
)
_USE = Statement(
    select(
        func.count(case((_STANDS, 1))),
        func.count(case((CODES.c.active.is_(False), 1))),
    ).where(CODES.c.space == bindparam("space"), CODES.c.batch == bindparam("batch"))
)


class BatchFilters(NamedTuple):
    """Which batches are wanted; None does not matter."""

    coupon: str | None = None
    customer: str | None = None


class ListedBatch(msgspec.Struct, frozen=True):
    """A batch that has `issued` of the `wanted` codes by now, each for the same customer."""

    batch: str
    coupon: str
    wanted: int
    issued: int
    customer: str | None
    window: str | None
    created: str
    author: str


class ShownBatch(ListedBatch, frozen=True):
    """A batch, how many of its codes stand redeemed, and how many are switched off."""

    redeemed: int
    off: int


class ListedBatches(msgspec.Struct, frozen=True):
    """Batches in the order of their names, until `next`."""

    batches: tuple[ListedBatch, ...]
    next: str | None


class Batches:
    """What can be seen of batches."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def list(
        self, filters: BatchFilters, cursor: str | None, limit: int, caller: Caller
    ) -> ListedBatches:
        """A part of the batches that are wanted."""
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def work(task: Work) -> ListedBatches:
            rows = _page(task, filters, after, limit + 1)
            more = write_cursor((rows[limit - 1][0],)) if rows[limit:] else None
            return ListedBatches(tuple(map(_listed, rows[:limit])), more)

        return self._office.read(work, caller)

    def show(self, batch: str, caller: Caller) -> ShownBatch:
        """A batch. Raises `NotFound`."""
        return self._office.read(lambda work: _shown(work, batch), caller)


def _shown(work: Work, batch: str) -> ShownBatch:
    where = {"space": work.space, "batch": batch}
    row, use = work.tx.row(_ONE, **where), work.tx.row(_USE, **where)
    if row is None or use is None:
        raise NotFound(f"no batch is called `{batch}`", "check its spelling")
    return ShownBatch(*msgspec.structs.astuple(_listed(row)), *use)


def _listed(row: Row) -> ListedBatch:
    batch, coupon, wanted, issued, customer, window, created, who = row
    moment = format_instant(created)
    return ListedBatch(batch, coupon, wanted, issued, customer, window, moment, who)


def _page(work: Work, filters: BatchFilters, after: str, size: int) -> list[Row]:
    said = {name: value for name, value in filters._asdict().items() if value is not None}
    wanted = {f"of_{name}": value for name, value in said.items()}
    return work.tx.rows(_wanted(*said), space=work.space, after=after, size=size, **wanted)


@cache
def _wanted(*names: str) -> Statement:
    """The batches that are filtered by some columns, in their order."""
    where = [BATCHES.c[name] == bindparam(f"of_{name}") for name in names]
    return Statement(
        select(*_COLUMNS)
        .where(BATCHES.c.space == bindparam("space"), BATCHES.c.batch > bindparam("after"), *where)
        .order_by(BATCHES.c.batch)
        .limit(bindparam("size"))
    )
