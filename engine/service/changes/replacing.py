"""Keys of a document put in place of those that it has; all else stays where it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from engine.catalogue import nodes
from engine.catalogue.documents import Document
from engine.service.contexts import plain

Values = Mapping[str, object]


class _Stretch(NamedTuple):
    """A key of a document with its value and what follows it, as the file has it."""

    key: str
    text: str
    says: object


def replaced(document: Document, values: Values) -> str:
    """The text of a document's file up to its end, with new values for some of its keys.

    A value takes one line, and empty lines after it keep every other key in its place; a new key
    stands at the end.
    """
    head, stretches = _stretches(document)
    if document.node.flow:
        return _lines({**{each.key: each.says for each in stretches}, **values})
    known = {each.key for each in stretches}
    body = "".join(
        _in_place(each, values[each.key]) if each.key in values else each.text for each in stretches
    )
    added = _lines({key: value for key, value in values.items() if key not in known})
    before = "\n" * (document.line - 1)
    return f"{before}{head}{body.rstrip()}\n{added}"


def merged(written: Document, wanted: Document) -> str:
    """The text of one document, changed where another says something else.

    Comments stay, but for those of the keys that change, which come from the other.
    """
    if written.node.flow or wanted.node.flow:
        return wanted.text
    head, old = _stretches(written)
    _, new = _stretches(wanted)
    by_key = {each.key: each for each in new}
    kept = [_newer(each, by_key[each.key]) for each in old if each.key in by_key]
    known = {each.key for each in old}
    kept += [_ended(each.text) for each in new if each.key not in known]
    return head + "".join(kept)


def _newer(old: _Stretch, new: _Stretch) -> str:
    return old.text if old.says == new.says else _ended(new.text)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _stretches(document: Document) -> tuple[str, list[_Stretch]]:
    """What stands before the first key of a document, and its keys."""
    text = document.source.text
    entries = document.node.entries
    starts = [key.source.start - key.location.column + 1 for key, _ in entries]
    ends = [*starts[1:], len(text)]
    head = text[len(text) - len(document.text) : starts[0]]
    return head, [
        _Stretch(key.text, text[start:end], plain(value))
        for (key, value), start, end in zip(entries, starts, ends, strict=True)
    ]


def _in_place(old: _Stretch, value: object) -> str:
    return _line(old.key, value) + "\n" * old.text.count("\n")


def _lines(values: Values) -> str:
    return "".join(f"{_line(key, value)}\n" for key, value in values.items())


def _line(key: str, value: object) -> str:
    """A key with its value in the JSON that YAML reads."""
    said = plain(value) if isinstance(value, nodes.Node) else value
    return f"{key}: {msgspec.json.encode(said).decode()}"
