"""Who has codes or subscriptions, and who is written to about them."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, select

from engine.service.people import read_person
from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import CLIENTS, PROJECTS, PURCHASES

_CLIENT = Statement(
    select(CLIENTS.c.title, CLIENTS.c.email, CLIENTS.c.responsible).filter_by(
        **binds("space", "client")
    )
)
_PROJECTS = Statement(
    select(PROJECTS.c.project, PROJECTS.c.responsible).filter_by(**binds("space", "client"))
)
_BUYER = Statement(
    select(PURCHASES.c.customer, PURCHASES.c.email).where(
        PURCHASES.c.space == bindparam("space"), PURCHASES.c.purchase == bindparam("purchase")
    )
)


class Holder(NamedTuple):
    """Who has something: a client, of a partner or not, a partner, or who made a purchase."""

    partner: str | None
    client: str | None
    purchase: str | None = None

    @property
    def name(self) -> str:
        """What notices about all that it has are about."""
        return self.client or self.partner or self.purchase or ""


def addresses(
    work: Work, holder: Holder, projects: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Where a holder is written to, with the people who are responsible for some projects."""
    found: list[str | None] = [_of_partner(work, holder.partner)]
    if holder.client is not None:
        found += _of_client(work, holder.client, projects)
    if holder.purchase is not None:
        row = work.tx.row(_BUYER, space=work.space, purchase=holder.purchase)
        found.append(None if row is None else row[1])
    return tuple(dict.fromkeys(each for each in found if each))


def _of_partner(work: Work, partner: str | None) -> str | None:
    found = work.book.partners.get(partner or "")
    return None if found is None else found.contact.email


def _of_client(work: Work, client: str, projects: frozenset[str]) -> list[str | None]:
    row = work.tx.row(_CLIENT, space=work.space, client=client)
    if row is None:
        return []
    responsible = [row[2]]
    if projects:
        listed = work.tx.rows(_PROJECTS, space=work.space, client=client)
        responsible += [person for project, person in listed if project in projects]
    people = [read_person(each) for each in responsible]
    return [row[1], *(person.email for person in people if person is not None)]
