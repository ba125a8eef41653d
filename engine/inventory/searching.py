"""Looking at the inventory: found by filters, whole, and summed up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec
from sqlalchemy import BigInteger, bindparam, func, literal, select

from engine.calendar import DAY
from engine.inventory.code_rows import COLUMNS, InventoryCode, the_code
from engine.inventory.filters import (
    InventoryFilters,
    StatusCode,
    conditions,
    page_of,
    wanted_values,
)
from engine.inventory.history import history_of
from engine.inventory.inventory_files import write_head, write_rows
from engine.inventory.shown_codes import ListedCode, ListedCodes, WholeCode, listed
from engine.service.caller import Caller
from engine.service.codes.code_state import status_column
from engine.service.cursors import read_cursor, write_cursor
from engine.service.office import Office
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import ACTIVATIONS, CODES

PAGE = 500
SOON = 60 * DAY
"""A code that expires within so long does so soon."""
_FEW = 20


class Counted(msgspec.Struct, frozen=True):
    """How many codes of a coupon have a status."""

    coupon: str
    status: str
    codes: int


class Dashboard(msgspec.Struct, frozen=True):
    """The inventory summed up: how many codes have which status, and of which coupon.

    Codes that are switched off, and would be unused or reserved, are counted as `switched_off`.
    `expiring` are the first of those that can still be used and expire within 60 days, of which
    there are `expiring_soon`; `waiting` are the first whose activation waits for approval.
    """

    codes: int
    by_status: dict[str, int]
    by_coupon: tuple[Counted, ...]
    expiring_soon: int
    expiring: tuple[ListedCode, ...]
    waiting: tuple[ListedCode, ...]


class Inventory:
    """What can be seen of the inventory. A partner sees its own."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def list(
        self, filters: InventoryFilters, cursor: str | None, limit: int, caller: Caller
    ) -> ListedCodes:
        """A part of the codes that are wanted. Raises `RequestError` and `NotFound`."""
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def work(task: Work) -> ListedCodes:
            found = page_of(task, wanted_values(task, filters), after, limit + 1)
            more = write_cursor((found[limit - 1].row.code,)) if found[limit:] else None
            return ListedCodes(listed(task, found[:limit]), more)

        return self.office.read(work, caller)

    def show(self, code: str, caller: Caller) -> WholeCode:
        """A code, in whatever spelling, with its notes and history. Raises `NotFound`."""
        return self.office.read(lambda work: _whole(work, code), caller)

    def dashboard(self, caller: Caller) -> Dashboard:
        """The inventory summed up."""
        return self.office.read(_dashboard, caller)

    def export(self, filters: InventoryFilters, caller: Caller) -> Iterator[str]:
        """The codes that are wanted as CSV, some at a time, each part as the store has it then.

        Raises `RequestError` and `NotFound`.
        """
        after: str | None = ""
        first = True
        while after is not None:
            rows, after = self.office.read(partial(_part, filters, after), caller)
            if first:
                yield write_head()
                first = False
            yield write_rows(rows)


def _part(
    filters: InventoryFilters, after: str, work: Work
) -> tuple[tuple[ListedCode, ...], str | None]:
    found = page_of(work, wanted_values(work, filters), after, PAGE)
    return listed(work, found), found[-1].row.code if len(found) == PAGE else None


def _whole(work: Work, text: str) -> WholeCode:
    row = the_code(work, text)
    (shown,) = _shown(work, [row.code])
    return WholeCode(shown, row.noted, history_of(work, row))


def _shown(work: Work, codes: Sequence[str]) -> tuple[ListedCode, ...]:
    """Codes as they are listed, by their texts as codes are compared, in this order."""
    values = {f"v{place}": code for place, code in enumerate(codes)}
    if not values:
        return ()
    rows = work.tx.rows(_these(work, *values), space=work.space, **values)
    found = {row[1]: StatusCode(row[0], InventoryCode(*row[1:])) for row in rows}
    return listed(work, [found[code] for code in codes])


def _these(work: Work, *names: str) -> Statement:
    return Statement(
        select(status_column(work), *COLUMNS).where(
            CODES.c.space == bindparam("space"),
            CODES.c.code.in_([bindparam(name) for name in names]),
        )
    )


# --- summed up ----------------------------------------------------------------------------------


def _dashboard(work: Work) -> Dashboard:
    own = {} if work.caller.partner is None else {"partner": work.caller.partner}
    values: dict[str, object] = {f"of_{name}": value for name, value in own.items()}
    where = {"space": work.space, **values}
    counted = tuple(Counted(*row) for row in work.tx.rows(_counts(work, *own), **where))
    by_status: dict[str, int] = {}
    for each in counted:
        by_status[each.status] = by_status.get(each.status, 0) + each.codes
    now = {"now": work.now, "soon": work.now + SOON, "few": _FEW}
    expiring = work.tx.rows(_expiring(work, *own), **where, **now)
    waiting = work.tx.rows(_waiting(work, *own), **where, few=_FEW)
    return Dashboard(
        sum(by_status.values()),
        by_status,
        counted,
        expiring[0][1] if expiring else 0,
        _shown(work, [code for code, _ in expiring]),
        _shown(work, [code for (code,) in waiting]),
    )


def _counts(work: Work, *names: str) -> Statement:
    found = (
        select(CODES.c.coupon, status_column(work, apart=True).label("status"))
        .where(CODES.c.space == bindparam("space"), *conditions(work, *names))
        .subquery()
    )
    return Statement(
        select(found.c.coupon, found.c.status, func.count())
        .group_by(found.c.coupon, found.c.status)
        .order_by(found.c.coupon, found.c.status)
    )


def _expiring(work: Work, *names: str) -> Statement:
    now, soon = (bindparam(name, type_=BigInteger) for name in ("now", "soon"))
    usable = [literal("unused"), literal("reserved")]
    return Statement(
        select(CODES.c.code, func.count().over())
        .where(CODES.c.space == bindparam("space"), *conditions(work, *names))
        .where(CODES.c.expires > now, CODES.c.expires <= soon)
        .where(status_column(work).in_(usable))
        .order_by(CODES.c.expires, CODES.c.code)
        .limit(bindparam("few"))
    )


def _waiting(work: Work, *names: str) -> Statement:
    here = (ACTIVATIONS.c.space == CODES.c.space) & (ACTIVATIONS.c.code == CODES.c.code)
    return Statement(
        select(CODES.c.code)
        .join(ACTIVATIONS, here)
        .where(CODES.c.space == bindparam("space"), *conditions(work, *names))
        .order_by(ACTIVATIONS.c.asked, CODES.c.code)
        .limit(bindparam("few"))
    )
