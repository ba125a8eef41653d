"""The service in processes of its own, which a trial may kill at any moment."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.service.caller import ALL, Scope
from engine.service.keeping.keys import Keys
from engine.service.office import system_clock
from engine.store.database import Database

START_SECONDS = 60
SPACE = "trials"
COMMAND = Path(sys.executable).with_name("coupon")


class Service:
    """`coupon serve` over a database and a folder of policies."""

    def __init__(self, folder: Path, url: str, policies: str, workers: int = 2) -> None:
        self.url = url
        self.port = _free_port()
        self.log = folder / "service.log"
        home = folder / "policies"
        home.mkdir()
        (home / "policies.yaml").write_text(policies, "utf-8")
        where = ["--policies", home, "--database", url]
        self._command = [COMMAND, "serve", *where, "--port", self.port, "--workers", workers]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait()

    def start(self) -> None:
        """Start, and wait until every request can be answered."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [*map(str, self._command)], stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            in_time = self._process.poll() is None and time.monotonic() < deadline
            assert in_time, self.log.read_text("utf-8")
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill every process of the service, wherever it is."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def key(self, scopes: Iterable[Scope] = ALL) -> str:
        """A new key, with every scope unless some are chosen."""
        with _opened(self.url) as database:
            return Keys(database).create(SPACE, "trial", scopes, system_clock(), "trial")

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz") as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
