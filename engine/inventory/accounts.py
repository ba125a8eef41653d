"""Accounts of clients: an assigned code is activated on one of them only (behaviour.md).

An account is a customer, by its id, and belongs to one client at most.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, delete, select

from engine.calendar import format_instant
from engine.inventory.client_rows import ClientRow, find_client, the_client
from engine.service.caller import Caller
from engine.service.clients import client_name
from engine.service.cursors import read_cursor, write_cursor
from engine.service.errors import Conflict, NotFound
from engine.service.office import Office
from engine.service.work import Work
from engine.store.statements import Statement, binds, insertion
from engine.store.tables import ACCOUNTS

_ADD = insertion(ACCOUNTS)
_FIND = Statement(
    select(ACCOUNTS.c.client, ACCOUNTS.c.created).filter_by(**binds("space", "account"))
)
_TAKE = Statement(delete(ACCOUNTS).filter_by(**binds("space", "account", "client")))
_PAGE = Statement(
    select(ACCOUNTS.c.account, ACCOUNTS.c.created)
    .filter_by(**binds("space", "client"))
    .where(ACCOUNTS.c.account > bindparam("after"))
    .order_by(ACCOUNTS.c.account)
    .limit(bindparam("size"))
)


class ClientAccount(msgspec.Struct, frozen=True):
    """An account of a client, and since when it is."""

    client: str
    account: str
    since: str


class ClientAccounts(msgspec.Struct, frozen=True):
    """The accounts of a client in the order of their ids, until `next`."""

    accounts: tuple[ClientAccount, ...]
    next: str | None


class ClientsAccounts:
    """The use cases of the accounts of clients."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def put(self, client: str, account: str, caller: Caller) -> ClientAccount:
        """Make an account one of a client. Raises `NotFound`, `Conflict` where another has it."""
        return self.office.answer(
            lambda work: (_put(work, client, account), account),
            caller,
            ["put account", client, account],
            (ClientAccount,),
        )

    def take(self, client: str, account: str, caller: Caller) -> ClientAccount:
        """Take an account from a client; what was activated on it stays. Raises `NotFound`."""
        return self.office.answer(
            lambda work: (_take(work, client, account), account),
            caller,
            ["take account", client, account],
            (ClientAccount,),
        )

    def list(self, client: str, cursor: str | None, limit: int, caller: Caller) -> ClientAccounts:
        """A part of the accounts of a client. Raises `NotFound`."""
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def work(task: Work) -> ClientAccounts:
            whose = the_client(task, client)
            where = {"space": task.space, "client": whose.client}
            rows = task.tx.rows(_PAGE, **where, after=after, size=limit + 1)
            more = write_cursor((rows[limit - 1][0],)) if rows[limit:] else None
            return ClientAccounts(tuple(_shown(task, whose, *row) for row in rows[:limit]), more)

        return self.office.read(work, caller)


def _put(work: Work, client: str, account: str) -> ClientAccount:
    work.seal()
    whose = the_client(work, client)
    known = work.tx.row(_FIND, space=work.space, account=account)
    if known is not None and known[0] != whose.client:
        raise Conflict(
            f"the account `{account}` belongs to {_other(work, known[0])} already",
            "take it from that client first",
        )
    if known is not None:
        return _shown(work, whose, account, known[1])
    values = {"account": account, "client": whose.client, "created": work.now}
    work.tx.run(_ADD, space=work.space, **values)
    after = {"account": account, "client": whose.client}
    work.note("account of client", whose.client, after=after, customer=account)
    return _shown(work, whose, account, work.now)


def _other(work: Work, client: str) -> str:
    """The client who has an account, as far as whoever asks may know it."""
    name = client_name(work, client) or client
    return f"`{name}`" if find_client(work, client) is not None else "another client"


def _take(work: Work, client: str, account: str) -> ClientAccount:
    work.seal()
    whose = the_client(work, client)
    known = work.tx.row(_FIND, space=work.space, account=account)
    if known is None or known[0] != whose.client:
        name = client_name(work, whose.client)
        raise NotFound(f"the client `{name}` has no account `{account}`", "check its id")
    work.tx.run(_TAKE, space=work.space, account=account, client=whose.client)
    before = {"account": account, "client": whose.client}
    work.note("account taken from client", whose.client, before, customer=account)
    return _shown(work, whose, account, known[1])


def _shown(work: Work, client: ClientRow, account: str, created: int) -> ClientAccount:
    return ClientAccount(client_name(work, client.client) or "", account, format_instant(created))
