"""What is proven of formats before they are used: one reading for each code, no code of two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.codes.formats import Format
from engine.codes.products import Product
from engine.language.terms import listed


class Ambiguity(NamedTuple):
    """The shortest code that a format reads two ways, and the two readings in words."""

    code: str
    first: str
    second: str


def ambiguity(format_: Format) -> Ambiguity | None:
    """The shortest code that a format reads two ways, its accepted spellings included."""
    found = Product(format_, format_, must_differ=True).shortest()
    if found is None:
        return None
    for code in found.alike():
        first, second = (_in_words(format_, code, path) for path in found.paths)
        if first != second:
            return Ambiguity(code, first, second)
    # The values are always the same, but two spellings disagree on where in the code they stand.
    words = _in_words(format_, found.code, found.paths[0])
    first, second = (f"{words} as `{_spelt(format_, path)}`" for path in found.paths)
    return Ambiguity(found.code, first, second)


def overlap(one: Format, other: Format) -> str | None:
    """The shortest code that two formats read, accepted spellings included."""
    found = Product(one, other, must_differ=False).shortest()
    return None if found is None else found.code


def _in_words(format_: Format, code: str, path: Sequence[int]) -> str:
    """What each field is when a code is read along a path."""
    values = dict.fromkeys(format_.fields, "")
    for character, state in zip(code, path, strict=True):
        name = format_.automaton.states[state].field
        if name is not None:
            values[name] += character
    texts = (f"`{name}` is `{format_.fields[name].fold(found)}`" for name, found in values.items())
    return listed(texts, "and")


def _spelt(format_: Format, path: Sequence[int]) -> str:
    return format_.spellings[format_.automaton.states[path[0]].spelling].text
