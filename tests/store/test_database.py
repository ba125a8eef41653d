"""Transactions hold on both databases, and what goes wrong leaves the state as before."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier, get_ident

import pytest
from sqlalchemy import bindparam, select, text, update

from engine.store import database as module
from engine.store import upgrade
from engine.store.database import (
    BadDatabaseUrl,
    Contended,
    Database,
    StoreUnavailable,
    Transaction,
)
from engine.store.statements import Statement, insertion
from engine.store.tables import NUMBERS
from tests.postgres import Server, running

SPACE, SERIES = "acme", "invoices"
ADD = insertion(NUMBERS)
READ = Statement(select(NUMBERS.c.last).where(NUMBERS.c.space == SPACE, NUMBERS.c.series == SERIES))
LOCK = Statement(
    select(NUMBERS.c.last)
    .where(NUMBERS.c.space == SPACE, NUMBERS.c.series == SERIES)
    .with_for_update()
)
WRITE = Statement(
    update(NUMBERS)
    .where(NUMBERS.c.space == SPACE, NUMBERS.c.series == SERIES)
    .values(last=bindparam("to"))
)
WHO = Statement(text("SELECT pg_backend_pid()"))
END = "SELECT pg_terminate_backend({})"


def start(tx: Transaction) -> None:
    tx.run(ADD, space=SPACE, series=SERIES, last=0)


def put(to: int) -> Callable[[Transaction], int]:
    return lambda tx: tx.run(WRITE, to=to)


def add_one(tx: Transaction) -> None:
    found = tx.row(LOCK)
    assert found is not None
    tx.run(WRITE, to=found[0] + 1)


def last(database: Database) -> int | None:
    with database.read() as tx:
        found = tx.row(READ)
    return None if found is None else int(found[0])


def meeting(threads: int) -> Callable[[], object]:
    """What lets threads wait for each other, each at its first attempt."""
    together, met = Barrier(threads), set[int]()

    def meet() -> None:
        if get_ident() not in met:
            met.add(get_ident())
            together.wait(5)

    return meet


@pytest.fixture
def postgresql(postgres_url: str) -> Iterator[Database]:
    found = Database(postgres_url)
    upgrade.ensure(found)
    found.write(start)
    yield found
    found.close()


@pytest.fixture
def sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database that waits for no other writer."""
    impatient = (*module._PRAGMAS, "PRAGMA busy_timeout = 20")
    monkeypatch.setattr(module, "_PRAGMAS", impatient)
    found = Database(f"sqlite:///{tmp_path / 'coupon.db'}")
    upgrade.ensure(found)
    found.write(start)
    yield found
    found.close()


def test_what_was_written_is_there_for_the_next(database: Database) -> None:
    database.write(start)
    assert database.write(put(7)) == 1
    assert last(database) == 7


def test_nothing_is_written_where_the_work_fails(database: Database) -> None:
    def fail(tx: Transaction) -> None:
        start(tx)
        raise KeyError("on the way")

    with pytest.raises(KeyError):
        database.write(fail)
    assert last(database) is None
    database.write(start)
    assert last(database) == 0


def test_a_read_sees_one_state_while_others_write(database: Database) -> None:
    database.write(start)
    with database.read() as tx:
        before = tx.row(READ)
        with ThreadPoolExecutor(1) as other:
            other.submit(database.write, put(5)).result()
        assert tx.row(READ) == before
    assert last(database) == 5


def test_a_read_can_not_write_on_postgresql(postgresql: Database) -> None:
    with pytest.raises(Exception, match="read-only"), postgresql.read() as tx:
        put(1)(tx)
    assert last(postgresql) == 0


def test_every_one_of_many_writers_at_once_counts(database: Database) -> None:
    database.write(start)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: database.write(add_one), range(80)))
    assert last(database) == 80


def test_writers_that_make_the_same_row_at_once_are_run_again(database: Database) -> None:
    meet = meeting(2)

    def make(tx: Transaction) -> str:
        found = tx.row(READ)
        if database.dialect == "postgresql":
            meet()
        if found is not None:
            return "found"
        start(tx)
        return "made"

    def attempt(_: int) -> str:
        return database.write(make)

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(attempt, range(2))) == ["found", "made"]


def test_two_that_lock_in_other_orders_both_come_through(postgresql: Database) -> None:
    postgresql.write(lambda tx: tx.run(ADD, space="other", series=SERIES, last=0))
    statement = Statement(
        update(NUMBERS).where(NUMBERS.c.space == bindparam("which")).values(last=NUMBERS.c.last + 1)
    )
    meet = meeting(2)

    def both(first: str, second: str) -> None:
        def work(tx: Transaction) -> None:
            tx.run(statement, which=first)
            meet()
            tx.run(statement, which=second)

        postgresql.write(work)

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(both, SPACE, "other"), threads.submit(both, "other", SPACE)]:
            done.result()
    assert last(postgresql) == 2


def test_work_that_is_always_in_the_way_ends_with_advice(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contend(_: Transaction) -> None:
        raise Contended

    monkeypatch.setattr(module, "ATTEMPTS", 3)
    with pytest.raises(StoreUnavailable, match="try again"):
        sqlite.write(contend)


def test_a_database_that_another_program_holds_is_unavailable(sqlite: Database) -> None:
    other = sqlite3.connect(str(sqlite.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        sqlite.write(put(1))
    assert last(sqlite) == 0
    other.execute("COMMIT")
    other.close()
    sqlite.write(put(1))
    assert last(sqlite) == 1


def test_a_full_disk_changes_nothing(sqlite: Database) -> None:
    def fill(tx: Transaction) -> None:
        put(1)(tx)
        tx.run(ADD, space="x" * 1_000_000, series=SERIES, last=0)

    def limit(pages: int) -> None:
        sqlite.write(lambda tx: tx.row(Statement(text(f"PRAGMA max_page_count = {pages}"))))

    limit(60)
    with pytest.raises(StoreUnavailable, match="full"):
        sqlite.write(fill)
    assert last(sqlite) == 0
    limit(10_000)
    sqlite.write(fill)
    assert last(sqlite) == 1


def test_a_connection_lost_in_mid_transaction_changes_nothing(
    postgresql: Database, postgres_server: Server
) -> None:
    def lose(tx: Transaction) -> None:
        put(1)(tx)
        who = tx.row(WHO)
        assert who is not None
        postgres_server.run(END.format(*who))
        put(2)(tx)

    with pytest.raises(StoreUnavailable) as raised:
        postgresql.write(lose)
    assert not raised.value.unsure
    assert last(postgresql) == 0
    postgresql.write(put(3))
    assert last(postgresql) == 3


def test_a_connection_lost_while_it_commits_may_have_committed(
    postgresql: Database, postgres_server: Server
) -> None:
    def lose(tx: Transaction) -> None:
        put(1)(tx)
        who = tx.row(WHO)
        assert who is not None
        postgres_server.run(END.format(*who))

    with pytest.raises(StoreUnavailable) as raised:
        postgresql.write(lose)
    assert raised.value.unsure
    assert last(postgresql) == 0


def test_a_connection_lost_in_a_read_is_replaced(
    postgresql: Database, postgres_server: Server
) -> None:
    def lose() -> None:
        with postgresql.read() as tx:
            who = tx.row(WHO)
            assert who is not None
            postgres_server.run(END.format(*who))
            tx.row(READ)

    with pytest.raises(StoreUnavailable):
        lose()
    assert last(postgresql) == 0


def test_connections_that_were_lost_while_they_waited_are_replaced_unseen(
    postgresql: Database, postgres_server: Server, postgres_url: str
) -> None:
    together = Barrier(6)

    def wait(tx: Transaction) -> None:
        together.wait(5)
        add_one(tx)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda _: postgresql.write(wait), range(6)))
    postgres_server.disconnect(postgres_url)
    assert last(postgresql) == 6
    postgres_server.disconnect(postgres_url)
    postgresql.write(put(9))
    assert last(postgresql) == 9


def test_a_server_that_is_gone_is_unavailable() -> None:
    with running() as server:
        database = Database(server.create())
        upgrade.ensure(database)
        database.write(start)
    for attempt in (lambda: last(database), lambda: database.write(put(1))):
        with pytest.raises(StoreUnavailable, match="can't be reached"):
            attempt()
    database.close()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("buy milk, and bread, and something for the cat" * 100)
    database = Database(f"sqlite:///{tmp_path / 'notes.db'}")
    with pytest.raises(StoreUnavailable, match="not a database"):
        last(database)
    database.close()


def test_a_folder_that_does_not_exist_is_unavailable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'coupon.db'}")
    with pytest.raises(StoreUnavailable, match="unable to open"):
        last(database)
    database.close()


def test_more_readers_than_connections_are_told_to_try_again(sqlite: Database) -> None:
    sqlite.engine.pool._timeout = 0.01  # type: ignore[attr-defined]
    with ExitStack() as readers:
        for _ in range(module.CONNECTIONS):
            readers.enter_context(sqlite.read())
        with pytest.raises(StoreUnavailable, match="try again"):
            last(sqlite)
    assert last(sqlite) == 0


@pytest.mark.parametrize(
    "url", ["", "coupon.db", "sqlite", "mysql://localhost/x", "http://x", "no+way://"]
)
def test_a_url_of_no_database_is_refused(url: str) -> None:
    with pytest.raises(BadDatabaseUrl):
        Database(url)


@pytest.mark.parametrize(
    "scheme", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+asyncpg"]
)
def test_any_spelling_of_postgresql_uses_its_one_driver(scheme: str, postgres_url: str) -> None:
    database = Database(postgres_url.replace("postgresql", scheme, 1))
    with database.read() as tx:
        assert tx.row(Statement(text("SELECT 1"))) == (1,)
    database.close()
