"""What a connection to SQLite has read, for as long as nothing can have changed it.

`PRAGMA data_version` is another number as soon as any other connection, of whatever process, has
committed a change; what the connection itself changes it counts in `total_changes`, what was rolled
back included. While both stay the same, so does the answer to every question.
"""

from __future__ import annotations

import sqlite3
from collections.abc import MutableMapping, Sequence
from typing import Any

Question = tuple[Any, ...]
Answers = dict[Question, Sequence[tuple[Any, ...]]]

MOST = 4096
"""So many answers are kept of one connection."""
LARGEST = 2000
"""And none that has more characters: most are a row, or that there is none."""
_PLACE = "coupon memo"


class Moved(Exception):
    """The state that answers were remembered of has passed: whoever has used one begins again."""


class Memo:
    """What one connection has read since the last change."""

    __slots__ = ("_answers", "_changes", "_version")

    def __init__(self) -> None:
        self._version = self._changes = -1
        self._answers: Answers = {}

    def answers_on(self, connection: sqlite3.Connection) -> Answers:
        """The answers that hold now: other ones after any change.

        Within a transaction they are those of the state that it sees.
        """
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        changes = connection.total_changes
        if version != self._version or changes != self._changes:
            self._version, self._changes, self._answers = version, changes, {}
        return self._answers

    def keep(self, question: Question, answer: Sequence[tuple[Any, ...]]) -> None:
        """Know the answer that a transaction has read, unless it is large."""
        if sum(len(str(value)) for row in answer for value in row) > LARGEST:
            return
        if len(self._answers) >= MOST:
            self._answers.clear()
        self._answers[question] = answer


def memo_in(place: MutableMapping[Any, Any]) -> Memo:
    """The memo of a connection: `place` goes with it, whoever has it."""
    memo: Memo | None = place.get(_PLACE)
    if memo is None:
        memo = place[_PLACE] = Memo()
    return memo
