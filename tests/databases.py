"""Databases for tests that say the same of SQLite and of PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from engine.store import upgrade
from engine.store.database import Database
from tests.lending import Lender
from tests.postgres import Server

DIALECTS = ("sqlite", "postgresql")


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'coupon.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture(params=DIALECTS)
def stored_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with its tables: on SQLite, then on PostgreSQL."""
    found: str = request.getfixturevalue(f"{request.param}_stored")
    return found


@pytest.fixture
def database(stored_url: str) -> Iterator[Database]:
    """A database with its tables."""
    yield from _opened(stored_url)


def in_memory() -> Database:
    """A database in memory with its tables."""
    database = Database("sqlite://")
    with (
        closing(_template().engine.raw_connection()) as tables,
        closing(database.engine.raw_connection()) as copy,
    ):
        tables.driver_connection.backup(copy.driver_connection)  # type: ignore[union-attr]
    return database


@cache
def _template() -> Database:
    """A database in memory, which took every step of the migrations once for the process."""
    database = Database("sqlite://")
    upgrade.ensure(database)
    return database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the tables, which took every step of the migrations once for the run."""
    path = tmp_path_factory.mktemp("template") / "coupon.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_stored(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a copy of the file with the tables."""
    path = tmp_path / "coupon.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def sqlite_copy(sqlite_stored: str) -> Callable[[], Iterator[Database]]:
    """Opens a copy of the file with the tables."""
    return lambda: _opened(sqlite_stored)


@pytest.fixture(scope="session")
def postgres_lender(postgres_server: Server) -> Lender:
    """Lends PostgreSQL databases with the tables, which took every step once for the run."""
    template = postgres_server.create()
    _make_tables(template)
    return Lender(postgres_server, template)


@pytest.fixture
def postgresql_stored(postgres_lender: Lender) -> Iterator[str]:
    """The URL of a PostgreSQL database with the tables."""
    url = postgres_lender.lend()
    yield url
    postgres_lender.take_back(url)


def _make_tables(url: str) -> None:
    database = Database(url)
    upgrade.ensure(database)
    database.close()


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()
