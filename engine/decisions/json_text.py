"""JSON text to plain values: numbers exact, duplicate keys and NaN refused, depth bounded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

import msgspec

from engine.decisions.flaws import Flaw, RequestError

MAX_DEPTH = 64
MAX_LEVEL = 100_000
"""So many values at one depth are looked at without their places: a list may hold itself."""
_LONG = 1000


class Read(dict[str, Any]):
    """An object that was read from JSON text: it was looked through already."""


class _Twice(dict[str, Any]):
    """An object that has a key twice, kept until its place is known."""

    key: str


def read_json(text: str | bytes) -> object:
    """Read JSON text. Raises `RequestError` that points at what is wrong.

    Numbers with a point or an exponent become `Decimal`, others `int`; none becomes a float.
    """
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    value = read_simple(data)
    if value is None:
        value = _looked_through(_decoded(text))
    return Read(value) if type(value) is dict else value


def read_simple(data: bytes) -> object:
    """The value of JSON text where nothing can be wrong in it, as in most requests; else None.

    What goes unsaid elsewhere is a key that stands twice: then less is in the value than in the
    text, so fewer quotes are needed to write it. Escapes by number could make up for them.
    """
    if _BACKSLASH in data and b"\\u" in data:
        return None
    if data.count(_BRACE) + data.count(_BRACKET) > MAX_DEPTH:
        return None
    # An integer that is so long becomes no `int`: its sign counts too.
    if len(data) >= _LONG and _LONG_NUMBER in data.translate(_DIGITS_ALIKE):
        return None
    try:
        value: object = _decode(data)
    except (ValueError, ArithmeticError):
        return None
    return value if _encode(value).count(_QUOTE) == data.count(_QUOTE) else None


def _decoded(text: str | bytes) -> str:
    try:
        return text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        raise RequestError(Flaw("", f"byte {error.start + 1} is not UTF-8")) from None


def _looked_through(text: str) -> object:
    """The value of JSON text, every part of it checked."""
    try:
        value = _WHOLE.decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise RequestError(Flaw("", f"this is not JSON: {error.msg.lower()} at {where}")) from None
    except RecursionError:
        raise RequestError(Flaw("", f"objects nest more than {MAX_DEPTH} deep")) from None
    check_plain(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _twice(pairs)


def _twice(pairs: list[tuple[str, Any]]) -> _Twice:
    """An object that has a key twice, with the first such key."""
    twice = _Twice(pairs)
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            twice.key = name
            break
        seen.add(name)
    return twice


def _integer(text: str) -> int | Decimal:
    # Python bounds the digits of an `int`, not those of a `Decimal`.
    return int(text) if len(text) < _LONG else _decimal(text)


def _decimal(text: str) -> Decimal:
    """A number as it stands; one beyond what decimals reach is infinite, so no fact takes it."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")


_WHOLE = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_decimal)
_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode
_BACKSLASH, _BRACE, _BRACKET, _QUOTE = b'\\{["'
_DIGITS_ALIKE = bytes.maketrans(b"0123456789", b"0" * 10)
_LONG_NUMBER = b"0" * (_LONG - 1)


def check_plain(value: object) -> None:
    """Refuse what JSON can't say or money must not: duplicate keys, floats, deep nesting."""
    if not _is_plain(value):
        for pointer, node, depth in _walk(value):
            _check_node(pointer, node, depth)


def _is_plain(value: object) -> bool:
    """Whether nothing can be wrong, told without the places of things: most requests are so."""
    level = [value]
    texts: list[str] = []
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for node in level:
            if type(node) is dict:
                if not all(type(key) is str and key.isascii() for key in node):
                    return False
                below += node.values()
            elif type(node) is list:
                below += node
            elif type(node) is str:
                texts.append(node)
            elif type(node) not in _HARMLESS:
                return False
        if not below:
            return _is_plain_text("".join(texts))
        if len(below) > MAX_LEVEL:
            return False
        level = below
    return False


def _is_plain_text(text: str) -> bool:
    return text.isascii() and "\0" not in text


_HARMLESS = (int, bool, Decimal, type(None))


def _check_node(pointer: str, node: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise RequestError(Flaw(pointer, f"objects nest more than {MAX_DEPTH} deep"))
    if isinstance(node, Mapping):
        _check_keys(node, pointer)
    if isinstance(node, float):
        raise RequestError(Flaw(pointer, _no_float(node)))
    if isinstance(node, str):
        _check_text(node, pointer, "the text")


def _check_keys(node: Mapping[object, object], pointer: str) -> None:
    for key in node:
        if not isinstance(key, str):
            raise RequestError(Flaw(pointer, "the keys of an object are text"))
        _check_text(key, pointer, "a key")
    if isinstance(node, _Twice):
        raise RequestError(Flaw(f"{pointer}/{escape(node.key)}", f"`{node.key}` stands twice"))


def _check_text(text: str, pointer: str, what: str) -> None:
    if not _is_unicode(text):
        raise RequestError(Flaw(pointer, f"{what} holds half of a surrogate pair"))
    if "\0" in text:
        raise RequestError(Flaw(pointer, f"{what} holds the character U+0000"))


def _no_float(number: float) -> str:
    if isfinite(number):
        return "a binary floating-point number is not exact: give text or a Decimal"
    return f"`{json.dumps(number)}` is no number of JSON"


def _walk(value: object) -> Iterator[tuple[str, object, int]]:
    """Every node with its pointer and depth, without recursion."""
    stack: list[tuple[str, object, int]] = [("", value, 0)]
    while stack:
        pointer, node, depth = stack.pop()
        yield pointer, node, depth
        if isinstance(node, Mapping):
            stack += [(f"{pointer}/{escape(key)}", each, depth + 1) for key, each in node.items()]
        elif isinstance(node, list | tuple):
            stack += [(f"{pointer}/{index}", each, depth + 1) for index, each in enumerate(node)]


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def escape(key: str) -> str:
    """A key as a step of a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
