"""What the errors of the two drivers mean."""

from __future__ import annotations

import sqlite3
from typing import Any


class SqliteErrors:
    """What the errors of SQLite mean; `faults` are those that a mistake in the program causes."""

    all = (sqlite3.Error,)
    faults = (
        sqlite3.DataError,
        sqlite3.IntegrityError,
        sqlite3.NotSupportedError,
        sqlite3.ProgrammingError,
    )

    def is_contention(self, _: Exception) -> bool:
        """Whether another transaction was in the way: there is only one that writes."""
        return False

    def lost(self, _: Any) -> bool:  # noqa: ANN401 - sqlite3's
        """Whether the connection has ended: a file is always there."""
        return False


class PostgresqlErrors:
    """What the errors of psycopg mean; `faults` are those that a mistake in the program causes."""

    def __init__(self) -> None:
        # Loaded only where PostgreSQL is used.
        import psycopg

        self.all: tuple[type[Exception], ...] = (psycopg.Error,)
        self.faults: tuple[type[Exception], ...] = (
            psycopg.DataError,
            psycopg.IntegrityError,
            psycopg.NotSupportedError,
            psycopg.ProgrammingError,
        )
        self._contention = (
            psycopg.errors.SerializationFailure,
            psycopg.errors.DeadlockDetected,
            psycopg.errors.UniqueViolation,
        )

    def is_contention(self, error: Exception) -> bool:
        """Whether another transaction was in the way: a row that it wrote first, or a lock."""
        return isinstance(error, self._contention)

    def lost(self, connection: Any) -> bool:  # noqa: ANN401 - psycopg's
        """Whether the server, or what lies between, has ended the connection."""
        return bool(connection.closed)


def errors_of(dialect: str) -> Any:  # noqa: ANN401 - one of the two above
    """What the errors of a dialect's driver mean."""
    return SqliteErrors() if dialect == "sqlite" else PostgresqlErrors()
