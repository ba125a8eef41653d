"""What was read is remembered for as long as nothing has changed, and no longer."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select

from engine.store import memo, upgrade
from engine.store.database import Database, StoreUnavailable, Transaction
from engine.store.statements import Statement, insertion
from engine.store.tables import NUMBERS

ADD = insertion(NUMBERS)
LAST = Statement(
    select(NUMBERS.c.last).where(
        NUMBERS.c.space == bindparam("space"), NUMBERS.c.series == bindparam("series")
    ),
    recurs=True,
)
EVERY = Statement(select(NUMBERS.c.last))
CHANGE = "UPDATE numbers SET last = last + 1"
OF_BILLS = {"space": "acme", "series": "bills"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "coupon.db"


@pytest.fixture
def store(sqlite_copy: Callable[[], Iterator[Database]]) -> Iterator[Database]:
    with contextmanager(sqlite_copy)() as found:
        found.write(lambda tx: tx.run(ADD, **OF_BILLS, last=1))
        yield found


@pytest.fixture
def asked(store: Database) -> list[str]:
    """What the database is asked from now on."""
    found: list[str] = []
    store.look(lambda tx: tx.row(EVERY))
    connection = store._own.hand.lent.driver
    connection.set_trace_callback(found.append)
    return found


def last(tx: Transaction) -> int | None:
    row = tx.row(LAST, **OF_BILLS)
    return None if row is None else int(row[0])


def _last_of(series: str, tx: Transaction) -> object:
    return tx.row(LAST, space="acme", series=series)


def change_elsewhere(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(CHANGE)


def test_what_was_read_is_not_asked_again(store: Database, asked: list[str]) -> None:
    assert [store.look(last) for _ in range(3)] == [1, 1, 1]
    assert sum("SELECT" in each for each in asked) == 1
    assert asked.count("BEGIN") == asked.count("COMMIT") == 1


def test_that_there_is_nothing_is_remembered_too(store: Database, asked: list[str]) -> None:
    def missing(tx: Transaction) -> object:
        return tx.row(LAST, space="acme", series="notes"), tx.rows(LAST, space="x", series="bills")

    assert [store.look(missing) for _ in range(2)] == [(None, []), (None, [])]
    assert sum("SELECT" in each for each in asked) == 2


def test_rows_that_were_answered_belong_to_who_asked(store: Database) -> None:
    store.look(lambda tx: tx.rows(LAST, **OF_BILLS)).clear()
    assert store.look(lambda tx: tx.rows(LAST, **OF_BILLS)) == [(1,)]


def test_what_another_process_has_changed_is_read_again(store: Database, path: Path) -> None:
    script = f"import sqlite3\nwith sqlite3.connect({str(path)!r}) as c: c.execute({CHANGE!r})"
    for expected in (1, 2):
        assert store.look(last) == expected
        subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603


def test_what_the_same_connection_has_written_is_read_again(store: Database) -> None:
    assert store.look(last) == 1
    store.write(lambda tx: tx.run(ADD, space="acme", series="notes", last=7))
    bump = Statement(NUMBERS.update().values(last=NUMBERS.c.last + 1))
    store.write(lambda tx: tx.run(bump))
    assert store.look(last) == 2


def test_what_was_rolled_back_is_not_remembered(store: Database) -> None:
    bump = Statement(NUMBERS.update().values(last=NUMBERS.c.last + 1))

    def fail(tx: Transaction) -> None:
        tx.run(bump)
        assert last(tx) == 2
        raise ZeroDivisionError

    assert store.look(last) == 1
    with pytest.raises(ZeroDivisionError):
        store.write(fail)
    assert store.look(last) == 1


def test_what_was_gathered_is_seen_though_nobody_has_committed_it(store: Database) -> None:
    gathering = store.gather(lambda _: None)
    bump = Statement(NUMBERS.update().values(last=NUMBERS.c.last + 1))
    for expected in (1, 2, 3):
        assert store.look(last) == expected
        gathering.mark()
        store.write(lambda tx: tx.run(bump))
    gathering.commit()
    assert store.look(last) == 4


def test_a_change_between_two_questions_has_the_work_begin_again(
    store: Database, path: Path
) -> None:
    store.look(last)
    seen: list[int | None] = []

    def work(tx: Transaction) -> tuple[int | None, list[tuple[int]]]:
        seen.append(last(tx))
        if len(seen) == 1:
            change_elsewhere(path)
        return seen[-1], tx.rows(EVERY)

    assert store.look(work) == (2, [(2,)])
    assert seen == [1, 2]


def test_once_something_was_read_the_work_sees_one_state(store: Database, path: Path) -> None:
    def work(tx: Transaction) -> tuple[int | None, list[tuple[int]]]:
        first = last(tx)
        change_elsewhere(path)
        return first, tx.rows(EVERY)

    assert store.look(work) == (1, [(1,)])
    assert store.look(last) == 2


def test_the_order_in_which_values_are_given_tells_nothing_apart(store: Database) -> None:
    assert store.look(lambda tx: tx.row(LAST, space="acme", series="bills")) == (1,)
    assert store.look(lambda tx: tx.row(LAST, series="acme", space="bills")) is None
    assert store.look(lambda tx: tx.row(LAST, series="bills", space="acme")) == (1,)


def test_so_much_is_remembered_and_no_more(
    store: Database, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memo, "LARGEST", 0)
    assert [store.look(last) for _ in range(2)] == [1, 1]
    assert sum("SELECT" in each for each in asked) == 2
    monkeypatch.undo()
    monkeypatch.setattr(memo, "MOST", 2)
    for series in ("a", "b", "c", "a"):
        store.look(partial(_last_of, series))
    assert sum("SELECT" in each for each in asked) == 6


def test_what_was_made_of_rows_is_known_while_they_stand(store: Database, path: Path) -> None:
    def made(tx: Transaction) -> object:
        found = tx.known.get(("made", "bills"))
        if found is None:
            found = [last(tx)]
            tx.keep(("made", "bills"), found)
        return found

    first = store.look(made)
    assert store.look(made) is first
    change_elsewhere(path)
    assert (first, store.look(made)) == ([1], [2])


def test_where_something_may_change_meanwhile_nothing_is_made_for_others(store: Database) -> None:
    def made(tx: Transaction) -> object:
        tx.keep(("made",), 1)
        return tx.known.get(("made",))

    assert store.write(made) is None
    with store.read() as tx:
        assert made(tx) is None


def test_in_one_turn_the_state_is_looked_at_once(
    store: Database, path: Path, asked: list[str]
) -> None:
    gathering = store.gather(lambda _: None)
    gathering.mark()
    assert store.look(last) == 1
    change_elsewhere(path)
    assert store.look(last) == 1
    assert sum("data_version" in each for each in asked) == 2  # once more where it was read
    gathering.mark()
    assert store.look(last) == 2


def test_in_one_turn_what_is_not_known_is_of_the_state_of_now(store: Database, path: Path) -> None:
    gathering = store.gather(lambda _: None)
    gathering.mark()
    assert store.look(last) == 1
    change_elsewhere(path)
    assert store.look(lambda tx: (last(tx), tx.rows(EVERY))) == (2, [(2,)])
    assert store.look(last) == 2


@pytest.mark.parametrize("alone", [False, True])
def test_what_a_turn_writes_is_looked_at_in_it(store: Database, *, alone: bool) -> None:
    bump = Statement(NUMBERS.update().values(last=NUMBERS.c.last + 1))
    gathering = store.gather(lambda _: None)
    gathering.mark()
    assert store.look(last) == 1
    store.write(lambda tx: tx.run(bump), alone=alone)
    assert store.look(last) == 2


def test_in_one_turn_the_database_is_asked_what_has_changed_once(
    store: Database, asked: list[str]
) -> None:
    """Whoever looks again in a turn knows what the first found, and asks nothing."""
    gathering = store.gather(lambda _: None)
    store.look(last)
    gathering.mark()
    before = len(asked)
    assert [store.look(last) for _ in range(3)] == [1, 1, 1]
    assert asked[before:] == ["PRAGMA data_version"]


def test_in_one_turn_each_look_that_reads_has_a_transaction_of_its_own(
    store: Database, asked: list[str], path: Path
) -> None:
    """What another process wrote between two of them is seen by the second."""
    gathering = store.gather(lambda _: None)
    gathering.mark()
    seen = []
    for _ in range(2):
        seen.append(store.look(lambda tx: tx.rows(EVERY)))
        change_elsewhere(path)
    assert seen == [[(1,)], [(2,)]]
    assert asked.count("BEGIN") == asked.count("COMMIT") == 2


@pytest.mark.parametrize("gathered", [False, True])
def test_who_looks_within_a_look_has_another_connection(
    store: Database, path: Path, *, gathered: bool
) -> None:
    """The inner look sees what was committed meanwhile, the outer one still its own state."""
    if gathered:
        store.gather(lambda _: None).mark()

    def outer(tx: Transaction) -> list[object]:
        found: list[object] = [tx.rows(EVERY)]
        change_elsewhere(path)
        return [*found, store.look(lambda inner: inner.rows(EVERY)), tx.rows(EVERY)]

    assert store.look(outer) == [[(1,)], [(2,)], [(1,)]]
    assert store.look(last) == 2


def test_work_that_ends_where_the_state_has_moved_leaves_nothing_old_behind(
    store: Database, path: Path
) -> None:
    """The next look of the turn neither answers what has passed nor keeps what was made of it."""
    store.gather(lambda _: None).mark()

    def give_up(tx: Transaction) -> int | None:
        found = last(tx)
        change_elsewhere(path)
        with suppress(memo.Moved):
            tx.rows(EVERY)
        return found

    assert store.look(last) == 1
    assert store.look(give_up) == 1
    assert store.look(last) == 2


def test_work_that_failed_leaves_nothing_to_who_looks_next(store: Database, path: Path) -> None:
    """Its transaction is over, and the next look of the turn may read."""
    store.gather(lambda _: None).mark()

    def fail(tx: Transaction) -> None:
        tx.rows(EVERY)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.look(fail)
    change_elsewhere(path)
    assert store.look(lambda tx: tx.rows(EVERY)) == [(2,)]


def test_an_error_of_the_database_is_told_as_one(store: Database) -> None:
    store.write(lambda tx: tx._connection.execute("DROP TABLE numbers"))
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="no such table"):
            store.look(lambda tx: tx.row(EVERY))


def test_memory_alone_is_looked_at_too() -> None:
    alone = Database("sqlite://")
    upgrade.ensure(alone)
    assert alone.look(last) is None
    alone.write(lambda tx: tx.run(ADD, **OF_BILLS, last=3))
    assert alone.look(last) == 3
    alone.close()


def test_what_is_kept_among_others_goes_with_them(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It counts as one more, too: where there are too many, all of it is made anew."""

    def made(name: str, tx: Transaction) -> dict[str, int]:
        found: dict[str, int] | None = tx.known.get("made")
        if found is None:
            found = {}
            tx.keep("made", found)
        tx.keep(name, 1, found)
        return found

    monkeypatch.setattr(memo, "MOST", 3)
    first = [store.look(partial(made, name)) for name in ("a", "b")]
    assert first[0] is first[1] == {"a": 1, "b": 1}
    store.look(partial(made, "c"))
    assert store.look(partial(made, "d")) == {"d": 1}
