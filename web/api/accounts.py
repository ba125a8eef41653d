"""Codes that wait on an account for its activation."""

from __future__ import annotations

from engine.service.answers import Activated, Attached
from engine.service.caller import Scope
from engine.service.redeeming.accounts import WaitingCodes
from engine.service.redeeming.entitlements import Entitlements
from engine.service.requests import Attach
from web import examples
from web.call import Call
from web.subjects import Body, Parameter, Subject

SUBJECT = Subject("accounts", "Accounts")
_AT = Parameter("at", "The moment; now without it.", {"type": "string", "format": "date-time"})


@SUBJECT.call("GET", "/v1/accounts/{account}/codes", Scope.READ, {200: WaitingCodes})
def list_attached(call: Call, account: str) -> WaitingCodes:
    """List the codes that wait on an account, in the order of attaching."""
    return call.desk.accounts.attached(account, call.caller)


@SUBJECT.call(
    "POST",
    "/v1/accounts/{account}/codes",
    Scope.REDEEM,
    {201: Attached},
    body=Body(lambda _: Attach, {"code": "BLACKFRIDAY2026"}),
)
def attach(call: Call, account: str) -> Attached:
    """Attach a code to an account, unchecked, until the account is activated."""
    return call.desk.accounts.attach(account, call.body(), call.caller)


@SUBJECT.call(
    "POST",
    "/v1/accounts/{account}/activate",
    Scope.REDEEM,
    {200: Activated},
    body=Body(lambda types: types.event, examples.EVENT),
    problems=("slow-down",),
)
def activate(call: Call, account: str) -> Activated:
    """Redeem what is attached to an account on its subscription, each code by itself.

    Where a code grants a subscription beside another one, `running` says what becomes of that:
    the new one begins `after` it, is to `replace` it, or to `add` to it.
    """
    return call.desk.accounts.activate(account, call.body(), call.caller)


@SUBJECT.call(
    "GET",
    "/v1/accounts/{account}/entitlements",
    Scope.READ,
    {200: Entitlements},
    query=(_AT,),
)
def show_entitlements(call: Call, account: str) -> Entitlements:
    """Show what an account has by the codes that it activated.

    `running` sums up what runs at the moment: all features, points and subaccounts.
    """
    return call.desk.accounts.entitlements(account, call.parameter("at"), call.caller)
