"""What is told ahead of time: each thing once, however often it is looked at."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import bindparam, update

from engine.calendar import Instant, parse_instant
from engine.outbox.schedule import announce_due
from engine.service.moments import fresh_id
from engine.store.database import Database, Transaction
from engine.store.statements import Statement, insertion
from engine.store.tables import (
    ACTIVATIONS,
    CLIENTS,
    CODES,
    GRANTS,
    PROJECTS,
    PURCHASES,
    REDEMPTIONS,
)
from tests.outbox.post import Post

POLICIES = """\
space: acme
timezone: Europe/Zurich
notices: {expiring: [60 days, 14 days, 1 day], renewal: [30 days]}
---
partner: voltaic
title: Voltaic AG
contact: {email: hello@voltaic.example}
"""
DAY = 86_400
_TABLES = (ACTIVATIONS, CODES, CLIENTS, PROJECTS, PURCHASES, GRANTS, REDEMPTIONS)
_ADD = {table.name: insertion(table) for table in _TABLES}
_EXTEND = Statement(update(CODES).values(expires=bindparam("later")))
_COLUMNS = {table.name: table.c.keys() for table in _TABLES}


class Stock(Post):
    """A space with codes, clients and subscriptions."""

    def add(self, table: str, **values: Any) -> None:
        """Write a row; columns that are not given are null."""
        found = {column: values.get(column) for column in _COLUMNS[table]}

        def work(tx: Transaction) -> None:
            tx.run(_ADD[table], **{**found, "space": "acme"})

        self.database.write(work)

    def code(self, text: str, days: float, **more: Any) -> None:
        """A code that expires in so many days."""
        row = {
            "code": text.casefold(),
            "spelling": text,
            "coupon": "pro",
            "active": True,
            "listed": False,
            "issued": 0,
            "expires": self.now + round(days * DAY * 1_000_000),
            "grants": '{"plan": "pro"}',
        }
        self.add("codes", **{**row, **more})

    def grant(self, subscription: str, days: float, **more: Any) -> None:
        """A granted subscription that ends in so many days."""
        until = self.now + round(days * DAY * 1_000_000)
        row = {
            "redemption": fresh_id(self.now),
            "subscription": subscription,
            "account": "cus-1",
            "coupon": "pro",
            "code": "x",
            "grants": "pro",
            "begins": until - 365 * DAY * 1_000_000,
            "until": until,
            "recorded": 0,
        }
        self.add("grants", **{**row, **more})

    def told(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """To whom, and what was said of a kind."""
        rows = self.rows("SELECT kind, receiver, body FROM outbox ORDER BY message")
        return [(to, msgspec.json.decode(body)["data"]) for each, to, body in rows if each == kind]

    def look(self, days: float = 0) -> None:
        """Let so many days pass, and announce what is due then."""
        self.later(days * DAY)
        announce_due(self.office)


@pytest.fixture
def stock(database: Database) -> Stock:
    return Stock(database, policies=POLICIES)


def expiring(stock: Stock) -> list[tuple[str, str, list[str]]]:
    found = stock.told("code.expiring")
    return [(to, said["within"], [each["code"] for each in said["listed"]]) for to, said in found]


def test_a_holder_reads_once_of_all_codes_of_a_step(stock: Stock) -> None:
    for n in range(3):
        stock.code(f"AAAA-000{n}", 70 + n / 10, partner="voltaic")
    stock.code("BBBB-0000", 30, partner="voltaic", active=False)
    stock.look()
    assert expiring(stock) == []
    stock.look(10.5)
    codes = ["****-0000", "****-0001", "****-0002"]
    assert expiring(stock) == [("hello@voltaic.example", "60 days", codes)]
    for _ in range(3):
        stock.look(0.3)
    assert len(expiring(stock)) == 1
    stock.look(45)
    stock.look(13)
    assert [step for _, step, _ in expiring(stock)] == ["60 days", "14 days", "1 day"]


def test_what_a_shorter_step_tells_a_longer_one_leaves_out(stock: Stock) -> None:
    stock.code("AAAA-0001", 0.5, partner="voltaic")
    stock.code("AAAA-0002", 10, partner="voltaic")
    stock.code("AAAA-0003", 40, partner="voltaic")
    stock.look()
    assert [(step, codes) for _, step, codes in expiring(stock)] == [
        ("1 day", ["****-0001"]),
        ("14 days", ["****-0002"]),
        ("60 days", ["****-0003"]),
    ]


def test_a_code_that_is_extended_is_told_of_its_new_end(stock: Stock) -> None:
    stock.code("AAAA-0001", 10, partner="voltaic")
    stock.look()
    later = stock.now + 300 * DAY * 1_000_000
    stock.database.write(lambda tx: tx.run(_EXTEND, later=later))
    stock.look(1)
    assert len(expiring(stock)) == 1
    stock.look(240)
    assert [step for _, step, _ in expiring(stock)] == ["14 days", "60 days"]


def test_codes_that_are_used_or_cancelled_or_gone_are_not_told(stock: Stock) -> None:
    stock.code("AAAA-0001", 10, partner="voltaic", cancelled=1)
    stock.code("AAAA-0002", 10, partner="voltaic")
    stock.code("AAAA-0003", -1, partner="voltaic")
    stock.code("AAAA-0004", 10, grants="null")
    redeemed(stock, "aaaa-0002")
    stock.look()
    assert expiring(stock) == []


def redeemed(stock: Stock, code: str, grants: str | None = "{}") -> None:
    row = {
        "redemption": fresh_id(stock.now),
        "coupon": "pro",
        "code": code,
        "spelling": code,
        "version": 1,
        "subscription": "sub-1",
        "redeemed": stock.now,
        "facts": "{}",
        "grants": grants,
        "recorded": stock.now,
    }
    stock.add("redemptions", **row)


def client(stock: Stock, name: str, **more: Any) -> None:
    stock.add("clients", client=name, title=name, created=0, **more)


def test_clients_projects_and_buyers_are_told_of_theirs(stock: Stock) -> None:
    ada, ben = ({"name": each, "email": f"{each}@muster.example"} for each in ("ada", "ben"))
    client(stock, "muster", partner="voltaic", responsible=msgspec.json.encode(ada).decode())
    client(stock, "plain", email="info@plain.example")
    person = msgspec.json.encode(ben).decode()
    stock.add(
        "projects", client="muster", project="roof", title="Roof", created=0, responsible=person
    )
    bought = {"at": 0, "currency": "CHF", "total": 0, "content": "{}", "who": "x"}
    stock.add("purchases", purchase="P-1", email="buyer@acme.example", **bought)
    stock.code("AAAA-0001", 10, partner="voltaic", client="muster", project="roof")
    stock.code("AAAA-0002", 10, client="plain")
    stock.code("AAAA-0003", 10, purchase="P-1")
    stock.look()
    assert {(to, *codes) for to, _, codes in expiring(stock)} == {
        ("hello@voltaic.example", "****-0001"),
        ("ada@muster.example", "****-0001"),
        ("ben@muster.example", "****-0001"),
        ("info@plain.example", "****-0002"),
        ("buyer@acme.example", "****-0003"),
    }


def test_many_codes_are_counted_and_some_listed(stock: Stock) -> None:
    for n in range(150):
        stock.code(f"AAAA-{n:04d}", 10, partner="voltaic")
    stock.look()
    ((_, said),) = stock.told("code.expiring")
    assert (said["count"], len(said["listed"])) == (150, 100)


def renewals(stock: Stock) -> list[str]:
    return [said["subscription"] for _, said in stock.told("subscription.renewal_due")]


def test_a_subscription_is_to_be_renewed_unless_another_follows(stock: Stock) -> None:
    stock.grant("sub-1", 20, partner="voltaic", account="cus-1")
    stock.grant("sub-2", 20, partner="voltaic", account="cus-2")
    stock.grant("sub-3", 20 + 365, partner="voltaic", account="cus-2")
    stock.grant("sub-4", 20, partner="voltaic", account="cus-4", ended=1)
    stock.grant("sub-5", 40, partner="voltaic", account="cus-5")
    stock.look()
    stock.look(0.2)
    assert renewals(stock) == ["sub-1"]
    stock.look(12)
    assert renewals(stock) == ["sub-1", "sub-5"]


def test_what_lasts_shorter_than_the_step_is_told_once_all_the_same(stock: Stock) -> None:
    stock.look()
    stock.look(0.5)
    stock.grant("sub-1", 20, partner="voltaic", recorded=stock.now)
    stock.code("AAAA-0001", 10, partner="voltaic", issued=stock.now)
    stock.code("AAAA-0002", 100, partner="voltaic", issued=stock.now)
    for _ in range(22):
        stock.look(1)
    assert renewals(stock) == ["sub-1"]
    assert [(step, codes) for _, step, codes in expiring(stock)] == [
        ("14 days", ["****-0001"]),
        ("1 day", ["****-0001"]),
    ]


def test_what_comes_while_nobody_looks_is_told_when_somebody_does(stock: Stock) -> None:
    stock.look()
    for n in range(5):
        stock.later(DAY)
        stock.grant(f"sub-{n}", 20, partner="voltaic", account=f"cus-{n}", recorded=stock.now)
    for _ in range(3):
        stock.look(1)
    assert sorted(renewals(stock)) == [f"sub-{n}" for n in range(5)]


def test_what_is_new_and_ends_late_is_told_once(stock: Stock) -> None:
    stock.look()
    stock.grant("sub-1", 30.5, partner="voltaic", recorded=stock.now)
    for _ in range(12):
        stock.look(0.2)
    assert renewals(stock) == ["sub-1"]


def test_ends_are_told_by_the_day(stock: Stock) -> None:
    stock.code("AAAA-0001", 20, partner="voltaic")
    stock.code("AAAA-0002", 21, partner="voltaic")
    stock.look()
    assert [codes for _, _, codes in expiring(stock)] == [["****-0001"], ["****-0002"]]


def test_a_review_counts_codes_as_the_inventory_does(stock: Stock) -> None:
    stock.code("AAAA-0001", 200, partner="voltaic")
    redeemed(stock, "aaaa-0001", grants=None)
    stock.code("AAAA-0002", 200, partner="voltaic")
    waiting = {"account": "x", "request": "{}", "who": "x", "asked": 0, "approvals": "[]"}
    stock.add("activations", code="aaaa-0002", **waiting)
    stock.look()
    stock.look(31)
    ((_, said),) = stock.told("inventory.review")
    found = {status: count for status, count in said["counts"].items() if count}
    assert found == {"redeemed": 1, "reserved": 1}


def test_the_review_comes_once_a_month_and_counts_what_there_is(stock: Stock) -> None:
    client(stock, "muster", partner="voltaic", email="info@muster.example")
    client(stock, "empty", email="info@empty.example")
    stock.code("AAAA-0001", 10, partner="voltaic", client="muster")
    stock.code("AAAA-0002", 200, partner="voltaic", client="muster")
    stock.code("AAAA-0003", 200, partner="voltaic")
    redeemed(stock, "aaaa-0002")
    stock.look()
    assert stock.told("inventory.review") == []
    stock.now = parse_instant("2026-03-31T21:59:00Z")
    stock.look()
    assert stock.told("inventory.review") == []
    stock.now = Instant(stock.now + 60_000_000)
    stock.look()
    stock.look(0.5)
    found = dict(stock.told("inventory.review"))
    assert set(found) == {"info@muster.example", "hello@voltaic.example"}
    counts = found["hello@voltaic.example"]["counts"]
    assert (counts["unused"], counts["activated"], counts["expired"]) == (1, 1, 1)
    assert found["info@muster.example"]["counts"]["expired"] == 1
    assert found["info@muster.example"]["month"] == "2026-04"


def test_reviews_of_many_clients_go_on_where_they_were(stock: Stock) -> None:
    for n in range(120):
        client(stock, f"client-{n:03d}", email=f"c{n}@muster.example")
        stock.code(f"AAAA-{n:04d}", 400, client=f"client-{n:03d}")
    stock.look()
    stock.look(31)
    found = [to for to, _ in stock.told("inventory.review")]
    assert (len(found), len(set(found))) == (120, 120)
