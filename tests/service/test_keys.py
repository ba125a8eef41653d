"""A key opens its space while it is not revoked; the store never learns its secret."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.calendar import Instant
from engine.service.caller import ALL, PUBLIC, Scope
from engine.service.errors import Conflict, NoSuchSpace, NotFound
from engine.service.keeping.keys import Keys
from engine.store import journal
from engine.store.database import Database
from engine.store.statements import Statement, insertion
from engine.store.tables import JOURNAL, KEYS, SPACES
from tests.databases import in_memory

NOW = Instant(1_780_000_000_000_000)


@pytest.fixture
def store() -> Database:
    """A store with two spaces."""
    database = in_memory()
    for space in ("acme", "other"):
        _begin(database, space)
    return database


def _begin(database: Database, space: str) -> None:
    row = {"space": space, "revision": 0, "context": None, "base": None, "rated": 0, "created": 0}
    database.write(lambda tx: tx.run(insertion(SPACES), **row))
    database.write(lambda tx: journal.start(tx, space))


def test_a_key_is_found_with_its_space_and_scopes(store: Database) -> None:
    keys = Keys(store)
    token = keys.create("acme", "shop", PUBLIC, NOW, "ann")
    keys.create("other", "all", ALL, NOW, "ann")
    found = keys.find(token)
    assert found is not None
    assert (found.space, found.name, found.scopes) == ("acme", "shop", PUBLIC)
    assert token.startswith(f"coupon_{found.id}_")


def test_a_secret_has_more_than_128_bits_and_is_nowhere_in_the_store(store: Database) -> None:
    secret = Keys(store).create("acme", "shop", PUBLIC, NOW, "ann").rpartition("_")[2]
    assert len(bytes.fromhex(secret)) * 8 >= 128
    with store.read() as tx:
        rows = [*tx.rows(Statement(select(KEYS))), *tx.rows(Statement(select(JOURNAL)))]
    assert secret not in str(rows)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda _: "",
        lambda _: "coupon",
        lambda _: "coupon__",
        lambda token: token[:-1],
        lambda token: token + "0",
        lambda token: token + "_",
        lambda token: token.upper(),
        lambda token: token.replace("coupon", "other"),
        lambda token: token.replace("_", "ü"),
        lambda token: token[:-1] + "é",
        lambda token: token.rpartition("_")[0] + "_",
    ],
)
def test_anything_but_the_whole_token_finds_nothing(store: Database, spoilt: object) -> None:
    keys = Keys(store)
    token = keys.create("acme", "shop", PUBLIC, NOW, "ann")
    assert callable(spoilt)
    assert keys.find(spoilt(token)) is None


def test_a_revoked_key_is_found_no_more_but_listed(store: Database) -> None:
    keys = Keys(store)
    token = keys.create("acme", "shop", {Scope.READ, Scope.CHARGE}, NOW, "ann")
    kept = keys.create("acme", "other", PUBLIC, Instant(NOW + 1), "ann")
    key = token.split("_")[1]
    keys.revoke("acme", key, Instant(NOW + 1_000_000), "bob")
    assert keys.find(token) is None
    assert keys.find(kept) is not None
    first, second = keys.list("acme")
    assert (first.id, first.name, first.scopes) == (key, "shop", ("charge", "read"))
    assert first.created < str(first.revoked)
    assert second.revoked is None
    assert keys.list("other") == ()


def test_who_made_and_revoked_a_key_is_in_the_journal(store: Database) -> None:
    keys = Keys(store)
    key = keys.create("acme", "shop", PUBLIC, NOW, "ann").split("_")[1]
    keys.revoke("acme", key, NOW, "bob")
    with store.read() as tx:
        written = Statement(select(JOURNAL.c.who, JOURNAL.c.what, JOURNAL.c.subject))
        assert tx.rows(written) == [("ann", "key created", key), ("bob", "key revoked", key)]
        assert journal.verify(tx, "acme") == 2


def test_what_cannot_be_done_is_said_and_changes_nothing(store: Database) -> None:
    keys = Keys(store)
    key = keys.create("acme", "shop", PUBLIC, NOW, "ann").split("_")[1]
    with pytest.raises(NotFound, match="no key is called `nope`"):
        keys.revoke("acme", "nope", NOW, "ann")
    with pytest.raises(NotFound, match=f"no key is called `{key}`"):
        keys.revoke("other", key, NOW, "ann")
    keys.revoke("acme", key, NOW, "ann")
    with pytest.raises(Conflict, match="was revoked at 2026-05-28T20:26:40Z"):
        keys.revoke("acme", key, NOW, "ann")


def test_a_space_that_is_not_in_the_store_has_no_keys(store: Database) -> None:
    keys = Keys(store)
    for attempt in (
        lambda: keys.create("nowhere", "shop", PUBLIC, NOW, "ann"),
        lambda: keys.list("nowhere"),
        lambda: keys.revoke("nowhere", "x", NOW, "ann"),
    ):
        with pytest.raises(NoSuchSpace, match="the store has no space `nowhere`"):
            attempt()


def test_either_database_keeps_keys(database: Database) -> None:
    _begin(database, "acme")
    keys = Keys(database)
    token = keys.create("acme", "shop", PUBLIC, NOW, "ann")
    found = keys.find(token)
    assert found is not None
    keys.revoke("acme", found.id, NOW, "ann")
    assert keys.find(token) is None
    assert [each.id for each in keys.list("acme")] == [found.id]
