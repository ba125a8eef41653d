"""What a call may raise, and the problem that it is."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.exceptions import NotFound as NoSuchPath

from engine.decisions.flaws import RequestError
from engine.diagnostics.diagnostic import Diagnostic
from engine.service import errors
from engine.service.guessing import SlowDown
from engine.service.mail_budget import TooManyMails
from engine.store.database import StoreUnavailable
from web.logs import Log
from web.problems import Error, Failed
from web.replies import advised, problem

RETRY_SECONDS = "1"
_BODILESS = ("GET", "HEAD")
_NAMES = {413: "too-large", 415: "unsupported-media-type"}


def register(app: Flask, log: Log) -> None:
    """Answer everything that may be raised with a problem; nothing is swallowed."""
    for kind, answer in _ANSWERS.items():
        app.register_error_handler(kind, answer)

    def store(error: StoreUnavailable) -> Response:
        log.write("warning", request=g.request_id, message="store unavailable", cause=str(error))
        name = "unsure" if error.unsure else "unavailable"
        return problem(name, headers=(("Retry-After", RETRY_SECONDS),))

    def unexpected(error: Exception) -> Response:
        log.write("error", request=g.request_id, message="unexpected error", **_trace(error))
        return problem("internal")

    app.register_error_handler(StoreUnavailable, store)
    app.register_error_handler(Exception, unexpected)


def _trace(error: BaseException) -> dict[str, Any]:
    """Where an error came from; not what it says, which may hold codes and facts."""
    frames = traceback.extract_tb(error.__traceback__)
    cause = error.__cause__ or error.__context__
    return {
        "error": type(error).__qualname__,
        "trace": [f"{each.filename}:{each.lineno} {each.name}" for each in frames],
        **({"cause": _trace(cause)} if cause is not None else {}),
    }


def _failed(error: Failed) -> Response:
    return problem(error.name, error.detail, error.errors, error.headers)


def _flawed(error: RequestError) -> Response:
    """What is wrong in a body, or in the query of a call that has none."""
    if request.method in _BODILESS:
        said = tuple(
            Error(each.message, parameter=each.pointer[1:] or None) for each in error.flaws
        )
        return problem("bad-request", error.flaws[0].message, said)
    found = tuple(Error(flaw.message, pointer=flaw.pointer) for flaw in error.flaws)
    return problem("invalid", error.flaws[0].message, found)


def _http(error: HTTPException) -> Response:
    """What Flask itself refuses: a path or method that there is not, a request that is cut off."""
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return problem("method-not-allowed", headers=(("Allow", allowed),))
    if isinstance(error, NoSuchPath):
        return problem("not-found", "no call has this path")
    return problem(_NAMES.get(error.code or 0, "bad-request"), error.description)


def _bad_policies(error: errors.BadPolicies) -> Response:
    """Each diagnostic with its place in the document, which the problem's pointer can't reach."""
    found = tuple(Error(_diagnosed(each), pointer="/document") for each in error.diagnostics)
    return problem("invalid", error.message, found)


def _diagnosed(diagnostic: Diagnostic) -> str:
    where = diagnostic.location
    return f"line {where.line}, column {where.column}: {diagnostic.message} ({diagnostic.name})"


def _slow_down(error: SlowDown) -> Response:
    return problem("slow-down", error.message, headers=(("Retry-After", str(error.seconds)),))


def _too_many_mails(error: TooManyMails) -> Response:
    headers = (("Retry-After", str(error.seconds)),)
    return advised("too-many-mails", error.message, error.advice, headers)


def _service(name: str) -> Callable[[errors.ServiceError], Response]:
    return lambda error: advised(name, error.message, error.advice)


_ANSWERS: dict[type[Exception], Callable[[Any], Response]] = {
    Failed: _failed,
    RequestError: _flawed,
    HTTPException: _http,
    errors.NotFound: _service("not-found"),
    errors.NoSuchSpace: _service("not-found"),
    errors.OperatorsOnly: _service("operators-call"),
    errors.Forbidden: _service("forbidden"),
    errors.Conflict: _service("conflict"),
    errors.BadPolicies: _bad_policies,
    errors.ServiceError: _service("conflict"),
    errors.KeyReused: _service("key-reused"),
    SlowDown: _slow_down,
    TooManyMails: _too_many_mails,
}
