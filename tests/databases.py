"""Databases for tests that say the same of SQLite and of PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.store import upgrade
from engine.store.database import Database
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
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with its tables."""
    copied: Callable[[], Iterator[Database]] = request.getfixturevalue(f"{request.param}_copy")
    with contextmanager(copied)() as found:
        yield found


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the tables, which took every step of the migrations once for the run."""
    path = tmp_path_factory.mktemp("template") / "coupon.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_copy(sqlite_template: Path, tmp_path: Path) -> Callable[[], Iterator[Database]]:
    """Opens a copy of the file with the tables."""

    def opened() -> Iterator[Database]:
        path = tmp_path / "coupon.db"
        shutil.copyfile(sqlite_template, path)
        yield from _opened(f"sqlite:///{path}")

    return opened


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server) -> str:
    """The URL of a PostgreSQL database with the tables, which nobody is connected to."""
    url = postgres_server.create()
    _make_tables(url)
    return url


@pytest.fixture
def postgresql_copy(
    postgres_server: Server, postgres_template: str
) -> Callable[[], Iterator[Database]]:
    """Opens a copy of the PostgreSQL database with the tables."""

    def opened() -> Iterator[Database]:
        url = postgres_server.create(postgres_template)
        yield from _opened(url)
        postgres_server.drop(url)

    return opened


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
