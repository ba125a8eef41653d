"""Backups: every row of every table at one moment, as compressed lines of JSON.

The same file restores on SQLite and on PostgreSQL, so it also moves a store from one to the other.
The first line says which tables it is of, and the last how many rows it has, so that a file which
lacks some of them is told from a whole one.
"""

from __future__ import annotations

import gzip
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from sqlalchemy import Boolean, LargeBinary, Table, bindparam, literal_column, select, tuple_

from engine.store.database import Database, Row, Transaction
from engine.store.statements import Statement, insertion
from engine.store.tables import METADATA
from engine.store.upgrade import LATEST, ensure

FORMAT = "coupon-store"
_PAGE = 2000


class Header(msgspec.Struct, frozen=True):
    """What a file begins with."""

    format: str
    step: str


class Footer(msgspec.Struct, frozen=True):
    """What a file ends with."""

    rows: int


class BadBackup(ValueError):
    """The file is no whole backup that this version of the program can restore."""


class NotEmpty(ValueError):
    """There are rows in the database already."""


def back_up(database: Database, target: Path) -> int:
    """Write all rows to a file that only its owner can read; how many there are.

    A file that could not be written whole is not left behind.
    """
    with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        unfinished = Path(folder, "backup")
        unfinished.touch(mode=0o600)
        with unfinished.open("r+b") as file:
            with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
                rows = _write(database, packed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
    return rows


def _write(database: Database, file: gzip.GzipFile) -> int:
    rows = 0
    file.write(_line(Header(FORMAT, LATEST)))
    with database.read() as tx:
        for line in _lines(tx):
            file.write(line)
            rows += 1
    file.write(_line(Footer(rows)))
    return rows


def _lines(tx: Transaction) -> Iterator[bytes]:
    for table in METADATA.sorted_tables:
        for row in _rows(tx, table):
            yield _line([str(table.name), *_plain(table, row)])


def restore(database: Database, source: Path) -> int:
    """Write all rows of a file into an empty database, or none; how many there are.

    Raises `BadBackup` and `NotEmpty`.
    """
    ensure(database)
    return database.write(lambda tx: _restore(tx, source))


def _restore(tx: Transaction, source: Path) -> int:
    for table in METADATA.sorted_tables:
        if tx.row(_SOME[table.name]) is not None:
            raise NotEmpty(f"there are rows in the table `{table.name}` already")
    try:
        with gzip.open(source, "rb") as lines:
            return _take(tx, lines)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadBackup(f"the file is damaged: {error}") from None


def _take(tx: Transaction, lines: Iterator[bytes]) -> int:
    _check_header(next(lines, b""))
    for rows, line in enumerate(lines):
        content = _decode(line)
        if isinstance(content, dict):
            _check_footer(content, rows, lines)
            return rows
        _insert(tx, content)
    raise BadBackup("the file is damaged: its end is missing")


def _check_header(line: bytes) -> None:
    try:
        header = msgspec.json.decode(line, type=Header)
    except msgspec.DecodeError:
        raise BadBackup("this is no backup of a store") from None
    if header.format != FORMAT:
        raise BadBackup("this is no backup of a store")
    if header.step != LATEST:
        raise BadBackup(
            f"the file has the tables of step `{header.step}`, this version of the program has "
            f"those of `{LATEST}`: restore it with the version that wrote it, and upgrade then"
        )


def _check_footer(content: dict[str, Any], rows: int, lines: Iterator[bytes]) -> None:
    if content.get("rows") != rows or next(lines, None) is not None:
        raise BadBackup(f"the file is damaged: {content.get('rows')} rows were written, not {rows}")


def _insert(tx: Transaction, content: list[Any]) -> None:
    name, *values = content
    table = METADATA.tables.get(name)
    if table is None or len(values) != len(table.c):
        raise BadBackup(f"the file is damaged: `{name}` is no table with {len(values)} columns")
    row = {
        column.name: b64decode(value) if isinstance(column.type, LargeBinary) else value
        for column, value in zip(table.c, values, strict=True)
    }
    tx.run(_INSERT[name], **row)


def _plain(table: Table, row: Row) -> Iterator[object]:
    """The values of a row as both databases take them."""
    for column, value in zip(table.c, row, strict=True):
        if isinstance(column.type, LargeBinary):
            yield b64encode(value).decode()
        else:
            yield bool(value) if isinstance(column.type, Boolean) else value


def _rows(tx: Transaction, table: Table) -> Iterator[Row]:
    """Every row of a table, some at a time, in the order of its key."""
    places = [table.c.keys().index(column.name) for column in table.primary_key]
    page = tx.rows(_FIRST[table.name], size=_PAGE)
    while page:
        yield from page
        after = {f"after_{index}": page[-1][place] for index, place in enumerate(places)}
        page = tx.rows(_NEXT[table.name], **after, size=_PAGE)


def _pages(table: Table, *, first: bool) -> Statement:
    key = list(table.primary_key)
    after = [bindparam(f"after_{index}", type_=column.type) for index, column in enumerate(key)]
    found = select(table).order_by(*key).limit(bindparam("size"))
    return Statement(found if first else found.where(tuple_(*key) > tuple_(*after)))


def _line(content: object) -> bytes:
    return msgspec.json.encode(content) + b"\n"


def _decode(line: bytes) -> Any:  # noqa: ANN401 - a row, or the footer
    try:
        return msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        raise BadBackup(f"the file is damaged: {error}") from None


_TABLES = METADATA.tables.items()
_INSERT = {name: insertion(table) for name, table in _TABLES}
_FIRST = {name: _pages(table, first=True) for name, table in _TABLES}
_NEXT = {name: _pages(table, first=False) for name, table in _TABLES}
_SOME = {
    name: Statement(select(literal_column("1")).select_from(table).limit(1))
    for name, table in _TABLES
}
