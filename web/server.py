"""The server: granian in processes of its own, each with one thread or with many."""

from __future__ import annotations

import multiprocessing
import os
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from granian.constants import Interfaces
from granian.server.mp import MPServer

from web.logs import LOGGING
from web.metrics import DIRECTORY


class Target(NamedTuple):
    """What the workers run: where it is made, and how the server asks it."""

    name: str
    interface: Interfaces


THREADS = Target("web.app:from_environment", Interfaces.WSGI)
ONE_THREAD = Target("web.gateway:from_environment", Interfaces.RSGI)


class PortTaken(Exception):
    """Something else listens on the port."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server listens, and how much it does at once."""

    host: str
    port: int
    workers: int
    threads: int
    backlog: int
    stop_seconds: int

    @property
    def address(self) -> str:
        """The address as a program on this machine reaches it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def run(place: Place, environment: Mapping[str, str], target: Target) -> None:
    """Serve until the process is told to stop, and then finish what is running.

    The workers read their settings from the environment.
    """
    # A worker must inherit neither threads nor connections of this process.
    multiprocessing.set_start_method("spawn", force=True)
    with tempfile.TemporaryDirectory(prefix="coupon-metrics-") as folder:
        os.environ.update(environment)
        if place.workers > 1:
            # Each counts in a file, so that whoever is asked knows of all; for one that is slow.
            os.environ[DIRECTORY] = folder
        _granian(place, target).serve()


def _granian(place: Place, target: Target) -> MPServer:
    return MPServer(
        target.name,
        address=place.host,
        port=place.port,
        interface=target.interface,
        factory=True,
        workers=place.workers,
        blocking_threads=place.threads if target is THREADS else 1,
        backlog=place.backlog,
        respawn_failed_workers=True,
        workers_kill_timeout=place.stop_seconds,
        websockets=False,
        log_dictconfig=LOGGING,
    )


def free_port(host: str) -> int:
    """A port on which nothing listens now. Raises `PortTaken` where the host is not this one.

    The server and all its workers have to be told the same port, so none of them can choose.
    """
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        _bind(probe, host, 0)
        return int(probe.getsockname()[1])


def check_free(place: Place) -> None:
    """Raise `PortTaken` where the server could not listen, or only beside another."""
    with socket.socket(_family(place.host), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(probe, place.host, place.port)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _bind(probe: socket.socket, host: str, port: int) -> None:
    try:
        probe.bind((host, port))
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        message = f"can't listen on {host}:{port}: {why}; `--port` takes another, 0 any free one"
        raise PortTaken(message) from error
