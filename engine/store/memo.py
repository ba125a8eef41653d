"""What a connection to SQLite has read, for as long as nothing can have changed it.

`PRAGMA data_version` is another number as soon as any other connection, of whatever process, has
committed a change; what the connection itself changes it counts in `total_changes`, what was rolled
back included. While both stay the same, so does the answer to every question.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterable
from typing import Any

Question = Hashable
Answers = dict[Any, Any]

MOST = 4096
"""So many answers are kept of one connection."""
LARGEST = 2000
"""And no rows that have more characters: most are one, or that there is none."""


def are_small(rows: Iterable[Iterable[object]]) -> bool:
    """Whether an answer is worth keeping."""
    return sum(len(str(value)) for row in rows for value in row) <= LARGEST


class Moved(Exception):
    """The state that answers were remembered of has passed: whoever has used one begins again."""


class Memo:
    """What one connection has read since the last change."""

    __slots__ = ("_changes", "_kept", "_version", "answers")

    def __init__(self) -> None:
        self._version = self._changes = -1
        self._kept = 0
        self.answers: Answers = {}
        """What held when it was last asked."""

    def ask(self, connection: sqlite3.Connection) -> Answers:
        """The answers that hold now: other ones after any change.

        Within a transaction they are those of the state that it sees.
        """
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        changes = connection.total_changes
        if version != self._version or changes != self._changes:
            self._version, self._changes, self.answers = version, changes, {}
            self._kept = 0
        return self.answers

    def keep(self, question: Question, answer: object, among: Answers | None = None) -> None:
        """Know the answer that a transaction has read, or what was made of it.

        It may be kept `among` others, in an answer that is known itself.
        """
        if self._kept >= MOST:
            self.answers.clear()
            self._kept = 0
        self._kept += 1
        (self.answers if among is None else among)[question] = answer
