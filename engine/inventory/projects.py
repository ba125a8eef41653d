"""Projects of clients: codes are assigned to them, too."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, select, update

from engine.calendar import format_instant
from engine.decisions.decoding import convert, plain
from engine.inventory.client_rows import ClientRow, check_name, the_client
from engine.inventory.people import check_person, person_text
from engine.service.caller import Caller
from engine.service.clients import client_name
from engine.service.cursors import read_cursor, write_cursor
from engine.service.errors import NotFound
from engine.service.office import Office
from engine.service.people import Person, Title, read_person
from engine.service.work import Work
from engine.store.statements import Statement, binds, insertion
from engine.store.tables import PROJECTS

Body = bytes | str | dict[str, Any]

_COLUMNS = (
    PROJECTS.c.client,
    PROJECTS.c.project,
    PROJECTS.c.title,
    PROJECTS.c.responsible,
    PROJECTS.c.created,
)
_ADD = insertion(PROJECTS)
_FIND = Statement(select(*_COLUMNS).filter_by(**binds("space", "client", "project")))
_PAGE = Statement(
    select(*_COLUMNS)
    .filter_by(**binds("space", "client"))
    .where(PROJECTS.c.project > bindparam("after"))
    .order_by(PROJECTS.c.project)
    .limit(bindparam("size"))
)
_CHANGE = Statement(
    update(PROJECTS)
    .where(
        PROJECTS.c.space == bindparam("in_space"),
        PROJECTS.c.client == bindparam("of_client"),
        PROJECTS.c.project == bindparam("of_project"),
    )
    .values(title=bindparam("title"), responsible=bindparam("responsible"))
)


class PutProject(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A project as it is to be; without a title it is called by its name."""

    title: Title | None = None
    responsible: Person | None = None


class ShownProject(msgspec.Struct, frozen=True):
    """A project of a client, and who looks after it."""

    client: str
    project: str
    title: str
    responsible: Person | None
    created: str


class ShownProjects(msgspec.Struct, frozen=True):
    """Projects in the order of their names, until `next`."""

    projects: tuple[ShownProject, ...]
    next: str | None


class ProjectRow(NamedTuple):
    """The row of a project; `responsible` is a person as it is kept."""

    client: str
    project: str
    title: str
    responsible: str | None
    created: int


class Projects:
    """The use cases of projects."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def put(self, client: str, name: str, body: Body, caller: Caller) -> ShownProject:
        """Make a project of a client, or change it. Raises `RequestError` and `NotFound`."""
        value = plain(body)
        return self.office.answer(
            lambda work: (_put(work, client, name, value), None),
            caller,
            ["put project", client, name, value],
            (ShownProject,),
        )

    def list(self, client: str, cursor: str | None, limit: int, caller: Caller) -> ShownProjects:
        """A part of the projects of a client. Raises `NotFound`."""
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def work(task: Work) -> ShownProjects:
            where = {"space": task.space, "client": the_client(task, client).client}
            found = task.tx.rows(_PAGE, **where, after=after, size=limit + 1)
            rows = [ProjectRow(*row) for row in found]
            more = write_cursor((rows[limit - 1].project,)) if rows[limit:] else None
            return ShownProjects(tuple(_shown(task, row) for row in rows[:limit]), more)

        return self.office.read(work, caller)


def find_project(work: Work, client: str, project: str) -> ProjectRow | None:
    """A project of a client, by the id of this one."""
    row = work.tx.row(_FIND, space=work.space, client=client, project=project)
    return None if row is None else ProjectRow(*row)


def the_project(work: Work, client: ClientRow, project: str) -> ProjectRow:
    """A project of a client. Raises `NotFound`."""
    found = find_project(work, client.client, project)
    if found is None:
        name = client_name(work, client.client)
        raise NotFound(
            f"the client `{name}` has no project `{project}`",
            "check its name, or put it there first",
        )
    return found


def _put(work: Work, client: str, name: str, value: object) -> ShownProject:
    request = convert(value, PutProject)
    check_person(request.responsible)
    check_name("project", name)
    work.seal()
    whose = the_client(work, client).client
    before = find_project(work, whose, name)
    created = work.now if before is None else before.created
    rest = (request.title or name, person_text(request.responsible), created)
    after = ProjectRow(whose, name, *rest)
    if before is None:
        work.tx.run(_ADD, space=work.space, **after._asdict())
    elif after != before:
        where = {"in_space": work.space, "of_client": whose, "of_project": name}
        work.tx.run(_CHANGE, **where, title=after.title, responsible=after.responsible)
    answer = _shown(work, after)
    if after != before:
        said = None if before is None else _shown(work, before)
        work.note("project", f"{whose}/{name}", said, answer)
    return answer


def _shown(work: Work, row: ProjectRow) -> ShownProject:
    return ShownProject(
        client_name(work, row.client) or "",
        row.project,
        row.title,
        read_person(row.responsible),
        format_instant(row.created),
    )
