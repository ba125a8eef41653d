"""The OpenAPI document is valid, and says of each call what is true."""

from __future__ import annotations

import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from engine.service.caller import ALL
from tests.web.asking import POLICIES, Web


@pytest.fixture
def document(web: Web) -> Any:
    return web.ask("GET /openapi.json", key=None).body


def test_the_document_is_openapi(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_route_is_in_it_and_nothing_else(web: Web, document: Any) -> None:
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in web.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    described = {
        (path, method.upper()) for path, calls in document["paths"].items() for method in calls
    }
    assert served == described


def test_a_call_has_its_words_scope_and_problems(document: Any) -> None:
    call = document["paths"]["/v1/redeem"]["post"]
    assert call["summary"] == "Redeem a code on a subscription, or hold it"
    assert "`redeem`" in call["description"]
    assert call["security"] == [{"key": []}]
    statuses = {"200", "201", "400", "401", "403", "404", "409", "413", "415", "422", "429"}
    statuses |= {"500", "503"}
    assert set(call["responses"]) == statuses


def test_without_a_key_it_has_the_facts_of_the_only_space(web: Web, document: Any) -> None:
    assert "vip" not in customer_facts(document)
    web.push(vip("acme"))
    assert "vip" in customer_facts(web.ask("GET /openapi.json", key=None).body)


def test_with_a_key_it_has_the_facts_of_its_space(web: Web) -> None:
    web.push(vip("other"), "other")
    other = web.key(*ALL, space="other")
    assert "vip" in customer_facts(web.ask("GET /openapi.json", key=other).body)
    assert "vip" not in customer_facts(web.ask("GET /openapi.json").body)
    assert "vip" not in customer_facts(web.ask("GET /openapi.json", key=None).body)


def vip(space: str) -> str:
    return f"space: {space}\ntimezone: UTC\n---\nvocabulary: v\nfacts:\n  customer.vip: yes/no\n"


def customer_facts(document: Any) -> Any:
    return document["components"]["schemas"]["EvaluateRequestCustomer"]["properties"]


STOCK = """\
---
coupon: professional-12-months
grants: {plan: professional, duration: 12 months}
redemption: [at most 1 redemption per code]
---
coupon: core-12-months
grants: {plan: core, duration: 12 months}
redemption: [at most 1 redemption per code]
---
partner: acme-energy
prices: {list: {professional-12-months: 480 EUR}}
"""


def test_examples_are_what_the_calls_take(web: Web, document: Any) -> None:
    web.push(POLICIES + STOCK)
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            content = call.get("requestBody", {}).get("content", {}).get("application/json")
            if content is None or "example" not in content:
                continue
            there = re.sub("{.*?}", "x", path.replace("{coupon}", "spring"))
            answer = web.ask(f"{method.upper()} {there}", content["example"])
            assert answer.status in (200, 201, 404, 409), (path, answer.body)


def test_the_page_of_calls_names_each(web: Web, document: Any) -> None:
    page = web.ask("GET /docs", key=None).body.decode()
    for path, calls in document["paths"].items():
        for method in calls:
            assert f"{method.upper()} {path}" in page
    assert "<script" not in page
    with web.client.get("/static/page.css") as style:
        assert (style.status_code, style.mimetype) == (200, "text/css")
