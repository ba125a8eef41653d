"""An id that a body may give can be called by in a path."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.web.asking import POLICIES, Web, fee
from tests.web.serving import Served, serving

SLASHED = ["INV/2026/17", "/x", "x/", "a//b", "gid://shop/Customer/1", "a/reverse", "a/../b", "é/ü"]
ODD = ["a%b", "a?b", "a b", "a#b", " a", "..", "é" * 255]


@pytest.mark.parametrize("charge", [*SLASHED, *ODD])
def test_a_charge_is_reversed_by_its_id(web: Web, charge: str) -> None:
    assert "errors" not in web.charge(charge).body["charges"][0]
    said = web.ask(f"POST /v1/charges/{quote(charge, safe='')}/reverse")
    assert (said.status, said.body.get("id")) == (200, charge)


@pytest.mark.parametrize("customer", [*SLASHED, *ODD])
def test_an_account_is_called_by_the_id_of_its_customer(web: Web, customer: str) -> None:
    path = f"/v1/accounts/{quote(customer, safe='')}"
    web.ask("PUT /v1/subscriptions/sub-1", {"customer": {"id": customer, "country": "CH"}})
    assert web.ask(f"POST {path}/codes", {"code": "SWISS"}).body["account"] == customer
    assert web.ask(f"GET {path}/codes").body["codes"] == ["SWISS"]
    assert web.ask(f"GET {path}/entitlements").status == 200
    said = web.ask(f"POST {path}/activate", {"subscription": {"id": "sub-1"}})
    assert [each["coupon"] for each in said.body["codes"]] == ["swiss"]
    assert web.ask(f"DELETE /v1/customers/{quote(customer, safe='')}/facts").status == 200
    assert "CH" not in str(web.ask("GET /v1/subscriptions/sub-1").body["facts"])


@pytest.mark.parametrize("subscription", ODD)
def test_a_subscription_is_called_by_its_id(web: Web, subscription: str) -> None:
    web.redeem(subscription=subscription)
    said = web.ask(f"GET /v1/subscriptions/{quote(subscription, safe='')}")
    assert (said.status, said.body["subscription"]) == (200, subscription)


@pytest.mark.parametrize(
    ("call", "body", "pointer"),
    [
        ("POST /v1/redeem", {"code": "SPRING", "subscription": {"id": "a/b"}}, "/subscription/id"),
        ("POST /v1/evaluate", {"charges": [], "subscription": {"id": "a/b"}}, "/subscription/id"),
        ("POST /v1/subscriptions/sub-1/move", {"to": "a/b"}, "/to"),
        ("POST /v1/subscriptions/sub-1/move", {"to": "a\tb"}, "/to"),
        ("POST /v1/redeem", {"code": "X", "subscription": {"id": "a\tb"}}, "/subscription/id"),
        ("POST /v1/evaluate", {"charges": [], "customer": {"id": "a\nb"}}, "/customer/id"),
        ("POST /v1/evaluate", {"charges": [], "customer": {"id": "a\n"}}, "/customer/id"),
        ("POST /v1/evaluate", {"charges": [], "customer": {"id": "a\x7fb"}}, "/customer/id"),
        ("POST /v1/evaluate", {"charges": [fee("\x7f")]}, "/charges/0/id"),
        ("POST /v1/evaluate", {"charges": [fee("\t")]}, "/charges/0/id"),
        ("POST /v1/evaluate", {"charges": [fee("x" * 256)]}, "/charges/0/id"),
        ("POST /v1/evaluate", {"charges": [fee("")]}, "/charges/0/id"),
        ("POST /v1/charges", {"charges": [fee("a\x7f")]}, "/charges/0/id"),
        ("POST /v1/charges", {"charges": [fee("a") | {"corrects": "\t"}]}, "/charges/0/corrects"),
        ("POST /v1/charges", {"charges": [fee("x" * 256)]}, "/charges/0/id"),
    ],
)
def test_an_id_that_no_path_can_have_is_refused(
    web: Web, call: str, body: dict[str, object], pointer: str
) -> None:
    web.redeem()
    said = web.ask(call, body)
    assert (said.status, said.problem) == (422, "invalid")
    assert pointer in [each["pointer"] for each in said.body["errors"]]


def test_a_path_with_nothing_for_an_id_is_none(web: Web) -> None:
    assert web.ask("POST /v1/charges//reverse").problem == "not-found"
    assert web.ask("GET /v1/accounts//codes").problem == "not-found"


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_both_servers_take_an_id_as_it_is(
    tmp_path: Path, request: pytest.FixtureRequest, store: str
) -> None:
    url = {"sqlite": "sqlite:///coupon.db"}.get(store) or request.getfixturevalue("postgres_url")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "all.yaml").write_text(POLICIES, "utf-8")
    with serving(tmp_path, "--database", url) as served:
        for charge in [*SLASHED, *ODD]:
            body = {"subscription": {"id": "s"}, "charges": [fee(charge)]}
            assert served.ask("POST /v1/charges", body).status == 200
            assert post(served, f"/v1/charges/{quote(charge, safe='')}/reverse")["id"] == charge


def post(served: Served, path: str) -> dict[str, object]:
    """What is answered to a path that is sent as it stands."""
    headers = {"Authorization": f"Bearer {served.key}", "Content-Type": "application/json"}
    asking = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    asking.request("POST", path, b"{}", headers)
    found: dict[str, object] = json.loads(asking.getresponse().read())
    asking.close()
    return found
