"""The journal: every change, who made it, before and after, each entry chained to the last.

An entry's hash covers the hash of the entry before it and everything that is said of the change;
of its payload it covers a salted digest, so that personal facts can be erased, payload and salt
together, and the chain still verifies (behaviour.md, Everywhere).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy import bindparam, select, update

from engine.store.database import Transaction
from engine.store.statements import Statement, insertion
from engine.store.tables import HEADS, JOURNAL

GENESIS = "0" * 64
PAGE = 1000

_LAST = select(HEADS.c.seq, HEADS.c.hash).where(HEADS.c.space == bindparam("space"))
_SEEN = Statement(_LAST)
_HEAD = Statement(_LAST.with_for_update())
_START = insertion(HEADS)
_MOVE = Statement(
    update(HEADS)
    .where(HEADS.c.space == bindparam("space"))
    .values(seq=bindparam("to"), hash=bindparam("hash"))
)
_ADD = insertion(JOURNAL)
_PAGE = Statement(
    select(
        JOURNAL.c.seq,
        JOURNAL.c.recorded,
        JOURNAL.c.who,
        JOURNAL.c.what,
        JOURNAL.c.subject,
        JOURNAL.c.payload,
        JOURNAL.c.salt,
        JOURNAL.c.digest,
        JOURNAL.c.hash,
    )
    .where(JOURNAL.c.space == bindparam("space"), JOURNAL.c.seq > bindparam("after"))
    .order_by(JOURNAL.c.seq)
    .limit(bindparam("size"))
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: who made it, what it was, to what, and the state before and after."""

    who: str
    what: str
    subject: str
    before: object = None
    after: object = None
    customer: str | None = None


class BrokenChain(ValueError):
    """The journal was altered: the entry with this number is not what was written."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"entry {seq}: {why}")
        self.seq = seq


def start(tx: Transaction, space: str) -> None:
    """Begin the journal of a new space."""
    tx.run(_START, space=space, seq=0, hash=GENESIS)


def hold(tx: Transaction, space: str) -> None:
    """Hold the end of the chain until the commit: nobody else writes at it."""
    tx.row(_HEAD, space=space)


def append(tx: Transaction, space: str, now: int, entries: list[Entry]) -> None:
    """Write entries at the end of the journal of a space.

    The last statement of a transaction that others wait for: it holds the end of the chain.
    """
    if not entries:
        return
    head = tx.row(_HEAD, space=space)
    assert head is not None, "a space begins with its journal"  # noqa: S101
    seq, last = head
    for entry in entries:
        seq += 1
        salt = secrets.token_hex(16)
        payload = _text(entry)
        digest = _digest(salt, payload)
        last = _hash(last, seq, now, entry.who, entry.what, entry.subject, digest)
        tx.run(
            _ADD,
            space=space,
            seq=seq,
            recorded=now,
            who=entry.who,
            what=entry.what,
            subject=entry.subject,
            customer=entry.customer,
            payload=payload,
            salt=salt,
            digest=digest,
            hash=last,
        )
    tx.run(_MOVE, space=space, to=seq, hash=last)


def verify(tx: Transaction, space: str) -> int:
    """Check every entry of a space against the chain; how many there are.

    Raises `BrokenChain` at the first that was altered, removed or put in between.
    """
    expected, last = 0, GENESIS
    for seq, recorded, who, what, subject, payload, salt, digest, found in _entries(tx, space):
        expected += 1
        if seq != expected:
            raise BrokenChain(expected, "it is missing")
        if payload is not None and _digest(salt, payload) != digest:
            raise BrokenChain(seq, "what changed is not what was written")
        last = _hash(last, seq, recorded, who, what, subject, digest)
        if last != found:
            raise BrokenChain(seq, "it does not continue the entry before it")
    head = tx.row(_SEEN, space=space)
    if head is not None and tuple(head) != (expected, last):
        raise BrokenChain(expected + 1, "entries at the end are missing")
    return expected


def _entries(tx: Transaction, space: str) -> Iterator[tuple[object, ...]]:
    after = 0
    while page := tx.rows(_PAGE, space=space, after=after, size=PAGE):
        yield from page
        after = page[-1][0]


def _text(entry: Entry) -> str:
    content = {"before": entry.before, "after": entry.after}
    return msgspec.json.encode(content, order="deterministic").decode()


def _digest(salt: object, payload: object) -> str:
    return hashlib.sha256(f"{salt}\0{payload}".encode()).hexdigest()


def _hash(last: str, *parts: object) -> str:
    content = msgspec.json.encode([last, *parts])
    return hashlib.sha256(content).hexdigest()
