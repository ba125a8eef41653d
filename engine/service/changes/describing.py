"""Partners and groups whose documents have changed, and what of them, in a sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.service.changes.changed import Described
from engine.service.contexts import Context, plain

_OF = {True: "'", False: "'s"}


def described(
    kind: str, before: Context, after: Context, drawn: frozenset[str] = frozenset()
) -> tuple[Described, ...]:
    """The partners or groups that are new, gone, or described in other words.

    `drawn` are those whose logo has another picture.
    """
    old = {each.name: plain(each.node) for each in before.of_kind(kind)}
    new = {each.name: plain(each.node) for each in after.of_kind(kind)}
    found = [Described(name, "new") for name in new if name not in old]
    for name in (each for each in new if each in old):
        said = [*_differences("", old[name], new[name])]
        if name in drawn:
            said.append("the picture of its logo is another")
        if said:
            found.append(Described(name, "changed", tuple(said)))
    return (*found, *(Described(name, "gone") for name in old if name not in new))


def _differences(place: str, old: object, new: object) -> Iterator[str]:
    """What differs between two values at a place in a document."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            inner = f"{place}{_OF[place.endswith('s')]} {key}" if place else str(key)
            yield from _differences(inner, old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        lost = [each for each in old if each not in new]
        added = [each for each in new if each not in old]
        yield from (f"{place}: without {_text(each)}" for each in lost)
        yield from (f"{place}: with {_text(each)}" for each in added)
        if not lost and not added and old != new:
            yield f"{place}: in another order, or another number"
    elif old != new:
        yield f"{place}: {_text(old)} → {_text(new)}"


def _text(value: object) -> str:
    """A value as its document has it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_text(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return "none" if value is None else str(value)
