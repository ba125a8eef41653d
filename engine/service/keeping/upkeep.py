"""Looking after a store: is it whole, and what need not be kept any longer."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlalchemy import Table, bindparam, delete, text

from engine.calendar import DAY, Instant
from engine.service.book import Books
from engine.service.guessing import forget_guesses
from engine.service.spaces import names
from engine.service.usage.recount import differences
from engine.store import journal
from engine.store.database import Database, Transaction
from engine.store.journal import BrokenChain, Entry
from engine.store.statements import Statement
from engine.store.tables import DECISIONS, IDEMPOTENCY

KEPT = 30 * DAY
"""So long decisions and answers under idempotency keys are kept."""

_INTEGRITY = Statement(text("PRAGMA integrity_check"))


def _older(table: Table) -> Statement:
    of_space = table.c.space == bindparam("space")
    return Statement(delete(table).where(of_space, table.c.recorded < bindparam("before")))


_OLD_DECISIONS, _OLD_KEYS = _older(DECISIONS), _older(IDEMPOTENCY)


class Verified(msgspec.Struct, frozen=True):
    """The journal of a space: how many entries it has, or where its chain is broken."""

    space: str
    entries: int | None
    problem: str | None = None


class Pruned(msgspec.Struct, frozen=True):
    """How much was older than is kept."""

    decisions: int
    idempotency_keys: int


def check(database: Database) -> list[str]:
    """What is wrong with a store, in sentences; nothing where all is well."""
    damaged = _damage(database)
    if damaged:
        return damaged
    broken = [each for each in verify(database) if each.problem is not None]
    found = [f"{each.space}: the journal is broken: {each.problem}" for each in broken]
    for space in names(database):
        with database.read() as tx:
            found += [f"{space}: {said}" for said in _miscounted(tx, space)]
    return found


def _damage(database: Database) -> list[str]:
    """What SQLite finds in its own file; PostgreSQL looks after its own."""
    if database.dialect != "sqlite":
        return []
    with database.read() as tx:
        said = [str(line) for (line,) in tx.rows(_INTEGRITY)]
    return [] if said == ["ok"] else [f"the file is damaged: {line}" for line in said]


def _miscounted(tx: Transaction, space: str) -> Iterator[str]:
    for coupon in Books(space).in_force(tx).coupons.values():
        yield from differences(tx, space, coupon.ready)


def verify(database: Database) -> list[Verified]:
    """Whether each space's journal is as it was written."""
    return [_verified(database, space) for space in names(database)]


def _verified(database: Database, space: str) -> Verified:
    with database.read() as tx:
        try:
            return Verified(space, journal.verify(tx, space))
        except BrokenChain as error:
            return Verified(space, None, str(error))


def prune(database: Database, now: Instant, who: str) -> Pruned:
    """Forget decisions, and answers under idempotency keys, that are older than is kept.

    What guesses cost is forgotten with them: it counts for minutes.
    """
    found = [_prune(database, space, now, who) for space in names(database)]
    return Pruned(
        sum(each.decisions for each in found), sum(each.idempotency_keys for each in found)
    )


def _prune(database: Database, space: str, now: Instant, who: str) -> Pruned:
    def work(tx: Transaction) -> Pruned:
        forget_guesses(tx, space, now - DAY)
        old = {"space": space, "before": now - KEPT}
        pruned = Pruned(tx.run(_OLD_DECISIONS, **old), tx.run(_OLD_KEYS, **old))
        if pruned != Pruned(0, 0):
            journal.append(tx, space, now, [Entry(who, "pruned", space, after=pruned)])
        return pruned

    return database.write(work)
