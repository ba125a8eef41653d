"""A load generator: many connections that send prepared requests and read whole answers.

It is one thread, so that what it costs itself stays small beside what it measures.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

CONNECTIONS = 32
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Load(NamedTuple):
    """How long some requests took together, and how many answers had which status."""

    seconds: float
    statuses: dict[int, int]


def request(path: str, token: str, body: bytes, key: str | None = None) -> bytes:
    """A POST as it goes over the wire."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    if key is not None:
        lines.append(f"Idempotency-Key: {key}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(slots=True)
class _Line:
    """One connection: what it is to send still, and what it has received of an answer."""

    socket: socket.socket
    requests: Iterator[bytes]
    data: bytes = b""

    def send(self) -> bool:
        """Send the next request; whether there was one."""
        following = next(self.requests, None)
        if following is not None:
            self.socket.sendall(following)
        return following is not None

    def receive(self) -> int | None:
        """The status of an answer, once all of it is there."""
        self.data += self.socket.recv(65536)
        head, found, body = self.data.partition(_HEAD_END)
        if not found or len(body) < int(head.lower().partition(_LENGTH)[2].split(b"\r\n")[0]):
            return None
        self.data = b""
        return int(head[9:12])


def load(port: int, requests: list[bytes]) -> Load:
    """Send requests on several connections at once, each after the answer to the one before."""
    statuses = Counter[int]()
    with selectors.DefaultSelector() as selector:
        lines = [
            _Line(socket.create_connection(("127.0.0.1", port)), iter(requests[start::CONNECTIONS]))
            for start in range(min(CONNECTIONS, len(requests)))
        ]
        started = time.perf_counter()
        for line in lines:
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.send()
            selector.register(line.socket, selectors.EVENT_READ, line)
        while selector.get_map():
            for key, _ in selector.select():
                _go_on(selector, key.data, statuses)
        return Load(time.perf_counter() - started, dict(statuses))


def _go_on(selector: selectors.BaseSelector, line: _Line, statuses: Counter[int]) -> None:
    status = line.receive()
    if status is None:
        return
    statuses[status] += 1
    if not line.send():
        selector.unregister(line.socket)
        line.socket.close()
