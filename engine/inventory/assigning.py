"""Assigning codes to clients and projects, and transferring them, before they are activated."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import msgspec

from engine.calendar import Instant
from engine.decisions.facts import Id
from engine.inventory.acting import Action
from engine.inventory.changing_codes import announce, change_code
from engine.inventory.client_rows import ClientRow, find_client, the_client
from engine.inventory.code_rows import InventoryCode
from engine.inventory.days import day_text, read_day
from engine.inventory.lines import CodeLine, DoneLine
from engine.inventory.projects import the_project
from engine.inventory.reference_patterns import (
    check_reference,
    missing_parts,
    next_reference,
    pattern_of,
)
from engine.inventory.standing import check_alive, check_free
from engine.service.clients import client_name
from engine.service.errors import Conflict
from engine.service.work import Work

Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class AssignLine(CodeLine, frozen=True, kw_only=True):
    """Assign codes to a client, for a project and a planned day where these are given."""

    client: Id
    project: Id | None = None
    planned: str | None = None
    reference: Reference | None = None


class TransferLine(AssignLine, frozen=True, kw_only=True):
    """Transfer assigned codes to another client, or to another project of the same."""


class UnassignLine(CodeLine, frozen=True, kw_only=True):
    """Take codes back from their client, so that they are nobody's."""


class _To(NamedTuple):
    """Whom a code goes to, and when it is to be activated."""

    client: str
    project: str | None
    planned: Instant | None


def _assign(work: Work, row: InventoryCode, line: AssignLine) -> DoneLine:
    to = _target(work, row, line)
    check_free(work, row, "assigned")
    if row.client not in (None, to.client):
        name = client_name(work, row.client)
        raise Conflict(f"`{row.spelling}` is assigned to `{name}` already", "transfer it")
    return _give(work, row, to, line.reference, "assigned")


def _transfer(work: Work, row: InventoryCode, line: TransferLine) -> DoneLine:
    to = _target(work, row, line)
    check_free(work, row, "transferred")
    if row.client is None:
        raise Conflict(f"`{row.spelling}` is assigned to nobody", "assign it")
    return _give(work, row, to, line.reference, "transferred")


def _unassign(work: Work, row: InventoryCode, _: UnassignLine) -> DoneLine:
    check_free(work, row, "taken back")
    if row.client is None:
        return DoneLine(line=0, code=row.spelling, outcome="unchanged")
    changes: dict[str, object] = dict.fromkeys(("client", "project", "assigned", "planned"))
    if pattern_of(work, row.partner) is not None:
        changes["reference"] = None
    change_code(work, row, "unassigned", changes)
    return DoneLine(line=0, code=row.spelling, outcome="done")


ASSIGN = Action("assign", AssignLine, _assign)
TRANSFER = Action("transfer", TransferLine, _transfer)
UNASSIGN = Action("unassign", UnassignLine, _unassign)


def _target(work: Work, row: InventoryCode, line: AssignLine) -> _To:
    """Whom a line names. Raises `NotFound` and `RequestError`."""
    client = _client(work, line.client, row.partner)
    if client.partner != row.partner:
        raise Conflict(
            f"`{row.spelling}` is of {_whose(row.partner)}, and `{line.client}` a client of "
            f"{_whose(client.partner)}",
            "a code is assigned to clients of the partner that has it",
        )
    project = None if line.project is None else the_project(work, client, line.project).project
    planned = None if line.planned is None else read_day(work, line.planned, "/planned")
    return _To(client.client, project, planned)


def _client(work: Work, name: str, partner: str | None) -> ClientRow:
    """The client of a name; to whoever runs the space also one that another partner has."""
    found = find_client(work, name, partner)
    if found is None and work.caller.partner is None:
        found = find_client(work, name)
    return found or the_client(work, name, partner)


def _whose(partner: str | None) -> str:
    return "no partner" if partner is None else f"`{partner}`"


def _give(work: Work, row: InventoryCode, to: _To, reference: str | None, what: str) -> DoneLine:
    check_alive(work, row)
    moved = (row.client, row.project) != (to.client, to.project)
    after = row._replace(
        client=to.client,
        project=to.project,
        assigned=work.now if moved else row.assigned,
        planned=to.planned,
    )
    if reference is not None:
        check_reference(work, after, reference)
    after = after._replace(reference=reference or _reference(work, row, after))
    names = ("client", "project", "assigned", "planned", "reference")
    changes = {name: getattr(after, name) for name in names}
    if changes == {name: getattr(row, name) for name in names}:
        return DoneLine(line=0, code=row.spelling, outcome="unchanged", reference=row.reference)
    change_code(work, row, what, changes)
    announce(work, "code.assigned", after, planned=day_text(work, after.planned))
    return DoneLine(
        line=0,
        code=row.spelling,
        outcome="done",
        reference=after.reference,
        warnings=warnings(work, after),
    )


def _reference(work: Work, before: InventoryCode, after: InventoryCode) -> str | None:
    """The reference that nobody gives by hand: it stays where the code stays with its client."""
    moved = (before.client, before.project) != (after.client, after.project)
    if before.reference is not None and (not moved or pattern_of(work, after.partner) is None):
        return before.reference
    return next_reference(work, after)


def warnings(work: Work, row: InventoryCode) -> tuple[str, ...]:
    """What is to be known of a code that is assigned, and does not stop that."""
    found, end = [], row.ends(work)
    if row.planned is not None and end is not None and row.planned >= end:
        found.append(
            f"it is planned for {day_text(work, row.planned)}, and expires on "
            f"{day_text(work, end)}: extend it, or plan it earlier"
        )
    missing = missing_parts(work, row)
    if missing and row.reference is None:
        pattern = pattern_of(work, row.partner)
        found.append(f"it has no reference: `{pattern}` needs a {missing[0]}")
    return tuple(found)
