"""`coupon db`: makes tables, checks, backs up, restores, prunes, verifies the journal."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.running import COUPON, SPACE, run, write

OLD = 1_700_000_000_000_000


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose policies are in the store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    write(tmp_path / "policies", space=SPACE, spring=COUPON)
    assert run("push").code == 0
    assert run("redeem", "SPRING", "--subscription", "sub-1").code == 0
    return tmp_path


def alter(statement: str, *values: object) -> None:
    with sqlite3.connect("coupon.db") as connection:
        connection.execute(statement, values)
    connection.close()


def test_upgrading_makes_the_tables_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    said = "the tables are those of step 0003, the last one\n"
    assert run("db", "upgrade") == (0, said, "")
    assert run("db", "upgrade", "--database", "sqlite:///coupon.db") == (0, said, "")


@pytest.mark.usefixtures("here")
def test_a_store_that_is_whole_is_well() -> None:
    assert run("db", "check") == (0, "all is well\n", "")
    code, out, _ = run("db", "verify-journal")
    assert code == 0
    assert out.startswith("acme: ")
    assert out.endswith(" entries, the chain is whole\n")


@pytest.mark.usefixtures("here")
def test_a_counter_that_is_not_what_its_rows_say_is_found() -> None:
    alter("UPDATE counters SET n = n + 1")
    code, out, _ = run("db", "check")
    assert code == 1
    assert "acme: spring: " in out


@pytest.mark.usefixtures("here")
def test_an_altered_journal_is_found() -> None:
    alter("UPDATE journal SET who = 'eve' WHERE seq = 2")
    said = "acme: entry 2: it does not continue the entry before it\n"
    assert run("db", "verify-journal") == (1, said, "")
    code, out, _ = run("db", "check")
    assert (code, "acme: the journal is broken: entry 2" in out) == (1, True)


@pytest.mark.usefixtures("here")
def test_a_damaged_file_is_found() -> None:
    connection = sqlite3.connect("coupon.db")
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'UNIQUE', '')")
    connection.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'holds'")
    connection.commit()
    connection.close()
    code, out, _ = run("db", "check")
    assert (code, "the file is damaged: " in out) == (1, True)


def test_a_file_that_is_no_database_is_said(here: Path) -> None:
    (here / "other.db").write_bytes(b"no database" * 1000)
    code, out, err = run("db", "check", "--database", "sqlite:///other.db")
    assert (code, out) == (1, "")
    assert "file is not a database" in err


@pytest.mark.usefixtures("here")
def test_a_backup_restores_into_an_empty_database_only() -> None:
    code, out, _ = run("db", "backup", "b.gz")
    assert (code, out.startswith("wrote ")) == (0, True)
    rows = out.split()[1]
    other = ("--database", "sqlite:///other.db")
    assert run("db", "restore", "b.gz", *other) == (0, f"restored {rows} rows\n", "")
    assert run("db", "check", *other).code == 0
    code, _, err = run("db", "restore", "b.gz", *other)
    assert (code, "already: restore into an empty database" in err) == (1, True)


def test_a_backup_that_cannot_be_written_or_read_is_said(here: Path) -> None:
    (here / "b.gz").write_text("mine")
    code, _, err = run("db", "backup", "b.gz")
    assert (code, "`b.gz` is there already: nothing was written" in err) == (2, True)
    assert (here / "b.gz").read_text() == "mine"
    code, _, err = run("db", "backup", "nowhere/b.gz")
    assert (code, err) == (
        1,
        "Error: `nowhere/b.gz` can't be used: no such file or directory\n",
    )
    code, _, err = run("db", "restore", "b.gz", "--database", "sqlite:///other.db")
    assert (code, "`b.gz`: the file is damaged" in err) == (1, True)
    assert run("db", "restore", "nowhere.gz").code == 2


@pytest.mark.usefixtures("here")
def test_pruning_forgets_what_is_older_than_thirty_days() -> None:
    assert (
        run("db", "prune").out
        == "forgot decisions: 0, idempotency keys: 0, delivered messages: 0\n"
    )
    alter("UPDATE decisions SET recorded = ?", OLD)
    alter("INSERT INTO idempotency VALUES ('acme', 'k', 'r', 'Ended', '{}', NULL, ?)", OLD)
    assert (
        run("db", "prune").out
        == "forgot decisions: 1, idempotency keys: 1, delivered messages: 0\n"
    )
    assert run("db", "check").code == 0


@pytest.mark.parametrize("command", ["upgrade", "check", "prune", "verify-journal"])
def test_what_is_no_database_is_wrong_usage(command: str) -> None:
    code, _, err = run("db", command, "--database", "mysql://x")
    assert (code, "is not supported" in err or "no database URL" in err) == (2, True)
