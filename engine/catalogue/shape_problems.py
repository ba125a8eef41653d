"""What the errors of a JSON Schema validator mean to the author of a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from jsonschema import ValidationError

from engine.catalogue.kinds import KINDS
from engine.catalogue.nodes import Mapping, Node, Scalar, Sequence
from engine.catalogue.page import quoted
from engine.diagnostics import Diagnostic, Location
from engine.diagnostics.suggest import did_you_mean, suggest

_QUOTE_IT = "put the whole text in quotes, because YAML makes a key of what stands before `: `"
_NEW_DOCUMENT = "begin a new document before it, with a line `---`"
_MISFITS = frozenset({"type", "enum", "pattern", "minLength"})


@dataclass(frozen=True, slots=True)
class _Place:
    """The value that an error is about, its key if it has one, and what to call it."""

    node: Node
    key: Scalar | None
    subject: str
    is_document: bool = False

    @property
    def location(self) -> Location:
        """The value; its key where there is no value."""
        is_empty = isinstance(self.node, Scalar) and not self.node.text
        return self.key.location if is_empty and self.key else self.node.location


def explain(error: ValidationError, kind: str, document: Mapping) -> Iterator[Diagnostic]:
    """The diagnostics of an error; none where another diagnostic already names the cause."""
    place = _find(error, kind, document)
    if isinstance(place.node, Scalar) and place.node.is_alias:
        return
    if _is_about_a_key(error):
        yield from _wrong_key(error, place)
    elif error.validator == "anyOf" and not _alternatives(error):
        yield from _no_branch(error, place, lambda inner: explain(inner, kind, document))
    elif isinstance(place.node, Mapping) and error.validator in _ABOUT_KEYS:
        yield from _ABOUT_KEYS[str(error.validator)](error, place, place.node)
    else:
        yield _wrong(error, place)


def _find(error: ValidationError, kind: str, document: Mapping) -> _Place:
    place = _Place(document, None, f"a `{kind}` document", is_document=True)
    inside = "the document"
    for step in error.absolute_path:
        if isinstance(place.node, Sequence) and isinstance(step, int):
            place = _Place(place.node.items[step], None, f"an entry of {inside}")
        elif isinstance(place.node, Mapping):
            key, value = next(entry for entry in place.node.entries if entry[0].text == step)
            inside = quoted(key.text)
            place = _Place(value, key, inside)
    return place


def _wrong(error: ValidationError, place: _Place) -> Diagnostic:
    expected = _schema(error)["x-expected"]
    node = place.node
    if isinstance(node, Scalar) and not node.text:
        message = f"{place.subject} must be {expected}, and nothing is given"
        return Diagnostic("wrong-shape", message, place.location, _after_comment_sign(node))
    message = f"{place.subject} must be {expected}, not {_describe(node)}"
    help_ = _QUOTE_IT if _is_cut(node) else _NAME_ONE if error.validator == "minItems" else ""
    return Diagnostic("wrong-shape", message, place.location, help_)


_NAME_ONE = "name one at least"


def _is_cut(node: Node) -> bool:
    """Whether it looks like a sentence that YAML took for a key and its value."""
    return isinstance(node, Mapping) and any(" " in key.text for key, _ in node.entries[:1])


def _describe(node: Node) -> str:
    if isinstance(node, Scalar):
        return quoted(node.text)
    if isinstance(node, Sequence):
        return "a list" if node.items else "an empty list"
    return "a mapping" if node.entries else "an empty mapping"


def _after_comment_sign(node: Scalar) -> str:
    is_commented = node.plain and node.uncut() is not None
    return "what follows `#` is a comment, unless it stands in quotes" if is_commented else ""


def _is_about_a_key(error: ValidationError) -> bool:
    return "propertyNames" in list(error.absolute_schema_path)[-2:]


def _wrong_key(error: ValidationError, place: _Place) -> Iterator[Diagnostic]:
    key = place.node.key(str(error.instance)) if isinstance(place.node, Mapping) else None
    if key is None or key.is_merge:
        return
    expected = _schema(error)["x-expected"]
    message = f"the keys of {place.subject} must be {expected}, not {quoted(key.text)}"
    yield Diagnostic("wrong-shape", message, key.location)


def _no_branch(
    error: ValidationError,
    place: _Place,
    explain_inner: Callable[[ValidationError], Iterator[Diagnostic]],
) -> Iterator[Diagnostic]:
    """What is wrong with the one alternative that the author meant, if that can be seen."""
    node = place.node
    needed = _schema(error).get("x-cut-without")
    if needed and isinstance(node, Mapping) and _lacks(node, needed):
        message = "YAML read this as a key and its value because of `: `"
        help_ = "put the whole sentence in quotes"
        if all(key.text in _EXPLAINING for key, _ in node.entries):
            message = f"this entry has no sentence: its key `{needed}` is missing"
            help_ = f"begin it with `{needed}: ` and the sentence"
        yield Diagnostic("yaml-cut", message, node.location, help_)
        return
    for _, branch in groupby(error.context or (), key=lambda inner: inner.schema_path[0]):
        problems = list(branch)
        if not any(_is_misfit(problem) for problem in problems):
            for problem in problems:
                yield from explain_inner(problem)
            return
    yield _wrong(error, place)


def _is_misfit(error: ValidationError) -> bool:
    """Whether the value is of another sort than its alternative wants."""
    if error.relative_path:
        return False
    return error.validator in _MISFITS or (error.validator == "required" and _is_strange(error))


def _is_strange(error: ValidationError) -> bool:
    """Whether a mapping has no key, not even a misspelt one, of its alternative."""
    known = _schema(error)["properties"]
    given = error.instance if isinstance(error.instance, dict) else {}
    return not any(key in known or suggest(key, known) for key in given)


def _unknown_keys(error: ValidationError, place: _Place, node: Mapping) -> Iterator[Diagnostic]:
    known = _schema(error)["properties"]
    given = {key.text for key, _ in node.entries}
    free = [name for name in known if name not in given]
    for key, value in node.entries:
        if key.text not in known and not key.is_merge:
            problem = _unknown_key(key, place, free, [*known])
            if node.flow and isinstance(value, Scalar) and not value.text:
                problem = replace(problem, help=_CUT)
            yield replace(problem, help=_NEW_DOCUMENT) if _begins_document(key, place) else problem


_EXPLAINING = {"because", "reason"}
_CUT = "inside `{ }` YAML cuts at commas: put a text with a comma in quotes"


def _begins_document(key: Scalar, place: _Place) -> bool:
    return place.is_document and key.text in KINDS


def _unknown_key(key: Scalar, place: _Place, candidates: list[str], known: list[str]) -> Diagnostic:
    message = f"{place.subject} has no key {quoted(key.text)}"
    listed = f"it has all its keys: {', '.join(f'`{name}`' for name in known)}"
    if candidates:
        listed = f"its keys can be {_listed(candidates)}"
    help_ = did_you_mean(key.text, candidates) or listed
    return Diagnostic("unknown-key", message, key.location, help_)


def _missing_keys(error: ValidationError, place: _Place, node: Mapping) -> Iterator[Diagnostic]:
    for name in _value(error):
        if _lacks(node, name) and not _misspelt(node, [name], _schema(error)):
            message = f"{place.subject} needs the key `{name}`"
            yield Diagnostic("missing-key", message, node.location)


def _no_alternative(error: ValidationError, place: _Place, node: Mapping) -> Iterator[Diagnostic]:
    """None, or more than one, of the keys of which a mapping has one."""
    names = _alternatives(error)
    given = [key for key, _ in node.entries if key.text in names]
    if given:
        message = f"{place.subject} can't have both `{given[0].text}` and `{given[1].text}`"
        yield Diagnostic("wrong-shape", message, given[1].location, "make two of it")
        return
    misspelt = _misspelt(node, names, _schema(error))
    if misspelt:
        yield _unknown_key(misspelt, place, names, names)
    elif all(_lacks(node, name) for name in names):
        message = f"{place.subject} needs one of the keys {_listed(names)}"
        yield Diagnostic("missing-key", message, node.location)


def _lonely_keys(error: ValidationError, place: _Place, node: Mapping) -> Iterator[Diagnostic]:
    """A key that stands only beside another one, which is not there."""
    for name, partners in _value(error).items():
        key = node.key(name)
        lacking = [partner for partner in partners if _lacks(node, partner)]
        others = _required_names(_schema(error).get("oneOf", []))
        if key and lacking and not all(_lacks(node, other) for other in others):
            message = f"{place.subject} can have `{name}` only beside {_listed(lacking)}"
            yield Diagnostic("wrong-shape", message, key.location)


_ABOUT_KEYS: dict[str, Callable[[ValidationError, _Place, Mapping], Iterator[Diagnostic]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "anyOf": _no_alternative,
    "oneOf": _no_alternative,
    "dependentRequired": _lonely_keys,
}


def _lacks(node: Mapping, name: str) -> bool:
    """Whether a key is missing; a merge key, an error already, might have brought it."""
    return node.key(name) is None and not any(key.is_merge for key, _ in node.entries)


def _misspelt(node: Mapping, names: list[str], schema: dict[str, Any]) -> Scalar | None:
    """The unknown key that is meant to be one of the names."""
    known = schema.get("properties", {})
    unknown = (key for key, _ in node.entries if key.text not in known)
    return next((key for key in unknown if suggest(key.text, names) is not None), None)


def _alternatives(error: ValidationError) -> list[str]:
    """The keys of which one is needed, if that is what the error's alternatives say."""
    return _required_names(_value(error))


def _required_names(branches: list[dict[str, Any]]) -> list[str]:
    if not all(set(branch) == {"required"} for branch in branches):
        return []
    return [name for branch in branches for name in branch["required"]]


def _value(error: ValidationError) -> Any:  # noqa: ANN401 - a piece of a JSON Schema
    return error.validator_value


def _schema(error: ValidationError) -> dict[str, Any]:
    if not isinstance(error.schema, dict):
        raise TypeError(error.schema)
    return error.schema


def _listed(names: list[str]) -> str:
    """Names in words: `a`, `b` or `c`."""
    told = [f"`{name}`" for name in names]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} or {told[-1]}"
