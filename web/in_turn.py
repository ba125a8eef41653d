"""Requests that take turns: one at a time in a process, but for what waits."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from engine.store.turns import Turns
from web.forwarded import Application, Environ


class InTurn:
    """Answers requests one at a time; a body is read before the turn, as its sender may be slow."""

    def __init__(self, application: Application, turns: Turns, most: int) -> None:
        self._application = application
        self._turns = turns
        self._most = most

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI's
        """Answer a request."""
        length = environ.get("CONTENT_LENGTH", "")
        if length.isdecimal() and int(length[:18]) <= self._most:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))
        with self._turns:
            return self._application(environ, start)
