"""Writing changes of codes: columns of a row, the journal, and who is told."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import bindparam, update

from engine.calendar import format_instant
from engine.inventory.client_rows import find_client
from engine.inventory.code_rows import InventoryCode
from engine.inventory.people import read_person
from engine.inventory.projects import find_project
from engine.service.codes.masking import masked
from engine.service.notices import Kind, Notice
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import CODES

_INSTANTS = frozenset({"expires", "assigned", "planned", "cancelled"})
_UNTOLD = frozenset({"assigned", "notes"})
"""Columns that the journal need not tell: its entry has the moment, and the new note."""


def change_code(
    work: Work, row: InventoryCode, what: str, changes: dict[str, Any], **said: object
) -> InventoryCode:
    """Change some columns of a code, and note it; `said` is what else the journal says of it.

    The code as it is then. To be called under the seal.
    """
    values = {f"to_{name}": value for name, value in changes.items()}
    work.tx.run(_set(*changes), in_space=work.space, of_code=row.code, **values)
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
        .where(CODES.c.space == bindparam("in_space"), CODES.c.code == bindparam("of_code"))
        .values({name: bindparam(f"to_{name}", type_=CODES.c[name].type) for name in names})
    )


def _differs(name: str, before: InventoryCode, after: InventoryCode) -> bool:
    return bool(getattr(before, name) != getattr(after, name))


def _told(name: str, row: InventoryCode) -> object:
    value = getattr(row, name)
    return format_instant(value) if name in _INSTANTS and value is not None else value


def announce(work: Work, kind: Kind, row: InventoryCode, **data: object) -> None:
    """Tell those who look after a code what happened to it.

    The code itself is a secret until it is activated: what is told of it are its last symbols.
    """
    to = people_of(work, row)
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


def people_of(work: Work, row: InventoryCode) -> tuple[str, ...]:
    """Where to write to about a code: who is responsible for its project, else for its client.

    Without either, to its client, and without a client to its partner.
    """
    found = [each for each in _client_addresses(work, row) if each is not None][:1]
    partner = work.book.partners.get(row.partner or "")
    if not found and partner is not None and partner.contact.email is not None:
        found = [partner.contact.email]
    return tuple(found)


def _client_addresses(work: Work, row: InventoryCode) -> list[str | None]:
    """Who looks after what a code is assigned to, the nearest first."""
    if row.client is None:
        return []
    project = find_project(work, row.client, row.project or "")
    client = find_client(work, row.client, row.partner)
    people = [each.responsible for each in (project, client) if each is not None]
    addresses = [None if each is None else _email(each) for each in people]
    return [*addresses, None if client is None else client.email]


def _email(responsible: str) -> str | None:
    person = read_person(responsible)
    return None if person is None else person.email
