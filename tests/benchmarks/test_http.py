"""What HTTP costs: `pytest tests/benchmarks --benchmark-only -s`.

Redeeming is compared with the same statements in bare `sqlite3` on an equal file, evaluating with
a call of the same application that only decodes and encodes JSON. Rounds of both take turns.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import pytest

from engine.service.caller import ALL
from engine.service.keeping.keys import Keys
from engine.service.office import system_clock
from engine.service.settings import DATABASE
from engine.store.database import Database
from tests.benchmarks.loading import load, request
from tests.benchmarks.statements import record, replay
from tests.benchmarks.test_decision import POLICIES, REQUEST

ROOT = Path(__file__).parents[2]
SPACE = "acme"
ROUNDS, REQUESTS = 21, 400
REDEEM_BAR, EVALUATE_BAR = 0.45, 0.80


class Running(NamedTuple):
    """A service, its store, and a key."""

    port: int
    store: Path
    token: str
    generator: ProcessPoolExecutor

    def rate(self, requests: list[bytes], status: int) -> float:
        """How many requests a second are answered, all of them with this status."""
        answered = self.generator.submit(load, self.port, requests).result()
        assert answered.statuses == {status: len(requests)}
        return len(requests) / answered.seconds


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    store, policies = tmp_path / "coupon.db", tmp_path / "policies"
    policies.mkdir()
    (policies / "acme.yaml").write_text(_unlimited(POLICIES), "utf-8")
    url = f"sqlite:///{store}"
    push = [Path(sys.executable).with_name("coupon"), "push", "--database", url]
    subprocess.run([*push, "--policies", policies], check=True, capture_output=True)  # noqa: S603
    token = _key(url)
    context = multiprocessing.get_context("spawn")
    port = _free_port()
    command = [sys.executable, "-m", "tests.benchmarks.echoing", str(port)]
    environment = {**os.environ, DATABASE.variable: url}
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as service,  # noqa: S603
        ProcessPoolExecutor(1, mp_context=context) as generator,
    ):
        try:
            _wait(port)
            yield Running(port, store, token, generator)
        finally:
            service.terminate()


def test_redeem_over_http_against_the_same_statements_in_bare_sqlite(
    benchmark: Any, running: Running, tmp_path: Path
) -> None:
    bodies = iter(range(1_000_000))
    running.rate(_redeems(running.token, bodies, REQUESTS), 201)
    copy = tmp_path / "copy.db"
    with Database(f"sqlite:///{running.store}").read():
        shutil.copy(running.store, copy)
    prepared = [_redeem_body(next(bodies)) for _ in range(REQUESTS * (ROUNDS + 1))]
    equal = tmp_path / "equal.db"
    shutil.copy(copy, equal)
    recorded = record(copy, SPACE, running.token, prepared)
    replay(equal, recorded[:REQUESTS])
    rounds = iter(
        recorded[start : start + REQUESTS] for start in range(REQUESTS, len(recorded), REQUESTS)
    )

    def bare() -> float:
        return REQUESTS / replay(equal, next(rounds))

    def http() -> float:
        return running.rate(_redeems(running.token, bodies, REQUESTS), 201)

    _compare(benchmark, "redeem", http, bare, REDEEM_BAR)


def test_evaluate_over_http_against_an_echo(benchmark: Any, running: Running) -> None:
    """The echo asks of the JSON nothing, not even that it is an evaluate request."""
    bodies = [_evaluate_body(number) for number in range(REQUESTS)]
    evaluate = [request("/v1/evaluate", running.token, body) for body in bodies]
    echo = [request("/v1/echo", running.token, body) for body in bodies]
    for each in (evaluate, echo):
        running.rate(each, 200)
    _compare(
        benchmark,
        "evaluate",
        lambda: running.rate(evaluate, 200),
        lambda: running.rate(echo, 200),
        EVALUATE_BAR,
    )


def _compare(
    benchmark: Any, name: str, ours: Callable[[], float], other: Callable[[], float], bar: float
) -> None:
    """Take turns, and report the median ratio of a turn; a slow machine is no failure.

    Machines are faster in one second than in the next, so that only neighbours are compared.
    """
    rates: list[tuple[float, float]] = []
    benchmark.pedantic(lambda: rates.append((ours(), other())), rounds=ROUNDS)
    here, there = (median(each) for each in zip(*rates, strict=True))
    ratio = median(ours / other for ours, other in rates)
    benchmark.extra_info.update(rate=here, other=there, ratio=ratio, bar=bar)
    sys.stderr.write(f"\n{name}: {here:.0f}/s against {there:.0f}/s, {ratio:.0%} (bar {bar:.0%})\n")


def _redeems(token: str, numbers: Iterator[int], count: int) -> list[bytes]:
    taken = [next(numbers) for _ in range(count)]
    return [request("/v1/redeem", token, _redeem_body(n), f"redeem-{n}") for n in taken]


def _redeem_body(number: int) -> bytes:
    body = {"code": "BLACKFRIDAY2026", "at": REQUEST["at"], **_owner(number)}
    return json.dumps(body).encode()


def _evaluate_body(number: int) -> bytes:
    return json.dumps({**REQUEST, **_owner(number)}).encode()


def _owner(number: int) -> dict[str, Any]:
    """A customer and a subscription of its own for each request."""
    customer = {**REQUEST["customer"], "id": f"cus-{number}"}
    return {
        "customer": customer,
        "subscription": {**REQUEST["subscription"], "id": f"sub-{number}"},
    }


def _unlimited(policies: str) -> str:
    return policies.replace("at most 500 redemptions", "at most 1000000 redemptions")


def _key(url: str) -> str:
    database = Database(url)
    token = Keys(database).create(SPACE, "benchmark", ALL, system_clock(), "benchmark")
    database.close()
    return token


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
