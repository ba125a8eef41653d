"""Calling a webhook: at an address that was checked, following nowhere, and not for long."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from typing import NamedTuple

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from engine.outbox.places import Address, BadPlace, Place, addresses, read_place
from engine.service.settings import Network

MOST_ANSWERED = 64 << 10
"""So many bytes of an answer are read."""
_AGENT = "coupon-policy"


class Limits(NamedTuple):
    """How long a call may take in seconds, also where a receiver sends a byte now and then.

    Finding its address may take as long as connecting to it.
    """

    connect: float = 5.0
    whole: float = 15.0


LIMITS = Limits()


class Answer(NamedTuple):
    """What a receiver answered: the status, and the beginning of what it says."""

    status: int
    body: bytes


class Unreached(Exception):
    """The receiver did not answer; the message says why, in a sentence."""


class Telephone:
    """Calls webhooks: those at public addresses, and those in networks that are allowed."""

    def __init__(
        self,
        allowed: Sequence[Network] = (),
        limits: Limits = LIMITS,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = tuple(allowed)
        self._limits = limits
        self._context = context

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a body. Raises `Unreached`, and `BadPlace` where no webhook may be."""
        place = read_place(url)
        with self._watch() as watch:
            sock = self._connected(self._found(place), place)
            try:
                watch.over(sock)
                return self._ask(place, sock, body, headers)
            except (OSError, HTTPError, HTTPException) as error:
                why = _why(error)
                raise Unreached(f"`{place.name}` did not answer: {why}") from None
            finally:
                sock.close()
                if watch.has_ended:
                    seconds = f"{self._limits.whole:g} seconds"
                    raise Unreached(f"`{place.name}` took more than {seconds}")

    def _found(self, place: Place) -> list[Address]:
        """The addresses of a place. Name servers that don't answer are not waited for long."""
        found: SimpleQueue[list[Address] | BadPlace] = SimpleQueue()

        def look_up() -> None:
            try:
                found.put(addresses(place, self._allowed))
            except BadPlace as error:
                found.put(error)

        # Nothing ends a look-up: it is left to itself, and keeps the process from nothing.
        Thread(target=look_up, name="look-up", daemon=True).start()
        try:
            answer = found.get(timeout=self._limits.connect)
        except Empty:
            raise Unreached(f"no address of `{place.name}` was found in time") from None
        if isinstance(answer, BadPlace):
            raise answer
        return answer

    def _connected(self, found: Sequence[Address], place: Place) -> socket.socket:
        """A connection to the first address that takes one."""
        failed: list[str] = []
        for address in found:
            try:
                return socket.create_connection(
                    (str(address), place.port), self._limits.connect / len(found)
                )
            except OSError as error:
                failed.append(_why(error))
        raise Unreached(f"`{place.name}` can't be reached: {', '.join(dict.fromkeys(failed))}")

    def _ask(
        self, place: Place, sock: socket.socket, body: bytes, headers: Mapping[str, str]
    ) -> Answer:
        sock.settimeout(self._limits.whole)
        connection = self._connection(place, sock)
        try:
            sent = {**headers, "Host": place.name, "User-Agent": _AGENT}
            connection.request("POST", place.path, body, sent, preload_content=False)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(MOST_ANSWERED, decode_content=False))
        finally:
            connection.close()

    def _connection(self, place: Place, sock: socket.socket) -> HTTPConnection:
        if place.scheme == "http":
            return _Plain(place, sock)
        return _Secure(place, sock, self._context or ssl.create_default_context())

    @contextmanager
    def _watch(self) -> Iterator[_Watch]:
        watch = _Watch()
        timer = Timer(self._limits.whole, watch.end)
        timer.daemon = True
        timer.start()
        try:
            yield watch
        finally:
            timer.cancel()
            watch.close()


class _Plain(HTTPConnection):
    """Speaks over a connection that is there, and makes no other."""

    def __init__(self, place: Place, sock: socket.socket) -> None:
        super().__init__(place.host, place.port)
        self._there = sock

    def _new_conn(self) -> socket.socket:
        return self._there


class _Secure(HTTPSConnection):
    """The same with TLS, in the name of the host and not of its address."""

    def __init__(self, place: Place, sock: socket.socket, context: ssl.SSLContext) -> None:
        super().__init__(
            place.host,
            place.port,
            ssl_context=context,
            server_hostname=place.host,
        )
        self._there = sock

    def _new_conn(self) -> socket.socket:
        return self._there


class _Watch:
    """Ends a call whose time is up, wherever it waits."""

    def __init__(self) -> None:
        self.has_ended = False
        self._sock: socket.socket | None = None

    def over(self, sock: socket.socket) -> None:
        """Watch a connection, by a handle of its own: TLS takes the other one over."""
        self._sock = sock.dup()
        if self.has_ended:
            self.end()

    def end(self) -> None:
        """Hang up."""
        self.has_ended = True
        if self._sock is not None:
            _hang_up(self._sock)

    def close(self) -> None:
        """Stop to watch."""
        if self._sock is not None:
            self._sock.close()


def _hang_up(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        # The other side was first.
        return


def _why(error: Exception) -> str:
    """What an error of the network says, in a few words."""
    if isinstance(error, TimeoutError):
        return "it took too long"
    said = error.strerror if isinstance(error, OSError) else None
    return (said or str(error) or type(error).__name__).lower()
