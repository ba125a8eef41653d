"""The tables of a database: made when it is new, brought up to date when the program is newer.

Alembic is imported only where there is something to do.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.store.database import Database, StoreUnavailable
from engine.store.statements import Statement

if TYPE_CHECKING:
    from alembic.config import Config

LATEST = "0003"
"""The number of the last step under `migrations/versions`."""

# What a step works on is a global of Alembic's: threads take steps one after the other.
_ALONE = Lock()
_HAS_NUMBER = {
    "sqlite": Statement(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")),
    "postgresql": Statement(text("SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL")),
}
_NUMBER = Statement(text("SELECT version_num FROM alembic_version"))


class UnknownSchema(ValueError):
    """The database was made by a version of the program that came later."""


def current(database: Database) -> str | None:
    """The number of the last step that a database has taken, None before the first."""
    with database.read() as tx:
        if tx.row(_HAS_NUMBER[database.dialect]) is None:
            return None
        found = tx.row(_NUMBER)
    return None if found is None else str(found[0])


def is_current(database: Database) -> bool:
    """Whether a database has every table as this version of the program wants it."""
    return current(database) == LATEST


def ensure(database: Database) -> None:
    """Bring a database up to date where it is not. Raises what `upgrade` raises."""
    if not is_current(database):
        upgrade(database)


def upgrade(database: Database) -> None:
    """Take all the steps that a database has not taken, in one transaction.

    Several processes may do so at once: one takes the steps, the others find them taken. Raises
    `UnknownSchema` and `StoreUnavailable`.
    """
    # Loaded only here: most starts find the tables as they should be.
    from alembic.util import CommandError

    try:
        _take_steps(database)
    except CommandError as error:
        if not is_current(database):
            raise UnknownSchema(_unknown(current(database))) from error
    except DBAPIError as error:
        if not is_current(database):
            raise StoreUnavailable(f"the tables can't be made: {error.orig}") from error


def _take_steps(database: Database) -> None:
    from alembic import command

    config = configuration()
    with _ALONE, database.core() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def configuration() -> Config:
    """What Alembic has to know: where the steps are."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "engine.store:migrations")
    return config


def _unknown(number: str | None) -> str:
    return (
        f"the database has the tables of step `{number}`, which this version of the program "
        "does not know: install the version that made them"
    )
