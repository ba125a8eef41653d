"""A body is read before its request takes a turn."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from engine.store.turns import Turns
from web.in_turn import InTurn


class Slow(BytesIO):
    """A body whose sender takes time."""

    def __init__(self, data: bytes, go_on: threading.Event) -> None:
        super().__init__(data)
        self._go_on = go_on

    def read(self, size: int | None = -1) -> bytes:
        assert self._go_on.wait(20)
        return super().read(size)


def answer(environ: dict[str, Any], _: object) -> list[bytes]:
    return [environ["wsgi.input"].read()]


def test_a_slow_sender_keeps_nobody_waiting() -> None:
    application = InTurn(answer, Turns(), 100)
    go_on = threading.Event()
    slow = {"CONTENT_LENGTH": "4", "wsgi.input": Slow(b"slow", go_on)}
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(application, slow, None)
        quick = {"CONTENT_LENGTH": "5", "wsgi.input": BytesIO(b"quick, and more")}
        assert application(quick, None) == [b"quick"]
        assert not first.done()
        go_on.set()
        assert first.result(20) == [b"slow"]


def test_a_body_that_is_too_large_is_left_to_be_refused() -> None:
    application = InTurn(answer, Turns(), 3)
    body = BytesIO(b"four")
    application({"CONTENT_LENGTH": "4", "wsgi.input": body}, None)
    assert body.tell() == 4
    assert application({"wsgi.input": BytesIO(b"")}, None) == [b""]
