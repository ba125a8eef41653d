"""Cursors: where a list went on from, as text that only this service reads."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec

from engine.decisions.flaws import Flaw, RequestError

_MOST = 2**63


def write_cursor(place: tuple[object, ...]) -> str:
    """The cursor of the place after which a list goes on."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def read_cursor(cursor: str, place: Any) -> Any:  # noqa: ANN401 - a type of tuples, and one of it
    """The place of a cursor. Raises `RequestError` for text that is none of this list."""
    try:
        text = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        found = msgspec.json.decode(text, type=place)
    except (ValueError, msgspec.DecodeError):
        found = None
    if found is None or not all(map(_is_comparable, found)):
        message = f"`{cursor}` is no cursor of this list: take the `next` of the part before"
        raise RequestError(Flaw("/cursor", message))
    return found


def _is_comparable(part: object) -> bool:
    """Whether both databases can compare something with it."""
    return (
        "\0" not in part if isinstance(part, str) else isinstance(part, int) and abs(part) < _MOST
    )
