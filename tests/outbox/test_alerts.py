"""Limits near: told once for each step, where an event takes a limit past it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from engine.service.answers import Redemption
from engine.service.billing.charges import Charging
from engine.store.database import Database
from tests.outbox.post import ME, POLICIES, Post

ALERTS = """\
---
coupon: watched
title: Watched
discount: 10 CHF
codes: [WATCHED]
alerts: [80%, 100%]
redemption:
  - RULE
application:
  - fee is period
  - APPLIES
"""
FEW = "at most 5 redemptions per code"
MANY = "at most 1000 redemptions per code"


def watched(database: Database, rule: str, applies: str = "amount is over 0 CHF") -> Post:
    found = Post(database, policies=POLICIES)
    found.push(POLICIES + ALERTS.replace("RULE", rule).replace("APPLIES", applies))
    found.hook("mailto:ops@acme.example", "limit.near")
    return found


def redeem(post: Post, n: int, **more: Any) -> Redemption:
    customer = {"id": f"cus-{n}"}
    body = {"code": "WATCHED", "subscription": {"id": f"sub-{n}"}, "customer": customer, **more}
    answer = post.redemptions.redeem(body, ME)
    assert isinstance(answer, Redemption), answer
    return answer


def charge(post: Post, n: int, *ids: str) -> None:
    fees = [{"id": each, "fee": "period", "amount": "100.00", "currency": "CHF"} for each in ids]
    body = {"subscription": {"id": f"sub-{n}"}, "charges": fees}
    Charging(post.office).charge(body, ME)


def told(post: Post) -> list[dict[str, Any]]:
    rows = post.rows("SELECT body FROM outbox WHERE kind = 'limit.near' ORDER BY message")
    return [msgspec.json.decode(body)["data"] for (body,) in rows]


def test_each_step_is_told_when_it_is_passed(database: Database) -> None:
    post = watched(database, FEW)
    for n in range(3):
        redeem(post, n)
    assert told(post) == []
    redeem(post, 3)
    redeem(post, 4)
    assert [(each["step"], each["used"], each["most"]) for each in told(post)] == [
        ("80%", "4", "5"),
        ("100%", "5", "5"),
    ]
    assert told(post)[0]["limit"] == "at most 5 redemptions for each code"
    assert told(post)[0]["counted_by"] == {"code": "WATCHED"}


def test_what_is_freed_and_taken_again_is_not_told_again(post: Post) -> None:
    post = watched(post.database, FEW)
    last = [redeem(post, n) for n in range(4)][-1]
    post.redemptions.remove(last.id or "", {}, ME)
    redeem(post, 9)
    assert [each["step"] for each in told(post)] == ["80%"]


def test_a_limit_of_one_is_told_to_nobody(post: Post) -> None:
    post = watched(post.database, "at most 1 redemption per customer")
    redeem(post, 1)
    assert told(post) == []


def test_each_key_and_each_window_is_told_by_itself(post: Post) -> None:
    post = watched(post.database, "at most 5 redemptions per coupon per month")
    for n in range(5):
        redeem(post, n)
    post.later(40 * 86_400)
    for n in range(10, 14):
        redeem(post, n)
    assert [(each["step"], each["since"]) for each in told(post)] == [
        ("80%", "2026-02-28T23:00:00Z"),
        ("100%", "2026-02-28T23:00:00Z"),
        ("80%", "2026-03-31T22:00:00Z"),
    ]


def test_a_rolling_limit_counts_what_the_stretch_holds(post: Post) -> None:
    post = watched(post.database, "at most 5 redemptions per coupon in any 30 days")
    for n in range(3):
        redeem(post, n)
    post.later(31 * 86_400)
    for n in range(3, 6):
        redeem(post, n)
    assert told(post) == []
    redeem(post, 7)
    assert [each["step"] for each in told(post)] == ["80%"]


@pytest.mark.parametrize(
    ("limit", "used", "most"),
    [
        ("at most 5 applications per subscription", "4", "5"),
        ("at most 50 CHF of discount per subscription", "40.00 CHF", "50.00 CHF"),
    ],
)
def test_charges_pass_steps_of_what_they_count(
    post: Post, limit: str, used: str, most: str
) -> None:
    post = watched(post.database, MANY, limit)
    redeem(post, 1)
    charge(post, 1, "le-1", "le-2", "le-3")
    assert told(post) == []
    charge(post, 1, "le-4")
    assert [(each["step"], each["used"], each["most"]) for each in told(post)] == [
        ("80%", used, most)
    ]


def test_where_nobody_listens_nothing_is_kept(post: Post) -> None:
    post.push(POLICIES + ALERTS.replace("RULE", FEW).replace("APPLIES", "amount is over 0 CHF"))
    for n in range(5):
        redeem(post, n)
    assert post.rows("SELECT count(*) FROM noticed") == [(0,)]
