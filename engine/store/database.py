"""A database: SQLite or PostgreSQL, transactions that hold, and what can go wrong with them.

On SQLite a write transaction begins with `BEGIN IMMEDIATE` and a process has one writer at a time;
nothing else can be written between its first read and its commit; a server that answers many
requests commits them together (`engine.store.gathering`). On PostgreSQL transactions run side by
side at `READ COMMITTED`; what they must not change under each other they lock, in one order, or
write on a condition, and are run again when that fails.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from threading import Lock, RLock
from typing import Any, NoReturn, TypeVar
from weakref import WeakSet

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import PoolProxiedConnection, QueuePool, StaticPool

from engine.store.driver_errors import errors_of
from engine.store.gathering import Gathering
from engine.store.memo import Answers, Memo, Moved, Question, are_small
from engine.store.statements import Statement, Values

Row = tuple[Any, ...]
_Result = TypeVar("_Result")

DEFAULT_URL = "sqlite:///coupon.db"
BUSY_SECONDS = 15
ATTEMPTS = 200
CONNECTIONS = 32
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
)
# Transactions end in words, before a connection is given back.
_POOL: dict[str, Any] = {
    "poolclass": QueuePool,
    "pool_size": 8,
    "max_overflow": CONNECTIONS - 8,
    "pool_reset_on_return": None,
}
_ALONE: dict[str, Any] = {"poolclass": StaticPool, "pool_reset_on_return": None}
_BEGIN = {
    "sqlite": ("BEGIN", "BEGIN IMMEDIATE"),
    "postgresql": ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "BEGIN"),
}


class BadDatabaseUrl(ValueError):
    """The URL names no database that the service can use."""


class StoreUnavailable(Exception):
    """The database could not be read or written; nothing was changed.

    `unsure` says that the connection was lost while a transaction was being committed, so that it
    may or may not be there: the same request with the same idempotency key tells.
    """

    def __init__(self, message: str, *, unsure: bool = False) -> None:
        super().__init__(message)
        self.unsure = unsure


class Contended(Exception):
    """Another transaction took what this one counted on: it has to be run again."""


_NOTHING: Mapping[Question, Any] = {}
"""What a transaction knows that sees only its own state."""


class Transaction:
    """Runs statements on one connection, between a begin and a commit."""

    __slots__ = ("_connection", "_dialect", "known")

    known: Mapping[Question, Any]
    """What was read of rows that still stand, or made of them and kept for who asks the same."""

    def __init__(self, connection: Any, dialect: str) -> None:  # noqa: ANN401 - either driver's
        self._connection = connection
        self._dialect = dialect
        self.known = _NOTHING

    @property
    def is_alone(self) -> bool:
        """Whether no other write transaction can run at the same time."""
        return self._dialect == "sqlite"

    def keep(self, question: Question, made: object, among: Answers | None = None) -> None:
        """Keep what was made of rows for who asks the same, as long as they stand.

        It may be kept `among` others, in what was kept itself.
        """

    def rows(self, statement: Statement, **values: object) -> list[Row]:
        """All rows that a statement answers."""
        asked = statement.ask(self._dialect, values)
        found: list[Row] = self._connection.execute(*asked).fetchall()
        return found

    def row(self, statement: Statement, **values: object) -> Row | None:
        """The first row that a statement answers."""
        asked = statement.ask(self._dialect, values)
        found: Row | None = self._connection.execute(*asked).fetchone()
        return found

    def run(self, statement: Statement, **values: object) -> int:
        """How many rows a statement changed."""
        changed: int = self._connection.execute(*statement.ask(self._dialect, values)).rowcount
        return changed

    def run_many(self, statement: Statement, rows: Sequence[Values]) -> int:
        """How many rows a statement changed that was run with each of some values."""
        if not rows:
            return 0
        asked = [statement.ask(self._dialect, values) for values in rows]
        cursor = self._connection.cursor()
        cursor.executemany(asked[0][0], [values for _, values in asked])
        changed: int = cursor.rowcount
        cursor.close()
        return changed


class _Remembering(Transaction):
    """A transaction that only reads, and asks SQLite nothing that was asked before.

    It begins when something is asked that is not known; until then each answer is of the state
    that there was when it was last `renewed`. Raises `Moved` where that has passed by then. Once
    ended it may begin again.
    """

    __slots__ = ("_memo", "has_begun")

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - the driver's
        super().__init__(connection, "sqlite")
        self._memo = Memo()
        self.has_begun = False

    def renew(self) -> None:
        """Know what was answered of the state of now: of one for good, where it has begun."""
        self.known = self._memo.ask(self._connection)

    def rows(self, statement: Statement, **values: object) -> list[Row]:
        """All rows that a statement answers."""
        if not statement.recurs:
            self._begin()
            return super().rows(statement, **values)
        found = self.known.get((statement, *values, *values.values()))
        return [*(self._read(statement, values) if found is None else found)]

    def row(self, statement: Statement, **values: object) -> Row | None:
        """The first row that a statement answers."""
        if not statement.recurs:
            self._begin()
            return super().row(statement, **values)
        found = self.known.get((statement, *values, *values.values()))
        if found is None:
            found = self._read(statement, values)
        return found[0] if found else None

    def keep(self, question: Question, made: object, among: Answers | None = None) -> None:
        """Keep what was made of rows for who asks the same, as long as they stand."""
        self._memo.keep(question, made, among)

    def _begin(self) -> None:
        """See one state of the database from now on: that of what was answered before."""
        if self.has_begun:
            return
        self._connection.execute("BEGIN")
        self.has_begun = True
        if self._memo.ask(self._connection) is not self.known:
            raise Moved

    def end(self) -> None:
        """End what has begun; from here on it knows what held then."""
        self.has_begun = False
        self.known = self._memo.answers
        self._connection.execute("COMMIT")

    def _read(self, statement: Statement, values: Values) -> Sequence[Row]:
        """What the database answers to a question that is not known."""
        self._begin()
        found = super().rows(statement, **values)
        if are_small(found):
            self._memo.keep((statement, *values, *values.values()), found)
        return found


class _Lent:
    """A connection of the pool that a thread has, with what was read on it.

    `looking` is the transaction of who looks on it, and knows what held in a `turn`.
    """

    __slots__ = ("driver", "looking", "pooled", "turn")

    def __init__(self, pooled: PoolProxiedConnection) -> None:
        self.pooled = pooled
        self.driver: Any = pooled.dbapi_connection
        self.looking = _Remembering(self.driver)
        self.turn: int | None = None


class _Hand:
    """What one thread has: the connection that it had last, and what it gathers."""

    __slots__ = ("gathering", "lent")

    def __init__(self) -> None:
        self.lent: _Lent | None = None
        self.gathering: Gathering | None = None


class _Own(threading.local):
    """What each thread has of its own."""

    def __init__(self) -> None:
        self.hand = _Hand()


class _Queue:
    """A lock that goes to who waits for it, and not to who has just had it."""

    def __init__(self) -> None:
        self._next, self._held = Lock(), Lock()

    def __enter__(self) -> None:
        with self._next:
            self._held.acquire()

    def __exit__(self, *_: object) -> None:
        self._held.release()


class Database:
    """The state of the service. Threads may share it; each process opens its own."""

    def __init__(self, url: str | URL = DEFAULT_URL) -> None:
        self.url = _url(url)
        self.dialect = self.url.get_backend_name()
        self.in_memory = self.dialect == "sqlite" and self.url.database in (None, "", ":memory:")
        self.engine = _engine(self.url, in_memory=self.in_memory)
        self._writer: Any = nullcontext()
        if self.dialect == "sqlite":
            self._writer = RLock() if self.in_memory else _Queue()
        self._reader = self._writer if self.in_memory else nullcontext()
        self._begin_read, self._begin_write = _BEGIN[self.dialect]
        self._errors = errors_of(self.dialect)
        self._own = _Own()
        self._connections: WeakSet[PoolProxiedConnection] = WeakSet()
        self.is_file = self.dialect == "sqlite" and not self.in_memory
        """Whether the state is a file of SQLite: one thread of a process asks it best."""

    def gather(self, told: Callable[[Exception | None], None]) -> Gathering:
        """Commit together what this thread writes from now on, each time when it says so.

        `told` hears of each commit, also of those that reading or work alone needs: what undid all
        that was written since the one before, or None.
        """
        assert self.is_file, "only a file has one writer that can gather"  # noqa: S101
        # A connection of its own: what another connection commits empties its cache.
        writer = self._connected()

        @contextmanager
        def writing() -> Iterator[Any]:
            with self._writer, self._translating():
                writer.driver.execute(self._begin_write)
                yield writer.driver

        found = Gathering(writing, self._transaction, self._translated, told)
        self._own.hand.gathering = found
        return found

    def close(self) -> None:
        """Close every connection; no thread may ask for anything any more."""
        for each in list(self._connections):
            each.close()
        self._own = _Own()
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that sees one state of the database and writes nothing."""
        self._settle()
        with self._reader, self._begun(self._begin_read) as connection:
            try:
                yield Transaction(connection, self.dialect)
            finally:
                connection.execute("COMMIT" if self.dialect == "sqlite" else "ROLLBACK")

    def look(self, work: Callable[[Transaction], _Result]) -> _Result:
        """Do some work that only reads, on one state of the database.

        A file of SQLite is not asked again what it has answered already, while nothing in it has
        changed (`engine.store.memo`); where this thread gathers writes, all that is looked at in
        one turn is of the state at its beginning, or a later one. The work may run twice, so it may
        have no effect but its result.
        """
        if not self.is_file:
            with self.read() as tx:
                return work(tx)
        hand = self._own.hand
        gathering, lent = hand.gathering, hand.lent
        # Whatever is written begins another turn: in the same one there is nothing to settle.
        if gathering is None or lent is None or lent.turn != gathering.turn:
            lent = self._renewed(hand)
        hand.lent, tx = None, lent.looking
        try:
            try:
                return work(tx)
            except Moved:
                # It has begun now, so that nothing can come in between again.
                tx.renew()
                return work(tx)
            finally:
                if tx.has_begun:
                    tx.end()
        except self._errors.all as error:
            self._raise(error)
        finally:
            # A file is never lost.
            if hand.lent is None:
                hand.lent = lent
            else:
                lent.pooled.close()

    def _renewed(self, hand: _Hand) -> _Lent:
        """A connection at hand that knows what holds now, or in this turn."""
        self._settle()
        hand.lent = lent = self._take()
        try:
            lent.looking.renew()
        except self._errors.all as error:
            self._raise(error)
        lent.turn = None if hand.gathering is None else hand.gathering.turn
        return lent

    def row(self, statement: Statement, **values: object) -> Row | None:
        """The first row that one statement answers, by itself."""
        self._settle()
        # On SQLite a statement alone is a transaction; elsewhere beginning finds lost connections.
        begin = None if self.dialect == "sqlite" else self._begin_read
        with self._reader, self._begun(begin) as connection:
            found = Transaction(connection, self.dialect).row(statement, **values)
            if begin is not None:
                connection.execute("ROLLBACK")
            return found

    def write(self, work: Callable[[Transaction], _Result], *, alone: bool = False) -> _Result:
        """Do some work in one transaction: all of it is committed, or nothing.

        The work runs again where another transaction was in its way, so it may have no effect but
        through its transaction. Where writes are gathered it is committed with others, unless it is
        to be `alone`. Raises `StoreUnavailable`.
        """
        gathering = self._own.hand.gathering
        if gathering is not None and alone:
            gathering.commit()
        for attempt in range(ATTEMPTS):
            try:
                if gathering is not None and not alone:
                    return gathering.do(work)
                return self._write(work)
            except Contended:
                time.sleep(random.random() * min(0.002 * attempt, 0.05))  # noqa: S311 - no secret
        raise StoreUnavailable("too many requests want the same places at once: try again")

    def _write(self, work: Callable[[Transaction], _Result]) -> _Result:
        with self._writer, self._begun(self._begin_write) as connection:
            return self._attempt(connection, work)

    def _transaction(self, connection: Any) -> Transaction:  # noqa: ANN401 - either driver's
        return Transaction(connection, self.dialect)

    def _settle(self) -> None:
        """Commit what the request at hand has written, before it reads it."""
        gathering = self._own.hand.gathering
        if gathering is not None and gathering.wrote:
            gathering.commit()

    @contextmanager
    def core(self) -> Iterator[Connection]:
        """A connection of SQLAlchemy's in a write transaction: what migrations work on."""
        with self._writer, self.engine.connect() as connection:
            connection.exec_driver_sql(self._begin_write)
            yield connection
            connection.commit()

    def _attempt(self, connection: Any, work: Callable[[Transaction], _Result]) -> _Result:  # noqa: ANN401
        try:
            result = work(Transaction(connection, self.dialect))
        except BaseException:
            _roll_back(connection, self._errors.all)
            raise
        try:
            connection.execute("COMMIT")
        except self._errors.all as error:
            _roll_back(connection, self._errors.all)
            if self._errors.is_contention(error):
                raise Contended from error
            raise StoreUnavailable(str(error), unsure=self._errors.lost(connection)) from error
        return result

    @contextmanager
    def _begun(self, begin: str | None) -> Iterator[Any]:
        """A connection of the driver in a transaction, given back whole or thrown away."""
        lent = self._begin(begin)
        try:
            with self._translating():
                yield lent.driver
        finally:
            self._give_back(lent)

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except self._errors.all as error:
            self._raise(error)

    def _raise(self, error: Exception) -> NoReturn:
        """Raise what an error of the driver means to callers."""
        found = self._translated(error)
        if found is error:
            raise error
        raise found from error

    def _translated(self, error: Exception) -> Exception:
        """What an error of the driver means to callers; itself where the program is at fault."""
        if self._errors.is_contention(error):
            return Contended()
        return error if isinstance(error, self._errors.faults) else StoreUnavailable(str(error))

    def _begin(self, begin: str | None) -> _Lent:
        for _ in range(CONNECTIONS + 1):
            lent = self._take()
            if begin is None:
                return lent
            try:
                lent.driver.execute(begin)
            except self._errors.all as error:
                # A server that was started again has closed the connections that waited here.
                if not self._give_back(lent):
                    raise StoreUnavailable(str(error)) from error
            else:
                return lent
        raise StoreUnavailable("the database closes every connection: try again")

    def _take(self) -> _Lent:
        """A connection of the pool; a thread keeps the one that it had last."""
        hand = self._own.hand
        kept = hand.lent
        if kept is None:
            return self._connected()
        hand.lent = None
        return kept

    def _connected(self) -> _Lent:
        try:
            connected = self.engine.raw_connection()
        except NoneFree as error:
            raise StoreUnavailable("too many requests want a connection: try again") from error
        except (DBAPIError, *self._errors.all) as error:
            raise StoreUnavailable(f"the database can't be reached: {error}") from error
        self._connections.add(connected)
        return _Lent(connected)

    def _give_back(self, lent: _Lent) -> bool:
        """Whether the connection was lost, and so is not used again."""
        lost: bool = self._errors.lost(lent.driver)
        if lost:
            lent.pooled.invalidate()
        hand = self._own.hand
        if lost or hand.lent is not None:
            lent.pooled.close()
        else:
            hand.lent = lent
        return lost


def _roll_back(connection: Any, failed: tuple[type[Exception], ...]) -> None:  # noqa: ANN401
    try:
        connection.execute("ROLLBACK")
    except failed:
        # The database rolled back by itself, or the connection is lost and its work with it.
        return


def _url(url: str | URL) -> URL:
    try:
        found = make_url(url)
        backend = found.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise BadDatabaseUrl(f"`{url}` is no database URL") from None
    if backend in ("postgresql", "postgres"):
        return found.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise BadDatabaseUrl(f"`{backend}` is not supported: use sqlite or postgresql")
    return found


def _engine(url: URL, *, in_memory: bool) -> Engine:
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, **_POOL)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    engine = create_engine(
        url,
        connect_args={
            "check_same_thread": False,
            "isolation_level": None,
            "cached_statements": 512,
            "timeout": BUSY_SECONDS,
        },
        **(_ALONE if in_memory else _POOL),
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _prepare_postgresql(connection: Any, _: object) -> None:  # noqa: ANN401 - psycopg's
    # Transactions are begun and ended in words, as on SQLite.
    connection.autocommit = True
