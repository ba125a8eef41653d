"""Clients that keep their connections, many at once, in several processes."""

from __future__ import annotations

import http.client
import json
import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import Any, NamedTuple, TypeVar

PROCESSES, THREADS = 4, 16
TIMEOUT = 60
_Result = TypeVar("_Result")


class Lost(Exception):
    """The connection ended before the answer: nobody knows what became of the request."""


class Answer(NamedTuple):
    """A status, and what came with it."""

    status: int
    text: bytes

    @property
    def body(self) -> Any:
        """The JSON of the answer."""
        return json.loads(self.text)

    @property
    def reasons(self) -> list[str]:
        """The names of the reasons of a refusal."""
        return [each["reason"] for each in self.body.get("reasons", ())]


class Client:
    """One caller with a key, on one connection."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: object = None, key: str | None = None) -> Answer:
        """Send a request. Raises `Lost`."""
        headers = self._headers if key is None else {**self._headers, "Idempotency-Key": key}
        content = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, path, content, headers)
            response = self._connection.getresponse()
            return Answer(response.status, response.read())
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Lost(repr(error)) from error

    def redeem(self, body: object, key: str | None = None) -> Answer:
        """Redeem or hold a code."""
        return self.ask("POST", "/v1/redeem", body, key)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def everywhere(work: Callable[[int], list[_Result]]) -> list[_Result]:
    """What 64 clients in four processes say, each given its number."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as processes:
        said = processes.map(partial(_side_by_side, work), range(PROCESSES))
        return list(chain.from_iterable(said))


def _side_by_side(work: Callable[[int], list[_Result]], process: int) -> list[_Result]:
    first = process * THREADS
    return together(work, range(first, first + THREADS))


def together(work: Callable[[int], list[_Result]], numbers: Iterable[int]) -> list[_Result]:
    """What clients in threads of this process say."""
    with ThreadPoolExecutor(THREADS) as threads:
        return list(chain.from_iterable(threads.map(work, numbers)))
