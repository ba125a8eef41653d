"""Recording charges, and taking them back."""

from __future__ import annotations

from engine.service.answers import Charges, Refusal, Reversal
from engine.service.caller import Scope
from engine.service.requests import Reverse
from web import examples
from web.call import Call
from web.subjects import Body, Subject

SUBJECT = Subject("charges", "Charging", is_quick=True)


@SUBJECT.call(
    "POST",
    "/v1/charges",
    Scope.CHARGE,
    {200: Charges},
    body=Body(lambda types: types.charging, examples.CHARGES),
    problems=("not-recorded",),
)
def charge(call: Call) -> Charges:
    """Record charges with their discounts, in the order given; each is answered by itself.

    `"atomic": true` records all of them or none.
    """
    return call.desk.charging.charge(call.body(), call.caller)


@SUBJECT.call(
    "POST",
    "/v1/charges/{charge}/reverse",
    Scope.CHARGE,
    {200: Reversal},
    body=Body(lambda _: Reverse, {}, optional=True),
    problems=("not-possible",),
)
def reverse(call: Call, charge: str) -> Reversal | Refusal:
    """Take a charge back, wholly or by an amount: its applications and budget are free again."""
    return call.desk.charging.reverse(charge, call.body(), call.caller)
