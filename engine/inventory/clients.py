"""Clients: those whom codes are assigned to (behaviour.md, Pre-paid subscriptions)."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from sqlalchemy import bindparam, select, update

from engine.calendar import format_instant
from engine.decisions.decoding import convert, plain
from engine.decisions.flaws import Flaw, RequestError
from engine.inventory.client_rows import (
    ADD,
    COLUMNS,
    ClientRow,
    check_name,
    find_client,
    qualified,
    short_name,
    the_client,
)
from engine.inventory.filters import check_partner
from engine.inventory.people import check_email, check_person, person_text
from engine.service.caller import Caller
from engine.service.clients import SEPARATOR, client_name
from engine.service.cursors import read_cursor, write_cursor
from engine.service.office import Office
from engine.service.people import Email, Person, Title, read_person
from engine.service.unknown import unknown
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import CLIENTS

Body = bytes | str | dict[str, Any]

_CHANGE = Statement(
    update(CLIENTS)
    .where(CLIENTS.c.space == bindparam("in_space"), CLIENTS.c.client == bindparam("of_client"))
    .values(
        title=bindparam("title"), email=bindparam("email"), responsible=bindparam("responsible")
    )
)


class PutClient(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A client as it is to be: what is left out is nothing, but for the title, which is its name.

    `partner` is whose client a new one is; a partner's own are always its.
    """

    title: Title | None = None
    email: Email | None = None
    responsible: Person | None = None
    partner: str | None = None


class ShownClient(msgspec.Struct, frozen=True):
    """A client, whose it is, and who looks after it."""

    client: str
    partner: str | None
    title: str
    email: str | None
    responsible: Person | None
    created: str


class ShownClients(msgspec.Struct, frozen=True):
    """Clients in the order of their names, until `next`."""

    clients: tuple[ShownClient, ...]
    next: str | None


class Clients:
    """The use cases of clients."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def put(self, name: str, body: Body, caller: Caller) -> ShownClient:
        """Make a client, or change it. Raises `RequestError`, `NotFound` and `Conflict`."""
        value = plain(body)
        return self.office.answer(
            lambda work: (_put(work, name, value), None),
            caller,
            ["put client", name, value],
            (ShownClient,),
        )

    def show(self, name: str, caller: Caller) -> ShownClient:
        """A client. Raises `NotFound`."""
        return self.office.read(lambda work: shown(work, the_client(work, name)), caller)

    def list(
        self, partner: str | None, cursor: str | None, limit: int, caller: Caller
    ) -> ShownClients:
        """A part of the clients, of one partner or all. Raises `NotFound`."""
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def work(task: Work) -> ShownClients:
            if partner is not None and caller.partner is not None:
                check_partner(task, partner)
            rows = _page(task, caller.partner or partner, after, limit + 1)
            more = write_cursor((rows[limit - 1].client,)) if rows[limit:] else None
            return ShownClients(tuple(shown(task, row) for row in rows[:limit]), more)

        return self.office.read(work, caller)


def shown(work: Work, row: ClientRow) -> ShownClient:
    """A client as it is answered."""
    return ShownClient(
        client_name(work, row.client) or "",
        row.partner,
        row.title,
        row.email,
        read_person(row.responsible),
        format_instant(row.created),
    )


def _put(work: Work, name: str, value: object) -> ShownClient:
    request = convert(value, PutClient)
    check_email(request.email, "/email")
    check_person(request.responsible)
    work.seal()
    partner = _partner(work, name, request)
    before = find_client(work, name, partner)
    after = _row(work, name, partner, request, before)
    said = None if before is None else shown(work, before)
    if before is None:
        work.tx.run(ADD, space=work.space, **after._asdict())
    elif after != before:
        values = {name: getattr(after, name) for name in ("title", "email", "responsible")}
        work.tx.run(_CHANGE, in_space=work.space, of_client=after.client, **values)
    answer = shown(work, after)
    if answer != said:
        work.note("client", after.client, said, answer)
    return answer


def _partner(work: Work, name: str, request: PutClient) -> str | None:
    """Whose client it is. Raises `NotFound` for a partner that there is not."""
    own, prefix = work.caller.partner, name.rpartition(SEPARATOR)[0]
    partner = own or request.partner or prefix or None
    if request.partner not in (None, partner) or (own is None and prefix not in ("", partner)):
        message = f"the client `{name}` is none of `{request.partner}`"
        raise RequestError(Flaw("/partner", message))
    if partner is not None and own is None and partner not in work.book.partners:
        raise unknown("partner", partner, work.book.partners)
    return partner


def _row(
    work: Work, name: str, partner: str | None, request: PutClient, before: ClientRow | None
) -> ClientRow:
    """The row as it is to be. Raises `Conflict` for a name that is another's."""
    rest = (request.title or short_name(name), request.email, person_text(request.responsible))
    if before is not None:
        return ClientRow(before.client, before.partner, *rest, before.created)
    plain_name = name.removeprefix(f"{partner}{SEPARATOR}")
    check_name("client", plain_name)
    return ClientRow(qualified(partner, plain_name), partner, *rest, work.now)


def _page(work: Work, partner: str | None, after: str, size: int) -> list[ClientRow]:
    given = {} if partner is None else {"of_partner": partner}
    rows = work.tx.rows(_wanted(*given), space=work.space, after=after, size=size, **given)
    return [ClientRow(*row) for row in rows]


@cache
def _wanted(*names: str) -> Statement:
    """The clients of all, or of one partner, in their order."""
    of_partner = [CLIENTS.c.partner == bindparam(name) for name in names]
    return Statement(
        select(*COLUMNS)
        .where(CLIENTS.c.space == bindparam("space"), CLIENTS.c.client > bindparam("after"))
        .where(*of_partner)
        .order_by(CLIENTS.c.client)
        .limit(bindparam("size"))
    )
