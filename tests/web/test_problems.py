"""Whatever goes wrong is a problem document that says what to do, and state is as before."""

from __future__ import annotations

import io
import json
from typing import Any, NoReturn

import pytest
from werkzeug.test import EnvironBuilder

from engine.service.caller import ALL, Scope
from engine.service.keeping.keys import Keys
from engine.store.database import StoreUnavailable
from tests.web.asking import Web, fee
from web.problems import TYPES
from web.services import Options

EVERY_CALL = [
    "POST /v1/evaluate",
    "POST /v1/redeem",
    "POST /v1/validate",
    "DELETE /v1/redemptions/x",
    "POST /v1/charges",
    "GET /v1/subscriptions/x",
    "DELETE /v1/customers/x/facts",
    "POST /v1/accounts/x/codes",
    "GET /v1/coupons",
    "GET /v1/decisions/x",
    "GET /v1/rates",
]


@pytest.mark.parametrize("call", EVERY_CALL)
def test_a_call_needs_a_key(web: Web, call: str) -> None:
    answer = web.ask(call, key=None)
    assert (answer.status, answer.problem) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="coupon"'


@pytest.mark.parametrize(
    "header", ["Bearer nonsense", "Bearer ", "Basic Zm9v", "Bearer coupon_a_b", "Bearer \xe4\xf6"]
)
def test_a_key_must_be_in_force(web: Web, header: str) -> None:
    answer = web.ask("GET /v1/coupons", key=None, Authorization=header)
    assert answer.problem == "unauthorized"
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_revoked_key_stops_at_the_next_call(web: Web) -> None:
    key = web.key(Scope.READ)
    assert web.ask("GET /v1/coupons", key=key).status == 200
    Keys(web.database).revoke("acme", key.split("_")[1], web.now, "tests")
    assert web.ask("GET /v1/coupons", key=key).status == 401


@pytest.mark.parametrize("call", EVERY_CALL)
def test_the_missing_scope_is_named(web: Web, call: str) -> None:
    answer = web.ask(call, {}, key=web.key(Scope.BACKDATE))
    assert (answer.status, answer.problem) == (403, "forbidden")
    scope = answer.headers["WWW-Authenticate"].rpartition("scope=")[2].strip('"')
    assert f"`{scope}`" in answer.body["detail"]


@pytest.mark.parametrize(
    "call",
    [
        "GET /v1/subscriptions/sub-1",
        "GET /v1/subscriptions/sub-1/ledger",
        "GET /v1/subscriptions/sub-1/redemptions",
        "GET /v1/coupons/spring",
        "GET /v1/codes/SPRING",
        "GET /v1/coupons/spring/versions",
        "POST /v1/charges/le-1/reverse",
        "DELETE /v1/redemptions/{redemption}",
        "POST /v1/redemptions/{redemption}/confirm",
        "GET /v1/decisions/{decision}",
    ],
)
def test_ids_of_another_space_are_unknown(web: Web, call: str) -> None:
    web.push("space: other\ntimezone: UTC\n", "other")
    other = web.key(*ALL, space="other")
    made = web.redeem().body
    web.charge("le-1")
    path = call.format(redemption=made["id"], decision=made["decision"])
    assert web.ask(path, key=other).problem in ("not-found", "not-possible")
    assert web.ask(path).status == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"", ""),
        (b"{", ""),
        (b'{"a": NaN}', "/a"),
        (b'{"a": 1, "a": 2}', "/a"),
        (b"\xff", ""),
        (b'{"a": "\\ud800"}', "/a"),
        (b'{"a": "\\u0000"}', "/a"),
        (b"[" * 100_000, ""),
    ],
)
def test_what_is_not_json_is_told_from_the_rest(web: Web, body: bytes, pointer: str) -> None:
    answer = web.ask("POST /v1/redeem", body)
    assert (answer.status, answer.problem) == (400, "not-json")
    assert answer.body["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ([], "", "an object is expected"),
        ({}, "", "`code` is missing"),
        ({"code": 7}, "/code", "text is expected"),
        ({"code": "X", "custmer": {}}, "/custmer", "did you mean"),
        ({"code": "X", "customer": {"cuntry": "CH"}}, "/customer/cuntry", "did you mean"),
        ({"code": "X", "at": "yesterday"}, "/at", "instant"),
        ({"code": "X", "hold": "soon"}, "/hold", ""),
    ],
)
def test_a_flaw_is_pointed_at(web: Web, body: Any, pointer: str, words: str) -> None:
    answer = web.ask("POST /v1/redeem", body)
    assert (answer.status, answer.problem) == (422, "invalid")
    assert answer.body["errors"][0]["pointer"] == pointer
    assert words in answer.body["errors"][0]["message"]


def test_a_body_has_an_upper_bound(web: Web) -> None:
    web = Web(Options(max_body=200, refusal_step=0))
    answer = web.ask("POST /v1/redeem", {"code": "X" * 200})
    assert (answer.status, answer.problem) == (413, "too-large")
    assert "200 bytes" in answer.body["detail"]


def test_a_body_without_a_length_is_bounded_too() -> None:
    web = Web(Options(max_body=200, refusal_step=0))
    builder = EnvironBuilder("/v1/redeem", method="POST", content_type="application/json")
    builder.headers["Authorization"] = f"Bearer {web.all}"
    environ = builder.get_environ()
    environ |= {"wsgi.input": io.BytesIO(b" " * 300), "wsgi.input_terminated": True}
    environ.pop("CONTENT_LENGTH", None)
    assert web.client.open(environ).status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_is_json(web: Web, kind: str) -> None:
    answer = web.ask("POST /v1/redeem", b"{}", Content_Type=kind)
    assert (answer.status, answer.problem) == (415, "unsupported-media-type")


@pytest.mark.parametrize("coding", ["gzip", "br", "identity, gzip"])
def test_a_body_is_not_compressed(web: Web, coding: str) -> None:
    answer = web.ask("POST /v1/evaluate", {"charges": []}, Content_Encoding=coding)
    assert (answer.status, answer.problem) == (415, "unsupported-media-type")
    assert f"`{coding}`" in answer.body["detail"]
    assert answer.body["errors"][0]["header"] == "Content-Encoding"


@pytest.mark.parametrize("coding", ["identity", "Identity", ""])
def test_a_body_that_says_that_it_is_not_compressed_is_read(web: Web, coding: str) -> None:
    assert web.ask("POST /v1/evaluate", {"charges": []}, Content_Encoding=coding).status == 200


def test_a_repetition_answers_the_same_and_counts_once(web: Web) -> None:
    first, again = (web.redeem(repeat="one") for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body)
    found = web.ask("GET /v1/subscriptions/sub-1/redemptions").body["redemptions"]
    assert len(found) == 1


def test_a_repeated_refusal_is_the_same_problem(web: Web) -> None:
    first, again = (web.redeem("PASTOFFER", repeat="one") for _ in range(2))
    del first.body["request"], again.body["request"]
    assert (first.status, first.body) == (again.status, again.body)


def test_repeated_charges_and_activations_answer_the_same(web: Web) -> None:
    web.ask("POST /v1/accounts/acc-1/codes", {"code": "SPRING"})
    web.ask("POST /v1/accounts/acc-1/codes", {"code": "PASTOFFER"})
    here = {"subscription": {"id": "sub-1"}}
    for call, body in [
        ("POST /v1/accounts/acc-1/activate", here),
        ("POST /v1/charges", {**here, "charges": [fee("le-1"), {"id": "le-2"}]}),
    ]:
        first, again = (web.ask(call, body, repeat=call) for _ in range(2))
        assert (first.status, first.body) == (200, again.body)


def test_a_key_with_another_body_is_refused(web: Web) -> None:
    web.redeem(repeat="one")
    answer = web.redeem(subscription="sub-2", repeat="one")
    assert (answer.status, answer.problem) == (422, "key-reused")
    assert web.ask("GET /v1/subscriptions/sub-2").status == 404


def test_a_key_with_another_call_is_refused(web: Web) -> None:
    web.redeem(repeat="one")
    answer = web.ask("POST /v1/charges", {"charges": [fee("le-1")]}, repeat="one")
    assert answer.problem == "key-reused"


@pytest.mark.parametrize("repeat", ["", "x" * 256, "é"])
def test_an_idempotency_key_is_printable(web: Web, repeat: str) -> None:
    answer = web.redeem(repeat=repeat)
    assert (answer.status, answer.problem) == (400, "bad-request")
    assert answer.body["errors"][0]["header"] == "Idempotency-Key"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=1&limit=2", "limit=", "limit=%00"]
)
def test_a_parameter_is_checked(web: Web, query: str) -> None:
    answer = web.ask(f"GET /v1/coupons?{query}")
    assert (answer.status, answer.problem) == (400, "bad-request")
    assert answer.body["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize(
    "path", ["coupons", "coupons/spring/codes", "coupons/spring/versions", "subscriptions/s/ledger"]
)
def test_a_cursor_is_one_of_the_list(web: Web, path: str) -> None:
    for cursor in ("nonsense!", "WyJcdTAwMDAiXQ", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5XQ"):
        answer = web.ask(f"GET /v1/{path}?cursor={cursor}")
        assert (answer.status, answer.problem) == (400, "bad-request")
        assert answer.body["errors"][0]["parameter"] == "cursor"
    assert web.ask(f"GET /v1/{path}?cursor=").problem == "bad-request"


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        ("subscriptions/s/bill?from=x", "from"),
        ("subscriptions/s/bill?to=2026-01-01", "to"),
        ("subscriptions/s/bill?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "to"),
        ("accounts/a/entitlements?at=today", "at"),
        ("reports/discounts?from=x", "from"),
    ],
)
def test_a_parameter_that_means_nothing_is_named(web: Web, call: str, parameter: str) -> None:
    answer = web.ask(f"GET /v1/{call}")
    assert (answer.status, answer.problem) == (400, "bad-request")
    (error,) = answer.body["errors"]
    assert (error["parameter"], "pointer" in error) == (parameter, False)


@pytest.mark.parametrize("path", ["", "v1", "v1/redeem/", "v1//redeem", "v2/redeem"])
def test_an_unknown_path_is_not_found(web: Web, path: str) -> None:
    assert web.ask(f"GET /{path}").problem == "not-found"


def test_a_wrong_method_is_answered_with_the_right_ones(web: Web) -> None:
    answer = web.ask("PATCH /v1/subscriptions/sub-1")
    assert (answer.status, answer.problem) == (405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD, PUT"


@pytest.mark.parametrize("name", ["a%00b", "x" * 256, "a%0Ab"])
def test_an_id_that_nothing_can_have_is_not_found(web: Web, name: str) -> None:
    assert web.ask(f"GET /v1/coupons/{name}").problem == "not-found"


def test_a_backdated_event_needs_the_scope(web: Web) -> None:
    key = web.key(Scope.REDEEM, Scope.REASONS)
    answer = web.redeem(at="2026-02-01T00:00:00Z", key=key)
    assert (answer.status, answer.problem) == (403, "forbidden")
    assert web.redeem(at="2026-02-01T00:00:00Z").status == 201


def test_a_trace_needs_the_scope(web: Web) -> None:
    body = {"charges": [fee("le-1")], "trace": True}
    assert web.ask("POST /v1/evaluate", body, key=web.key(Scope.EVALUATE)).problem == "forbidden"
    assert web.ask("POST /v1/evaluate", body).status == 200


@pytest.mark.parametrize(("unsure", "name"), [(False, "unavailable"), (True, "unsure")])
def test_a_lost_store_is_said_and_when_to_try_again(
    web: Web, monkeypatch: pytest.MonkeyPatch, *, unsure: bool, name: str
) -> None:
    def lost(*_: object, **__: object) -> NoReturn:
        raise StoreUnavailable("secret host is gone", unsure=unsure)

    monkeypatch.setattr(web.database, "write", lost)
    answer = web.redeem()
    assert (answer.status, answer.problem) == (503, name)
    assert answer.headers["Retry-After"] == "1"
    assert "secret" not in str(answer.body)


def test_a_mistake_is_logged_with_its_id_and_tells_nothing(
    web: Web, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError("the secret of sub-1")

    monkeypatch.setattr(web.database, "write", broken)
    answer = web.redeem()
    assert (answer.status, answer.problem) == (500, "internal")
    logged = capsys.readouterr().err
    assert "secret" not in str(answer.body) + logged
    line = json.loads(logged.splitlines()[0])
    assert (line["error"], line["request"]) == ("ZeroDivisionError", answer.body["request"])
    assert any("redemptions.py" in frame for frame in line["trace"])


@pytest.mark.parametrize("name", TYPES)
def test_every_problem_has_a_page_that_says_what_to_do(web: Web, name: str) -> None:
    page = web.ask(f"GET /problems/{name}", key=None)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert TYPES[name].title.split("'")[0].encode() in page.body
