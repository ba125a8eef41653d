"""Looking after a store: is it whole, and what need not be kept any longer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Column, bindparam, delete, select, text

from engine.calendar import DAY, Instant
from engine.service.book import Books
from engine.service.guessing import forget_guesses
from engine.service.spaces import names
from engine.service.usage.recount import differences
from engine.store import journal
from engine.store.database import Database, Transaction
from engine.store.journal import BrokenChain, Entry
from engine.store.statements import Statement
from engine.store.tables import DECISIONS, GRANTS, IDEMPOTENCY, OUTBOX, REDEMPTIONS

KEPT = 30 * DAY
"""So long decisions, answers under idempotency keys and messages that are done with are kept."""

_INTEGRITY = Statement(text("PRAGMA integrity_check"))
_SAME = (REDEMPTIONS.c.space == GRANTS.c.space) & (REDEMPTIONS.c.redemption == GRANTS.c.redemption)
_UNREDEEMED = Statement(
    select(GRANTS.c.redemption)
    .outerjoin(REDEMPTIONS, _SAME)
    # A hold grants nothing yet.
    .where(GRANTS.c.space == bindparam("space"), REDEMPTIONS.c.grants.is_(None))
    .order_by(GRANTS.c.redemption)
)
_UNGRANTED = Statement(
    select(REDEMPTIONS.c.redemption)
    .outerjoin(GRANTS, _SAME)
    .where(
        REDEMPTIONS.c.space == bindparam("space"),
        REDEMPTIONS.c.grants.is_not(None),
        GRANTS.c.redemption.is_(None),
    )
    .order_by(REDEMPTIONS.c.redemption)
)


def _older(moment: Column[Any]) -> Statement:
    table = moment.table
    of_space = table.c.space == bindparam("space")
    return Statement(delete(table).where(of_space, moment < bindparam("before")))


_OLD = (
    _older(DECISIONS.c.recorded),
    _older(IDEMPOTENCY.c.recorded),
    _older(OUTBOX.c.delivered),
    # A message that was given up is tried again by hand only, while it is kept.
    _older(OUTBOX.c.failed),
)


class Verified(msgspec.Struct, frozen=True):
    """The journal of a space: how many entries it has, or where its chain is broken."""

    space: str
    entries: int | None
    problem: str | None = None


class Pruned(msgspec.Struct, frozen=True):
    """How much was older than is kept."""

    decisions: int
    idempotency_keys: int
    messages: int = 0


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
            found += [f"{space}: {said}" for said in _misgranted(tx, space)]
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


def _misgranted(tx: Transaction, space: str) -> Iterator[str]:
    """Grants that no redemption made, and redemptions whose grant is missing."""
    for (redemption,) in tx.rows(_UNREDEEMED, space=space):
        yield f"the grant of the redemption `{redemption}` stands alone"
    for (redemption,) in tx.rows(_UNGRANTED, space=space):
        yield f"the redemption `{redemption}` granted what is not there"


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
    """Forget decisions, answers under idempotency keys, messages delivered or given up.

    All of them when they are older than is kept. What guesses cost is forgotten with them: it
    counts for minutes.
    """
    found = [_prune(database, space, now, who) for space in names(database)]
    return Pruned(
        sum(each.decisions for each in found),
        sum(each.idempotency_keys for each in found),
        sum(each.messages for each in found),
    )


def _prune(database: Database, space: str, now: Instant, who: str) -> Pruned:
    def work(tx: Transaction) -> Pruned:
        forget_guesses(tx, space, now - DAY)
        old = {"space": space, "before": now - KEPT}
        decisions, keys, delivered, failed = (tx.run(each, **old) for each in _OLD)
        pruned = Pruned(decisions, keys, delivered + failed)
        if pruned != Pruned(0, 0, 0):
            journal.append(tx, space, now, [Entry(who, "pruned", space, after=pruned)])
        return pruned

    return database.write(work)
