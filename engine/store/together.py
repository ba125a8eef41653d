"""Committing together: what several threads write is one transaction of SQLite, synced once.

A commit waits for the disk, which takes longer than everything else that a transaction does. The
thread that finds the writer free does its own work and that of all who wait, each in a savepoint of
its own, and commits once; only then does anybody get an answer. What fails undoes itself alone.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from typing import Any, Generic, TypeVar

from engine.store.turns import Turns

_Result = TypeVar("_Result")

MANY = 64
"""So many pieces of work are committed together at most."""

Work = Callable[[Any], _Result]


class _Job(Generic[_Result]):
    """One piece of work, and what came of it."""

    __slots__ = ("error", "is_done", "result", "turn", "work")

    def __init__(self, work: Work[_Result]) -> None:
        self.work = work
        self.turn = threading.Event()
        self.is_done = False
        self.result: _Result | None = None
        self.error: BaseException | None = None

    def settle(self, result: _Result | None, error: BaseException | None) -> None:
        """Say what came of it, to the thread that waits for it."""
        self.result, self.error = result, error
        self.is_done = True
        self.turn.set()

    def answer(self) -> _Result:
        """The result. Raises what the work raised."""
        if self.error is not None:
            raise self.error
        result: _Result = self.result  # type: ignore[assignment]
        return result


class _BrokenOff(Exception):
    """The database failed within a batch, and may have undone more than one piece of work."""


class Together:
    """The one writer of a process.

    `writer` is the lock that one thread at a time holds; `alone` does one piece of work in a
    transaction of its own; `connected` gives a connection on which a transaction was begun; `read`
    makes of it what work runs its statements on.
    """

    def __init__(
        self,
        writer: Any,  # noqa: ANN401 - a lock
        alone: Callable[[Work[Any]], Any],
        connected: Callable[[], AbstractContextManager[sqlite3.Connection]],
        read: Callable[[sqlite3.Connection], Any],
        turns: Turns,
    ) -> None:
        self._writer = writer
        self._alone = alone
        self._connected = connected
        self._read = read
        self._turns = turns
        self._waiting: deque[_Job[Any]] = deque()

    def do(self, work: Work[_Result]) -> _Result:
        """Do some work, committed with that of others. Raises what the work raises."""
        job = _Job(work)
        self._waiting.append(job)
        while not job.is_done:
            if self._writer.acquire(blocking=False):
                try:
                    self._lead()
                finally:
                    self._writer.release()
                    self.wake()
            else:
                with self._turns.aside():
                    job.turn.wait()
                job.turn.clear()
        return job.answer()

    def wake(self) -> None:
        """Let the first that waits find out that the writer is free."""
        # Another thread may have taken it meanwhile, and then wakes the next itself.
        with suppress(IndexError):
            self._waiting[0].turn.set()

    def _lead(self) -> None:
        """Do what waits by now."""
        batch = list(self._taken())
        try:
            if len(batch) == 1:
                self._by_itself(batch[0])
            elif batch:
                self._batch(batch)
        except BaseException as error:
            for job in batch:
                if not job.is_done:
                    job.settle(None, error)
            if not isinstance(error, Exception):
                raise

    def _taken(self) -> Iterator[_Job[Any]]:
        with suppress(IndexError):
            for _ in range(MANY):
                yield self._waiting.popleft()

    def _by_itself(self, job: _Job[Any]) -> None:
        try:
            job.settle(self._alone(job.work), None)
        except Exception as error:  # noqa: BLE001 - raised in the thread that waits for it
            job.settle(None, error)

    def _batch(self, batch: list[_Job[Any]]) -> None:
        """Commit several together; where the database fails, each is done by itself."""
        try:
            outcomes = self._commit(batch)
        except _BrokenOff:
            for job in batch:
                self._by_itself(job)
            return
        for job, outcome in zip(batch, outcomes, strict=True):
            job.settle(*outcome)

    def _commit(self, batch: list[_Job[Any]]) -> list[tuple[Any, Exception | None]]:
        begun = False
        try:
            with self._connected() as connection:
                begun = True
                return self._all(connection, batch)
        except Exception as error:
            if begun:
                raise _BrokenOff from error
            raise

    def _all(
        self, connection: sqlite3.Connection, batch: list[_Job[Any]]
    ) -> list[tuple[Any, Exception | None]]:
        try:
            outcomes = [self._one(connection, job) for job in batch]
            with self._turns.aside():
                connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return outcomes

    def _one(self, connection: sqlite3.Connection, job: _Job[Any]) -> tuple[Any, Exception | None]:
        connection.execute("SAVEPOINT work")
        try:
            result = job.work(self._read(connection))
        except sqlite3.Error:
            raise
        except Exception as error:  # noqa: BLE001 - raised in the thread that waits for it
            connection.execute("ROLLBACK TO work")
            connection.execute("RELEASE work")
            return None, error
        connection.execute("RELEASE work")
        return result, None
