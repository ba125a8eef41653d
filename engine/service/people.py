"""People: who looks after a client or a project, and where to write to about a code."""

from __future__ import annotations

from typing import Annotated

import msgspec
from sqlalchemy import select

from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import CLIENTS, PROJECTS

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Email = Annotated[str, msgspec.Meta(min_length=3, max_length=254)]

_CLIENT = Statement(
    select(CLIENTS.c.responsible, CLIENTS.c.email).filter_by(**binds("space", "client"))
)
_PROJECT = Statement(
    select(PROJECTS.c.responsible).filter_by(**binds("space", "client", "project"))
)


class Person(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Somebody who is responsible, and where to write to."""

    name: Title
    email: Email | None = None


_PERSON = msgspec.json.Decoder(Person)


def read_person(text: str | None) -> Person | None:
    """A person as it was kept."""
    return None if text is None else _PERSON.decode(text)


def people_of(
    work: Work, partner: str | None, client: str | None, project: str | None
) -> tuple[str, ...]:
    """Where to write to about a code: who is responsible for its project, else for its client.

    Without either, to its client, and without a client to its partner.
    """
    found = [each for each in _addresses(work, client, project) if each is not None][:1]
    owner = work.book.partners.get(partner or "")
    if not found and owner is not None and owner.contact.email is not None:
        found = [owner.contact.email]
    return tuple(found)


def _addresses(work: Work, client: str | None, project: str | None) -> list[str | None]:
    """Who looks after what a code is assigned to, the nearest first."""
    if client is None:
        return []
    where = {"space": work.space, "client": client}
    nearest = None if project is None else work.tx.row(_PROJECT, **where, project=project)
    responsible, email = work.tx.row(_CLIENT, **where) or (None, None)
    people = (read_person(None if nearest is None else nearest[0]), read_person(responsible))
    return [*(None if each is None else each.email for each in people), email]
