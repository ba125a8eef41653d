"""The keys that seal codes: a ring of them, so that keys can change while old codes stay valid."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field

from engine.codes import base64url, block
from engine.codes.sealing import Layout, Sealed, Sealer

SECRET_BYTES = 32
VARIABLE = "COUPON_SEAL_KEYS"

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_BETWEEN = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class SealKey:
    """A key by its name, which is no secret, and its secret of 32 bytes or more."""

    id: str
    secret: bytes = field(repr=False)


class KeyRing:
    """The keys of a space. The first that is not retired seals, and all of them open."""

    def __init__(self, keys: Iterable[SealKey], space: str) -> None:
        self.keys = tuple(keys)
        self.retired: frozenset[str] = frozenset()
        self._sealers = {key.id: Sealer(key.secret, space) for key in self.keys}

    def retiring(self, retired: Iterable[str]) -> KeyRing:
        """The same ring with other keys retired."""
        ring = copy(self)
        ring.retired = frozenset(retired)
        return ring

    @property
    def sealing(self) -> SealKey | None:
        """The key that seals, if there is one."""
        return next((key for key in self.keys if key.id not in self.retired), None)

    def seal(self, layout: Layout, sealed: Sealed, rest: str) -> str:
        """The symbols of a sealed field, without a check symbol; `rest` is the code around it.

        To be asked of a ring that has a key for it. Raises `ValueError` for numbers that the layout
        has too few bits for.
        """
        key = self.sealing
        assert key is not None, "whoever seals asks first which key does"  # noqa: S101
        return block.written(self._sealers[key.id].seal(layout, sealed, rest), layout.symbols)

    def open(self, layout: Layout, body: str, rest: str) -> Sealed | None:
        """What was sealed, or `None` where no key of the ring did it.

        Every key is tried, whichever fits: how long it takes says nothing.
        """
        number = block.read(body)
        if number is None or len(body) != layout.symbols:
            return None
        opened = [sealer.open(layout, number, rest) for sealer in self._sealers.values()]
        return next((found for found in opened if found is not None), None)


def read_key_ring(text: str, space: str) -> KeyRing:
    """The ring that a variable holds: `ID:SECRET ID2:SECRET2`, with spaces or commas between.

    The same keys make other codes in every space. Raises `ValueError` that shows no secret.
    """
    keys = [_read_key(each, place) for place, each in enumerate(_split(text), 1)]
    seen: set[str] = set()
    for key in keys:
        if key.id in seen:
            raise ValueError(
                f"two keys of `{VARIABLE}` are called `{key.id}`: rename or remove one"
            )
        seen.add(key.id)
    return KeyRing(keys, space)


def new_key(name: str) -> str:
    """A new key as it stands in the variable. Raises `ValueError` for what can't be its name."""
    if _ID.fullmatch(name) is None:
        raise ValueError(
            f"`{name}` can't name a key: up to 32 small letters, digits and hyphens are expected"
        )
    return f"{name}:{base64url.written(secrets.token_bytes(SECRET_BYTES))}"


def _split(text: str) -> Iterator[str]:
    return (each for each in _BETWEEN.split(text) if each)


def _read_key(text: str, place: int) -> SealKey:
    name, colon, written = text.partition(":")
    # Without its colon all of it may be a secret, and a name with capitals may be one, too.
    if not colon or _ID.fullmatch(name) is None:
        raise ValueError(
            f"key {place} of `{VARIABLE}` is not written `ID:SECRET`: `coupon seal new` writes one"
        )
    secret = base64url.read(written.rstrip("="))
    if secret is None or len(secret) < SECRET_BYTES:
        raise ValueError(
            f"the secret of key `{name}` in `{VARIABLE}` is not base64url of {SECRET_BYTES} bytes "
            "or more: `coupon seal new` makes one"
        )
    return SealKey(name, secret)
