"""Every request has an id, a line in the log and safe headers, and is counted."""

from __future__ import annotations

import ipaddress
import json
import re
from typing import Any

import pytest

from tests.web.asking import Web, fee
from web.services import Options

SECRETS = ["SPRING", "cus-secret", "CH", "coupon_", "100.00"]


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_request_is_one_line_of_json(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    web.redeem()
    (line,) = lines(capsys)
    assert line.pop("ms") > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert re.fullmatch("[0-9a-f]{16}", line.pop("request"))
    assert line == {
        "level": "info",
        "client": "127.0.0.1",
        "method": "POST",
        "route": "/v1/redeem",
        "status": 201,
        "key": "tests",
        "space": "acme",
    }


def test_the_log_has_no_codes_facts_or_keys(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    facts = {"customer": {"id": "cus-secret", "country": "CH"}, "charges": [fee("le-1")]}
    web.redeem(customer=facts["customer"])
    web.ask("GET /v1/codes/SPRING")
    web.ask("POST /v1/evaluate", {**facts, "codes": ["SPRING"]})
    web.ask("GET /v1/coupons", key="coupon_wrong_key")
    logged = capsys.readouterr().err
    assert len(logged.splitlines()) == 4
    assert not [secret for secret in SECRETS if f'"{secret}' in logged or f"/{secret}" in logged]


def test_a_sane_request_id_is_taken_over(web: Web) -> None:
    answer = web.ask("GET /healthz", X_Request_Id="order-7:retry.1")
    assert answer.headers["X-Request-Id"] == "order-7:retry.1"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, '"}{"'])
def test_any_other_is_replaced(web: Web, given: str) -> None:
    answer = web.ask("GET /nowhere", X_Request_Id=given)
    assert answer.headers["X-Request-Id"] == answer.body["request"] != given


def test_headers_are_safe(web: Web) -> None:
    headers = web.ask("GET /healthz").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_a_trusted_proxy_tells_client_and_scheme(capsys: pytest.CaptureFixture[str]) -> None:
    web = Web(Options(trusted_proxies=(ipaddress.ip_network("127.0.0.0/8"),)))
    answer = web.ask("GET /healthz", X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https")
    assert "Strict-Transport-Security" in answer.headers
    assert lines(capsys)[-1]["client"] == "203.0.113.9"


def test_requests_and_decisions_are_counted(web: Web) -> None:
    web.redeem()
    web.redeem("UNKNOWN")
    web.charge("le-1", "le-2")
    web.client.open("/nowhere", method="STRANGE")
    found = web.ask("GET /metrics", key=None)
    assert found.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    text = found.body.decode()
    for line in (
        'coupon_requests_total{method="POST",route="/v1/redeem",status="201"} 1.0',
        'coupon_requests_total{method="POST",route="/v1/redeem",status="409"} 1.0',
        'coupon_requests_total{method="",route="unmatched",status="404"} 1.0',
        'coupon_request_seconds_count{method="POST",route="/v1/redeem"} 2.0',
        'coupon_decisions_total{outcome="redeemed"} 1.0',
        'coupon_decisions_total{outcome="refused"} 1.0',
        'coupon_decisions_total{outcome="recorded"} 2.0',
    ):
        assert line in text


def test_health_is_that_of_the_process(web: Web) -> None:
    assert web.ask("GET /healthz", key=None).body == {"status": "up"}


def test_ready_is_a_store_with_the_right_tables(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    assert web.ask("GET /readyz", key=None).body == {"status": "ready"}
    monkeypatch.setattr("engine.store.upgrade.LATEST", "9999")
    assert web.ask("GET /readyz", key=None).problem == "unavailable"
