"""The rows of clients, and the names that they have for those who ask.

What a partner calls `muster` is kept as `acme-energy:muster`, so that no partner learns from a
name that is taken whom another one serves. The partner itself never sees the prefix; whoever runs
the space does, and may leave it out where only one client is called so.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from engine.decisions.flaws import Flaw, RequestError
from engine.service.clients import SEPARATOR
from engine.service.errors import Conflict
from engine.service.unknown import unknown
from engine.service.work import Work
from engine.store.statements import ESCAPE, Statement, binds, insertion, literally
from engine.store.tables import CLIENTS

COLUMNS = (
    CLIENTS.c.client,
    CLIENTS.c.partner,
    CLIENTS.c.title,
    CLIENTS.c.email,
    CLIENTS.c.responsible,
    CLIENTS.c.created,
)
_FIND = Statement(select(*COLUMNS).filter_by(**binds("space", "client")))
_ENDING = Statement(
    select(*COLUMNS)
    .where(
        CLIENTS.c.space == bindparam("space"),
        CLIENTS.c.partner.is_not(None),
        func.substr(CLIENTS.c.client, func.length(CLIENTS.c.partner) + 2) == bindparam("name"),
    )
    .limit(2)
)
_SOME = Statement(
    select(CLIENTS.c.client)
    .where(
        CLIENTS.c.space == bindparam("space"),
        CLIENTS.c.client.like(bindparam("pattern"), escape=ESCAPE),
    )
    .order_by(CLIENTS.c.client)
    .limit(1000)
)
ADD = insertion(CLIENTS)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class ClientRow(NamedTuple):
    """The row of a client; `responsible` is a person as it is kept."""

    client: str
    partner: str | None
    title: str
    email: str | None
    responsible: str | None
    created: int


def qualified(partner: str | None, name: str) -> str:
    """The id of a client that a partner calls so."""
    return name if partner is None else f"{partner}{SEPARATOR}{name}"


def short_name(client: str) -> str:
    """What a client is called where its partner is plain."""
    return client.rpartition(SEPARATOR)[2]


def check_name(kind: str, name: str) -> None:
    """Raise `RequestError` for a name that no client or project can have."""
    if _NAME.fullmatch(name) is None:
        message = f"`{name}` can't name a {kind}: letters, digits, `.`, `_` and `-` can"
        raise RequestError(Flaw("", message))


def find_client(work: Work, name: str, partner: str | None = None) -> ClientRow | None:
    """The client of a name: of the partner who asks, else of the one that is given."""
    owner = work.caller.partner or partner
    for client in dict.fromkeys((qualified(owner, name), name)):
        row = work.tx.row(_FIND, space=work.space, client=client)
        if row is not None and (owner is None or row[1] == owner):
            return ClientRow(*row)
    return None


def the_client(work: Work, name: str, partner: str | None = None) -> ClientRow:
    """The client of a name.

    Raises `NotFound`, and `Conflict` where whoever runs the space may mean several.
    """
    found = find_client(work, name, partner) or _only(work, name, partner)
    if found is None:
        known = _names(work, work.caller.partner or partner)
        raise unknown("client", name, known, "check its name, or put it there first")
    return found


def _names(work: Work, partner: str | None) -> set[str]:
    """Names that a client may have been meant by, of one partner's clients or of all."""
    rows = work.tx.rows(_SOME, space=work.space, pattern=f"{literally(qualified(partner, ''))}%")
    found = {client for (client,) in rows}
    return {*map(short_name, found), *(found if partner is None else ())}


def _only(work: Work, name: str, partner: str | None) -> ClientRow | None:
    """The only client that some partner calls so."""
    if work.caller.partner is not None or partner is not None:
        return None
    rows = [ClientRow(*row) for row in work.tx.rows(_ENDING, space=work.space, name=name)]
    if len(rows) > 1:
        raise Conflict(f"several partners have a client `{name}`", f"say whose: `{rows[0].client}`")
    return rows[0] if rows else None
