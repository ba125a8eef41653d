"""Real receivers: a server that takes webhooks, and one that takes mails."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Taken:
    """What a webhook was sent."""

    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """Takes webhooks; `answer` says with which status, and may take its time."""

    answer: Callable[[Taken], int] = lambda _: 200
    headers: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    url: str = ""
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def kinds(self) -> list[str]:
        return [each.said["type"] for each in self.taken]


@contextmanager
def receiver(answer: Callable[[Taken], int] = lambda _: 200, **headers: str) -> Iterator[Receiver]:
    """A server on this machine that takes webhooks."""
    found = Receiver(answer, headers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {key.lower(): value for key, value in self.headers.items()}
            taken = Taken(headers, body, self.path)
            found.taken.append(taken)
            self.send_response(found.answer(taken))
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield found
    finally:
        found.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Mailbox:
    """Takes mails; `refuse` says which with what."""

    refuse: Callable[[str], str | None] = lambda _: None
    mails: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    @property
    def subjects(self) -> list[str]:
        return [str(each["Subject"]) for each in self.mails]

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd asks for
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        refused = self.refuse(address)
        if refused is None:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd asks for
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        found = message_from_bytes(envelope.content, policy=default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        return "250 OK"


class _AnyPort(Controller):
    """Takes a free port, and knows which before it is first asked."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mailbox(refuse: Callable[[str], str | None] = lambda _: None) -> Iterator[Mailbox]:
    """A mail server on this machine."""
    found = Mailbox(refuse)
    controller = _AnyPort(found, hostname="127.0.0.1", port=0)
    controller.start()
    found.port = controller.port
    try:
        yield found
    finally:
        controller.stop()
