"""Requests to an application over a file of SQLite: one thread answers them, in turn.

Statements of SQLite take microseconds, and threads of Python that hand over to each other many
times that; so each decision is answered as a whole. Nothing waits in this thread: bodies come in
and refusals wait for their time beside it, so does what takes long, in threads of its own; and
answers to what was written are held back until the commit, which all requests that came meanwhile
share (`engine.store.gathering`).
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from typing import NamedTuple, TypeVar

from flask import Flask
from granian._granian import RSGIHeaders as Headers
from granian._granian import RSGIHTTPProtocol as Protocol
from granian.rsgi import Scope

from engine.service.settings import DATABASE, value_of
from engine.store.database import Database, StoreUnavailable
from engine.store.gathering import Gathering
from web.api import SUBJECTS
from web.app import create_app
from web.forwarded import Environ
from web.orphans import stop_with_parent
from web.services import read_options
from web.subjects import Subject
from web.uniform import delay
from web.watch import FAILED

MANY = 64
"""So many answers wait for one commit at most."""
LONGEST_WAIT = 0.05
"""And so many seconds, beside requests that only read."""
LONG_BODY = 1 << 14
"""A request with so many bytes asks for more than one moment's work."""
_BESIDE = 4
_REPEAT = "idempotency-key"
_YOUNG = 5_000
"""So many objects more than before, and the collector looks for cycles among them."""
_QUIET_ROUNDS = 3
"""So often the loop finds nothing new to do before what was written is committed."""

Committed = asyncio.Future[Exception | None]
Write = Callable[[bytes], object]
_Result = TypeVar("_Result")


class _Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: Iterable[bytes]


class Gateway:
    """Answers the requests of a server through an application.

    Below the `quick` paths a short request is answered at once, all others beside.
    """

    def __init__(
        self, application: Flask, database: Database, most: int, quick: frozenset[str]
    ) -> None:
        self._quick = quick
        self._beside = ThreadPoolExecutor(_BESIDE, "beside")
        self._application = application
        self._database = database
        self._most = most
        self._waiting = 0
        self._committed: Committed | None = None
        self._gathering: Gathering

    def __rsgi_init__(self, _: asyncio.AbstractEventLoop) -> None:
        """Begin to gather what the thread of the loop writes."""
        self._gathering = self._database.gather(self._tell)
        # What was loaded until now stays: the collector need not look at it again and again.
        gc.freeze()
        # A request makes hundreds of objects that are gone when it is answered.
        gc.set_threshold(_YOUNG)

    def __rsgi_del__(self, _: asyncio.AbstractEventLoop) -> None:
        """Leave at once, when everything is answered.

        The threads of the server may still hold objects of Python, and stop with an error where
        they let go of them while the interpreter is being taken down.
        """
        self._database.close()
        logging.shutdown()
        os._exit(0)

    async def __rsgi__(self, scope: Scope, protocol: Protocol) -> None:
        """Answer a request."""
        # Asked for again, they would be copied again.
        headers = scope.headers
        body = await self._body(scope, headers, protocol)
        environ = _environ(scope, headers, body)
        if len(body) < LONG_BODY and _top(scope.path) in self._quick:
            answer = await self._decide(environ, body)
        else:
            answer = await self._aside(self._ask, environ)
        wait = delay(environ)
        if wait > 0:
            await asyncio.sleep(wait)
        await self._send(protocol, answer)

    async def _decide(self, environ: Environ, body: bytes) -> _Answer:
        """The answer to a request, once what it wrote is durable."""
        self._gathering.mark()
        answer = self._ask(environ)
        failed = await self._commit() if self._gathering.wrote else None
        if failed is None:
            return answer
        return self._ask({**environ, "wsgi.input": BytesIO(body), FAILED: failed})

    async def _aside(self, work: Callable[..., _Result], *arguments: object) -> _Result:
        """What takes its time, done in a thread of its own."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._beside, work, *arguments)

    async def _body(self, scope: Scope, headers: Headers, protocol: Protocol) -> bytes:
        """The body of a request, no more of it than shows that it is too large."""
        length = headers.get("content-length")
        if length is None and "transfer-encoding" not in headers and scope.http_version < "2":
            return b""
        if length is not None and length.isdecimal() and int(length[:18]) <= self._most:
            return await protocol()
        parts, size = [], 0
        async for part in protocol:
            parts.append(part)
            size += len(part)
            if size > self._most:
                break
        return b"".join(parts)

    def _ask(self, environ: Environ) -> _Answer:
        found: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *_: object) -> Write:
            found.append((status, headers))
            return _unused

        body = self._application(environ, start)
        status, headers = found[-1]
        return _Answer(int(status[:3]), [(name.lower(), value) for name, value in headers], body)

    async def _send(self, protocol: Protocol, answer: _Answer) -> None:
        if isinstance(answer.body, list):
            protocol.response_bytes(answer.status, answer.headers, b"".join(answer.body))
            return
        transport = protocol.response_stream(answer.status, answer.headers)
        try:
            parts = iter(answer.body)
            while (part := await self._aside(next, parts, None)) is not None:
                await transport.send_bytes(part)
        finally:
            getattr(answer.body, "close", _nothing)()

    # --- commits

    async def _commit(self) -> Exception | None:
        """Wait until what was written is durable; why it could not be made so."""
        loop = asyncio.get_running_loop()
        if self._committed is None:
            self._committed = loop.create_future()
            end = loop.time() + LONGEST_WAIT
            loop.call_soon(self._settle, self._committed, end, self._waiting, 0)
        self._waiting += 1
        return await self._committed

    def _settle(self, committed: Committed, end: float, waiting: int, quiet: int) -> None:
        """Commit once nobody else comes to wait, or enough do, or long enough."""
        if committed.done():
            return
        loop = asyncio.get_running_loop()
        quiet = 0 if waiting != self._waiting else quiet + 1
        if quiet < _QUIET_ROUNDS and self._waiting < MANY and loop.time() < end:
            loop.call_soon(self._settle, committed, end, self._waiting, quiet)
            return
        # Whoever waits is told what went wrong.
        with suppress(StoreUnavailable):
            self._gathering.commit()

    def _tell(self, failed: Exception | None) -> None:
        """Let those go on who wait for a commit."""
        committed, self._committed, self._waiting = self._committed, None, 0
        if committed is not None:
            committed.set_result(failed)


def _nothing() -> None:
    """Bodies that need no closing have no `close` (PEP 3333)."""


def _unused(_: bytes) -> object:
    raise NotImplementedError("bodies are what the application returns (PEP 3333)")


def _top(path: str) -> str:
    """The first two names of a path."""
    return "/".join(path.split("/", 3)[:3])


def _environ(scope: Scope, headers: Headers, body: bytes) -> Environ:
    """A request as WSGI has it (PEP 3333)."""
    host, port = _address(scope.server)
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": _address(scope.client)[0],
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in headers.items():
        # It would be taken for another name, with hyphens, that a proxy vouches for.
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    if _REPEAT in headers:
        # One that is no text is left out above, and is to be refused.
        environ.setdefault("HTTP_IDEMPOTENCY_KEY", "")
    if scope.authority:
        environ.setdefault("HTTP_HOST", scope.authority)
    return environ


def _address(text: str) -> tuple[str, str]:
    """A host and its port."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), port


def from_environment() -> Gateway:
    """The application as the environment sets it: what each worker of the server makes."""
    stop_with_parent()
    database, options = Database(value_of(DATABASE)), read_options()
    application = create_app(database, options)
    return Gateway(application, database, options.max_body, quick_paths(SUBJECTS))


def quick_paths(subjects: Iterable[Subject]) -> frozenset[str]:
    """Where the calls are that are answered at once."""
    routes = (route for each in subjects if each.is_quick for route in each.routes)
    return frozenset(_top(route.path) for route in routes)
