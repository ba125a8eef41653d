"""Plain values to typed requests, with errors in the words of the product."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TypeVar

import msgspec

from engine.decisions.facts import read_number, read_short_number
from engine.decisions.flaws import RequestError
from engine.decisions.json_text import Read, check_plain, read_json, read_simple
from engine.decisions.learnt import learn
from engine.decisions.misfits import misfits

_Request = TypeVar("_Request", bound=msgspec.Struct)

MOST_FLAWS = 20
"""So many things that are wrong are said at once."""


def decode(data: bytes | str | Mapping[str, object], request: type[_Request]) -> _Request:
    """Read a request from JSON text or from plain values. Raises `RequestError`."""
    return convert(plain(data), request)


def read(data: bytes, request: type[_Request]) -> _Request | None:
    """A request straight from JSON text; None where `decode` may have something to say against it.

    What it reads is what `decode` reads: this is the short way, for what most requests are.
    """
    learn(request)
    value = read_simple(data)
    try:
        return msgspec.convert(value, request, dec_hook=read_short_number)  # type: ignore[arg-type] # types are hashable
    except msgspec.ValidationError:
        return None


def plain(data: bytes | str | Mapping[str, object]) -> object:
    """JSON text as plain values, and plain values as they are, once they are checked."""
    if isinstance(data, bytes | str):
        return read_json(data)
    if not isinstance(data, Read):
        check_plain(data)
    return data


def convert(value: object, request: type[_Request], pointer: str = "") -> _Request:
    """Checked plain values as a request. Raises `RequestError`, its pointers after `pointer`."""
    learn(request)
    try:
        return msgspec.convert(value, request, dec_hook=read_number)
    except msgspec.ValidationError:
        raise RequestError(*islice(misfits(value, request, pointer), MOST_FLAWS)) from None
