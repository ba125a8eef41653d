"""The OpenAPI document, made from the calls and the types of their requests and answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, TypeAlias

import msgspec

from engine.service.requests import Requests
from web.problems import TYPES
from web.schemas import Schemas
from web.subjects import JSON, Parameter, Route, Subject

Json: TypeAlias = dict[str, Any]

_ABOUT = (
    "Coupons decided, redeemed and charged. Amounts are decimal text with a currency beside them, "
    "instants are RFC 3339 with an offset, and every error is a problem document (RFC 9457) whose "
    "`advice` says what to do."
)
_OPEN = "Open to the keys of partners with the scope `inventory`, which see what is theirs."
_KEYED = Parameter(
    "Idempotency-Key",
    "A name for this request: sent again, it is done once and answers the same.",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
)
_ID = {"type": "string", "minLength": 1, "maxLength": 255}
_HEADERS = {
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}


@lru_cache(maxsize=8)
def document(subjects: tuple[Subject, ...], requests: Requests) -> bytes:
    """The document of some calls under one vocabulary, as JSON."""
    return msgspec.json.encode(_Writer(subjects, requests).write())


class _Writer:
    """Writes one document."""

    def __init__(self, subjects: tuple[Subject, ...], requests: Requests) -> None:
        self._subjects = subjects
        self._schemas = Schemas(_routes(subjects), requests)
        self._responses: Json = {}

    def write(self) -> Json:
        """The whole document."""
        paths: dict[str, Json] = {}
        for subject in self._subjects:
            for route in subject.routes:
                operation = self._operation(subject, route)
                paths.setdefault(route.path, {})[route.method.lower()] = operation
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "Coupon policies",
                "version": version("coupon-policy"),
                "description": _ABOUT,
            },
            "tags": [{"name": each.name, "description": each.title} for each in self._subjects],
            "paths": paths,
            "components": {
                "schemas": self._schemas.components,
                "responses": self._responses,
                "headers": _header_components(),
                "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            },
        }

    def _operation(self, subject: Subject, route: Route) -> Json:
        summary, more = route.text
        scope = f"Needs the scope `{route.scope.value}`." if route.scope is not None else ""
        partners = _OPEN if route.partners else ""
        operation: Json = {
            "operationId": route.name,
            "tags": [subject.name],
            "summary": summary,
            "description": " ".join(filter(None, (more, scope, partners))) or summary,
            "parameters": list(_parameters(route)),
            "responses": self._answers(route) | self._problems(route),
            "security": [{"key": []}] if route.scope is not None else [],
        }
        if route.body is not None:
            content = {"schema": self._schemas.body(route), "example": route.body.example}
            operation["requestBody"] = {
                "required": not route.body.optional,
                "content": {JSON: content},
            }
        return operation

    def _answers(self, route: Route) -> Json:
        return {
            str(status): {
                "description": HTTPStatus(status).phrase,
                "headers": _headers(),
                "content": {media: self._content(kind, media) for media in route.media},
            }
            for status, kind in route.answers.items()
        }

    def _content(self, kind: object, media: str) -> Json:
        return {"schema": self._schemas.of(kind)} if media == JSON else {}

    def _problems(self, route: Route) -> Json:
        by_status: dict[int, list[str]] = {}
        for name in problem_names(route):
            by_status.setdefault(TYPES[name].status, []).append(name)
        return {str(status): self._problem(names) for status, names in sorted(by_status.items())}

    def _problem(self, names: list[str]) -> Json:
        """A reference to the response that is one of these problems."""
        key = "-or-".join(names)
        if key not in self._responses:
            kinds = [TYPES[name] for name in names]
            lines = [f"`{each.address}`: {each.title}. {each.advice}" for each in kinds]
            schemas = [self._schemas.problem(name) for name in names]
            content = schemas[0] if len(schemas) == 1 else {"oneOf": schemas}
            self._responses[key] = {
                "description": "\n\n".join(lines),
                "headers": _headers(*_HEADERS.get(kinds[0].status, ())),
                "content": {"application/problem+json": {"schema": content}},
            }
        return {"$ref": f"#/components/responses/{key}"}


def problem_names(route: Route) -> Iterator[str]:
    """Every problem that a call may end with."""
    if route.scope is not None:
        yield from ("unauthorized", "forbidden", "not-found")
    if route.scope is not None and not route.partners:
        yield "operators-call"
    if route.scope is not None or route.body is not None:
        yield from ("bad-request", "conflict", "invalid")
    if route.body is not None:
        yield from ("not-json", "too-large", "unsupported-media-type")
    if route.keyed:
        yield "key-reused"
    yield from route.problems
    yield from ("internal", "unavailable")
    if route.method != "GET":
        yield "unsure"


def _parameters(route: Route) -> Iterator[Json]:
    for name in route.variables:
        yield {"name": name, "in": "path", "required": True, "schema": _ID}
    for each in route.query:
        yield _parameter(each, "query")
    if route.keyed:
        yield _parameter(_KEYED, "header")


def _parameter(parameter: Parameter, place: str) -> Json:
    return {
        "name": parameter.name,
        "in": place,
        "description": parameter.meaning,
        "required": parameter.required,
        "schema": parameter.schema,
    }


def _headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", *names)}


def _header_components() -> Json:
    meanings = {
        "X-Request-Id": "The id of the request, as logs have it.",
        "WWW-Authenticate": "How to authenticate, and which scope is missing.",
        "Retry-After": "After how many seconds to try again.",
    }
    return {
        name: {"description": meaning, "required": True, "schema": {"type": "string"}}
        for name, meaning in meanings.items()
    }


def _routes(subjects: Iterable[Subject]) -> list[Route]:
    return [route for subject in subjects for route in subject.routes]
