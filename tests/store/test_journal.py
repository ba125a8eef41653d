"""The journal tells when an entry was altered, and lets personal facts go."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from engine.store import journal
from engine.store.database import Database
from engine.store.journal import BrokenChain, Entry

SPACE = "acme"


@pytest.fixture
def written(database: Database) -> Database:
    """Four entries, written by two transactions, about two customers."""
    database.write(lambda tx: journal.start(tx, SPACE))
    first = [
        Entry("ann", "redeemed", "red-1", after={"code": "SPRING"}, customer="cus-1"),
        Entry("ann", "redeemed", "red-2", after={"code": "SPRING"}, customer="cus-2"),
    ]
    second = [Entry("bob", "removed", "red-1", before={"code": "SPRING"}, customer="cus-1")]
    database.write(lambda tx: journal.append(tx, SPACE, 1, first))
    database.write(lambda tx: journal.append(tx, SPACE, 2, second))
    database.write(lambda tx: journal.append(tx, SPACE, 3, [Entry("bob", "switched", "spring")]))
    return database


def verify(database: Database) -> int:
    return database.write(lambda tx: journal.verify(tx, SPACE))


def alter(database: Database, statement: str) -> None:
    with database.core() as connection:
        connection.execute(text(statement))


def test_an_unaltered_journal_verifies(written: Database) -> None:
    assert verify(written) == 4


def test_nothing_is_written_where_nothing_changed(written: Database) -> None:
    written.write(lambda tx: journal.append(tx, SPACE, 4, []))
    assert verify(written) == 4


@pytest.mark.parametrize(
    ("statement", "seq", "why"),
    [
        ("UPDATE journal SET who = 'eve' WHERE seq = 2", 2, "does not continue"),
        ("UPDATE journal SET what = 'x' WHERE seq = 4", 4, "does not continue"),
        ("UPDATE journal SET subject = 'x' WHERE seq = 1", 1, "does not continue"),
        ("UPDATE journal SET recorded = 9 WHERE seq = 3", 3, "does not continue"),
        ("UPDATE journal SET payload = '{}' WHERE seq = 3", 3, "what changed is not what"),
        ("UPDATE journal SET salt = '0' WHERE seq = 2", 2, "what changed is not what"),
        ("DELETE FROM journal WHERE seq = 2", 2, "it is missing"),
        ("DELETE FROM journal WHERE seq = 4", 4, "entries at the end are missing"),
        ("UPDATE journal SET seq = 5 WHERE seq = 4", 4, "it is missing"),
    ],
)
def test_an_altered_entry_is_named(written: Database, statement: str, seq: int, why: str) -> None:
    alter(written, statement)
    with pytest.raises(BrokenChain, match=f"entry {seq}: .*{why}") as raised:
        verify(written)
    assert raised.value.seq == seq


def test_erasing_what_an_entry_says_keeps_the_chain(written: Database) -> None:
    alter(written, "UPDATE journal SET payload = NULL, salt = NULL WHERE customer = 'cus-1'")
    assert verify(written) == 4


def test_each_space_has_a_chain_of_its_own(written: Database) -> None:
    written.write(lambda tx: journal.start(tx, "other"))
    written.write(lambda tx: journal.append(tx, "other", 1, [Entry("ann", "made", "x")]))
    alter(written, "UPDATE journal SET who = 'eve' WHERE space = 'other'")
    assert verify(written) == 4
