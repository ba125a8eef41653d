"""What one thread writes is committed together, and undone apart."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.store.database import Contended, Database, StoreUnavailable, Transaction
from engine.store.gathering import Gathering
from engine.store.statements import Statement, insertion
from engine.store.tables import NUMBERS

ADD = insertion(NUMBERS)
COUNT = Statement(select(func.count()).select_from(NUMBERS))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "coupon.db"


@pytest.fixture
def store(sqlite_copy: Callable[[], Iterator[Database]]) -> Iterator[Database]:
    with contextmanager(sqlite_copy)() as found:
        yield found


@pytest.fixture
def told() -> list[Exception | None]:
    """What is told of each commit."""
    return []


@pytest.fixture
def gathering(store: Database, told: list[Exception | None]) -> Gathering:
    return store.gather(told.append)


def add(series: str, fails: Exception | None = None) -> Callable[[Transaction], str]:
    def work(tx: Transaction) -> str:
        tx.run(ADD, space="acme", series=series, last=1)
        if fails is not None:
            raise fails
        return series

    return work


def seen_by_others(path: Path) -> int:
    """How many rows are committed."""
    other = Database(f"sqlite:///{path}")
    with other.read() as tx:
        (found,) = tx.row(COUNT) or (0,)
    other.close()
    return int(found)


def test_what_is_done_is_there_for_all_after_the_commit(
    store: Database, gathering: Gathering, path: Path
) -> None:
    assert [store.write(add("one")), store.write(add("two"))] == ["one", "two"]
    assert seen_by_others(path) == 0
    gathering.commit()
    assert seen_by_others(path) == 2


def test_work_that_fails_is_undone_by_itself(
    store: Database, gathering: Gathering, path: Path
) -> None:
    store.write(add("one"))
    with pytest.raises(LookupError):
        store.write(add("two", LookupError()))
    store.write(add("three"))
    gathering.commit()
    assert seen_by_others(path) == 2


def test_a_mistake_in_a_statement_is_raised_as_it_is(store: Database, gathering: Gathering) -> None:
    store.write(add("one"))
    with pytest.raises(store._errors.faults):
        store.write(add("one"))
    gathering.commit()


def test_work_that_was_in_the_way_of_itself_is_done_again(
    store: Database, gathering: Gathering, path: Path
) -> None:
    tries: list[Transaction] = []

    def work(tx: Transaction) -> None:
        tries.append(tx)
        add(f"{len(tries)}", Contended() if len(tries) < 3 else None)(tx)

    store.write(work)
    gathering.commit()
    assert (len(tries), seen_by_others(path)) == (3, 1)


def test_work_that_is_alone_comes_after_what_was_done(
    store: Database, gathering: Gathering, path: Path
) -> None:
    store.write(add("one"))
    gathering.mark()
    store.write(add("two"), alone=True)
    assert seen_by_others(path) == 2


def test_who_reads_what_it_wrote_finds_it(store: Database, gathering: Gathering) -> None:
    gathering.mark()
    store.write(add("one"))
    with store.read() as tx:
        assert tx.row(COUNT) == (1,)


def test_whoever_waits_is_told_of_a_commit_that_another_needed(
    store: Database, gathering: Gathering, told: list[Exception | None]
) -> None:
    store.write(add("one"))
    store.write(add("two"), alone=True)
    gathering.commit()
    assert told == [None]


def test_who_only_reads_leaves_what_others_wrote_uncommitted(
    store: Database, gathering: Gathering
) -> None:
    store.write(add("one"))
    gathering.mark()
    with store.read() as tx:
        assert tx.row(COUNT) == (0,)
    assert not gathering.wrote


def test_a_failed_commit_undoes_all_of_it(
    store: Database, gathering: Gathering, path: Path, told: list[Exception | None]
) -> None:
    store.write(add("one"))
    _fill(store)
    with pytest.raises(StoreUnavailable, match="full"):
        store.write(_much)
    with pytest.raises(StoreUnavailable, match="full"):
        gathering.commit()
    assert seen_by_others(path) == 0
    assert [type(each) for each in told] == [StoreUnavailable]


def test_nothing_is_done_after_what_undid_the_rest(
    store: Database, gathering: Gathering, path: Path
) -> None:
    store.write(add("one"))
    _fill(store)
    with pytest.raises(StoreUnavailable):
        store.write(_much)
    with pytest.raises(StoreUnavailable, match="full"):
        store.write(add("two"))
    with pytest.raises(StoreUnavailable):
        gathering.commit()
    assert seen_by_others(path) == 0


def test_after_a_failed_commit_there_is_a_new_one(store: Database, gathering: Gathering) -> None:
    store.write(add("one"))
    _fill(store)
    with pytest.raises(StoreUnavailable):
        store.write(_much)
    with pytest.raises(StoreUnavailable):
        gathering.commit()
    _fill(store, 1 << 30)
    store.write(add("two"))
    gathering.commit()


def test_other_threads_commit_by_themselves(
    store: Database, gathering: Gathering, path: Path
) -> None:
    thread = threading.Thread(target=lambda: store.write(add("one")))
    thread.start()
    thread.join()
    assert seen_by_others(path) == 1
    assert not gathering.wrote


def _fill(store: Database, pages: int = 1) -> None:
    """Let the file grow no more than it has grown by now."""
    gathering = store._own.hand.gathering
    assert gathering is not None
    connection = gathering._connection or gathering._begin()
    connection.execute(f"PRAGMA max_page_count = {pages}")


def _much(tx: Transaction) -> None:
    for number in range(2000):
        tx.run(ADD, space="acme", series=f"{number}" * 50, last=1)
