"""Where work is done: transactions with what is in force, idempotency keys and the journal."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from sqlalchemy import bindparam, select

from engine.calendar import Instant
from engine.codes.key_ring import KeyRing
from engine.service.book import Books
from engine.service.caller import Caller
from engine.service.errors import KeyReused
from engine.service.guessing import FREE, Budget, Guesses
from engine.service.kept_answers import read_answer
from engine.service.known import Known
from engine.service.posting import post
from engine.service.work import Work
from engine.store import journal
from engine.store.database import Database, Transaction
from engine.store.statements import Statement, insertion
from engine.store.tables import IDEMPOTENCY

Clock = Callable[[], Instant]
_Result = TypeVar("_Result")
_Answer = TypeVar("_Answer", bound=msgspec.Struct)

_KNOWN = Statement(
    select(IDEMPOTENCY.c.request, IDEMPOTENCY.c.kind, IDEMPOTENCY.c.answer).where(
        IDEMPOTENCY.c.space == bindparam("space"), IDEMPOTENCY.c.key == bindparam("key")
    )
)
_REMEMBER = insertion(IDEMPOTENCY)


class _Due(Exception):
    """Another version was to be in force by now: it is enacted before anything else is done."""


def system_clock() -> Instant:
    """Now, as microseconds since 1970."""
    return Instant(time.time_ns() // 1000)


class Office:
    """One space of a database. Threads may share it.

    `ring` has the keys of its sealed codes; without one no code can be sealed or opened. `budget`
    is what guesses at codes may cost callers who may not see reasons.
    """

    def __init__(
        self,
        database: Database,
        space: str,
        clock: Clock = system_clock,
        ring: KeyRing | None = None,
        budget: Budget = FREE,
    ) -> None:
        self.database = database
        self.space = space
        self.clock = clock
        self.ring = KeyRing((), space=space) if ring is None else ring
        self.guesses = Guesses(database, space, clock, budget)
        self.books = Books(space)

    def read(self, work: Callable[[Work], _Result], caller: Caller) -> _Result:
        """Do work that changes nothing, on one state of the space; it may run twice."""

        def look(tx: Transaction) -> _Result:
            known: Known | None = tx.known.get(books)
            if known is None:
                known = Known(books.in_force(tx))
                tx.keep(books, known)
            book, now = known.book, self.clock()
            due = book.next_enactment
            if due is not None and due <= now:
                raise _Due
            return work(Work(tx, self.space, book, known, now, caller, self.ring))

        books = self.books
        while True:
            try:
                return self.database.look(look)
            except _Due:
                self.enact_due()

    def write(
        self, work: Callable[[Work], _Result], caller: Caller, *, alone: bool = False
    ) -> _Result:
        """Do work in one transaction, with its entries in the journal.

        Work that changes what is in force is done `alone`: others of the space wait for it.
        """
        while True:
            try:
                return self.database.write(
                    lambda tx: self._work(tx, work, caller, alone=alone), alone=alone
                )
            except _Due:
                self.enact_due()

    def _work(
        self,
        tx: Transaction,
        work: Callable[[Work], _Result],
        caller: Caller,
        *,
        alone: bool,
        late: bool = False,
    ) -> _Result:
        if alone and not tx.is_alone:
            journal.hold(tx, self.space)
        book, now = self.books.in_force(tx), self.clock()
        if book.is_due(now) and not late:
            raise _Due
        task = Work(tx, self.space, book, Known(book), now, caller, self.ring, sealed=alone)
        result = work(task)
        task.seal()
        if task.notices:
            post(task, self.clock())
        journal.append(tx, self.space, now, task.entries)
        return result

    def answer(
        self,
        work: Callable[[Work], tuple[_Answer, str | None]],
        caller: Caller,
        request: object,
        kinds: tuple[type[Any], ...],
        *,
        alone: bool = False,
    ) -> _Answer:
        """Do work whose answer is kept under the caller's idempotency key.

        The work answers, and says which customer its answer is about. The same key with the same
        request answers the same; with another it raises `KeyReused`.
        """
        if caller.key is None:
            return self.write(lambda task: work(task)[0], caller, alone=alone)
        key, digest = caller.key, request_digest(request)

        def once(task: Work) -> _Answer:
            known = task.tx.row(_KNOWN, space=self.space, key=key)
            if known is not None:
                again: _Answer = _again(known, digest, kinds)
                return again
            found, customer = work(task)
            task.tx.run(
                _REMEMBER,
                space=self.space,
                key=key,
                request=digest,
                kind=type(found).__name__,
                answer=msgspec.json.encode(found).decode(),
                customer=customer,
                recorded=task.now,
            )
            return found

        return self.write(once, caller, alone=alone)

    def enact_due(self) -> None:
        """Put in force what was to be enacted by now."""
        # Bound here: enacting is a use case of its own, which works in this office.
        from engine.service.changes.enacting import enact_due

        self.database.write(
            lambda tx: self._work(tx, enact_due, Caller("clock"), alone=True, late=True), alone=True
        )


def request_digest(request: object) -> str:
    """What tells a request from any other: its route and body."""
    content = msgspec.json.encode(request, order="deterministic", enc_hook=str)
    return hashlib.sha256(content).hexdigest()


def _again(known: tuple[Any, ...], digest: str, kinds: tuple[type[Any], ...]) -> Any:  # noqa: ANN401
    request, kind, answer = known
    if request != digest:
        raise KeyReused(
            "this idempotency key came with another request before",
            "send a new key with a new request; a repetition must be the same to the letter",
        )
    types = {each.__name__: each for each in kinds}
    return read_answer(answer, types[kind])
