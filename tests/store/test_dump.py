"""A backup holds everything, and restores on either database, whole or not at all."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.store import dump
from engine.store.database import Database
from engine.store.dump import BadBackup, NotEmpty
from engine.store.statements import Statement
from engine.store.tables import METADATA
from engine.store.upgrade import LATEST, ensure
from tests.databases import in_memory


def value(column: object, number: int) -> object:
    """A value for a column: another for each number, and of each kind something unusual."""
    kind = type(column.type).__name__  # type: ignore[attr-defined]
    if kind == "LargeBinary":
        return bytes(range(256)) * number
    if kind == "Boolean":
        return number % 2 == 0
    if kind == "BigInteger":
        return (-1) ** number * (2**53 + number)
    if column.nullable and number % 3 == 0:  # type: ignore[attr-defined]
        return None
    return f'ü漢\n"{number:05}'


def fill(database: Database, rows: int) -> None:
    def work(tx: object) -> None:
        for name, table in METADATA.tables.items():
            for number in range(1, rows + 1):
                row = {column.name: value(column, number) for column in table.c}
                tx.run(dump._INSERT[name], **row)  # type: ignore[attr-defined]

    database.write(work)


def content(database: Database) -> dict[str, list[object]]:
    with database.read() as tx:
        return {
            name: sorted((list(dump._plain(table, row)) for row in dump._rows(tx, table)), key=repr)
            for name, table in METADATA.tables.items()
        }


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup of some rows of every table."""
    monkeypatch.setattr(dump, "_PAGE", 3)
    database = in_memory()
    fill(database, 8)
    target = tmp_path / "backup.gz"
    assert dump.back_up(database, target) == 8 * len(METADATA.tables)
    return target


def test_what_was_backed_up_is_restored_as_it_was(
    database_url: str, kept: Path, tmp_path: Path
) -> None:
    database = Database(database_url)
    rows = dump.restore(database, kept)
    assert rows == 8 * len(METADATA.tables)
    source = in_memory()
    fill(source, 8)
    assert content(database) == content(source)
    again = tmp_path / "again.gz"
    dump.back_up(database, again)
    assert sorted(gzip.decompress(again.read_bytes()).splitlines()) == sorted(
        gzip.decompress(kept.read_bytes()).splitlines()
    )
    database.close()


def test_only_the_owner_can_read_a_backup(kept: Path) -> None:
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_a_backup_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = in_memory()
    monkeypatch.setattr(dump, "_rows", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        dump.back_up(database, tmp_path / "backup.gz")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_of_one_moment(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'coupon.db'}"
    database, other = Database(url), Database(url)
    ensure(database)
    with database.read() as tx:
        tx.rows(Statement(text("SELECT * FROM codes")))
        fill(other, 1)
        assert list(dump._lines(tx)) == []
    database.close()
    other.close()


def test_a_database_that_has_rows_is_left_alone(kept: Path) -> None:
    database = in_memory()
    fill(database, 1)
    before = content(database)
    with pytest.raises(NotEmpty, match=r"there are rows in the table `.*` already"):
        dump.restore(database, kept)
    assert content(database) == before


def damaged(source: Path, lines: list[bytes]) -> Path:
    target = source.with_name("damaged.gz")
    target.write_bytes(gzip.compress(b"\n".join(lines)))
    return target


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _: [], "this is no backup of a store"),
        (lambda _: [b"hello"], "this is no backup of a store"),
        (lambda _: [b'{"format":"x","step":"1"}'], "this is no backup of a store"),
        (lambda lines: [lines[0].replace(LATEST.encode(), b"0000"), *lines[1:]], "of step `0000`"),
        (lambda lines: lines[:-1], "its end is missing"),
        (lambda lines: [*lines[:3], *lines[4:]], "rows were written, not"),
        (lambda lines: [*lines, lines[1]], "rows were written, not"),
        (lambda lines: [lines[0], b'["codes",1]', *lines[1:]], "`codes` is no table with 1"),
        (lambda lines: [lines[0], b'["nope"]', *lines[1:]], "`nope` is no table"),
        (lambda lines: [lines[0], lines[1][:-5], *lines[2:]], "the file is damaged"),
    ],
)
def test_a_damaged_backup_restores_nothing(kept: Path, change: object, said: str) -> None:
    assert callable(change)
    source = damaged(kept, change(gzip.decompress(kept.read_bytes()).splitlines()))
    database = Database("sqlite://")
    with pytest.raises(BadBackup, match=said):
        dump.restore(database, source)
    assert not any(content(database).values())


@pytest.mark.parametrize("spoil", [lambda data: data[:-100], lambda data: b"PK" + data[2:]])
def test_a_backup_that_was_cut_off_restores_nothing(kept: Path, spoil: object) -> None:
    assert callable(spoil)
    kept.write_bytes(spoil(kept.read_bytes()))
    database = Database("sqlite://")
    with pytest.raises(BadBackup, match="the file is damaged"):
        dump.restore(database, kept)
    assert not any(content(database).values())
