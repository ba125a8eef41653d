"""Writes of one thread that are committed together.

Making a commit durable takes longer than all else that a small write does. A server that holds its
answers back until the commit lets the requests that come meanwhile share one; each of them is
undone by itself where it fails.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar

_Result = TypeVar("_Result")
Work = Callable[[Any], _Result]


class Gathering:
    """What one thread writes between two commits.

    `writing` begins a transaction and gives its connection, `transaction` makes of that what work
    runs its statements on, `translated` says what an error of the database means to callers. `told`
    hears of each commit: what undid all that was done since the one before, or None.
    """

    def __init__(
        self,
        writing: Callable[[], AbstractContextManager[sqlite3.Connection]],
        transaction: Callable[[sqlite3.Connection], Any],
        translated: Callable[[sqlite3.Error], Exception],
        told: Callable[[Exception | None], None],
    ) -> None:
        self._writing = writing
        self._transaction = transaction
        self._translated = translated
        self._told = told
        self._held = ExitStack()
        self._connection: sqlite3.Connection | None = None
        self._lost: Exception | None = None
        self.wrote = False
        """Whether something was done since the mark that is not committed."""
        self.turn = 0
        """What is read while this stays the same may all be of one state: that of the first."""

    def mark(self) -> None:
        """Begin to look whether something is written."""
        self.turn += 1
        self.wrote = False

    def do(self, work: Work[_Result]) -> _Result:
        """Do some work; it is durable after the next commit. Raises what the work raises."""
        if self._lost is not None:
            raise self._lost
        connection = self._connection or self._begin()
        self.turn += 1
        self.wrote = True
        connection.execute("SAVEPOINT work")
        try:
            result = work(self._transaction(connection))
        except BaseException as error:
            self._undo(connection, error)
            if isinstance(error, sqlite3.Error):
                raise self._translated(error) from error
            raise
        connection.execute("RELEASE work")
        return result

    def commit(self) -> None:
        """Make durable what was done. Raises `StoreUnavailable`: then none of it was."""
        connection, lost = self._connection, self._lost
        self._connection = self._lost = None
        self.wrote = False
        self.turn += 1
        if connection is None:
            return
        try:
            self._end(connection, lost)
        except Exception as error:
            self._told(error)
            raise
        self._told(None)

    def _end(self, connection: sqlite3.Connection, lost: Exception | None) -> None:
        with self._held.pop_all():
            if lost is not None:
                raise lost
            try:
                connection.execute("COMMIT")
            except sqlite3.Error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _begin(self) -> sqlite3.Connection:
        self._connection = self._held.enter_context(self._writing())
        return self._connection

    def _undo(self, connection: sqlite3.Connection, error: BaseException) -> None:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO work")
            connection.execute("RELEASE work")
        elif isinstance(error, sqlite3.Error):
            # A full disk, say, rolls back everything: what was done before is undone as well.
            self._lost = self._translated(error)
