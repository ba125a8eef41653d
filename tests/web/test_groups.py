"""Groups over HTTP, and the page that a mailed link leads to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from engine.calendar import SECOND, Instant
from engine.service.caller import PUBLIC, Scope
from engine.store.statements import Statement
from tests.web.asking import NOW, POLICIES, Said, Web, fee

GROUP = """\
---
group: xyz
title: Company XYZ
owner: {customer: cus-xyz, product: Group owners, plan: xyz-owners, amount: 900.00 USD}
users: {product: Group users, plan: xyz-users, amount: 20.00 USD}
access:
  - code: XYZCOUPONCODE
    seats: 2
  - unique codes: 3
  - list: 2
  - email domain: xyz.example
  - networks: [192.0.2.0/24]
"""
ADA = "ada@xyz.example"
_SAID = Statement(text('SELECT body FROM "outbox" ORDER BY message'))


@pytest.fixture
def xyz(web: Web) -> Web:
    web.push(POLICIES + GROUP)
    return web


def admit(web: Web, customer: str = "u1", key: str = "all", **more: Any) -> Said:
    beside = {name: more.pop(name) for name in ("subscription", "confirm") if name in more}
    body = {"customer": {"id": customer, **more}, **beside}
    return web.ask("POST /v1/groups/xyz/admit", body, key)


def mailed(web: Web) -> str:
    """The path of the link that was mailed last."""
    with web.database.read() as tx:
        (body,) = tx.rows(_SAID)[-1]
    return str(json.loads(body)["data"]["path"])


def test_a_member_is_let_in_once(xyz: Web) -> None:
    first = admit(xyz, email=ADA, subscription={"id": "s1"})
    assert (first.status, first.body["coupon"], first.body["subscription"]) == (
        201,
        "xyz-email-domain",
        "s1",
    )
    again = admit(xyz, email=ADA)
    assert (again.status, again.body["redemption"]) == (200, first.body["redemption"])
    charged = xyz.charge("c1", subscription="s1")
    assert charged.body["totals"][0]["net"] == "0.00"


def test_a_refusal_is_one_problem_with_the_reasons_of_all_ways(xyz: Web) -> None:
    said = admit(xyz, email="ada@elsewhere.example", ip="198.51.100.1")
    assert (said.status, said.problem) == (409, "not-admitted")
    assert [each["reason"] for each in said.body["reasons"]] == ["condition_not_met"] * 2
    kept = xyz.ask(f"GET /v1/decisions/{said.body['decision']}").body
    assert kept["kind"] == "refusal"


def test_the_public_gets_one_refusal_for_all(xyz: Web) -> None:
    key = xyz.key(*PUBLIC)
    for more in ({"email": "ada@elsewhere.example"}, {"ip": "::1"}, {}):
        said = admit(xyz, key=key, **more)
        assert (said.problem, "reasons" in said.body, said.body["valid_until"]) == (
            "not-admitted",
            False,
            NOW,
        )
    assert admit(xyz, key=key, email=ADA).status == 201


def test_a_group_is_shown_with_its_seats(xyz: Web) -> None:
    admit(xyz, email=ADA)
    (listed,) = xyz.ask("GET /v1/groups").body["groups"]
    assert listed == xyz.ask("GET /v1/groups/xyz").body
    assert [(way["kind"], way["seats"], way["taken"]) for way in listed["ways"]] == [
        ("code", 2, 0),
        ("unique codes", 3, 0),
        ("list", 2, 0),
        ("email domain", None, 1),
        ("networks", None, 0),
    ]
    assert xyz.ask("GET /v1/groups/abc").problem == "not-found"


def test_members_are_listed_shown_and_let_go(xyz: Web) -> None:
    admit(xyz, "u1", email=ADA)
    admit(xyz, "u2", ip="192.0.2.1")
    assert customers(xyz, "") == ["u1", "u2"]
    assert customers(xyz, "?way=xyz-networks") == ["u2"]
    assert customers(xyz, "?email=ada") == ["u1"]
    left = xyz.ask("DELETE /v1/groups/xyz/members/u1")
    assert (left.status, left.body["left"]) == (200, "2026-03-01T12:00:00Z")
    assert customers(xyz, "?standing=true") == ["u2"]
    assert xyz.ask("GET /v1/groups/xyz/members/u1").body["left"] == left.body["left"]
    assert xyz.ask("DELETE /v1/groups/xyz/members/u9").problem == "not-found"
    assert xyz.ask("GET /v1/groups/xyz/members?standing=yes").problem == "bad-request"


def customers(web: Web, query: str) -> list[str]:
    found = web.ask(f"GET /v1/groups/xyz/members{query}").body
    return [each["customer"] for each in found["members"]]


def test_users_are_imported_line_by_line(xyz: Web) -> None:
    users = [{"customer": "u1", "email": ADA}, {"customer": "u2", "email": "x"}, "u3"]
    said = xyz.ask("POST /v1/groups/xyz/import", {"users": users}, repeat="k1")
    assert (said.status, [each["outcome"] for each in said.body["users"]]) == (
        200,
        ["imported", "refused", "refused"],
    )
    assert xyz.ask("POST /v1/groups/xyz/import", {"users": users}, repeat="k1").body == said.body
    assert xyz.ask("POST /v1/groups/xyz/import", {"users": []}).problem == "invalid"


def test_unique_codes_are_issued_once_and_exported(xyz: Web) -> None:
    said = xyz.ask("POST /v1/groups/xyz/codes")
    (batch,) = said.body["batches"]
    assert (said.status, batch["issued"], len(batch["codes"])) == (201, 3, 3)
    assert xyz.ask("POST /v1/groups/xyz/codes").body["batches"][0]["codes"] == []
    exported = xyz.ask(f"GET /v1/batches/{batch['batch']}/export").body.decode()
    assert all(code in exported for code in batch["codes"])


def test_the_owner_is_billed_once(xyz: Web) -> None:
    said = xyz.ask("POST /v1/groups/xyz/bill", {"id": "xyz-03"})
    assert (said.status, said.body["charge"]["net"]) == (201, "900.00")
    assert xyz.ask("POST /v1/groups/xyz/bill", {"id": "xyz-03"}).body == said.body
    number = said.body["invoice"]["number"]
    assert (
        xyz.ask(f"GET /v1/subscriptions/xyz-owner/invoices/{number}").body["subscription"]
        == "xyz-owner"
    )
    xyz.charge("le-1")
    assert xyz.ask("POST /v1/groups/xyz/bill", {"id": "le-1"}).problem == "conflict"
    assert xyz.ask("POST /v1/groups/xyz/bill", {}).problem == "invalid"


@pytest.mark.parametrize(
    ("call", "body", "scope"),
    [
        ("GET /v1/groups", None, Scope.READ),
        ("GET /v1/groups/xyz", None, Scope.READ),
        ("GET /v1/groups/xyz/members", None, Scope.READ),
        ("GET /v1/groups/xyz/members/u1", None, Scope.READ),
        ("POST /v1/groups/xyz/admit", {"customer": {"id": "u1"}}, Scope.REDEEM),
        ("DELETE /v1/groups/xyz/members/u1", None, Scope.MANAGE),
        ("POST /v1/groups/xyz/import", {"users": [{"customer": "u1"}]}, Scope.MANAGE),
        ("POST /v1/groups/xyz/codes", None, Scope.MANAGE),
        ("POST /v1/groups/xyz/bill", {"id": "c1"}, Scope.CHARGE),
    ],
)
def test_each_call_needs_its_scope(xyz: Web, call: str, body: Any, scope: Scope) -> None:
    others = frozenset(Scope) - {scope}
    assert xyz.ask(call, body, xyz.key(*others)).problem == "forbidden"
    assert xyz.ask(call, body, xyz.key(scope)).status != 403


def test_another_space_sees_nothing_of_the_group(xyz: Web) -> None:
    xyz.push("space: other\ntimezone: UTC\n", "other")
    key = xyz.key(*Scope, space="other")
    assert xyz.ask("GET /v1/groups", key=key).body["groups"] == []
    assert admit(xyz, key=key, email=ADA).problem == "not-found"


# --- mailed links -------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that sends mails, whose links lead somewhere."""
    monkeypatch.setenv("COUPON_PUBLIC_URL", "https://coupons.acme.example")
    monkeypatch.setenv("COUPON_SMTP_URL", "smtp://mail.acme.example")


def test_a_link_that_would_lead_nowhere_is_refused(
    xyz: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COUPON_PUBLIC_URL")
    said = admit(xyz, email=ADA, confirm="email")
    assert (said.status, said.problem) == (409, "conflict")


def test_a_mailed_link_shows_a_page_whose_button_lets_in(xyz: Web) -> None:
    said = admit(xyz, email=ADA, confirm="email")
    assert (said.status, said.body["waiting"]) == (202, "email")
    path = mailed(xyz)
    page = xyz.ask(f"GET {path}", key=None)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert '<form method="post">' in page.body.decode()
    assert ADA in page.body.decode()
    assert customers(xyz, "") == []
    for _ in range(2):
        done = xyz.ask(f"POST {path}", key=None)
        assert (done.status, "You are in Company XYZ" in done.body.decode()) == (200, True)
    assert customers(xyz, "?standing=true") == ["u1"]


def test_a_link_that_nobody_sent_shows_a_page_that_says_so(xyz: Web) -> None:
    for path in ("/groups/confirm", "/groups/confirm?token=x.y", "/groups/confirm?token=eA.eA"):
        for method in ("GET", "POST"):
            page = xyz.ask(f"{method} {path}", key=None)
            assert (page.status, "This link is not one that was sent" in page.body.decode()) == (
                404,
                True,
            )


def test_a_link_that_is_too_old_says_so(xyz: Web) -> None:
    admit(xyz, email=ADA, confirm="email")
    xyz.now = Instant(xyz.now + 25 * 3600 * SECOND)
    page = xyz.ask(f"POST {mailed(xyz)}", key=None)
    assert (page.status, "ask for a new one" in page.body.decode()) == (404, True)


def test_a_link_whose_way_is_closed_by_now_lets_nobody_in(xyz: Web) -> None:
    admit(xyz, email=ADA, confirm="email")
    off = {"because": "closed"}
    assert xyz.ask("POST /v1/coupons/xyz-email-domain/off", off).status == 200
    page = xyz.ask(f"POST {mailed(xyz)}", key=None)
    assert (page.status, "let you in" in page.body.decode()) == (409, True)


def test_a_link_whose_subscription_is_another_s_by_now_says_so(xyz: Web) -> None:
    admit(xyz, email=ADA, confirm="email", subscription={"id": "s1"})
    path = mailed(xyz)
    admit(xyz, "u2", email="bob@xyz.example", subscription={"id": "s1"})
    page = xyz.ask(f"POST {path}", key=None)
    assert (page.status, "another customer" in page.body.decode()) == (409, True)


def test_too_many_mails_to_one_address_are_refused(xyz: Web) -> None:
    for _ in range(3):
        assert admit(xyz, email=ADA, confirm="email").status == 202
    said = admit(xyz, email=ADA, confirm="email")
    assert (said.status, said.problem, said.headers["Retry-After"]) == (
        429,
        "too-many-mails",
        "3600",
    )


def test_titles_are_text_and_no_markup(xyz: Web) -> None:
    title = 'title: "<b>XYZ</b> & Co"'
    xyz.push(POLICIES + GROUP.replace("title: Company XYZ", title))
    admit(xyz, email=ADA, confirm="email")
    page = xyz.ask(f"GET {mailed(xyz)}", key=None).body.decode()
    assert "<b>" not in page
    assert "&lt;b&gt;XYZ&lt;/b&gt; &amp; Co" in page


def test_the_fee_of_a_member_who_left_is_charged_again(xyz: Web) -> None:
    admit(xyz, email=ADA, subscription={"id": "s1"})
    xyz.ask("DELETE /v1/groups/xyz/members/u1", {})
    body = {"subscription": {"id": "s1"}, "charges": [fee("c9")]}
    assert xyz.ask("POST /v1/charges", body).body["totals"][0]["net"] == "100.00"
