"""Over HTTP, evaluating answers a charge that recording would refuse as recording does."""

from __future__ import annotations

from engine.service.caller import Scope
from tests.web.asking import Said, Web, fee


def _evaluated(web: Web, *charges: dict[str, object], key: str = "all") -> Said:
    body = {"subscription": {"id": "sub-1"}, "charges": charges, "codes": ["SPRING"]}
    return web.ask("POST /v1/evaluate", body, key)


def test_a_refused_charge_has_one_shape(web: Web) -> None:
    charges = (
        fee("a"),
        fee("b") | {"amount": "-1.00", "corrects": "nothing"},
        fee("a", component="x"),
    )
    answer = _evaluated(web, *charges)
    recorded = web.ask("POST /v1/charges", {"subscription": {"id": "sub-1"}, "charges": charges})
    assert answer.status == recorded.status == 200
    assert answer.body["charges"][1:] == recorded.body["charges"][1:]
    assert [list(each) for each in answer.body["charges"][1:]] == [["id", "refused", "errors"]] * 2
    assert [each["refused"][0]["reason"] for each in answer.body["charges"][1:]] == [
        "charge_unknown",
        "charge_differs",
    ]


def test_a_charge_that_was_recorded_is_answered_as_it_was(web: Web) -> None:
    recorded = web.charge("a").body["charges"]
    assert _evaluated(web, fee("a")).body["charges"] == recorded
    refused = _evaluated(web, fee("a") | {"amount": "3.00"}).body["charges"][0]["refused"]
    assert [each["reason"] for each in refused] == ["charge_differs"]


def test_who_may_not_see_reasons_is_told_of_charges_all_the_same(web: Web) -> None:
    key = web.key(Scope.EVALUATE)
    answer = _evaluated(web, fee("b") | {"amount": "-1.00", "corrects": "nothing"}, key=key)
    assert answer.body["charges"][0]["refused"][0]["reason"] == "charge_unknown"


def test_the_description_knows_both_lines(web: Web) -> None:
    document = web.ask("GET /openapi.json").body
    schemas = document["components"]["schemas"]
    lines = [schemas[name]["properties"]["charges"]["items"] for name in ("Evaluation", "Charges")]
    assert lines[0] == lines[1]
    assert {"$ref": "#/components/schemas/RefusedCharge"} in lines[0]["anyOf"]
