"""Checks the shape of a document against the JSON Schema of its kind.

The schemas in `schemas/` are those that editors use. Here every scalar is text, and what is wrong
is said in the words of the schemas' `x-expected`, never in those of the validator.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any, TypeAlias

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from engine.catalogue.kinds import KINDS
from engine.catalogue.nodes import Mapping, Node, Scalar
from engine.catalogue.shape_problems import explain
from engine.diagnostics import Diagnostic
from engine.diagnostics.suggest import suggest
from engine.resources import folder

__all__ = ["KINDS", "Data", "check_shape", "data_of", "kind_of"]

MAX_PROBLEMS = 1000
"""Of the problems of one document's shape, as many are reported."""

Data: TypeAlias = "str | list[Data] | dict[str, Data]"


def kind_of(document: Node) -> str | Diagnostic:
    """The kind that the first key of a document says, or what is wrong with its beginning."""
    if not isinstance(document, Mapping) or not document.entries:
        message = "a document begins with a key that says its kind, such as `coupon: NAME`"
        return Diagnostic("wrong-shape", message, document.location)
    first = document.entries[0][0]
    if first.text in KINDS:
        return first.text
    message = f"the first key of a document says its kind, and no kind is called `{first.text}`"
    return Diagnostic("unknown-key", message, first.location, _kind_advice(document, first))


def _kind_advice(document: Mapping, first: Scalar) -> str:
    meant = suggest(first.text, KINDS)
    if meant is not None:
        return f"did you mean `{meant}`?"
    later = next((kind for kind in KINDS if document.key(kind)), None)
    if later is not None:
        return f"put `{later}` first"
    return f"the kinds are {', '.join(f'`{kind}`' for kind in KINDS)}"


def check_shape(document: Node) -> tuple[str | None, list[Diagnostic]]:
    """The kind of a document, None if it has none, and everything wrong with its shape."""
    kind = kind_of(document)
    if isinstance(kind, Diagnostic) or not isinstance(document, Mapping):
        return None, [kind] if isinstance(kind, Diagnostic) else []
    errors = _validator(kind).iter_errors(data_of(document))
    found = (problem for error in errors for problem in explain(error, kind, document))
    problems = list(dict.fromkeys(islice(found, MAX_PROBLEMS)))
    if len(problems) == MAX_PROBLEMS:
        message = f"the document has {MAX_PROBLEMS} problems, and more are not looked for"
        problems.append(Diagnostic("too-large", message, document.location))
    return kind, sorted(problems, key=Diagnostic.order)


@cache
def _validator(kind: str) -> Validator:
    path = folder("schemas") / f"{kind}.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    validator: Validator = _TextValidator(schema)
    return validator


def _whole_text(
    _: Validator, pattern: str, instance: object, __: object
) -> Iterator[ValidationError]:
    # `$` of a Python expression would also match before a line break that ends the text.
    if isinstance(instance, str) and not re.fullmatch(pattern, instance, re.ASCII):
        yield ValidationError(instance)


_TextValidator: Any = extend(Draft202012Validator, {"pattern": _whole_text})  # type: ignore[no-untyped-call]


def data_of(node: Node) -> Data:
    """A document as plain values: mappings, lists and texts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Mapping):
        return {key.text: data_of(value) for key, value in node.entries if not key.is_merge}
    return [data_of(item) for item in node.items]
