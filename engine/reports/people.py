"""Clients and their projects beside what is theirs, and who looks after them."""

from __future__ import annotations

from sqlalchemy import FromClause, and_, func

from engine.service.people import read_person
from engine.store.tables import CLIENTS, CODES, PROJECTS

RESPONSIBLE = func.coalesce(PROJECTS.c.responsible, CLIENTS.c.responsible)
"""Who looks after the project of a code, else after its client."""


def codes_with_people() -> FromClause:
    """Codes with their clients and projects, where they have some."""
    return CODES.outerjoin(
        CLIENTS, and_(CODES.c.space == CLIENTS.c.space, CODES.c.client == CLIENTS.c.client)
    ).outerjoin(
        PROJECTS,
        and_(
            CODES.c.space == PROJECTS.c.space,
            CODES.c.client == PROJECTS.c.client,
            CODES.c.project == PROJECTS.c.project,
        ),
    )


def person(text: str | None) -> str | None:
    """The name of a person as the store keeps them."""
    found = read_person(text)
    return None if found is None else found.name
