"""Redemptions, holds, removals, charges and reversals at random, all at once: every limit holds."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.trials.clients import everywhere
from tests.trials.playing import ACTS, play
from tests.trials.recount import (
    HOUR,
    applied,
    broken_sums,
    cents,
    counting_removed,
    faults,
    most_money_within,
    most_of,
    most_within,
    rows,
    standing,
)
from tests.trials.serving import SPACE, Service

ZURICH = ZoneInfo("Europe/Zurich")
POLICIES = f"""
space: {SPACE}
timezone: Europe/Zurich
currency: EUR
---
rates: treasury
base: EUR
table: [{{at: 2020-01-01, CHF: "0.95"}}]
---
coupon: few
discount: 20% up to 15 EUR
codes: [FEW, SOME]
redemption:
  - at most 9 redemptions per code
  - at most 2 redemptions per customer
application:
  - fee is period
  - at most 3 applications per subscription
---
coupon: rolling
discount: 10 EUR
codes: [ROLLING]
redemption:
  - at most 3 redemptions per code in any 48 hours
  - at most 2 redemptions per customer in any 24 hours, counting removed
application:
  - at most 2 applications per subscription in any 72 hours
---
coupon: budget
discount: 30%
codes: [BUDGET]
redemption:
  - at most 20 redemptions per coupon
application:
  - at most 400 EUR of discount per coupon
  - at most 60 EUR of discount per subscription in any 72 hours
---
coupon: season
discount: 5 EUR
codes: [SEASON]
redemption:
  - at most 4 redemptions per code per day
application:
  - at most 2 periods per subscription
  - at most 30 EUR of discount per customer per week, counting reversed
"""


LONG = 30


def try_mixture(folder: Path, url: str, seconds: float, workers: int) -> None:
    with Service(folder, url, POLICIES, workers) as service:
        said = Counter(everywhere(partial(play, service.port, service.key(), seconds)))
    expected = {f"{act.__name__} {end}" for act in ACTS for end in ("done", "refused")}
    assert set(said) <= expected
    # In a few seconds of a busy machine not everything happens; at length it does.
    assert seconds < LONG or {f"{act.__name__} done" for act in ACTS} <= set(said)
    assert "redeem done" in said
    assert broken_limits(url) == []
    assert broken_sums(url) == []
    assert faults(url) == []


def broken_limits(url: str) -> list[str]:
    """The limits of the policies above that the rows are over."""
    found = standing(url)
    few, rolling, budget, season = (
        _of(found, coupon) for coupon in ("few", "rolling", "budget", "season")
    )
    counting = _of(counting_removed(url), "rolling")
    discounts = applied(url)
    figures = {
        "one of a coupon on a subscription": (most_of(found, "coupon", "subscription"), 1),
        "few per code": (most_of(few, "code"), 9),
        "few per customer": (most_of(few, "customer"), 2),
        "few applications": (most_of(_of(discounts, "few"), "subscription"), 3),
        "rolling per code": (most_within(rolling, 48 * HOUR, "redeemed", "code"), 3),
        "rolling per customer": (most_within(counting, 24 * HOUR, "redeemed", "customer"), 2),
        "rolling applications": (
            most_within(_of(discounts, "rolling"), 72 * HOUR, "at", "subscription"),
            2,
        ),
        "budget redemptions": (len(budget), 20),
        "budget": (sum(map(cents, _of(discounts, "budget")), Fraction(0)), 40_000),
        "budget in any stretch": (
            most_money_within(_of(discounts, "budget"), 72 * HOUR, "at", "subscription"),
            6_000,
        ),
        "season per day": (most_of(_by_day(season), "code", "day"), 4),
        "season periods": (_most_periods(_of(discounts, "season")), 2),
        "season per week": (_most_per_week(url), 3_000),
    }
    return [f"{name}: {most}" for name, (most, limit) in figures.items() if most > limit]


def _of(found: list[dict[str, Any]], coupon: str) -> list[dict[str, Any]]:
    return [row for row in found if row["coupon"] == coupon]


def _local(moment: int) -> datetime:
    # Zurich has one offset in the days of a trial, but on two nights of the year.
    return datetime.fromtimestamp(moment / 1e6, UTC).astimezone(ZURICH)


def _by_day(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "day": _local(row["redeemed"]).date()} for row in found]


def _most_periods(found: list[dict[str, Any]]) -> int:
    periods: dict[str, set[int]] = {}
    for row in found:
        periods.setdefault(row["subscription"], set()).add(row["period"])
    return max(map(len, periods.values()), default=0)


def _most_per_week(url: str) -> Fraction:
    """The most euro cents that a customer got of `season` in a week, given back or not."""
    weeks: Counter[tuple[str, int, int]] = Counter()
    query = """
        SELECT a.*, c.customer FROM applications a
        JOIN charges c ON c.space = a.space AND c.charge = a.charge WHERE a.coupon = 'season'
    """
    for row in rows(url, query):
        year, week, _ = _local(row["at"]).isocalendar()
        weeks[row["customer"], year, week] += cents({**row, "returned": 0})
    return max(weeks.values(), default=Fraction(0))


def test_every_limit_holds_whatever_many_do_at_once(tmp_path: Path, stored_url: str) -> None:
    try_mixture(tmp_path, stored_url, seconds=4, workers=2)


@pytest.mark.trial
@pytest.mark.parametrize("_run", range(3))
def test_every_limit_holds_for_long(tmp_path: Path, stored_url: str, _run: int) -> None:
    try_mixture(tmp_path, stored_url, seconds=60, workers=4)
