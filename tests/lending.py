"""PostgreSQL databases with the tables, which are lent to one test after the other.

Making a database takes as long as several tests: what comes back is emptied and lent again. Where
more than rows has changed it is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg

from engine.store.tables import METADATA
from tests.postgres import Server

_FILLED = " UNION ALL ".join(
    f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM {table.name})"  # noqa: S608
    for table in METADATA.sorted_tables
)
_END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_CATALOGS = ("pg_class", "pg_attribute", "pg_constraint", "pg_trigger", "pg_proc")
_COUNTS = ", ".join(f"(SELECT COUNT(*) FROM {name})" for name in _CATALOGS)  # noqa: S608
_SHAPE = f"SELECT version_num, {_COUNTS} FROM alembic_version"  # noqa: S608
_Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass
class Lender:
    """Lends copies of a database with the tables, which nobody is connected to."""

    server: Server
    template: str
    _free: list[str] = field(default_factory=list)
    _shape: tuple[Any, ...] = ()

    def lend(self) -> str:
        """The URL of a database with the tables, and without rows."""
        if self._free:
            return self._free.pop()
        url = self.server.create(self.template)
        if not self._shape:
            with psycopg.connect(url, autocommit=True) as connection:
                self._shape = _shape(connection)
        return url

    def take_back(self, url: str) -> None:
        """Keep a database for the next test, as empty as it was; end what still uses it."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_END_OTHERS)
            is_whole = _shape(connection) == self._shape
            if is_whole:
                _empty(connection)
        if is_whole:
            self._free.append(url)
        else:
            self.server.drop(url)


def _shape(connection: _Connection) -> tuple[Any, ...]:
    """What differs where a test has changed tables; nothing where they are not there."""
    try:
        return connection.execute(_SHAPE.encode()).fetchone() or ()
    except psycopg.errors.UndefinedTable:
        return ()


def _empty(connection: _Connection) -> None:
    filled = ", ".join(name for (name,) in connection.execute(_FILLED.encode()))
    if filled:
        connection.execute(f"TRUNCATE {filled}".encode())
