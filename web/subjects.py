"""The calls of the interface, each declared once, where it is handled.

Routing, the check of scopes, the labels of logs and metrics, and the OpenAPI document are all made
from these declarations, so that they can't disagree.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from werkzeug.routing import BaseConverter

from engine.service.caller import Scope
from engine.service.requests import Requests

Handler: TypeAlias = Callable[..., Any]
Method: TypeAlias = Literal["GET", "PUT", "POST", "DELETE"]
Shape: TypeAlias = Callable[[Requests], Any]
"""The type of a body under one vocabulary."""

_VARIABLE = re.compile(r"\{(\w+)\}")
_LONG = ("account", "charge", "customer")
"""Ids that may hold slashes: what stands before and after them in a path is never an id too."""
JSON = "application/json"
LONG_ID = "long_id"


@dataclass(frozen=True, slots=True)
class Body:
    """What a call reads: the type of its JSON, an example, and whether it may be left out."""

    shape: Shape
    example: object
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that a call reads from the query."""

    name: str
    meaning: str
    schema: dict[str, Any]
    required: bool = False


CURSOR = Parameter("cursor", "The `next` of the part before.", {"type": "string", "minLength": 1})
LIMIT = Parameter(
    "limit",
    "How many entries to answer at most.",
    {"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
)
PAGED = (CURSOR, LIMIT)


@dataclass(frozen=True, slots=True)
class Route:
    """One call: where it is, who may make it, what it reads, and what it answers.

    The first of `answers` is the usual one; `problems` are those that not every call can have.
    Keys of `partners` may make no call that does not say so, and see what is theirs.
    """

    method: Method
    path: str
    scope: Scope | None
    handler: Handler
    answers: dict[int, Any]
    body: Body | None = None
    query: tuple[Parameter, ...] = ()
    problems: tuple[str, ...] = ()
    media: tuple[str, ...] = (JSON,)
    repeatable: bool = True
    partners: bool = False

    @property
    def name(self) -> str:
        """What the call is called in the OpenAPI document."""
        return self.handler.__name__

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return _VARIABLE.sub(_converted, self.path)

    @property
    def variables(self) -> list[str]:
        """The names in the path that stand for ids."""
        return _VARIABLE.findall(self.path)

    @property
    def keyed(self) -> bool:
        """Whether the call takes an idempotency key."""
        return self.method != "GET" and self.repeatable

    @property
    def status(self) -> int:
        """The status of the usual answer."""
        return next(iter(self.answers), 200)

    @property
    def text(self) -> tuple[str, str]:
        """What the call does, in a sentence, and more about it."""
        first, _, rest = (self.handler.__doc__ or "").strip().partition("\n")
        return first.rstrip("."), " ".join(rest.split())


@dataclass(slots=True, eq=False)
class Subject:
    """Calls that belong together: a module of `web.api` each.

    The calls of one that `is_quick` take a moment, and are what most requests make.
    """

    name: str
    title: str
    is_quick: bool = False
    routes: list[Route] = field(default_factory=list)

    def call(
        self,
        method: Method,
        path: str,
        scope: Scope | None,
        answers: dict[int, Any],
        **rest: Any,  # noqa: ANN401 - the other fields of a route
    ) -> Callable[[Handler], Handler]:
        """Declare the function below as the handler of a call."""

        def declare(handler: Handler) -> Handler:
            self.routes.append(Route(method, path, scope, handler, answers, **rest))
            return handler

        return declare


class LongId(BaseConverter):
    """An id that may hold slashes.

    Servers hand on paths that are decoded (PEP 3333), so that `%2F` can't be told from a slash.
    """

    part_isolating = False
    regex = ".+?"
    weight = 200


def _converted(variable: re.Match[str]) -> str:
    name = variable[1]
    return f"<{LONG_ID}:{name}>" if name in _LONG else f"<{name}>"
