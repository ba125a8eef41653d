"""A real `coupon serve` in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from engine.service.caller import ALL, Scope
from engine.service.keeping.keys import Keys
from engine.service.office import system_clock
from engine.store.database import Database

PATIENCE = 60
START = [sys.executable, "-c", "from engine.cli import main; main()", "serve"]


class Answer(NamedTuple):
    """A status, and the JSON or text that came with it."""

    status: int
    body: Any


class Served:
    """A service that runs, and what it prints."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        with (folder / "out.txt").open("ab") as out, (folder / "err.txt").open("ab") as err:
            self.process = subprocess.Popen(  # noqa: S603
                [*START, "--port", str(self.port), *options],
                cwd=folder,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(Path.cwd())},
                stdout=out,
                stderr=err,
            )

    @property
    def printed(self) -> str:
        """What it printed so far."""
        return (self._folder / "out.txt").read_text("utf-8")

    @property
    def logged(self) -> list[dict[str, Any]]:
        """The lines of its log so far."""
        lines = (self._folder / "err.txt").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    @property
    def key(self) -> str:
        """The first key, as printed."""
        return next(line.strip() for line in self.printed.splitlines() if "coupon_" in line)

    def ask(
        self, call: str, body: object = None, *, data: Any = None, key: str | None = None
    ) -> Answer:
        """Make a call with the first key; `data` may be an iterable, which is sent in chunks."""
        method, path = call.split(" ", 1)
        content = json.dumps(body).encode() if body is not None else data
        headers = {"Authorization": f"Bearer {key or self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(  # noqa: S310
            self.address + path, content, headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
                return _answer(response)
        except urllib.error.HTTPError as error:
            with error:
                return _answer(error)

    def is_ready(self) -> bool:
        """Whether it answers."""
        assert self.process.poll() is None, "\n".join(map(str, self.logged)) + self.printed
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=PATIENCE) as response:  # noqa: S310
                return bool(response.status == 200)
        except OSError:
            return False

    def stop(self, by: int = signal.SIGTERM) -> int:
        """Tell it to stop; its exit code."""
        self.process.send_signal(by)
        return self.process.wait(PATIENCE)


def new_key(url: str, scopes: Iterable[Scope] = ALL) -> str:
    """A new key for the space of a store that a service may have open."""
    with closing(Database(url)) as database:
        return Keys(database).create("acme", "tests", scopes, system_clock(), "tests")


def _answer(response: Any) -> Answer:
    content = response.read()
    is_json = "json" in response.headers["Content-Type"]
    return Answer(response.status, json.loads(content) if is_json else content.decode())


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def eventually(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come in time"
        time.sleep(0.05)


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Served]:
    """A service in a folder with `policies`, ready to answer; stopped at the end."""
    served = Served(folder, *options)
    try:
        eventually(served.is_ready)
        yield served
    finally:
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait(PATIENCE)
