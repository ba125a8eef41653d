"""Many processes activate the same codes, or one is killed meanwhile: each is granted once."""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.codes.key_ring import new_key
from tests.trials.activating import by_many
from tests.trials.clients import Client
from tests.trials.recount import count, faults, rows
from tests.trials.serving import SPACE, Service
from tests.trials.test_killed import insist, kill

POLICIES = f"""
space: {SPACE}
timezone: Europe/Zurich
currency: EUR
---
format: voucher
template: "{{body:sealed(16, check)/4}}"
alphabet: crockford32
fields: {{spec: 12, issued: month(8), serial: 20}}
seal: 35
---
coupon: year
valid: 12 months
format: voucher
grants: {{plan: professional, points: 50, duration: 12 months}}
redemption:
  - at most 1 redemption per code
"""


@pytest.fixture(autouse=True)
def _seal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUPON_SEAL_KEYS", new_key("trial"))


def issued(service: Service, token: str, number: int) -> list[str]:
    client = Client(service.port, token)
    answer = client.ask("POST", "/v1/coupons/year/codes", {"count": number}, "issue")
    client.close()
    codes: list[str] = answer.body["codes"]
    assert len(codes) == number
    return codes


def check(url: str, number: int) -> None:
    """Each code is redeemed once, and has granted once."""
    for table in ("redemptions", "grants"):
        found = rows(url, f"SELECT code, COUNT(*) AS n FROM {table} GROUP BY code")  # noqa: S608
        assert [each["n"] for each in found] == [1] * number
    assert count(url, "SELECT SUM(n) FROM counters") == number
    assert faults(url) == []


def try_many(folder: Path, url: str, processes: int, number: int, workers: int) -> None:
    with Service(folder, url, POLICIES, workers=workers) as service:
        token = service.key()
        codes = issued(service, token, number)
        said = Counter(by_many(processes, service.port, token, codes))
    assert said == {"done": number, "refused": number * (processes - 1)}
    check(url, number)


def test_each_code_is_granted_once(tmp_path: Path, stored_url: str) -> None:
    try_many(tmp_path, stored_url, processes=3, number=50, workers=2)


@pytest.mark.trial
def test_each_of_five_hundred_codes_is_granted_once(tmp_path: Path, stored_url: str) -> None:
    try_many(tmp_path, stored_url, processes=50, number=500, workers=4)


def try_killing(folder: Path, url: str, number: int, times: int) -> None:
    """One batch is sent again with its key until it is answered, while the service is killed."""
    with Service(folder, url, POLICIES) as service:
        token = service.key()
        codes = issued(service, token, number)
        lines = [{"code": code, "account": f"acc-{code}"} for code in codes]
        client = Client(service.port, token)
        with ThreadPoolExecutor(1) as thread:
            answered = thread.submit(
                insist,
                lambda: client.ask("POST", "/v1/inventory/activate", {"lines": lines}, "batch"),
            )
            for _ in range(times):
                time.sleep(random.uniform(0.05, 0.5))  # noqa: S311 - no secret
                kill(service)
            answer = answered.result()
        client.close()
    assert answer.status == 200, answer
    assert {each["outcome"] for each in answer.body["lines"]} <= {"done", "unchanged"}
    check(url, number)


def test_a_batch_outlives_a_killed_service(tmp_path: Path, stored_url: str) -> None:
    try_killing(tmp_path, stored_url, number=60, times=1)


@pytest.mark.trial
def test_a_batch_outlives_twenty_kills(tmp_path: Path, stored_url: str) -> None:
    try_killing(tmp_path, stored_url, number=1000, times=20)
