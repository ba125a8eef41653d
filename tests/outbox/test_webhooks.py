"""Webhooks over HTTP: made, changed, tested, given new secrets, deleted; each partner's its own."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from engine.service.caller import Scope
from engine.service.keeping.keys import Keys
from tests.web.asking import POLICIES, Said, Web
from web.services import Options

PARTNERS = """\
---
partner: voltaic
title: Voltaic AG
---
partner: other
title: Other AG
"""
URL = "https://203.0.113.1/hooks"
PUBLIC = "https://8.8.8.8/hooks"


@pytest.fixture(scope="module")
def web() -> Web:
    networks = (ipaddress.ip_network("10.0.0.0/8"),)
    found = Web(Options(refusal_step=0, webhook_networks=networks))
    found.push(POLICIES + PARTNERS)
    return found


def made(web: Web, key: str = "all", **more: Any) -> Said:
    return web.ask("POST /v1/webhooks", {"url": PUBLIC, **more}, key)


def partner_key(web: Web, partner: str) -> str:
    keys = Keys(web.database)
    return keys.create("acme", partner, [Scope.INVENTORY], web.now, "tests", partner)


def test_the_secret_is_shown_where_it_is_made_and_replaced_only(web: Web) -> None:
    said = made(web, events=["code.activated"])
    assert said.status == 201
    assert said.body["secret"].startswith("whsec_")
    here = f"/v1/webhooks/{said.body['id']}"
    shown = web.ask(f"GET {here}").body
    assert (shown["secret"], shown["events"], shown["active"]) == (None, ["code.activated"], True)
    fresh = web.ask(f"POST {here}/rotate").body["secret"]
    assert fresh not in (None, said.body["secret"])
    journal = web.database.engine.connect().exec_driver_sql("SELECT payload FROM journal").all()
    assert "whsec_" not in str(journal)


def test_a_repeated_request_makes_one_webhook(web: Web) -> None:
    first = web.ask("POST /v1/webhooks", {"url": PUBLIC}, repeat="once").body
    assert web.ask("POST /v1/webhooks", {"url": PUBLIC}, repeat="once").body == first


def test_a_webhook_is_changed_and_deleted(web: Web) -> None:
    here = f"/v1/webhooks/{made(web).body['id']}"
    changed = {"url": "mailto:ops@acme.example", "events": ["limit.near"], "active": False}
    said = web.ask(f"PUT {here}", changed).body
    assert (said["url"], said["active"]) == ("mailto:ops@acme.example", False)
    assert web.ask(f"DELETE {here}").body == {"deleted": here.rpartition("/")[2]}
    assert web.ask(f"GET {here}").status == 404


def test_a_test_is_sent_like_everything_else(web: Web) -> None:
    here = f"/v1/webhooks/{made(web).body['id']}"
    assert web.ask(f"POST {here}/test").status == 202
    assert web.ask(f"GET {here}").body["waiting"] == 1
    web.ask(f"PUT {here}", {"url": PUBLIC, "active": False})
    said = web.ask(f"POST {here}/test")
    assert (said.status, said.problem) == (409, "conflict")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://127.0.0.1/", "is not public"),
        ("https://[::1]/", "is not public"),
        ("https://localhost/", "is not public"),
        ("https://169.254.169.254/latest/meta-data", "is not public"),
        ("http://8.8.8.8/", "use `https:`"),
        ("mailto:nobody", "is no address such as"),
        ("javascript:alert(1)", "is no URL such as"),
    ],
)
def test_what_can_not_be_called_is_refused_at_once(web: Web, url: str, says: str) -> None:
    said = made(web, url=url)
    assert said.status == 422
    assert says in said.body["errors"][0]["message"]
    assert said.body["errors"][0]["pointer"] == "/url"


def test_a_private_network_may_be_allowed(web: Web) -> None:
    assert made(web, url="http://10.1.2.3:8080/hooks").status == 201


@pytest.mark.parametrize("event", ["nonsense", "group.confirm", "webhook.test"])
def test_what_no_webhook_hears_of_is_refused(web: Web, event: str) -> None:
    said = made(web, events=["code.activated", event])
    assert said.status == 422
    assert said.body["errors"][0]["pointer"] == "/events/1"


def test_an_unknown_partner_is_refused(web: Web) -> None:
    assert made(web, partner="nobody").body["errors"][0]["pointer"] == "/partner"


def test_webhooks_are_listed_part_by_part(web: Web) -> None:
    for _ in range(3):
        made(web)
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        part = web.ask(f"GET /v1/webhooks?limit=2{cursor and f'&cursor={cursor}'}").body
        seen += [each["id"] for each in part["webhooks"]]
        cursor = part["next"]
    assert len(seen) == len(set(seen)) >= 3


def test_a_partner_sees_and_makes_its_own_only(web: Web) -> None:
    key, other = partner_key(web, "voltaic"), partner_key(web, "other")
    mine = made(web, key, partner="other").body
    assert mine["partner"] == "voltaic"
    whole = made(web).body["id"]
    listed = web.ask("GET /v1/webhooks", key=key).body["webhooks"]
    assert [each["id"] for each in listed] == [mine["id"]]
    assert web.ask("GET /v1/webhooks", key=other).body["webhooks"] == []
    for call, body in (("GET", None), ("PUT", {"url": PUBLIC}), ("DELETE", None)):
        for webhook in (whole, mine["id"], "unknown"):
            assert web.ask(f"{call} /v1/webhooks/{webhook}", body, other).status == 404
    for what in ("test", "rotate"):
        assert web.ask(f"POST /v1/webhooks/{mine['id']}/{what}", key=other).status == 404
        assert web.ask(f"POST /v1/webhooks/{mine['id']}/{what}", key=key).status in (200, 202)
