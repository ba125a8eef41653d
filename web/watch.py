"""What surrounds every request: its id, its line in the log, and its metrics."""

from __future__ import annotations

import re
import secrets
import time

from flask import Flask, Response, g, request

from web.services import Services

_SANE = re.compile(r"[A-Za-z0-9._:-]{1,64}")
UNMATCHED = "unmatched"
FAILED = "coupon.failed"
"""Where the environment of a request says why what it wrote was lost."""


def observe(app: Flask, services: Services) -> None:
    """Watch over every request of an application, those that no route takes included."""
    app.before_request(_begin)
    paths = {
        f"{subject.name}.{route.name}": route.path
        for subject in services.subjects
        for route in subject.routes
    }

    def finish(response: Response) -> Response:
        _record(paths.get(request.endpoint or "", UNMATCHED), response.status_code, services)
        return response

    app.after_request(finish)


def _begin() -> None:
    g.started = time.monotonic()
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _SANE.fullmatch(given) else secrets.token_hex(8)
    failed = request.environ.get(FAILED)
    if failed is not None:
        raise failed


def _record(route: str, status: int, services: Services) -> None:
    seconds = time.monotonic() - g.started
    key = g.get("key")
    # A method that no route has could be any word.
    method = "" if route == UNMATCHED else request.method
    services.metrics.answered(method, route, status, seconds)
    services.log.write(
        "info" if status < 500 else "error",
        request=g.request_id,
        client=request.remote_addr,
        method=method,
        route=route,
        status=status,
        ms=round(seconds * 1000, 3),
        key=key and key.name,
        space=key and key.space,
    )
