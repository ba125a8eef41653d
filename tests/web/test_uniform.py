"""Keys without the scope `reasons` learn nothing from a refusal: not by words, shape or time."""

from __future__ import annotations

import time
from typing import Any

import pytest

from engine.service.caller import PUBLIC, Scope
from tests.web.asking import NOW, POLICIES, Web, fee
from web.services import Options
from web.uniform import Unhurried

REFUSED = ["UNKNOWN", "PASTOFFER", "pastoffer", "SWISS", "Taken", "off"]


@pytest.fixture
def public(web: Web) -> str:
    """A key that anybody may have; codes that are refused for many reasons."""
    web.push(
        POLICIES
        + "---\n"
        + "---\n".join(
            f"coupon: {name}\ntitle: T\ndiscount: 10%\ncodes: [{name}]\nactive: {active}\n"
            f"redemption: [at most 1 redemption per code]\napplication: [{rule}]\n"
            for name, active, rule in [
                ("taken", "true", "fee is period"),
                ("off", "false", "fee is period"),
                ("setups", "true", "fee is setup"),
            ]
        )
    )
    web.redeem("TAKEN", "sub-9")
    return web.key(*PUBLIC)


def test_every_refusal_to_redeem_is_the_same_but_for_its_ids(web: Web, public: str) -> None:
    answers = [web.redeem(code, key=public) for code in [*REFUSED, "x" * 255]]
    assert {each.status for each in answers} == {409}
    assert {len(str(each.body)) for each in answers} == {len(str(answers[0].body))}
    for each in answers:
        del each.body["decision"], each.body["request"]
    assert all(each.body == answers[0].body for each in answers)
    assert set(answers[0].body) == {"type", "title", "status", "advice", "valid_until"}
    assert answers[0].body["valid_until"] == NOW
    assert {tuple(each.headers.keys()) for each in answers} == {tuple(answers[0].headers.keys())}


def test_every_declined_code_is_the_same_but_for_how_it_was_sent(web: Web, public: str) -> None:
    codes = [*REFUSED, "SETUPS"]
    answers = [evaluated(web, public, code) for code in codes]
    assert [each["charges"][0]["declined"][0]["code"] for each in answers] == codes
    for each in answers:
        del each["decision"], each["charges"][0]["declined"][0]["code"]
    assert all(each == answers[0] for each in answers)
    (line,) = answers[0]["charges"][0]["declined"]
    assert (line["coupon"], line["version"]) == (None, None)
    assert [each["reason"] for each in line["reasons"]] == ["refused"]


def evaluated(web: Web, key: str, *codes: Any) -> Any:
    body = {"at": "2026-03-01T12:00:00Z", "charges": [fee("le-1")], "codes": list(codes)}
    return web.ask("POST /v1/evaluate", body, key=key).body


def test_declined_codes_come_in_the_order_sent(web: Web, public: str) -> None:
    answer = evaluated(web, public, "setups", "UNKNOWN", "PastOffer", "Spring")
    declined = [each["code"] for each in answer["charges"][0]["declined"]]
    assert declined == ["setups", "UNKNOWN", "PastOffer"]
    assert [each["code"] for each in answer["charges"][0]["discounts"]] == ["SPRING"]


# --- until when an answer is good ---------------------------------------------------------------


ENDING = """\
---
coupon: ending
title: Ends soon
discount: 10%
codes: [ENDING]
redemption: [through 2026-03-31, at most 5 redemptions per code]
application: [fee is period]
"""
ENDS = "2026-03-31T22:00:00Z"


def until(web: Web, key: str, *codes: str, **more: Any) -> str | None:
    """Until when an evaluation of codes is good; of a charge, unless others are given."""
    body = {"charges": [fee("le-1")], "codes": list(codes), **more}
    answer = web.ask("POST /v1/evaluate", body, key=key)
    assert answer.status == 200
    found: str | None = answer.body["valid_until"]
    return found


def test_an_answer_that_refuses_nothing_says_until_when_it_is_good(web: Web, public: str) -> None:
    web.push(POLICIES + ENDING)
    assert until(web, public, "ENDING") == until(web, web.all, "ENDING") == ENDS
    assert until(web, public, "SPRING") is until(web, public) is None
    assert until(web, public, "ENDING", at="2026-03-02T00:00:00Z") == ENDS


def test_an_answer_that_refuses_a_code_is_not_to_be_kept(web: Web, public: str) -> None:
    """Its moment is no later one, and the same whatever would end the refusal."""
    web.push(POLICIES + ENDING.replace("through 2026-03-31", "from 2026-04-01"))
    for code in (*REFUSED, "ENDING"):
        for codes in ((code,), ("SPRING", code)):
            assert until(web, public, *codes) == NOW
            assert until(web, public, *codes, at="2026-02-01T01:00:00+01:00") == (
                "2026-02-01T00:00:00Z"
            )


def test_nothing_is_told_of_codes_that_no_charge_shows(web: Web, public: str) -> None:
    web.push(POLICIES + ENDING.replace("through 2026-03-31", "from 2026-04-01"))
    web.charge("le-1")
    correction = fee("le-2", amount="-1.00", corrects="le-1")
    for charges in ([], [correction]):
        assert {until(web, public, code, charges=charges) for code in (*REFUSED, "ENDING")} == {NOW}
        assert until(web, public, charges=charges) is None


def test_a_validation_that_refuses_a_code_is_not_to_be_kept(web: Web, public: str) -> None:
    web.push(POLICIES + ENDING)
    for codes, expected in [
        (["ENDING"], ENDS),
        (["SPRING"], None),
        *((["ENDING", code], NOW) for code in ("UNKNOWN", "PASTOFFER")),
        *(([code], NOW) for code in ("UNKNOWN", "PASTOFFER")),
    ]:
        answer = web.ask("POST /v1/validate", {"codes": codes}, key=public)
        assert answer.body["valid_until"] == expected


def test_what_is_refused_when_an_account_is_activated_is_not_to_be_kept(
    web: Web, public: str
) -> None:
    web.ask("POST /v1/accounts/acc-1/codes", {"code": "PASTOFFER"}, key=public)
    body = {"subscription": {"id": "sub-1"}}
    (line,) = web.ask("POST /v1/accounts/acc-1/activate", body, key=public).body["codes"]
    assert line["valid_until"] == NOW


@pytest.mark.parametrize(
    "question",
    [
        {"codes": [{"code": "SPRING", "redeemed": "2026-02-01T00:00:00Z"}]},
        {"versions": {"spring": "pending"}},
    ],
)
def test_nobody_asks_what_exists_in_another_way(web: Web, question: dict[str, Any]) -> None:
    body = {"charges": [fee("le-1")], **question}
    answer = web.ask("POST /v1/evaluate", body, key=web.key(*PUBLIC))
    assert (answer.status, answer.problem) == (403, "forbidden")
    assert "`reasons`" in answer.body["detail"]


def test_activating_tells_which_codes_were_refused_and_no_more(web: Web, public: str) -> None:
    for code in ("UNKNOWN", "PASTOFFER", "SPRING"):
        web.ask("POST /v1/accounts/acc-1/codes", {"code": code}, key=public)
    body = {"subscription": {"id": "sub-1"}}
    codes = web.ask("POST /v1/accounts/acc-1/activate", body, key=public).body["codes"]
    assert [each["coupon"] for each in codes] == [None, None, "spring"]


def test_charges_tell_no_reasons_either(web: Web) -> None:
    web.redeem()
    body = {"subscription": {"id": "sub-1"}, "charges": [fee("le-1", fee="setup")]}
    answer = web.ask("POST /v1/charges", body, key=web.key(Scope.CHARGE))
    (line,) = answer.body["charges"][0]["declined"]
    assert [each["reason"] for each in line["reasons"]] == ["refused"]


def test_a_key_with_the_scope_gets_the_reasons(web: Web) -> None:
    key = web.key(*PUBLIC, Scope.REASONS)
    assert web.redeem("PASTOFFER", key=key).body["reasons"]


def test_refusals_take_a_multiple_of_a_step() -> None:
    web = Web(Options(refusal_step=0.05))
    web.app.wsgi_app = Unhurried(web.app.wsgi_app)
    key = web.key(*PUBLIC)
    for code in ("UNKNOWN", "PASTOFFER"):
        started = time.monotonic()
        assert web.redeem(code, key=key).status == 409
        assert time.monotonic() - started >= 0.05
