"""Answers and problems as HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from flask import Response, g

from engine.service.answers import Charges, Redemption, Refusal
from web.problems import MEDIA, TYPES, Error, NotRecordedProblem, Problem, RefusedProblem
from web.subjects import JSON, Route

Headers = Iterable[tuple[str, str]]

_SAFE = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'"),
]
_REFUSALS = ("refused", "not-admitted")
_UNKEPT = ("Cache-Control", "no-store")
_SECURE = ("Strict-Transport-Security", "max-age=31536000")


class Answered(Response):
    """A response whose body is whole: the server sends it without asking for its parts."""

    default_mimetype = JSON

    def get_wsgi_response(
        self, environ: dict[str, Any]
    ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """The response with what every response has: its id, and safe headers."""
        body, status, headers = super().get_wsgi_response(environ)
        headers += _SAFE
        headers.append(("X-Request-Id", g.request_id))
        if "Cache-Control" not in self.headers:
            headers.append(_UNKEPT)
        if environ["wsgi.url_scheme"] == "https":
            headers.append(_SECURE)
        return body, status, headers

    def get_app_iter(self, environ: dict[str, Any]) -> Iterable[bytes]:
        """The body as a list, where there is nothing to do after it was sent."""
        if environ["REQUEST_METHOD"] == "HEAD" or not isinstance(self.response, list):
            return super().get_app_iter(environ)
        return self.response


def reply(route: Route, answer: object) -> Response:
    """The response to a call: what a handler answered, as JSON with the right status."""
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, Refusal):
        return _refused(route, answer)
    if isinstance(answer, Charges) and not answer.recorded:
        return _not_recorded(answer)
    tried = isinstance(answer, Redemption) and answer.id is None
    return Answered(msgspec.json.encode(answer), 200 if tried else route.status)


def problem(
    name: str, detail: str | None = None, errors: tuple[Error, ...] = (), headers: Headers = ()
) -> Response:
    """A problem document."""
    document = Problem(**_common(name), detail=detail, errors=errors)
    return _document(document, headers)


def advised(name: str, detail: str, advice: str, headers: Headers = ()) -> Response:
    """A problem document with advice of its own, where there is some."""
    common = _common(name)
    common["advice"] = advice or common["advice"]
    return _document(Problem(**common, detail=detail), headers)


def _refused(route: Route, answer: Refusal) -> Response:
    name = next((each for each in _REFUSALS if each in route.problems), "not-possible")
    document = RefusedProblem(
        **_common(name),
        decision=answer.decision,
        code=answer.code,
        coupon=answer.coupon,
        version=answer.version,
        reasons=answer.reasons,
        valid_until=answer.valid_until,
    )
    return _document(document)


def _not_recorded(answer: Charges) -> Response:
    document = NotRecordedProblem(
        **_common("not-recorded"), decision=answer.decision, charges=answer.charges
    )
    return _document(document)


def _common(name: str) -> dict[str, Any]:
    kind = TYPES[name]
    return {
        "type": kind.address,
        "title": kind.title,
        "status": kind.status,
        "advice": kind.advice,
        "request": g.request_id,
    }


def _document(document: Problem, headers: Headers = ()) -> Response:
    response = Answered(msgspec.json.encode(document), document.status, mimetype=MEDIA)
    response.headers.extend(headers)
    return response
