"""Codes over HTTP: issued, imported, listed, exported, switched, each as its key may."""

from __future__ import annotations

from typing import Any

import pytest

from engine.service.caller import Scope
from tests.web.asking import NOW, Web


@pytest.fixture
def web() -> Web:
    return Web()


def issue(web: Web, **body: Any) -> dict[str, Any]:
    """Codes of spring, and what is said of them."""
    said = web.ask("POST /v1/coupons/spring/codes", body)
    assert said.status == 201
    found: dict[str, Any] = said.body
    return found


def test_codes_are_issued_shown_and_redeemed(web: Web) -> None:
    said = issue(web, count=2, batch="mail", customer="cus-1", window="through 2026-12-31")
    assert (said["batch"], said["wanted"], said["issued"]) == ("mail", 2, 2)
    code = said["codes"][0]
    assert web.ask(f"GET /v1/codes/{code.lower()}").body == {
        "code": code,
        "coupon": "spring",
        "status": "unused",
        "active": True,
        "issued": NOW,
        "expires": None,
        "customer": "cus-1",
        "window": "through 2026-12-31",
        "batch": "mail",
        "redemptions": 0,
        "grants": None,
        "specification": None,
    }
    assert web.redeem(code, customer={"id": "cus-1"}).status == 201
    assert web.ask(f"GET /v1/codes/{code}").body["status"] == "redeemed"


def test_the_same_key_answers_the_same_codes(web: Web) -> None:
    body = {"count": 3}
    first = web.ask("POST /v1/coupons/spring/codes", body, repeat="k-1")
    assert web.ask("POST /v1/coupons/spring/codes", body, repeat="k-1").body == first.body
    other = web.ask("POST /v1/coupons/spring/codes", {"count": 4}, repeat="k-1")
    assert other.problem == "key-reused"


def test_custom_codes_are_refused_by_themselves(web: Web) -> None:
    said = issue(web, codes=["VIP", "SWISS"])
    assert said["codes"] == ["VIP"]
    assert said["refused"] == [{"code": "SWISS", "message": "`SWISS` is a code of `swiss` already"}]
    nothing = issue(web, codes=["SWISS"])
    assert (nothing["batch"], nothing["wanted"], nothing["codes"]) == (None, 0, [])


@pytest.mark.parametrize(
    ("body", "problem", "pointer"),
    [
        ({"window": "until 2026-11-30"}, "invalid", "/window"),
        ({"count": 0}, "invalid", "/count"),
        ({"fields": {"x": 1}}, "invalid", "/fields"),
        ({"count": 1, "codes": ["A"]}, "invalid", "/count"),
    ],
)
def test_a_wrong_request_is_pointed_into(
    web: Web, body: dict[str, Any], problem: str, pointer: str
) -> None:
    said = web.ask("POST /v1/coupons/spring/codes", body)
    assert said.problem == problem
    assert said.body["errors"][0]["pointer"] == pointer


def test_what_does_not_exist_is_not_found(web: Web) -> None:
    assert web.ask("POST /v1/coupons/nope/codes", {}).problem == "not-found"
    for path in ("codes/NOPE", "batches/nope", "batches/nope/export", "coupons/nope/codes"):
        assert web.ask(f"GET /v1/{path}").problem == "not-found"
    assert web.ask("GET /v1/coupons/nope/codes/export").problem == "not-found"
    assert web.ask("POST /v1/batches/nope/resume").problem == "not-found"


def test_a_batch_of_many_is_resumed(web: Web) -> None:
    said = issue(web, count=10_001, batch="job")
    assert (said["wanted"], said["issued"], len(said["codes"])) == (10_001, 10_000, 10_000)
    rest = web.ask("POST /v1/batches/job/resume")
    assert (rest.status, rest.body["issued"], len(rest.body["codes"])) == (200, 10_001, 1)


def test_codes_and_batches_are_listed_by_what_is_asked_of_them(web: Web) -> None:
    one = issue(web, batch="a", customer="cus-1")["codes"]
    issue(web, batch="b")
    assert [each["code"] for each in web.ask("GET /v1/codes?customer=cus-1").body["codes"]] == one
    assert len(web.ask("GET /v1/coupons/spring/codes?batch=a&active=true").body["codes"]) == 1
    assert web.ask("GET /v1/codes?coupon=swiss&batch=a").body == {"codes": [], "next": None}
    assert web.ask("GET /v1/codes?active=maybe").problem == "bad-request"
    first = web.ask("GET /v1/batches?limit=1").body
    rest = web.ask(f"GET /v1/batches?limit=1&cursor={first['next']}").body
    assert [each["batch"] for each in (*first["batches"], *rest["batches"])] == ["a", "b"]
    assert web.ask("GET /v1/batches?coupon=swiss").body["batches"] == []


def test_a_batch_is_switched_and_counted(web: Web) -> None:
    issue(web, count=2, batch="job")
    said = web.ask("POST /v1/batches/job/off", {"because": "stolen"})
    assert said.body == {"kind": "batch", "name": "job", "active": False}
    found = web.ask("GET /v1/batches/job").body
    assert (found["issued"], found["redeemed"], found["off"]) == (2, 0, 2)
    assert web.ask("POST /v1/batches/job/on", {"because": "found"}).status == 200
    assert web.ask("GET /v1/batches/job").body["off"] == 0


def test_codes_are_exported_as_csv(web: Web) -> None:
    codes = issue(web, count=2, batch="job", customer="=cus")["codes"]
    response = web.client.get(
        "/v1/batches/job/export", headers={"Authorization": f"Bearer {web.all}"}
    )
    assert response.mimetype == "text/csv"
    assert response.headers["Content-Disposition"] == "attachment; filename=job.csv"
    assert response.text.splitlines() == [
        "code,coupon,customer,issued,expires,active,batch,window",
        *(f"{code},spring,'=cus,{NOW},,true,job," for code in sorted(codes)),
    ]
    all_ = web.client.get(
        "/v1/coupons/spring/codes/export", headers={"Authorization": f"Bearer {web.all}"}
    )
    assert len(all_.text.splitlines()) == 5


def test_codes_are_imported_each_by_itself(web: Web) -> None:
    lines = [{"code": "OLD-1", "coupon": "spring"}, {"code": "OLD-2"}, {"code": "", "coupon": "x"}]
    said = web.ask("POST /v1/codes/import", {"codes": lines})
    assert said.status == 200
    assert [each["outcome"] for each in said.body["codes"]] == ["imported", "refused", "refused"]
    assert web.redeem("old-1").status == 201


def test_issuing_needs_a_key_that_may_manage(web: Web) -> None:
    reader = web.key(Scope.READ)
    assert web.ask("POST /v1/coupons/spring/codes", {}, reader).problem == "forbidden"
    assert web.ask("POST /v1/codes/import", {"codes": []}, reader).problem == "forbidden"
    assert web.ask("GET /v1/codes", key=reader).status == 200
