"""Writing changes of codes: columns of a row, the journal, and who is told."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import bindparam, update

from engine.calendar import format_instant
from engine.inventory.code_rows import InventoryCode
from engine.service.codes.masking import masked
from engine.service.notices import Kind, Notice
from engine.service.people import people_of
from engine.service.work import Work
from engine.store.database import Contended
from engine.store.statements import Statement
from engine.store.tables import CODES

_INSTANTS = frozenset({"expires", "assigned", "planned", "cancelled"})
_UNTOLD = frozenset({"assigned", "notes"})
"""Columns that the journal need not tell: its entry has the moment, and the new note."""


def change_code(
    work: Work, row: InventoryCode, what: str, changes: dict[str, Any], **said: object
) -> InventoryCode:
    """Change some columns of a code, and note it; `said` is what else the journal says of it.

    The code as it is then. To be called under the seal. Raises `Contended` where somebody cancelled
    it since it was read.
    """
    values = {f"to_{name}": value for name, value in changes.items()}
    which = {"in_space": work.space, "of_code": row.code, "was_cancelled": row.cancelled}
    if work.tx.run(_set(*changes), **which, **values) != 1:
        raise Contended
    after = row._replace(**changes)
    more = {name: value for name, value in said.items() if value is not None}
    told = [name for name in changes if name not in _UNTOLD and _differs(name, row, after)]
    before = {name: _told(name, row) for name in told}
    work.note(
        what,
        row.spelling,
        before or None,
        {**{name: _told(name, after) for name in told}, **more},
        row.customer,
    )
    return after


@cache
def _set(*names: str) -> Statement:
    return Statement(
        update(CODES)
        .where(
            CODES.c.space == bindparam("in_space"),
            CODES.c.code == bindparam("of_code"),
            CODES.c.cancelled.is_not_distinct_from(bindparam("was_cancelled")),
        )
        .values({name: bindparam(f"to_{name}", type_=CODES.c[name].type) for name in names})
    )


def _differs(name: str, before: InventoryCode, after: InventoryCode) -> bool:
    return bool(getattr(before, name) != getattr(after, name))


def _told(name: str, row: InventoryCode) -> object:
    value = getattr(row, name)
    return format_instant(value) if name in _INSTANTS and value is not None else value


def announce(
    work: Work,
    kind: Kind,
    row: InventoryCode,
    to: tuple[str, ...] | None = None,
    **data: object,
) -> None:
    """Tell those who look after a code what happened to it, unless others are named.

    The code itself is a secret until it is activated: what is told of it are its last symbols.
    """
    if to is None:
        to = people_of(work, row.partner, row.client, row.project)
    if not to and not work.is_heard(kind, row.partner):
        return
    said = {
        "code": masked(row.spelling),
        "coupon": row.coupon,
        "partner": row.partner,
        "client": row.client,
        "project": row.project,
        "purchase": row.purchase,
        "reference": row.reference,
        **data,
    }
    told = {name: value for name, value in said.items() if value is not None}
    work.announce(Notice(kind, row.spelling, told, row.partner, row.customer, to))
