"""Statements: built with SQLAlchemy Core, compiled once, run on the driver's own connection.

Going through Core costs several times what the database itself takes for a select by key, so a
statement is compiled for a dialect when it first runs and kept as text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, Table, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import ClauseElement

Values: TypeAlias = dict[str, object]
Upsert: TypeAlias = Callable[[Table], Any]
"""The `insert` of a dialect, which knows `on_conflict_do_update`."""

DIALECTS: dict[str, tuple[Dialect, Upsert]] = {
    "sqlite": (sqlite.dialect(paramstyle="named"), sqlite.insert),
    "postgresql": (PGDialect_psycopg(), postgresql.insert),  # type: ignore[no-untyped-call]
}


class Statement:
    """One statement with named parameters.

    It is given as an expression, or, where it inserts or updates in one, as a function that builds
    it with the dialect's own `insert`. One that `recurs` reads little, and is asked again and again
    with the same values: its answers are worth remembering (`engine.store.memo`).
    """

    def __init__(
        self,
        expression: ClauseElement | Callable[[Upsert], ClauseElement],
        *,
        recurs: bool = False,
    ) -> None:
        self.recurs = recurs
        self._expression = expression
        self._compiled: dict[str, tuple[str, Values]] = {}

    def ask(self, dialect: str, values: Values) -> tuple[str, Values]:
        """The statement as a database reads it, and its parameters, constants included."""
        known = self._compiled.get(dialect)
        if known is None:
            known = self._compiled[dialect] = self._compile(dialect)
        text, constants = known
        return text, {**constants, **values} if constants else values

    def _compile(self, name: str) -> tuple[str, Values]:
        dialect, upsert = DIALECTS[name]
        found = self._expression
        expression = found if isinstance(found, ClauseElement) else found(upsert)
        compiled = expression.compile(dialect=dialect)
        constants = {key: each for key, each in compiled.params.items() if each is not None}
        return str(compiled), constants


def binds(*names: str) -> dict[str, BindParameter[Any]]:
    """Parameters by name, for columns of the same names."""
    return {name: bindparam(name) for name in names}


def insertion(table: Table) -> Statement:
    """The statement that inserts a whole row, a parameter for each column."""
    return Statement(insert(table).values(**binds(*table.c.keys())))


ESCAPE = "\\"
"""What stands before a character of a pattern that means itself."""


def literally(text: str) -> str:
    """A text as a part of a pattern for LIKE in which nothing stands for any other."""
    for mark in (ESCAPE, "%", "_"):
        text = text.replace(mark, ESCAPE + mark)
    return text
