"""The first key of a space, and a first request that works with it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import msgspec

from engine.decisions.answers import ChargeAnswer
from engine.service.billing.evaluations import Evaluations
from engine.service.caller import ALL, Caller
from engine.service.keeping.keys import Keys
from engine.service.office import Office
from engine.service.work import Work

FIRST = "first key"
_READER = Caller("welcome")
_ENOUGH = 50
"""So many codes are tried: a first request should come at once."""


def first_key(office: Office, who: str) -> str | None:
    """A key with every scope, made where the space has no key yet."""
    keys = Keys(office.database)
    if keys.list(office.space):
        return None
    return keys.create(office.space, FIRST, ALL, office.clock(), who)


def first_request(office: Office) -> dict[str, Any]:
    """An evaluate request whose code gives a discount now, if there is such a code."""
    evaluations = Evaluations(office)
    requests = office.read(lambda work: list(_requests(work)), _READER)
    for request in requests:
        answer = evaluations.evaluate(request, _READER)
        if any(isinstance(line, ChargeAnswer) and line.discounts for line in answer.charges):
            return request
    return requests[0]


def curl(address: str, key: str, request: dict[str, Any]) -> str:
    """The command that sends a request, to be pasted into a shell."""
    words = ["curl", "-s", f"{address}/v1/evaluate"]
    words += ["-H", f"Authorization: Bearer {key}", "-H", "Content-Type: application/json"]
    return shlex.join([*words, "-d", msgspec.json.encode(request).decode()])


def _requests(work: Work) -> Iterator[dict[str, Any]]:
    """A request for some code of each coupon; the last one is without a code."""
    listed = [each.ready.policy.codes for each in work.book.coupons.values() if not each.archived]
    currency = work.book.space.currency or "EUR"
    for codes in [*[each[:1] for each in listed if each][:_ENOUGH], ()]:
        yield {
            "customer": {"id": "cus-1"},
            "subscription": {"id": "sub-1"},
            "charges": [{"id": "le-1", "fee": "period", "amount": "100.00", "currency": currency}],
            "codes": list(codes),
        }
