"""Policies made from text, and requests asked of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from engine.catalogue.loader import load_texts
from engine.decisions.evaluation import Policies
from engine.decisions.flaws import RequestError

SPACE = "space: acme\ntimezone: Europe/Zurich\n"
AT = "2026-11-28T10:00:00+01:00"
NOON = "2026-06-15T12:00:00Z"


def policies(*documents: str, space: str = SPACE) -> Policies:
    """The policies of some documents, which have no errors."""
    catalogue = load_texts({"policy.yaml": "---\n".join([space, *documents])})
    assert [each for each in catalogue.diagnostics if each.is_error] == []
    return Policies(catalogue)


def coupon(name: str, discount: str = "10%", **keys: str) -> str:
    """A coupon with its name in capitals as its code; keys are YAML, `_` being a space."""
    own = {"title": name.title(), "codes": f"[{name.upper()}]", **keys}
    lines = [f"{key.replace('_', ' ')}: {value}" for key, value in own.items()]
    return "\n".join([f"coupon: {name}", f"discount: {discount}", *lines, ""])


def rules(*sentences: str) -> str:
    """A list of rules, each in quotes."""
    return json.dumps(list(sentences))


def charge(amount: str | None = "100.00", currency: str = "EUR", **facts: Any) -> dict[str, Any]:
    """A period fee."""
    given = {} if amount is None else {"amount": amount}
    return {"fee": "period", **given, "currency": currency, **facts}


def request(*codes: Any, at: str = NOON, charges: Any = None, **facts: Any) -> dict[str, Any]:
    """A request with one charge of 100 EUR, unless others are given."""
    asked = [charge()] if charges is None else charges
    return {"at": at, "charges": asked, "codes": list(codes), **facts}


def answer(asked: Policies, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answer as the JSON of a service."""
    found: dict[str, Any] = json.loads(asked.evaluate(json.dumps(given)).to_json())
    return found


def discounts(answered: Mapping[str, Any]) -> list[dict[str, str]]:
    """What each charge is discounted, by code."""
    return [
        {line["code"]: line["amount"] for line in each["discounts"]} for each in answered["charges"]
    ]


def declined(answered: Mapping[str, Any], index: int = 0) -> dict[str, list[str]]:
    """Why codes take nothing off a charge, by code."""
    lines = answered["charges"][index]["declined"]
    return {line["code"]: [each["reason"] for each in line["reasons"]] for line in lines}


def reason(answered: Mapping[str, Any]) -> dict[str, Any]:
    """The only reason of the only code that the only charge declines."""
    (each,) = answered["charges"]
    (line,) = each["declined"]
    (found,) = line["reasons"]
    assert isinstance(found, dict)
    return found


def flaws(asked: Policies, given: Any) -> list[tuple[str, str]]:
    """What is wrong with a request: pointers and messages."""
    with pytest.raises(RequestError) as caught:
        asked.evaluate(given)
    return [(flaw.pointer, flaw.message) for flaw in caught.value.flaws]
