"""Links that let a customer in who was written to: sealed, for one purpose, and not for long.

A link holds all that it is for, enciphered and authenticated (AES-GCM) under a key of its space,
which the store keeps: nobody can make one, change one, or read in it whom it was sent to.
"""

from __future__ import annotations

import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from engine.calendar import SECOND, Instant
from engine.codes import base64url
from engine.service.errors import ServiceError
from engine.service.work import Work
from engine.store.database import Database
from engine.store.statements import Statement, binds
from engine.store.tables import SECRETS

LASTS = 24 * 3600 * SECOND
"""So long a link can be used."""
_PURPOSE = "group.confirm"
_KEY_BITS = 256
_NONCE_BYTES = 12
_FIND = Statement(select(SECRETS.c.secret).filter_by(**binds("space", "purpose")))
_ADD = Statement(
    lambda insert: insert(SECRETS).values(**binds(*SECRETS.c.keys())).on_conflict_do_nothing()
)


class BadLink(ServiceError):
    """A link that nobody sent, or whose time is over."""


class Invitation(msgspec.Struct, frozen=True, array_like=True):
    """What a link is for: letting this customer, at this address, into this group, until then.

    `before` is the redemption by which they were in it before, and have left.
    """

    group: str
    customer: str
    email: str
    subscription: str | None
    until: int
    before: str | None = None


def write_link(work: Work, invitation: Invitation) -> str:
    """The token of a link."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = _cipher(_key(work)).encrypt(
        nonce, msgspec.json.encode(invitation), _bound_to(work.space)
    )
    return f"{base64url.written(work.space.encode())}.{base64url.written(nonce + sealed)}"


def read_link(work: Work, token: str) -> Invitation:
    """What a link is for. Raises `BadLink`."""
    found = _opened(work, token)
    if found is None:
        raise BadLink("this link is not one that was sent", "copy the whole link out of the mail")
    if found.until <= work.now:
        raise BadLink("this link was good for 24 hours", "ask for a new one")
    return found


def space_of(database: Database, token: str) -> str | None:
    """The space that a link says it is of, where links were ever sent from it."""
    name = base64url.read(token.partition(".")[0])
    try:
        space = None if name is None else name.decode()
    except UnicodeDecodeError:
        return None
    # PostgreSQL has no text with this character.
    if not space or "\0" in space:
        return None
    found = database.row(_FIND, space=space, purpose=_PURPOSE)
    return None if found is None else space


def _opened(work: Work, token: str) -> Invitation | None:
    content = base64url.read(token.partition(".")[2])
    row = work.tx.row(_FIND, space=work.space, purpose=_PURPOSE)
    if content is None or row is None or len(content) < _NONCE_BYTES:
        return None
    nonce, sealed = content[:_NONCE_BYTES], content[_NONCE_BYTES:]
    try:
        said = _cipher(row[0]).decrypt(nonce, sealed, _bound_to(work.space))
    except InvalidTag:
        return None
    return msgspec.json.decode(said, type=Invitation)


def _key(work: Work) -> str:
    """The key of the space, made when the first link is."""
    new = base64url.written(AESGCM.generate_key(_KEY_BITS))
    work.tx.run(_ADD, space=work.space, purpose=_PURPOSE, secret=new)
    row = work.tx.row(_FIND, space=work.space, purpose=_PURPOSE)
    assert row is not None, "it was added, or there before"  # noqa: S101
    return str(row[0])


def _cipher(key: str) -> AESGCM:
    content = base64url.read(key)
    assert content is not None, "keys are written here alone"  # noqa: S101
    return AESGCM(content)


def _bound_to(space: str) -> bytes:
    """What a token is good for, beside what it says."""
    return f"{_PURPOSE}\n{space}".encode()


def until(now: int) -> Instant:
    """When a link of now ends."""
    return Instant(now + LASTS)
