"""The report of the inventory: how many codes of each client and coupon stand where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from sqlalchemy import bindparam, func, select

from engine.inventory.code_rows import in_inventory
from engine.reports.asked import Wanted
from engine.reports.bounds import check_size
from engine.reports.listing import Found, Part
from engine.reports.table import Column, Row
from engine.service.codes.code_state import SWITCHED_OFF, Status, status_column
from engine.service.work import Work
from engine.store.database import Row as Stored
from engine.store.statements import Statement
from engine.store.tables import CODES

_STATUSES: tuple[str, ...] = (*get_args(Status), SWITCHED_OFF)
_COLUMNS = (
    Column("client", "Client", absent="assigned to none"),
    Column("coupon", "Coupon"),
    *(Column(each, each.capitalize().replace("_", " "), "count") for each in _STATUSES),
    Column("codes", "All", "count"),
)
_FILTERS = {
    "client": CODES.c.client == bindparam("client"),
    "partner": CODES.c.partner == bindparam("partner"),
}


def find(work: Work, wanted: Wanted, part: Part) -> Found:
    """Codes that were bought, assigned or grant something, counted by what became of them."""
    said = {name: value for name in _FILTERS if (value := getattr(wanted, name)) is not None}
    rows = work.tx.rows(_counted(work, said), space=work.space, **said)
    found = _by_status(rows)
    check_size(len(found), part)
    listed = sorted(found, key=lambda key: (key[0] is None, key))
    shown = tuple(_row(*key, found[key]) for key in listed)
    return Found(_COLUMNS, shown, tuple(_total(found.values())))


def _counted(work: Work, filters: Iterable[str]) -> Statement:
    codes = (
        select(CODES.c.client, CODES.c.coupon, status_column(work, apart=True).label("status"))
        .where(
            CODES.c.space == bindparam("space"),
            in_inventory(),
            *(_FILTERS[name] for name in filters),
        )
        .subquery()
    )
    key = (codes.c.client, codes.c.coupon, codes.c.status)
    return Statement(select(*key, func.count()).group_by(*key))


_Counts = dict[str, int]


def _by_status(rows: Iterable[Stored]) -> dict[tuple[str | None, str], _Counts]:
    found: dict[tuple[str | None, str], _Counts] = {}
    for client, coupon, status, count in rows:
        found.setdefault((client, coupon), {})[status] = count
    return found


def _row(client: str | None, coupon: str, counts: _Counts) -> Row:
    return client, coupon, *(counts.get(each, 0) for each in _STATUSES), sum(counts.values())


def _total(rows: Iterable[_Counts]) -> list[Row]:
    all_rows = list(rows)
    if not all_rows:
        return []
    counts = [sum(each.get(status, 0) for each in all_rows) for status in _STATUSES]
    return [(None, None, *counts, sum(counts))]
