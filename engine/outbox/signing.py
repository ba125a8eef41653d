"""Signing messages as Standard Webhooks says, with secrets that can be replaced while in use."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable

import msgspec

from engine.calendar import DAY, SECOND, Instant

PREFIX = "whsec_"
OVERLAP = DAY
"""So long a secret that was replaced still signs, beside its successor."""
_BYTES = 32


class Secret(msgspec.Struct, frozen=True):
    """A secret as it is kept; one that was replaced signs `until` an instant."""

    secret: str
    until: int | None = None


_SECRETS = msgspec.json.Decoder(tuple[Secret, ...])


def new_secret() -> str:
    """A secret that nobody has yet, as its receiver is given it."""
    return PREFIX + b64encode(secrets.token_bytes(_BYTES)).decode()


def kept(*found: Secret) -> str:
    """Secrets as the store keeps them."""
    return msgspec.json.encode(found).decode()


def read_secrets(text: str, now: int) -> tuple[Secret, ...]:
    """The secrets of a webhook that sign at an instant, the newest first."""
    found = _SECRETS.decode(text)
    return tuple(each for each in found if each.until is None or each.until > now)


def replaced(text: str, fresh: str, now: Instant) -> str:
    """The secrets of a webhook with a new one; those before it sign for a day more."""
    end = now + OVERLAP
    before = (Secret(each.secret, min(end, each.until or end)) for each in read_secrets(text, now))
    return kept(Secret(fresh), *before)


def headers(message: str, body: bytes, found: Iterable[Secret], now: int) -> dict[str, str]:
    """What a message is sent with: its id, the moment of sending, a signature of each secret."""
    moment = str(now // SECOND)
    signed = f"{message}.{moment}.".encode() + body
    return {
        "webhook-id": message,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(_signature(each.secret, signed) for each in found),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    return "v1," + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
