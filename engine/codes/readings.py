"""What a format says of a text: what it reads, or why it doesn't."""

from __future__ import annotations

from typing import NamedTuple

from engine.codes.fields import Value


class Reading(NamedTuple):
    """A code that a format reads.

    `code` is its canonical spelling, `fields` are the values by name, without check symbols and
    what is sealed. `features`, `named` and `reserved` say what a `flags` field means: names, the
    name of exactly this combination, and the reserved bits that are set; `features` is None where
    the format has no such field. `body` holds the symbols of the sealed field, without groups and
    check symbol, and `rest` is what else its seal covers: the canonical code without the sealed
    and check fields, empty where nothing is sealed.
    """

    format: str
    code: str
    fields: dict[str, Value]
    features: tuple[str, ...] | None
    named: str | None
    reserved: tuple[int, ...]
    body: str | None
    rest: str


class Misread(NamedTuple):
    """Why a format does not read a text, in one sentence.

    `near` says that it looks like a mistyped code of the format, and `changes` how many characters
    would have to change for one. `place` counts the characters up to the one that is wrong.
    """

    format: str
    message: str
    near: bool
    changes: int
    place: int
