"""Plain values to typed requests, with errors in the words of the product."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import TypeVar

import msgspec

from engine.decisions.facts import read_number, read_short_number
from engine.decisions.flaws import RequestError
from engine.decisions.json_text import Read, check_plain, read_json
from engine.decisions.learnt import learn
from engine.decisions.misfits import misfits
from engine.decisions.unpatterned import may_matter, unpatterned

_Request = TypeVar("_Request", bound=msgspec.Struct)

MOST_FLAWS = 20
"""So many things that are wrong are said at once."""


def decode(data: bytes | str | Mapping[str, object], request: type[_Request]) -> _Request:
    """Read a request from JSON text or from plain values. Raises `RequestError`."""
    return convert(plain(data), request)


def read(data: bytes, request: type[_Request]) -> _Request | None:
    """A request straight from JSON text; None where `decode` may have something to say against it.

    What it reads is what `decode` reads: this is the short way, for what most requests are. A key
    that stands twice goes unsaid: then less is in the request than in the text, so fewer quotes
    are needed to write it. Escapes by number could make up for them.
    """
    decoder = (_decoder if may_matter(data) else _unpatterned)(request)
    try:
        value: _Request = decoder.decode(data)
    except (ValueError, ArithmeticError, RecursionError):
        return None
    if b"\\u" in data or _encode(value).count(_QUOTE) != data.count(_QUOTE):
        return None
    return value


@lru_cache(1024)
def _decoder(request: type[_Request]) -> msgspec.json.Decoder[_Request]:
    learn(request)
    return msgspec.json.Decoder(request, dec_hook=read_short_number, float_hook=Decimal)


@lru_cache(1024)
def _unpatterned(request: type[_Request]) -> msgspec.json.Decoder[_Request]:
    return _decoder(unpatterned(request))


_encode = msgspec.json.Encoder(enc_hook=attrgetter("given")).encode
_QUOTE = b'"'


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
