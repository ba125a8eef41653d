"""The report of clients: what each was given, what it made of it, and what ends soon."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    Table,
    bindparam,
    case,
    func,
    select,
)

from engine.reports.asked import Wanted
from engine.reports.codes_listed import is_open
from engine.reports.grants_listed import DUE
from engine.reports.listing import Listing
from engine.reports.people import person
from engine.reports.table import Column, Row
from engine.service.codes.code_state import status_column
from engine.service.work import Work
from engine.store.database import Row as Stored
from engine.store.tables import ACCOUNTS, CLIENTS, CODES, GRANTS


def _by_client(table: Table, *figures: ColumnElement[Any]) -> Subquery:
    """Figures of a table for each client; null where it has no row of it."""
    return (
        select(table.c.client, *figures)
        .where(table.c.space == bindparam("space"), table.c.client.is_not(None))
        .group_by(table.c.client)
        .subquery(f"by_client_{table.name}")
    )


_GRANTS = _by_client(
    GRANTS, func.count().label("activated"), func.count(case((DUE, 1))).label("due")
)
_ACCOUNTS = _by_client(ACCOUNTS, func.count().label("accounts"))


def _clients(work: Work) -> Select[Any]:
    still_open = func.count(case((is_open(status_column(work)), 1)))
    codes = _by_client(CODES, func.count().label("allocated"), still_open.label("open"))
    figures = (
        _ACCOUNTS.c.accounts,
        codes.c.allocated,
        codes.c.open,
        _GRANTS.c.activated,
        _GRANTS.c.due,
    )
    sources: FromClause = CLIENTS
    for each in (codes, _GRANTS, _ACCOUNTS):
        sources = sources.outerjoin(each, each.c.client == CLIENTS.c.client)
    return (
        select(
            CLIENTS.c.title,
            CLIENTS.c.partner,
            CLIENTS.c.responsible,
            *(func.coalesce(each, 0) for each in figures),
        )
        .select_from(sources)
        .where(CLIENTS.c.space == bindparam("space"))
    )


def _client(row: Stored, _: Wanted) -> Row:
    title, partner, responsible, *figures, name = row
    return name, title, partner, person(responsible), *figures


LISTING = Listing(
    (
        Column("client", "Client"),
        Column("title", "Title"),
        Column("partner", "Partner"),
        Column("responsible", "Responsible"),
        Column("accounts", "Accounts", "count"),
        Column("allocated", "Allocated", "count"),
        Column("open", "Not yet used", "count"),
        Column("activated", "Activated", "count"),
        Column("renewals", "Renewals due", "count"),
    ),
    _clients,
    (CLIENTS.c.client,),
    {
        "client": CLIENTS.c.client == bindparam("client"),
        "partner": CLIENTS.c.partner == bindparam("partner"),
    },
    _client,
)
"""Clients with what is theirs. What was allocated and taken back or moved on is not counted."""
