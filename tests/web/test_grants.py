"""Codes that grant subscriptions, over HTTP."""

from __future__ import annotations

from typing import Any

from engine.service.caller import Scope
from tests.web.asking import POLICIES, Said, Web

GRANTING = f"""\
{POLICIES}---
coupon: pro
title: Professional
grants: {{plan: professional, points: 50, add-ons: [Support], duration: 12 months}}
redemption: [at most 1 redemption per code]
---
coupon: core
title: Core
grants: {{plan: core, duration: 1 month}}
redemption: [at most 1 redemption per code]
"""


def code_of(web: Web, coupon: str) -> str:
    """A new code of a coupon."""
    if "pro" not in [each["coupon"] for each in web.ask("GET /v1/coupons").body["coupons"]]:
        web.push(GRANTING)
    answer = web.ask(f"POST /v1/coupons/{coupon}/codes", {"count": 1})
    return str(answer.body["codes"][0])


def activate(web: Web, coupon: str, **more: Any) -> Said:
    body = {"code": code_of(web, coupon), "customer": {"id": "cus-1"}, **more}
    return web.ask("POST /v1/redeem", body)


def test_a_granting_code_makes_a_subscription_that_names_its_code_and_account(web: Web) -> None:
    answer = activate(web, "pro")
    assert (answer.status, answer.body["grants"]["until"]) == (201, "2027-03-01T12:00:00Z")
    shown = web.ask(f"GET /v1/subscriptions/{answer.body['subscription']}").body
    (granted,) = shown["granted"]
    assert (granted["account"], granted["code"], granted["status"]) == (
        "cus-1",
        answer.body["code"],
        "running",
    )
    code = web.ask(f"GET /v1/codes/{answer.body['code']}").body
    assert (code["status"], code["subscription"], code["account"]) == (
        "activated",
        answer.body["subscription"],
        "cus-1",
    )


def test_another_specification_says_which_words_there_are(web: Web) -> None:
    activate(web, "pro")
    refused = activate(web, "core")
    assert (refused.status, refused.problem) == (409, "refused")
    (reason,) = refused.body["reasons"]
    assert (reason["reason"], reason["facts"]["running.until"]) == (
        "grant_active",
        "2027-03-01T12:00:00Z",
    )
    assert '"running": "after"' in reason["remedy"]
    assert activate(web, "core", running="after").body["grants"]["start"] == "2027-03-01T12:00:00Z"


def test_another_word_is_pointed_at(web: Web) -> None:
    answer = activate(web, "pro", running="beside")
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/running")


def test_a_hold_is_confirmed_with_a_word(web: Web) -> None:
    held = activate(web, "core", hold="15 minutes").body
    assert held["grants"] is None
    activate(web, "pro")
    confirm = f"POST /v1/redemptions/{held['id']}/confirm"
    assert web.ask(confirm).body["reasons"][0]["reason"] == "grant_active"
    answer = web.ask(confirm, {"running": "add"})
    assert (answer.status, answer.body["grants"]["plan"]) == (200, "core")


def test_an_account_is_activated_with_a_word(web: Web) -> None:
    for coupon in ("pro", "core"):
        web.ask("POST /v1/accounts/cus-1/codes", {"code": code_of(web, coupon)})
    body = {"subscription": {"id": "sub-1"}, "running": "after"}
    codes = web.ask("POST /v1/accounts/cus-1/activate", body).body["codes"]
    assert [each["grants"]["start"] for each in codes] == [
        "2026-03-01T12:00:00Z",
        "2027-03-01T12:00:00Z",
    ]


def test_the_entitlements_of_an_account_are_shown_at_any_moment(web: Web) -> None:
    answer = activate(web, "pro")
    found = web.ask("GET /v1/accounts/cus-1/entitlements").body
    assert found["running"] == {
        "plans": ["professional"],
        "features": ["Support"],
        "add-ons": ["Support"],
        "points": 50,
        "subaccounts": 0,
        "until": "2027-03-01T12:00:00Z",
    }
    (one,) = found["subscriptions"]
    assert (one["subscription"], one["from"], one["until"], one["status"]) == (
        answer.body["subscription"],
        "2026-03-01T12:00:00Z",
        "2027-03-01T12:00:00Z",
        "running",
    )
    assert (one["code"], one["coupon"], one["add-ons"]) == (answer.body["code"], "pro", ["Support"])
    later = web.ask("GET /v1/accounts/cus-1/entitlements?at=2027-03-01T12:00:00Z").body
    assert (later["running"]["points"], later["subscriptions"][0]["status"]) == (0, "ended")


def test_a_moment_without_an_offset_is_pointed_at(web: Web) -> None:
    answer = web.ask("GET /v1/accounts/cus-1/entitlements?at=2027-03-01")
    assert (answer.status, answer.problem) == (400, "bad-request")
    assert [each["parameter"] for each in answer.body["errors"]] == ["at"]


def test_entitlements_need_the_scope_read(web: Web) -> None:
    key = web.key(Scope.REDEEM)
    assert web.ask("GET /v1/accounts/cus-1/entitlements", key=key).status == 403


def test_who_may_not_see_reasons_gets_the_uniform_refusal(web: Web) -> None:
    activate(web, "pro")
    key = web.key(Scope.REDEEM)
    body = {"code": code_of(web, "core"), "customer": {"id": "cus-1"}}
    refused = web.ask("POST /v1/redeem", body, key).body
    unknown = web.ask("POST /v1/redeem", {**body, "code": "NOPE"}, key).body
    own = {"decision": "", "request": ""}
    assert {**refused, **own} == {**unknown, **own}
