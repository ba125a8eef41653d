"""Databases for tests that say the same of SQLite and of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store import upgrade
from engine.store.database import Database

DIALECTS = ("sqlite", "postgresql")


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'coupon.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with its tables."""
    found = Database(database_url)
    upgrade.ensure(found)
    yield found
    found.close()
