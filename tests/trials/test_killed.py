"""The service killed at any moment: what it answered is there, and nothing is there twice."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import NamedTuple

import pytest
from psycopg import OperationalError

from tests.postgres import Server
from tests.trials.clients import Answer, Client, Lost
from tests.trials.recount import broken_sums, faults, rows
from tests.trials.serving import SPACE, Service

CLIENTS = 8
POLICIES = f"""
space: {SPACE}
timezone: Europe/Zurich
currency: EUR
---
coupon: wide
discount: 10%
codes: [WIDE]
redemption:
  - at most 1000000 redemptions per code
  - at most 3 redemptions per subscription in any 10 minutes
application:
  - fee is period
  - at most 5 applications per subscription
  - at most 900000 EUR of discount per coupon
"""


class Told(NamedTuple):
    """A request with its idempotency key, and what it was answered in the end."""

    key: str
    method: str
    path: str
    body: object
    answer: Answer


class Caller:
    """One client that asks again, with the same key, until it is answered."""

    def __init__(self, port: int, token: str, number: int) -> None:
        self.client = Client(port, token)
        self.chance = random.Random(number)  # noqa: S311 - no secret
        self.number = number
        self.told: list[Told] = []

    def work(self, done: Event) -> list[Told]:
        """Redeem, charge, reverse and remove until the end of the trial."""
        while not done.is_set():
            self.turn()
        self.client.close()
        return self.told

    def turn(self) -> None:
        """What happens to one new subscription."""
        name = f"{self.number}-{len(self.told)}"
        owner = {"customer": {"id": f"cus-{self.number}"}, "subscription": {"id": f"sub-{name}"}}
        redeemed = self.tell("POST", "/v1/redeem", {"code": "WIDE", **owner})
        line = {"fee": "period", "amount": "100.00", "currency": "EUR"}
        lines = [{"id": f"le-{name}-{number}", **line} for number in range(2)]
        self.tell("POST", "/v1/charges", {**owner, "charges": lines})
        if self.chance.random() < 0.5:
            self.tell("POST", f"/v1/charges/le-{name}-0/reverse", {"amount": "30.00"})
        if redeemed.status == 201:
            self.tell("DELETE", f"/v1/redemptions/{redeemed.body['id']}", None)

    def tell(self, method: str, path: str, body: object) -> Answer:
        """Ask until there is an answer."""
        key = f"{self.number}-{len(self.told)}"
        answer = insist(lambda: self.client.ask(method, path, body, key))
        self.told.append(Told(key, method, path, body, answer))
        return answer


def insist(ask: Callable[[], Answer]) -> Answer:
    """What is answered in the end, when the service can be reached and can reach its store."""
    while True:
        try:
            answer = ask()
        except Lost:
            time.sleep(0.02)
            continue
        if answer.status != 503:
            return answer
        time.sleep(0.02)


@contextmanager
def under_load(service: Service, token: str) -> Iterator[list[Told]]:
    """Clients that work meanwhile; what they were told is there after the block."""
    done, told = Event(), list[Told]()
    callers = [Caller(service.port, token, number) for number in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as threads:
        working = [threads.submit(caller.work, done) for caller in callers]
        try:
            yield told
        finally:
            done.set()
        for each in working:
            told += each.result()


def try_killing(folder: Path, url: str, times: int, harm: Callable[[Service], object]) -> None:
    with Service(folder, url, POLICIES) as service:
        token = service.key()
        with under_load(service, token) as told:
            for _ in range(times):
                time.sleep(random.uniform(0.1, 1))  # noqa: S311 - no secret
                harm(service)
            time.sleep(0.5)
        check(told, service, token, url)


def check(told: list[Told], service: Service, token: str, url: str) -> None:
    assert {each.answer.status for each in told} <= {200, 201, 409}
    client = Client(service.port, token)
    for each in told:
        again = client.ask(each.method, each.path, each.body, each.key)
        assert (again.status, again.body) == (each.answer.status, each.answer.body)
    client.close()
    assert sorted(redeemed(url)) == sorted(answered_redemptions(told))
    assert sorted(removed(url)) == sorted(answered_removals(told))
    assert sorted(charged(url)) == sorted(answered_charges(told))
    assert reversals(url) == sum(_done(told, "/reverse"))
    assert broken_sums(url) == []
    assert faults(url) == []


def redeemed(url: str) -> list[str]:
    return [row["redemption"] for row in rows(url, "SELECT redemption FROM redemptions")]


def removed(url: str) -> list[str]:
    query = "SELECT redemption FROM redemptions WHERE how = 'removed'"
    return [row["redemption"] for row in rows(url, query)]


def charged(url: str) -> list[tuple[str, int]]:
    return [
        (row["charge"], row["discount"])
        for row in rows(url, "SELECT charge, discount FROM charges")
    ]


def reversals(url: str) -> int:
    return len(rows(url, "SELECT charge FROM reversals"))


def answered_redemptions(told: list[Told]) -> list[str]:
    return [each.answer.body["id"] for each in told if each.answer.status == 201]


def answered_removals(told: list[Told]) -> list[str]:
    ended = [each for each in told if each.method == "DELETE" and each.answer.status == 200]
    return [each.answer.body["id"] for each in ended]


def answered_charges(told: list[Told]) -> list[tuple[str, int]]:
    answers = [each.answer.body for each in told if each.path == "/v1/charges"]
    return [(line["id"], _cents(line["discount"])) for each in answers for line in each["charges"]]


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def _done(told: list[Told], end: str) -> list[bool]:
    return [each.answer.status == 200 for each in told if each.path.endswith(end)]


def kill(service: Service) -> None:
    """Kill all processes of the service, and start it again."""
    service.kill()
    service.start()


def kill_backend(server: Server, url: str, chance: random.Random) -> None:
    """Kill a process of PostgreSQL, which then ends all its connections and recovers."""
    # It may still be recovering from the time before.
    with suppress(OperationalError, IndexError):
        os.kill(chance.choice(server.processes(url)), signal.SIGKILL)


def test_what_was_answered_outlives_a_killed_service(tmp_path: Path, stored_url: str) -> None:
    try_killing(tmp_path, stored_url, 2, kill)


@pytest.mark.trial
def test_what_was_answered_outlives_fifty_kills(tmp_path: Path, stored_url: str) -> None:
    try_killing(tmp_path, stored_url, 50, kill)


def test_what_was_answered_outlives_lost_connections(
    tmp_path: Path, postgresql_stored: str, postgres_server: Server
) -> None:
    try_killing(
        tmp_path, postgresql_stored, 4, lambda _: postgres_server.disconnect(postgresql_stored)
    )


@pytest.mark.trial
def test_what_was_answered_outlives_a_killed_postgresql(
    tmp_path: Path, postgresql_stored: str, postgres_server: Server
) -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    try_killing(
        tmp_path,
        postgresql_stored,
        10,
        lambda _: kill_backend(postgres_server, postgresql_stored, chance),
    )
