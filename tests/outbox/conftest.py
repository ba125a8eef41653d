"""Spaces whose outbox is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine.store.database import Database
from tests.outbox.post import Post


@pytest.fixture
def post(sqlite_copy: Callable[[], Iterator[Database]]) -> Iterator[Post]:
    """A space on a file of SQLite."""
    for database in sqlite_copy():
        yield Post(database)
