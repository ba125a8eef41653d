"""What commands that work on the state take: a database, a space, and a name for the journal."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click
from sqlalchemy import select

from engine.catalogue import fields
from engine.catalogue.loader import find_files, read_file
from engine.catalogue.nodes import Mapping
from engine.catalogue.shapes import kind_of
from engine.cli.flawed import flawed_text
from engine.cli.options import policies_option
from engine.decisions.flaws import RequestError
from engine.service.caller import Caller
from engine.service.codes.seals import environment_ring
from engine.service.errors import ServiceError
from engine.service.office import Office
from engine.store.database import DEFAULT_URL, BadDatabaseUrl, Database, StoreUnavailable
from engine.store.statements import Statement
from engine.store.tables import SPACES
from engine.store.upgrade import UnknownSchema, ensure

_SPACES = Statement(select(SPACES.c.space).order_by(SPACES.c.space))

database_option = click.option(
    "--database",
    envvar="COUPON_DATABASE_URL",
    default=DEFAULT_URL,
    show_default=True,
    metavar="URL",
    help="Where the state is; also COUPON_DATABASE_URL.",
)
_OPTIONS = (
    database_option,
    click.option(
        "--space",
        metavar="NAME",
        help="The space; that of the folder of policies, or the only one, where none is given.",
    ),
    click.option(
        "--as", "who", metavar="NAME", help="Your name in the journal; the system's without it."
    ),
    policies_option,
)


class Desk(NamedTuple):
    """A space of a database, and who works on it."""

    office: Office
    caller: Caller


def store_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--database`, `--space`, `--as` and `--policies`: what `open_office` takes."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def open_office(database: str, space: str | None, who: str | None, policies: Path) -> Desk:
    """A space of a database, whose tables are made or brought up to date first."""
    store = open_database(database)
    name = space or _space_of(policies) or _only_space(store)
    try:
        ring = environment_ring(name)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return Desk(Office(store, name, ring=ring), Caller(f"cli:{who or system_user()}"))


def system_user() -> str:
    """The name of the system's user; a container may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def open_database(url: str) -> Database:
    """A database with its tables. Ends the command where it can't be used."""
    try:
        database = Database(url)
    except BadDatabaseUrl as error:
        raise click.UsageError(f"{error}: write `sqlite:///FILE` or `postgresql://…`") from None
    try:
        ensure(database)
    except (StoreUnavailable, UnknownSchema) as error:
        raise click.ClickException(str(error)) from None
    return database


@contextmanager
def refusals() -> Iterator[None]:
    """Ends a command with 1, and says why, where the state does not allow what it was to do."""
    try:
        yield
    except ServiceError as error:
        advice = f": {error.advice}" if error.advice else ""
        raise click.ClickException(f"{error.message}{advice}") from None
    except RequestError as error:
        raise click.ClickException(flawed_text(error)) from None
    except StoreUnavailable as error:
        raise click.ClickException(str(error)) from None


def _space_of(policies: Path) -> str | None:
    """The name of the space whose policies a folder holds."""
    for path in find_files([policies]) if policies.exists() else ():
        for document in read_file(path).documents:
            if kind_of(document) == "space" and isinstance(document, Mapping):
                return fields.text(document, "space")
    return None


def _only_space(database: Database) -> str:
    with database.read() as tx:
        names = [name for (name,) in tx.rows(_SPACES)]
    if len(names) == 1:
        return str(names[0])
    known = f"the store has {', '.join(f'`{name}`' for name in names) or 'none'}"
    raise click.UsageError(f"no space is named: {known}; give one with `--space NAME`")
