"""The inventory over HTTP: each action line by line, each call as its key may."""

from __future__ import annotations

from typing import Any

import pytest

from engine.service.caller import Scope
from tests.web.asking import Web
from tests.web.partnering import POLICIES

PRO = "/v1/coupons/pro/codes"


@pytest.fixture
def web() -> Web:
    """A space with pre-paid codes and a client."""
    web = Web()
    web.push(POLICIES)
    web.ask("PUT /v1/clients/muster", {"title": "Muster AG"})
    web.ask("PUT /v1/clients/muster/accounts/cus-1")
    return web


def issued(web: Web, count: int = 1) -> list[str]:
    """New codes."""
    codes: list[str] = web.ask(f"POST {PRO}", {"count": count}).body["codes"]
    return codes


def act(web: Web, action: str, **body: Any) -> Any:
    """What became of the lines of a request."""
    said = web.ask(f"POST /v1/inventory/{action}", body)
    assert said.status == 200, said.body
    return said.body["lines"]


def test_a_code_goes_from_its_issue_to_its_activation(web: Web) -> None:
    code, other = issued(web, 2)
    act(web, "assign", codes=[code], client="muster", planned="2026-05-01", reference="site 7")
    act(web, "note", codes=[code], text="behind the stairs")
    (listed,) = web.ask("GET /v1/inventory/codes?client=muster&status=reserved").body["codes"]
    assert (listed["code"], listed["planned"], listed["notes"]) == (code, "2026-05-01", 1)
    (line,) = act(web, "activate", codes=[code], account="cus-1")
    shown = web.ask(f"GET /v1/inventory/codes/{code}").body
    assert shown["code"]["subscription"]["subscription"] == line["subscription"]
    assert shown["notes"][0]["text"] == "behind the stairs"
    assert [each["what"] for each in shown["history"]] == [
        "issued",
        "assigned",
        "noted",
        "redeemed",
    ]
    board = web.ask("GET /v1/inventory").body
    assert board["by_status"] == {"activated": 1, "unused": 1}
    export = web.ask("GET /v1/inventory/export?status=unused")
    assert export.headers["Content-Type"].startswith("text/csv")
    assert other.encode() in export.body
    assert code.encode() not in export.body


def test_one_bad_line_harms_no_other(web: Web) -> None:
    first, second = issued(web, 2)
    lines = [{"code": first}, {"code": "nothing"}, {"code": first}, {"code": second, "client": 7}]
    done = web.ask("POST /v1/inventory/assign", {"lines": lines, "client": "muster"}).body
    assert [(each["line"], each["outcome"]) for each in done["lines"]] == [
        (1, "done"),
        (2, "refused"),
        (3, "refused"),
        (4, "refused"),
    ]
    assert done["lines"][3]["message"] == "client: text is expected"
    assert (done["done"], done["refused"]) == (1, 3)


def test_what_is_no_request_is_said_with_its_place(web: Web) -> None:
    ask = "POST /v1/inventory/assign"
    assert web.ask(ask, {"client": "muster"}).problem == "invalid"
    assert web.ask(ask, {"codes": ["A"], "lines": [{}]}).problem == "invalid"
    wrong = web.ask(ask, {"codes": ["A"], "colour": "red"})
    assert wrong.body["errors"][0]["pointer"] == "/colour"
    many = web.ask(ask, {"codes": ["A"] * 1001, "client": "muster"})
    assert many.body["errors"][0]["message"] == "at most 1000 entries are answered at once"


def test_the_same_key_answers_the_same(web: Web) -> None:
    codes = issued(web, 2)
    body = {"codes": codes, "account": "cus-1"}
    first = web.ask("POST /v1/inventory/activate", body, repeat="k-1")
    assert first.body["done"] == 2
    assert web.ask("POST /v1/inventory/activate", body, repeat="k-1").body == first.body
    other = web.ask("POST /v1/inventory/activate", {**body, "account": "cus-2"}, repeat="k-1")
    assert other.problem == "key-reused"


def test_fees_and_reasons_are_in_the_history_and_nothing_refunds(web: Web) -> None:
    (code,) = issued(web)
    act(web, "extend", codes=[code], by="3 months", because="late hardware", fee="20.00 EUR")
    why = {"because": "a smaller site", "fee": "0.00 EUR"}
    (line,) = act(web, "exchange", codes=[code], to="core", **why)
    history = web.ask(f"GET /v1/inventory/codes/{code}").body["history"]
    assert [(each["what"], each["after"].get("fee")) for each in history] == [
        ("issued", None),
        ("extended", "20.00 EUR"),
        ("exchanged", "0.00 EUR"),
    ]
    assert history[1]["who"] == "tests"
    act(web, "cancel", codes=[line["replaced_by"]], because="printed twice")
    assert web.ask("POST /v1/inventory/refund", {"codes": [code]}).status == 404


def test_people_approve_by_their_own_keys(web: Web) -> None:
    web.push(POLICIES.replace("space: acme\n", "space: acme\napprovals: {activations: 1}\n"))
    (code,) = issued(web)
    ann, bob = (web.key(Scope.INVENTORY, name=name) for name in ("ann", "bob"))
    ask = {"codes": [code], "account": "cus-1"}
    (line,) = web.ask("POST /v1/inventory/activate", ask, ann).body["lines"]
    assert (line["outcome"], line["missing"]) == ("waiting", 1)
    (waits,) = web.ask("GET /v1/inventory").body["waiting"]
    assert waits["waiting"]["who"] == "ann"
    (own,) = web.ask("POST /v1/inventory/approve", {"codes": [code]}, ann).body["lines"]
    assert own["message"] == "`ann` asked for it"
    (done,) = web.ask("POST /v1/inventory/approve", {"codes": [code]}, bob).body["lines"]
    assert done["outcome"] == "done"


def test_each_call_needs_its_scope(web: Web) -> None:
    (code,) = issued(web)
    plain = web.key(Scope.READ, name="reader")
    assert web.ask("GET /v1/inventory", None, plain).status == 403
    stock = web.key(Scope.INVENTORY, name="stock")
    assert web.ask("GET /v1/inventory/codes", None, stock).status == 200
    for action in ("extend", "exchange", "cancel"):
        body = {"codes": [code], "because": "why"}
        assert web.ask(f"POST /v1/inventory/{action}", body, stock).status == 403


def test_filters_that_can_not_be_read_are_said(web: Web) -> None:
    bad = web.ask("GET /v1/inventory/codes?status=lost")
    assert (bad.problem, bad.body["errors"][0]["parameter"]) == ("bad-request", "status")
    for name in ("expires_before", "cursor"):
        bad = web.ask(f"GET /v1/inventory/codes?{name}=soon")
        assert (bad.problem, bad.body["errors"][0]["parameter"]) == ("bad-request", name)
    assert web.ask("GET /v1/inventory/codes?client=nobody").problem == "not-found"
    assert web.ask("GET /v1/inventory/codes/nothing").problem == "not-found"


def test_clients_keep_their_people(web: Web) -> None:
    person = {"name": "Ada", "email": "ada@muster.example"}
    put = web.ask("PUT /v1/clients/muster", {"title": "Muster", "responsible": person})
    assert (put.status, put.body["responsible"]) == (200, person)
    roof = web.ask("PUT /v1/clients/muster/projects/roof", {"responsible": person}).body
    assert (roof["client"], roof["project"], roof["title"]) == ("muster", "roof", "roof")
    assert web.ask("GET /v1/clients/muster/projects").body["projects"] == [roof]
    (account,) = web.ask("GET /v1/clients/muster/accounts").body["accounts"]
    assert account["account"] == "cus-1"
    web.ask("PUT /v1/clients/meier", {})
    taken = web.ask("PUT /v1/clients/meier/accounts/cus-1")
    assert taken.body["detail"] == "the account `cus-1` belongs to `muster` already"
    assert web.ask("DELETE /v1/clients/muster/accounts/cus-1").status == 200
    assert web.ask("DELETE /v1/clients/muster/accounts/cus-1").problem == "not-found"
    assert [each["client"] for each in web.ask("GET /v1/clients").body["clients"]] == [
        "meier",
        "muster",
    ]
    bad = web.ask("PUT /v1/clients/muster", {"email": "nowhere"})
    assert bad.body["errors"][0]["pointer"] == "/email"
