"""Purchases over HTTP: bought by who runs the space, seen by the partner who bought."""

from __future__ import annotations

from typing import Any

import pytest

from engine.service.caller import Scope
from engine.service.keeping.keys import Keys
from tests.paper.looking import page_picture, read_codes
from tests.web.asking import POLICIES, Said, Web

PARTNERS = """\
---
coupon: year
title: A year
valid: 12 months
grants: {plan: professional, duration: 12 months}
redemption: [at most 1 redemption per code]
---
partner: acme-energy
title: Acme Energy
contact: {email: hello@acme.example}
prices: {list: {year: 480 EUR}, volume: {10: 5%}, markup: 15%}
---
partner: other
title: Other
prices: {list: {year: 500 EUR}}
"""
PURCHASES = "/v1/inventory/purchases"


@pytest.fixture
def web() -> Web:
    found = Web()
    found.push(POLICIES + PARTNERS)
    return found


def buy(web: Web, count: int = 2, partner: str = "acme-energy", **more: Any) -> Said:
    body = {"partner": partner, "lines": [{"coupon": "year", "count": count}]}
    return web.ask(f"POST {PURCHASES}", body, **more)


def partner_key(web: Web, partner: str) -> str:
    scopes = (Scope.INVENTORY, Scope.REASONS)
    return Keys(web.database).create("acme", partner, scopes, web.now, "tests", partner)


def test_codes_are_bought_shown_and_listed(web: Web) -> None:
    bought = buy(web, 10)
    assert bought.status == 201
    said = bought.body
    assert (said["purchase"], said["total"]) == ("P-2026-00000001", "4560.00")
    assert (said["wanted"], said["issued"], len(said["codes"])) == (10, 10, 10)
    (line,) = said["lines"]
    assert line["tier"] == {"from": 10, "off": "5%"}
    assert (line["unit"], line["resale"]) == ("456.00", "524.40")
    first = web.ask(f"GET {PURCHASES}/{said['purchase']}?limit=4").body
    rest = web.ask(f"GET {PURCHASES}/{said['purchase']}?cursor={first['next']}").body
    assert (len(first["codes"]), len(rest["codes"]), rest["next"]) == (4, 6, None)
    listed = web.ask(f"GET {PURCHASES}?partner=acme-energy").body["purchases"]
    assert [each["purchase"] for each in listed] == [said["purchase"]]
    assert web.ask(f"GET {PURCHASES}?partner=other").body["purchases"] == []


def test_the_same_key_buys_once(web: Web) -> None:
    first = buy(web, repeat="k-1")
    assert buy(web, repeat="k-1").body == first.body
    assert buy(web, 3, repeat="k-1").problem == "key-reused"
    assert len(web.ask(f"GET {PURCHASES}").body["purchases"]) == 1


def test_a_whole_purchase_is_resumed_without_effect(web: Web) -> None:
    number = buy(web).body["purchase"]
    said = web.ask(f"POST {PURCHASES}/{number}/resume")
    assert (said.status, said.body["codes"], said.body["issued"]) == (200, [], 2)


def test_what_is_wrong_is_pointed_at(web: Web) -> None:
    body = {"partner": "nobody", "lines": [{"coupon": "yeer"}]}
    said = web.ask(f"POST {PURCHASES}", body)
    assert said.problem == "invalid"
    pointers = [each["pointer"] for each in said.body["errors"]]
    assert pointers == ["/partner", "/lines/0/coupon"]


def test_prices_are_shown_for_a_count(web: Web) -> None:
    said = web.ask("GET /v1/partners/acme-energy/prices?count=10&coupon=year").body
    assert said["prices"] == [
        {
            "coupon": "year",
            "title": "A year",
            "currency": "EUR",
            "listed": "480.00",
            "unit": "456.00",
            "total": "4560.00",
            "resale": "524.40",
        }
    ]
    assert web.ask("GET /v1/partners/acme-energy/prices").body["tier"] is None
    padded = web.ask("GET /v1/partners/acme-energy/prices?count=0000000010").body
    assert (padded["count"], padded["prices"][0]["total"]) == (10, "4560.00")
    for count in ("0", "x", "9999999", "1000000000", "9" * 5000):
        said = web.ask(f"GET /v1/partners/acme-energy/prices?count={count}")
        assert said.problem == "bad-request"


def test_a_receipt_is_a_pdf(web: Web) -> None:
    number = buy(web).body["purchase"]
    said = web.ask(f"GET {PURCHASES}/{number}/receipt.pdf")
    assert (said.status, said.headers["Content-Type"]) == (200, "application/pdf")
    assert said.body.startswith(b"%PDF")
    assert f"receipt-{number}.pdf" in said.headers["Content-Disposition"]
    assert web.ask(f"GET {PURCHASES}/P-1/receipt.pdf").problem == "not-found"


def test_sheets_are_a_pdf_of_the_codes(web: Web) -> None:
    bought = buy(web).body
    said = web.ask(f"GET /v1/inventory/sheets.pdf?purchase={bought['purchase']}&per_page=4")
    assert (said.status, said.headers["Content-Type"]) == (200, "application/pdf")
    codes = {each["code"] for each in bought["codes"]}
    assert set(read_codes(page_picture(said.body))) == codes
    assert "Link" not in said.headers
    one = bought["codes"][0]["code"]
    said = web.ask(f"GET /v1/inventory/sheets.pdf?codes={one}")
    assert read_codes(page_picture(said.body)) == [one]


def test_more_sheets_are_linked_to(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.inventory import sheets

    number = buy(web, 3).body["purchase"]
    monkeypatch.setattr(sheets, "MOST", 2)
    said = web.ask(f"GET /v1/inventory/sheets.pdf?purchase={number}")
    link = said.headers["Link"]
    assert link.endswith('>; rel="next"')
    rest = web.ask(f"GET {link[1 : link.index('>')]}")
    assert (rest.status, "Link" in rest.headers) == (200, False)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("", "bad-request"),
        ("?purchase=P-1&per_page=3", "bad-request"),
        ("?purchase=P-1&per_page=x", "bad-request"),
        ("?purchase=P-1", "conflict"),
        ("?codes=NONE", "not-found"),
    ],
)
def test_sheets_of_nothing_are_refused(web: Web, query: str, problem: str) -> None:
    assert web.ask(f"GET /v1/inventory/sheets.pdf{query}").problem == problem


def test_a_partner_reads_its_own_and_buys_nothing(web: Web) -> None:
    mine = buy(web).body
    other = buy(web, partner="other").body["purchase"]
    key = partner_key(web, "acme-energy")
    assert buy(web, key=key).problem == "operators-call"
    resumed = web.ask(f"POST {PURCHASES}/{mine['purchase']}/resume", key=key)
    assert resumed.problem == "operators-call"
    listed = web.ask(f"GET {PURCHASES}", key=key).body["purchases"]
    assert [each["purchase"] for each in listed] == [mine["purchase"]]
    for number, status in ((mine["purchase"], 200), (other, 404), ("P-1", 404)):
        assert web.ask(f"GET {PURCHASES}/{number}", key=key).status == status
        assert web.ask(f"GET {PURCHASES}/{number}/receipt.pdf", key=key).status == status
    assert web.ask("GET /v1/partners/acme-energy/prices", key=key).status == 200
    for name in ("other", "nobody"):
        assert web.ask(f"GET /v1/partners/{name}/prices", key=key).problem == "not-found"
    sheets = "GET /v1/inventory/sheets.pdf?purchase="
    assert web.ask(sheets + mine["purchase"], key=key).status == 200
    unknown = [web.ask(sheets + number, key=key) for number in (other, "P-1")]
    assert [each.problem for each in unknown] == ["conflict"] * 2
    assert unknown[0].body["detail"] == unknown[1].body["detail"]


def test_purchases_are_found_by_the_name_that_a_client_has_for_each(web: Web) -> None:
    key = partner_key(web, "acme-energy")
    web.ask("PUT /v1/clients/solar", {}, key)
    for client in ("acme-energy:solar", None):
        lines = [{"coupon": "year", "count": 1}]
        body = {"partner": "acme-energy", "lines": lines, "client": client}
        web.ask(f"POST {PURCHASES}", {name: each for name, each in body.items() if each})
    for who, name in ((key, "solar"), (None, "solar"), (None, "acme-energy:solar")):
        asked = f"GET {PURCHASES}?client={name}"
        found = (web.ask(asked) if who is None else web.ask(asked, None, who)).body["purchases"]
        assert len(found) == 1
    assert web.ask(f"GET {PURCHASES}?client=nobody", None, key).problem == "not-found"


def test_a_key_without_scope_reads_nothing(web: Web) -> None:
    key = web.key(Scope.EVALUATE)
    assert web.ask(f"GET {PURCHASES}", key=key).problem == "forbidden"
    assert buy(web, key=web.key(Scope.INVENTORY)).problem == "forbidden"
