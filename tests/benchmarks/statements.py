"""What a redeem asks of SQLite, written down, and asked again without the service."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import event

from engine.service.caller import Caller
from engine.service.keeping.keys import Keys
from engine.service.office import Office
from engine.service.redeeming.redemptions import Redemptions
from engine.store.database import _PRAGMAS, Database


class Asked(NamedTuple):
    """One statement and its parameters."""

    text: str
    values: dict[str, Any]


class Recorder(sqlite3.Connection):
    """A connection that writes down what it is asked."""

    asked: list[Asked]

    def execute(self, text: str, values: Any = ()) -> sqlite3.Cursor:
        """Run a statement, and write it down."""
        Recorder.asked.append(Asked(text, dict(values)))
        return super().execute(text, values)


def record(store: Path, space: str, token: str, bodies: list[bytes]) -> list[list[Asked]]:
    """The statements of each redeem with an idempotency key, the check of its API key included."""
    database = Database(f"sqlite:///{store}")
    event.listen(database.engine, "do_connect", _use_recorder)
    Recorder.asked = []
    redemptions, keys = Redemptions(Office(database, space)), Keys(database)
    found = []
    for number, body in enumerate(bodies):
        Recorder.asked = []
        key = keys.find(token)
        assert key is not None
        redemptions.redeem(json.loads(body), Caller(key.name, key.scopes, f"recorded-{number}"))
        found.append(Recorder.asked)
    database.close()
    return found


def replay(store: Path, requests: list[list[Asked]]) -> float:
    """How many seconds bare SQLite takes for the same statements, one request after the other."""
    with closing(sqlite3.connect(store, isolation_level=None, cached_statements=512)) as bare:
        for pragma in _PRAGMAS:
            bare.execute(pragma)
        started = time.perf_counter()
        for request in requests:
            for asked in request:
                bare.execute(asked.text, asked.values).fetchall()
        return time.perf_counter() - started


def _use_recorder(_: object, __: object, ___: object, options: dict[str, Any]) -> None:
    options["factory"] = Recorder
