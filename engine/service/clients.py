"""Clients as every use case knows them: what they are called, and whose accounts are.

What a partner calls `muster` is kept as `acme-energy:muster` (`engine.inventory.client_rows`).
"""

from __future__ import annotations

from sqlalchemy import select

from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import ACCOUNTS

SEPARATOR = ":"
_CLIENT = Statement(select(ACCOUNTS.c.client).filter_by(**binds("space", "account")))


def client_name(work: Work, client: str | None) -> str | None:
    """The name of a client for whoever asks."""
    own = work.caller.partner
    if client is None or own is None:
        return client
    return client.removeprefix(f"{own}{SEPARATOR}")


def client_of(work: Work, account: str) -> str | None:
    """The client whose account it is, by its id; None where it is nobody's."""
    row = work.tx.row(_CLIENT, space=work.space, account=account)
    return None if row is None else row[0]
