"""Plain values to typed requests, with errors in the words of the product."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from engine.decisions.facts import NO_NUMBER, read_number
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.json_text import Read, check_plain, escape, read_json
from engine.decisions.learnt import learn
from engine.diagnostics.suggest import did_you_mean

_Request = TypeVar("_Request", bound=msgspec.Struct)

_PATH = re.compile(r"(?P<message>.*?)(?: - at `\$(?P<path>[^`]*)`)?", re.DOTALL)
_UNKNOWN = "Object contains unknown field `{}`"
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
FEW = 12
WIDTH = 60
_KINDS = {
    "str": "text",
    "int": "a whole number",
    "bool": "`true` or `false`",
    "datetime": "an instant with an offset such as `2026-11-28T10:00:00+01:00`",
    "object": "an object",
    "array": "a list",
}
_MOST = {">=": "least", "<=": "most"}


def decode(data: bytes | str | Mapping[str, object], request: type[_Request]) -> _Request:
    """Read a request from JSON text or from plain values. Raises `RequestError`."""
    return convert(plain(data), request)


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
    except msgspec.ValidationError as error:
        flaw = _flaw(str(error), value, request)
        raise RequestError(Flaw(pointer + flaw.pointer, flaw.message)) from None


def _flaw(text: str, value: object, request: type[msgspec.Struct]) -> Flaw:
    message, steps = _parts(text, value)
    pointer = "".join(f"/{escape(str(step))}" for step in steps)
    unknown = re.fullmatch(_UNKNOWN.format("(.*)"), message, re.DOTALL)
    if unknown is not None:
        return _unknown(unknown[1], steps, pointer, request)
    missing = re.match(r"Object missing required field `(.*)`", message)
    if missing is not None:
        return Flaw(pointer, f"`{missing[1]}` is missing")
    return Flaw(pointer, _expected(message, _at(value, steps), _values(_type_at(request, steps))))


def _parts(text: str, value: object) -> tuple[str, list[str | int]]:
    """The message of an error and the steps to its place; a key may look like both."""
    if isinstance(value, Mapping) and any(text == _UNKNOWN.format(key) for key in value):
        return text, []
    match = _PATH.fullmatch(text)
    assert match is not None, "the pattern takes any text"  # noqa: S101
    steps = [name or int(index) for name, index in _STEP.findall(match["path"] or "")]
    return match["message"], steps


def _unknown(key: str, steps: list[str | int], pointer: str, request: type[msgspec.Struct]) -> Flaw:
    help_ = did_you_mean(key, _fields(_type_at(request, steps)))
    message = f"nothing is called `{key}` here" + (f": {help_}" if help_ else "")
    return Flaw(f"{pointer}/{escape(key)}", message)


def _type_at(request: type[msgspec.Struct], steps: list[str | int]) -> list[msgspec.inspect.Type]:
    """The types that a value on a path can have."""
    types: list[msgspec.inspect.Type] = [msgspec.inspect.type_info(request)]
    for step in steps:
        types = [inner for each in types for inner in _step(each, step)]
    return types


def _step(info: msgspec.inspect.Type, step: str | int) -> list[msgspec.inspect.Type]:
    inner: list[msgspec.inspect.Type] = []
    if isinstance(info, msgspec.inspect.ListType):
        inner = [info.item_type]
    elif isinstance(info, msgspec.inspect.StructType):
        inner = [field.type for field in info.fields if field.encode_name == step]
    unions = (
        each.types if isinstance(each, msgspec.inspect.UnionType) else [each] for each in inner
    )
    return [each for union in unions for each in union]


def _fields(types: list[msgspec.inspect.Type]) -> list[str]:
    """The keys that an object can have."""
    structs = (each for each in types if isinstance(each, msgspec.inspect.StructType))
    return [field.encode_name for each in structs for field in each.fields]


def _values(types: list[msgspec.inspect.Type]) -> list[str]:
    """The only values that a text can have."""
    closed = (each for each in types if isinstance(each, msgspec.inspect.LiteralType))
    return [str(value) for each in closed for value in each.values]


def _short(value: object) -> str:
    """A value as a message shows it."""
    text = str(value)
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}…"


def _at(value: object, steps: list[str | int]) -> object:
    for step in steps:
        value = value[step]  # type: ignore[index]
    return value


def _expected(message: str, value: object, values: list[str]) -> str:
    """What was expected instead of a value, in words."""
    if "length <=" in message:
        return f"at most {message.rpartition(' ')[2].strip('`')} entries are answered at once"
    if "length >=" in message:
        return "text that is not empty is expected"
    is_text = isinstance(value, str)
    value = _short(value)
    if message.startswith("Invalid enum value"):
        help_ = did_you_mean(str(value), values)
        if not help_ and 0 < len(values) <= FEW:
            help_ = f"it is one of {', '.join(values)}"
        said = f"`{value}` is none of the values that this can have"
        return f"{said}: {help_}" if help_ else said
    if "RFC3339" in message or "timezone" in message:
        return f"`{value}` is not {_KINDS['datetime']}"
    if message == NO_NUMBER and is_text:
        return f"`{value}` is no decimal number"
    bound = re.match(r"Expected `int` (>=|<=) (-?\d+)", message)
    if bound is not None:
        return f"a whole number of at {_MOST[bound[1]]} {bound[2]} is expected"
    kinds = re.match(r"Expected `([^`]*)`", message)
    if kinds is None:
        return message
    words = [_KINDS[kind] for kind in kinds[1].split(" | ") if kind in _KINDS]
    return f"{' or '.join(words)} is expected"
