"""Spaces: a folder of policies to one space, founded when the folder is first read."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from engine.calendar import Instant
from engine.service.contexts import Context, keep_context
from engine.service.work import Work
from engine.store import journal
from engine.store.database import Database, Transaction
from engine.store.statements import Statement, insertion
from engine.store.tables import SPACES

_FIND = Statement(select(SPACES.c.space).where(SPACES.c.space == bindparam("space")))
_NAMES = Statement(select(SPACES.c.space).order_by(SPACES.c.space))
_ADD = insertion(SPACES)
_READ_WITH = Statement(
    update(SPACES).where(SPACES.c.space == bindparam("space")).values(context=bindparam("to"))
)


def found_space(database: Database, space: str, now: Instant) -> bool:
    """Make a space with its journal, unless it is there; whether it is new."""

    def work(tx: Transaction) -> bool:
        if tx.row(_FIND, space=space) is not None:
            return False
        tx.run(_ADD, space=space, revision=1, context=None, base=None, rated=1, created=now)
        journal.start(tx, space)
        return True

    return database.write(work)


def read_with(task: Work, context: Context) -> bool:
    """Make some documents the surroundings of the space; whether they weren't already.

    Requests may give their facts from now on; coupons in force keep what they were read with.
    """
    before = task.book.context
    keep_context(task.tx, task.space, context)
    if before.key == context.key:
        return False
    task.tx.run(_READ_WITH, space=task.space, to=context.key)
    task.note("surroundings", task.space, _said(before), _said(context))
    return True


def _said(context: Context) -> list[str]:
    return [document.text for document in context.documents]


def names(database: Database) -> list[str]:
    """The names of all spaces of a database."""
    with database.read() as tx:
        return [name for (name,) in tx.rows(_NAMES)]
