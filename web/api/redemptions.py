"""Redeeming codes, holding them, and taking them back."""

from __future__ import annotations

from engine.service.answers import Ended, Redemption, Refusal
from engine.service.caller import Scope
from engine.service.requests import At
from web import examples
from web.call import Call
from web.subjects import Body, Subject

SUBJECT = Subject("redemptions", "Redeeming", is_quick=True)
_AT = Body(lambda _: At, {}, optional=True)


@SUBJECT.call(
    "POST",
    "/v1/redeem",
    Scope.REDEEM,
    {201: Redemption, 200: Redemption},
    body=Body(lambda types: types.redeem, examples.REDEEM),
    problems=("refused", "slow-down"),
)
def redeem(call: Call) -> Redemption | Refusal:
    """Redeem a code on a subscription, or hold it.

    `"hold": "15 minutes"` holds the code for a checkout; `"dry_run": true` only answers, with
    status 200, and changes nothing. A code that grants a subscription goes on where one of the same
    specification ends; beside another one, `running` says what becomes of that: the new one begins
    `after` it, is to `replace` it, or to `add` to it.
    """
    return call.desk.redemptions.redeem(call.body(), call.caller)


@SUBJECT.call(
    "DELETE",
    "/v1/redemptions/{redemption}",
    Scope.REDEEM,
    {200: Ended},
    body=_AT,
    problems=("not-possible",),
)
def remove(call: Call, redemption: str) -> Ended | Refusal:
    """Remove a redemption: the next charge gets no discount, and its place is free again."""
    return call.desk.redemptions.remove(redemption, call.body(), call.caller)


@SUBJECT.call(
    "POST",
    "/v1/redemptions/{redemption}/confirm",
    Scope.REDEEM,
    {200: Redemption},
    body=Body(lambda types: types.event, {}, optional=True),
    problems=("refused",),
)
def confirm(call: Call, redemption: str) -> Redemption | Refusal:
    """Make a redemption of a hold; one that ran out is redeemed anew where a place is left.

    What it grants it grants from now on; `running` is as in redeeming, or as the hold had it.
    """
    return call.desk.redemptions.confirm(redemption, call.body(), call.caller)


@SUBJECT.call(
    "POST",
    "/v1/redemptions/{redemption}/release",
    Scope.REDEEM,
    {200: Ended},
    body=_AT,
    problems=("not-possible",),
)
def release(call: Call, redemption: str) -> Ended | Refusal:
    """End a hold before its time, and free its place."""
    return call.desk.redemptions.release(redemption, call.body(), call.caller)
