"""JSON Schemas of what calls read and answer, made from their types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias, get_type_hints

import msgspec

from engine.decisions.answers import ChargeAnswer
from engine.decisions.facts import number_schema
from engine.groups.user_lines import UserEntries, UserEntry
from engine.service.answers import (
    Activated,
    Charges,
    Evaluation,
    Redemption,
    Refusal,
    RefusedCharge,
)
from engine.service.codes.code_files import CodeEntries, CodeEntry
from engine.service.requests import Requests
from web.problems import SHAPES, TYPES, NotRecordedProblem, Problem
from web.subjects import Route

Json: TypeAlias = dict[str, Any]

_EITHER: dict[type[msgspec.Struct], tuple[str, tuple[type[msgspec.Struct], ...]]] = {
    Evaluation: ("charges", (ChargeAnswer, RefusedCharge)),
    Charges: ("charges", (ChargeAnswer, RefusedCharge)),
    NotRecordedProblem: ("charges", (ChargeAnswer, RefusedCharge)),
    Activated: ("codes", (Redemption, Refusal)),
}
"""Answers with a list whose entries are of several types, which msgspec can't describe."""


class Schemas:
    """The schemas of some calls under one vocabulary, each once."""

    def __init__(self, routes: Iterable[Route], requests: Requests) -> None:
        routes = list(routes)
        self._requests = requests
        bodies = [each.body.shape(requests) for each in routes if each.body is not None]
        # What each line of a bulk request looks like, which is read by itself.
        lines = {kind: kind.LINE for kind in bodies if hasattr(kind, "LINE")}
        answers = [kind for each in routes for kind in each.answers.values() if kind is not None]
        entries = [kind for _, kinds in _EITHER.values() for kind in kinds]
        kinds = [
            *bodies,
            requests.recorded,
            CodeEntry,
            UserEntry,
            *lines.values(),
            *answers,
            *entries,
            Problem,
            *SHAPES.values(),
        ]
        found, self.components = msgspec.json.schema_components(
            [_describable(kind) for kind in kinds],
            schema_hook=number_schema,
            ref_template="#/components/schemas/{name}",
        )
        self._references = {repr(kind): each for kind, each in zip(kinds, found, strict=True)}
        self._describe_entries()
        self._describe_lines(self._requests.charging, "charges", self._requests.recorded)
        self._describe_lines(CodeEntries, "codes", CodeEntry)
        self._describe_lines(UserEntries, "users", UserEntry)
        for kind, line in lines.items():
            self._describe_lines(kind, "lines", line)

    def of(self, kind: object) -> Json:
        """The schema of a type."""
        return self._references[repr(kind)]

    def body(self, route: Route) -> Json:
        """The schema of what a call reads."""
        assert route.body is not None, "only such calls are asked"  # noqa: S101
        return self.of(route.body.shape(self._requests))

    def problem(self, name: str) -> Json:
        """The schema of one type of problem."""
        kind = TYPES[name]
        shape = self.of(SHAPES.get(name, Problem))
        only = {"type": {"const": kind.address}, "status": {"const": kind.status}}
        return {"allOf": [shape, {"type": "object", "properties": only}]}

    def _list(self, kind: type[msgspec.Struct], field: str) -> Json:
        schema: Json = self.components[kind.__name__]["properties"][field]
        either = (each for each in schema.get("anyOf", ()) if each.get("type") == "array")
        return next(either, schema)

    def _describe_entries(self) -> None:
        for kind, (field, entries) in _EITHER.items():
            if kind.__name__ in self.components:
                self._list(kind, field)["items"] = {"anyOf": [self.of(each) for each in entries]}

    def _describe_lines(self, kind: type[msgspec.Struct], field: str, line: object) -> None:
        """Say what each line of a request looks like that is read, and answered, by itself."""
        anything = {"description": "Whatever else stands here is answered by itself."}
        if kind.__name__ in self.components:
            self._list(kind, field)["items"] = {"anyOf": [self.of(line), anything]}


def _describable(kind: Any) -> Any:  # noqa: ANN401 - any type
    """A type that msgspec can describe: lists of several types hold anything in it."""
    if kind not in _EITHER:
        return kind
    hints = get_type_hints(kind) | {_EITHER[kind][0]: list[Any]}
    defaults = {field.name: field.default for field in msgspec.structs.fields(kind)}
    fields = [(name, hint, defaults[name]) for name, hint in hints.items() if name in defaults]
    return msgspec.defstruct(
        kind.__name__,
        [each if each[2] is not msgspec.NODEFAULT else each[:2] for each in fields],
        namespace={"__doc__": kind.__doc__},
        kw_only=True,
    )
