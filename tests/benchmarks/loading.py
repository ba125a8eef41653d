"""A load generator: many connections that send prepared requests and read whole answers."""

from __future__ import annotations

import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

CONNECTIONS = 8
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


def load(port: int, requests: list[bytes]) -> Load:
    """Send requests on several connections at once, each after the answer to the one before."""
    parts = [requests[start::CONNECTIONS] for start in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        connections = [socket.create_connection(("127.0.0.1", port)) for _ in parts]
        started = time.perf_counter()
        statuses = list(threads.map(_send, connections, parts))
        seconds = time.perf_counter() - started
    return Load(seconds, dict(sum(statuses, Counter[int]())))


def _send(connection: socket.socket, requests: list[bytes]) -> Counter[int]:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    statuses = Counter[int]()
    with connection:
        for each in requests:
            connection.sendall(each)
            statuses[_receive(connection)] += 1
    return statuses


def _receive(connection: socket.socket) -> int:
    """The status of an answer that was read to its end."""
    data = b""
    while _HEAD_END not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(_HEAD_END)
    missing = int(head.lower().partition(_LENGTH)[2].split(b"\r\n")[0]) - len(body)
    while missing > 0:
        missing -= len(connection.recv(missing))
    return int(head[9:12])
