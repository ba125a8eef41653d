"""Many clients at once want the places of one code: each place is given once, and all are."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from tests.trials.clients import PROCESSES, THREADS, everywhere
from tests.trials.recount import count, faults, rows
from tests.trials.redeeming import ATTEMPTS, redeem
from tests.trials.serving import SPACE, Service

PLACES, CLIENTS = 500, PROCESSES * THREADS
POLICIES = f"""
space: {SPACE}
timezone: Europe/Zurich
currency: EUR
---
coupon: places
discount: 10%
codes: [PLACES]
redemption:
  - at most {PLACES} redemptions per code
  - at most 1 redemption per customer
application:
  - at most 6 applications per subscription
"""


def try_places(folder: Path, url: str) -> None:
    with Service(folder, url, POLICIES, workers=4) as service:
        said = Counter(everywhere(partial(redeem, service.port, service.key())))
    refused = CLIENTS * ATTEMPTS - PLACES
    assert said == {"redeemed": PLACES, "409 limit_reached": refused}
    redeemed = "SELECT COUNT(*) FROM redemptions WHERE ended IS NULL"
    assert count(url, redeemed) == PLACES
    assert count(url, "SELECT COUNT(DISTINCT subscription) FROM redemptions") == PLACES
    places = "SELECT n FROM counters WHERE key = '[\"PLACES\"]'"
    assert rows(url, places) == [{"n": PLACES}]
    assert count(url, "SELECT SUM(n) FROM counters") == 2 * PLACES
    assert count(url, "SELECT COUNT(*) FROM idempotency") == CLIENTS * ATTEMPTS
    assert faults(url) == []


def test_exactly_so_many_of_64_clients_at_once_redeem(tmp_path: Path, stored_url: str) -> None:
    try_places(tmp_path, stored_url)


@pytest.mark.trial
@pytest.mark.parametrize("_run", range(3))
def test_exactly_so_many_redeem_each_time(tmp_path: Path, stored_url: str, _run: int) -> None:
    try_places(tmp_path, stored_url)
