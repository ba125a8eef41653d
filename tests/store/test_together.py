"""What several threads write on SQLite is committed together, and undone apart."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import bindparam, func, select

from engine.store import upgrade
from engine.store.database import Database, Transaction
from engine.store.statements import Statement, insertion
from engine.store.tables import NUMBERS

ADD = insertion(NUMBERS)
SUM = Statement(select(func.count()).select_from(NUMBERS))
FIND = Statement(select(NUMBERS.c.last).where(NUMBERS.c.series == bindparam("series")))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    found = Database(f"sqlite:///{tmp_path / 'coupon.db'}")
    upgrade.ensure(found)
    yield found
    found.close()


@pytest.fixture
def commits(store: Database) -> list[str]:
    """The commits that the store makes from here on."""
    seen: list[str] = []

    def note(statement: str) -> None:
        if statement == "COMMIT":
            seen.append(statement)

    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(note)
    return seen


def add(series: str, fails: Exception | None = None) -> Callable[[Transaction], str]:
    def work(tx: Transaction) -> str:
        tx.run(ADD, space="acme", series=series, last=1)
        if fails is not None:
            raise fails
        return series

    return work


def while_one_writes(
    store: Database, works: list[Callable[[Transaction], str]]
) -> list[Future[str]]:
    """Ask for work while another thread writes, so that all of it waits together."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> str:
        begun.set()
        assert go_on.wait(20)
        return add("slow")(tx)

    with ThreadPoolExecutor(len(works) + 1) as threads:
        first = threads.submit(store.write, slow)
        assert begun.wait(20)
        others = [threads.submit(store.write, work) for work in works]
        together = store._together
        assert together is not None
        while len(together._waiting) < len(works):
            threading.Event().wait(0.001)
        go_on.set()
        assert first.result(20) == "slow"
    return others


def test_work_that_waits_is_committed_together(store: Database, commits: list[str]) -> None:
    answers = while_one_writes(store, [add(f"s{n}") for n in range(8)])
    assert [each.result() for each in answers] == [f"s{n}" for n in range(8)]
    with store.read() as tx:
        assert tx.row(SUM) == (9,)
    assert len(commits) <= 3


def test_what_fails_undoes_itself_alone(store: Database) -> None:
    works = [add("good"), add("bad", ValueError("no")), add("fine"), add("good")]
    good, bad, fine, again = while_one_writes(store, works)
    assert (good.result(), fine.result()) == ("good", "fine")
    with pytest.raises(ValueError, match="no"):
        bad.result()
    with pytest.raises(sqlite3.IntegrityError):
        again.result()
    with store.read() as tx:
        assert tx.row(FIND, series="bad") is None
        assert tx.row(SUM) == (3,)


def test_where_the_database_fails_each_is_tried_by_itself(store: Database) -> None:
    failed: list[str] = []

    def once(tx: Transaction) -> str:
        if not failed:
            failed.append("full")
            raise sqlite3.OperationalError("database or disk is full")
        return add("once")(tx)

    works = [add("a"), once, add("b")]
    assert [each.result() for each in while_one_writes(store, works)] == ["a", "once", "b"]
    with store.read() as tx:
        assert tx.row(SUM) == (4,)


def test_who_waits_for_lonely_work_is_woken(store: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> str:
        begun.set()
        assert go_on.wait(20)
        return add("slow")(tx)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(lambda: store.write(slow, alone=True))
        assert begun.wait(20)
        second = threads.submit(store.write, add("second"))
        together = store._together
        assert together is not None
        while not together._waiting:
            threading.Event().wait(0.001)
        go_on.set()
        assert (first.result(20), second.result(20)) == ("slow", "second")


def test_many_threads_lose_nothing(store: Database) -> None:
    with ThreadPoolExecutor(16) as threads:
        names = [f"n{n}" for n in range(400)]
        assert list(threads.map(lambda name: store.write(add(name)), names)) == names
    with store.read() as tx:
        assert tx.row(SUM) == (400,)
