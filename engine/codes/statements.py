"""Signed statements, for the QR codes of printed sheets: who issued a code, and what it grants.

A statement is `CP1.CONTENT.SIGNATURE`: JSON, and the Ed25519 signature (RFC 8032) of all that
stands before it, both as base64url. The public key alone tells a true one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.calendar import parse_instant
from engine.codes import base64url

PREFIX = "CP1."

PRIVATE, PUBLIC = "ed25519-private", "ed25519-public"
"""What keys begin with as text, and then a colon."""
_KEY_BYTES = 32
_KINDS = {
    "issuer": str,
    "code": str,
    "coupon": str,
    "grant": dict | None,
    "expires": str | None,
}


class BadStatement(ValueError):
    """A text that is no statement, or that says what no statement says."""


class ForgedStatement(BadStatement):
    """A statement that none of the keys has signed."""


class Statement(NamedTuple):
    """What is said of a code: its coupon and grant, and the instant it expires, if it does."""

    issuer: str
    code: str
    coupon: str
    grant: dict[str, object] | None
    expires: str | None


def sign(statement: Statement, private: Ed25519PrivateKey) -> str:
    """A statement as text, the same for the same statement and key."""
    content = json.dumps(statement._asdict(), ensure_ascii=False, separators=(",", ":"))
    signed = PREFIX + base64url.written(content.encode())
    return f"{signed}.{base64url.written(private.sign(signed.encode()))}"


def verify(text: str, publics: Iterable[Ed25519PublicKey]) -> Statement:
    """What a signed text says; nothing is read that none of the keys has signed.

    Raises `BadStatement`, and `ForgedStatement` where the signature is wrong.
    """
    signed, _, end = text.strip().rpartition(".")
    content, signature = base64url.read(signed.removeprefix(PREFIX)), base64url.read(end)
    if not signed.startswith(PREFIX) or not content or signature is None:
        raise BadStatement(
            f"this is no statement: `{PREFIX}`, a content and a signature are expected"
        )
    if not any(_is_signed(signed.encode(), signature, each) for each in publics):
        raise ForgedStatement("the signature is not that of a key that was given")
    return _read(content)


def new_signing_key() -> tuple[str, str]:
    """A new pair of keys as text, the private one first."""
    private = Ed25519PrivateKey.generate()
    return f"{PRIVATE}:{base64url.written(private.private_bytes_raw())}", written(private)


def written(private: Ed25519PrivateKey) -> str:
    """The public key of a pair as text, to give away."""
    return f"{PUBLIC}:{base64url.written(private.public_key().public_bytes_raw())}"


def read_private(text: str) -> Ed25519PrivateKey:
    """A private key. Raises `ValueError` that shows nothing of it."""
    return Ed25519PrivateKey.from_private_bytes(_key(text, PRIVATE))


def read_public(text: str) -> Ed25519PublicKey:
    """A public key. Raises `ValueError`."""
    return Ed25519PublicKey.from_public_bytes(_key(text, PUBLIC))


def _key(text: str, kind: str) -> bytes:
    found, _, end = text.strip().partition(":")
    other = PUBLIC if kind == PRIVATE else PRIVATE
    if found == other:
        raise ValueError(f"`{kind}:…` is expected, and this key begins with `{other}:`")
    key = base64url.read(end)
    if found != kind or key is None or len(key) != _KEY_BYTES:
        raise ValueError(f"`{kind}:…` is expected, as `coupon seal new --statements` writes it")
    return key


def _is_signed(signed: bytes, signature: bytes, public: Ed25519PublicKey) -> bool:
    try:
        public.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _read(content: bytes) -> Statement:
    """Signed JSON as a statement; the signer may be a later version, which says more."""
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not _is_statement(said):
        raise BadStatement("it is signed, and says something else than a statement does")
    return Statement(*(said[name] for name in Statement._fields))


def _is_statement(said: dict[str, object]) -> bool:
    expires = said.get("expires")
    return all(isinstance(said.get(name, ...), kind) for name, kind in _KINDS.items()) and (
        expires is None or _is_instant(str(expires))
    )


def _is_instant(text: str) -> bool:
    try:
        parse_instant(text)
    except ValueError:
        return False
    return True
