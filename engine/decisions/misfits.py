"""What in plain values is not as a type needs it: everything that is wrong, in order, in words.

Only what msgspec has refused comes here: it says the first thing that is wrong, so each part is
shown to it by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from engine.decisions.facts import NO_NUMBER, read_number
from engine.decisions.flaws import Flaw
from engine.decisions.json_text import escape
from engine.decisions.learnt import learn
from engine.diagnostics.suggest import did_you_mean

FEW = 12
WIDTH = 60
_LENGTH = re.compile(r"Expected `(\w+)` of length (<=|>=) (\d+)")
_BOUND = re.compile(r"Expected `int` (<=|>=) (-?\d+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_KIND = re.compile(r"Expected `([^`]*)`")
_KINDS = {
    "str": "text",
    "int": "a whole number",
    "bool": "`true` or `false`",
    "datetime": "an instant with an offset such as `2026-11-28T10:00:00+01:00`",
    "object": "an object",
    "array": "a list",
}
_PLACE = " - at `$"
_MOST = {">=": "least", "<=": "most"}


def misfits(value: object, kind: Any, pointer: str) -> Iterator[Flaw]:  # noqa: ANN401 - a type
    """Everything that is wrong with a value of a type, in the order in which it stands there."""
    said = _refusal(value, kind)
    if said is None:
        return
    choices, found = _choices(kind), False
    # A list that is too long is not looked into.
    for flaw in () if _LENGTH.fullmatch(said) else _within(value, choices, pointer):
        found = True
        yield flaw
    if not found:
        message = said.rpartition(_PLACE)[0] or said
        yield Flaw(pointer, _expected(message, value, _values(choices)))


def _refusal(value: object, kind: Any) -> str | None:  # noqa: ANN401 - a type
    """What msgspec says against a value."""
    learn(kind)
    try:
        msgspec.convert(value, kind, dec_hook=read_number)
    except msgspec.ValidationError as error:
        return str(error)
    return None


def _choices(kind: Any) -> list[Any]:  # noqa: ANN401 - a type
    """The types of which a value has to be one."""
    if get_origin(kind) is Annotated:
        return _choices(kind.__origin__)
    if get_origin(kind) in (Union, UnionType):
        return [choice for each in get_args(kind) for choice in _choices(each)]
    return [kind]


def _within(value: object, choices: list[Any], pointer: str) -> Iterator[Flaw]:
    """What is wrong with the parts of a value."""
    for kind in choices:
        origin, inner = get_origin(kind), get_args(kind)
        if isinstance(value, Mapping):
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                yield from _fields(value, kind, pointer)
            elif origin is dict:
                for key, each in value.items():
                    yield from misfits(each, inner[1], f"{pointer}/{escape(key)}")
        elif origin in (list, tuple) and isinstance(value, Sequence) and not _is_text(value):
            for index, each in enumerate(value):
                yield from misfits(each, inner[0], f"{pointer}/{index}")


def _fields(
    value: Mapping[str, object], kind: type[msgspec.Struct], pointer: str
) -> Iterator[Flaw]:
    known = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for key, each in value.items():
        place = f"{pointer}/{escape(key)}"
        if key in known:
            yield from misfits(each, known[key].type, place)
        elif kind.__struct_config__.forbid_unknown_fields:
            help_ = did_you_mean(key, known)
            yield Flaw(place, f"nothing is called `{key}` here" + (f": {help_}" if help_ else ""))
    for name, field in known.items():
        if field.required and name not in value:
            yield Flaw(pointer, f"`{name}` is missing")


def _is_text(value: object) -> bool:
    return isinstance(value, str | bytes)


def _values(choices: list[Any]) -> list[str]:
    """The only values that a text can have."""
    closed = (each for each in choices if get_origin(each) is Literal)
    return [str(value) for each in closed for value in get_args(each)]


def _short(value: object) -> str:
    """A value as a message shows it."""
    text = str(value)
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}…"


# --- words --------------------------------------------------------------------------------------


def _expected(message: str, value: object, values: list[str]) -> str:
    """What was expected instead of a value, in words."""
    length = _LENGTH.match(message)
    if length is not None:
        return _length(*length.groups())
    if "matching regex" in message:
        return _unlike(str(value), message.partition("regex ")[2])
    is_text = isinstance(value, str)
    value = _short(value)
    if message.startswith("Invalid enum value"):
        return _none_of(value, values)
    if "RFC3339" in message or "timezone" in message:
        return f"`{value}` is not {_KINDS['datetime']}"
    if message == NO_NUMBER and is_text:
        return f"`{value}` is no decimal number"
    bound = _BOUND.match(message)
    if bound is not None:
        return f"a whole number of at {_MOST[bound[1]]} {bound[2]} is expected"
    kinds = _KIND.match(message)
    if kinds is None:
        return message
    words = [_KINDS[kind] for kind in kinds[1].split(" | ") if kind in _KINDS]
    return f"{' or '.join(words)} is expected"


def _length(kind: str, bound: str, length: str) -> str:
    if kind == "array" and bound == "<=":
        return f"at most {length} entries are answered at once"
    if length == "1":
        return f"{_KINDS[kind]} that is not empty is expected"
    parts = "characters" if kind == "str" else "entries"
    return f"{_KINDS[kind]} of at {_MOST[bound]} {length} {parts} is expected"


def _unlike(text: str, pattern: str) -> str:
    """Why a text does not match a pattern: ids have one, which stand in the paths of calls."""
    shown = _short(text)
    if _CONTROL.search(text):
        return f"`{repr(shown)[1:-1]}` holds a control character, which no id can have"
    if "/" in text:
        return f"`{shown}` holds `/`, which this id can't have: it stands in the paths of calls"
    return f"`{shown}` is not written as {pattern} says"


def _none_of(value: str, values: list[str]) -> str:
    help_ = did_you_mean(value, values)
    if not help_ and 0 < len(values) <= FEW:
        help_ = f"it is one of {', '.join(values)}"
    said = f"`{value}` is none of the values that this can have"
    return f"{said}: {help_}" if help_ else said
