"""API keys: each opens one space with the scopes it was given; only the hash of one is kept."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import msgspec
from sqlalchemy import bindparam, select, update

from engine.calendar import Instant, format_instant
from engine.service.caller import Scope
from engine.service.errors import Conflict, NoSuchSpace, NotFound
from engine.store import journal
from engine.store.database import Database, Transaction
from engine.store.journal import Entry
from engine.store.statements import Statement, insertion
from engine.store.tables import KEYS, SPACES

PREFIX = "coupon"
_ID_BYTES = 8
_SECRET_BYTES = 24

_ADD = insertion(KEYS)
_FIND = Statement(
    select(KEYS.c.key, KEYS.c.space, KEYS.c.name, KEYS.c.scopes, KEYS.c.hash, KEYS.c.partner).where(
        KEYS.c.key == bindparam("key"), KEYS.c.revoked.is_(None)
    ),
    recurs=True,
)
_LIST = Statement(
    select(KEYS.c.key, KEYS.c.name, KEYS.c.scopes, KEYS.c.created, KEYS.c.revoked, KEYS.c.partner)
    .where(KEYS.c.space == bindparam("space"))
    .order_by(KEYS.c.created, KEYS.c.key)
)
_ONE = Statement(
    select(KEYS.c.name, KEYS.c.revoked).where(
        KEYS.c.space == bindparam("space"), KEYS.c.key == bindparam("key")
    )
)
_REVOKE = Statement(
    update(KEYS)
    .where(KEYS.c.space == bindparam("in_space"), KEYS.c.key == bindparam("id"))
    .values(revoked=bindparam("now"))
)
OF_PARTNERS = frozenset({Scope.INVENTORY, Scope.REASONS})
"""What the key of a partner may do at most."""
_SPACE = Statement(select(SPACES.c.space).where(SPACES.c.space == bindparam("space")))


@dataclass(frozen=True, slots=True)
class KeyInForce:
    """A key that was found: what it opens, and what it may do there.

    One of a partner opens no more than the inventory of that partner and its clients.
    """

    id: str
    space: str
    name: str
    scopes: frozenset[Scope]
    partner: str | None = None


class ListedKey(msgspec.Struct, frozen=True):
    """A key as it is listed: all of it but its secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created: str
    revoked: str | None
    partner: str | None = None


class Keys:
    """The keys of a database, of all its spaces."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        space: str,
        name: str,
        scopes: Iterable[Scope],
        now: Instant,
        who: str,
        partner: str | None = None,
    ) -> str:
        """Make a key and answer it: this once, as it can't be read back.

        That of a `partner` sees only what is in its inventory. Raises `NoSuchSpace`, and
        `Conflict` for scopes that no partner can have.
        """
        key, secret = secrets.token_hex(_ID_BYTES), secrets.token_hex(_SECRET_BYTES)
        wanted = frozenset(scopes)
        _check_scopes(wanted, partner)
        given = sorted(scope.value for scope in wanted)

        def work(tx: Transaction) -> None:
            _check_space(tx, space)
            tx.run(
                _ADD,
                key=key,
                space=space,
                name=name,
                scopes=" ".join(given),
                hash=_hash(secret),
                created=now,
                revoked=None,
                partner=partner,
            )
            after: dict[str, object] = {"name": name, "scopes": given}
            if partner is not None:
                after["partner"] = partner
            journal.append(tx, space, now, [Entry(who, "key created", key, after=after)])

        self._database.write(work)
        return f"{PREFIX}_{key}_{secret}"

    def find(self, token: str) -> KeyInForce | None:
        """The key that a token is, unless there is none or it was revoked."""
        prefix, _, rest = token.partition("_")
        key, _, secret = rest.partition("_")
        if prefix != PREFIX or not token.isascii():
            return None
        found = self._database.look(lambda tx: tx.row(_FIND, key=key))
        if found is None or not hmac.compare_digest(found[4], _hash(secret)):
            return None
        return KeyInForce(found[0], found[1], found[2], _scopes(found[3]), found[5])

    def list(self, space: str) -> tuple[ListedKey, ...]:
        """The keys of a space, revoked ones too, in the order they were made."""
        with self._database.read() as tx:
            _check_space(tx, space)
            return tuple(_listed(*row) for row in tx.rows(_LIST, space=space))

    def revoke(self, space: str, key: str, now: Instant, who: str) -> None:
        """End a key at once. Raises `NoSuchSpace`, `NotFound`, and `Conflict` where it ended."""

        def work(tx: Transaction) -> None:
            _check_space(tx, space)
            name = _name_in_force(tx, space, key)
            tx.run(_REVOKE, in_space=space, id=key, now=now)
            journal.append(tx, space, now, [Entry(who, "key revoked", key, {"name": name})])

        self._database.write(work)


def _check_space(tx: Transaction, space: str) -> None:
    if tx.row(_SPACE, space=space) is None:
        raise NoSuchSpace(
            f"the store has no space `{space}`", "`coupon push` brings one in from its folder"
        )


def _name_in_force(tx: Transaction, space: str, key: str) -> str:
    found = tx.row(_ONE, space=space, key=key)
    if found is None:
        raise NotFound(f"no key is called `{key}`", "`coupon key list` shows them")
    name, revoked = found
    if revoked is not None:
        raise Conflict(f"the key `{key}` was revoked at {format_instant(revoked)}")
    return str(name)


def _check_scopes(scopes: frozenset[Scope], partner: str | None) -> None:
    """A partner's key can do nothing that is the space's own."""
    wrong = sorted(each.value for each in scopes - OF_PARTNERS)
    if partner is not None and wrong:
        allowed = " and ".join(sorted(f"`{each.value}`" for each in OF_PARTNERS))
        raise Conflict(f"a partner's key can't have the scope `{wrong[0]}`", f"give it {allowed}")


def _listed(
    key: str, name: str, scopes: str, created: int, revoked: int | None, partner: str | None
) -> ListedKey:
    ended = None if revoked is None else format_instant(revoked)
    return ListedKey(key, name, tuple(scopes.split()), format_instant(created), ended, partner)


@lru_cache(128)
def _scopes(text: str) -> frozenset[Scope]:
    return frozenset(map(Scope, text.split()))


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
