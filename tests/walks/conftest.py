"""A walk begins in a copy of a store into which the shipped policies were read once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.codes.key_ring import new_key
from tests.cli.running import run
from tests.walks.walking import Walk, walked


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that has read the shipped policies."""
    folder = tmp_path_factory.mktemp("walk")
    path = folder / "coupon.db"
    done = run("push", "--policies", walked(folder), "--database", f"sqlite:///{path}")
    assert done.code == 0, done
    return path


@pytest.fixture
def walk(shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """The shipped policies in force, and a key that seals codes."""
    keys = new_key("walk")
    monkeypatch.setenv("COUPON_SEAL_KEYS", keys)
    path = tmp_path / "coupon.db"
    with closing(sqlite3.connect(shipped)) as read, closing(sqlite3.connect(path)) as copy:
        read.backup(copy)
    found = Walk(f"sqlite:///{path}", keys)
    yield found
    found.database.close()
