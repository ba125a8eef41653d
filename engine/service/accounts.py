"""Onboarding: codes wait on an account, and are redeemed when it is activated (behaviour.md)."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.calendar import format_instant
from engine.decisions.decoding import convert, plain
from engine.decisions.flaws import Flaw, RequestError
from engine.service.answers import Activated, Attached
from engine.service.attached import attach, attached_codes, clear
from engine.service.caller import Caller
from engine.service.moments import fresh_id, moment_of
from engine.service.office import Office
from engine.service.redemptions import ask
from engine.service.requests import Attach
from engine.service.stored_facts import with_stored
from engine.service.work import Work

Body = bytes | str | dict[str, Any]
MANY = 100


class WaitingCodes(msgspec.Struct, frozen=True):
    """The codes that wait on an account, in the order of attaching."""

    account: str
    codes: tuple[str, ...]


class Accounts:
    """The use cases of accounts."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def attached(self, account: str, caller: Caller) -> WaitingCodes:
        """The codes that wait on an account."""
        return self.office.read(
            lambda work: WaitingCodes(account, tuple(attached_codes(work, account))), caller
        )

    def attach(self, account: str, body: Body, caller: Caller) -> Attached:
        """Put a code to an account, unchecked; one that waits there already waits once."""
        value = plain(body)
        return self.office.answer(
            lambda work: (_attach(work, account, value), account),
            caller,
            ["attach", account, value],
            (Attached,),
        )

    def activate(self, account: str, body: Body, caller: Caller) -> Activated:
        """Redeem the codes of an account on its real subscription, each with its own answer."""
        value = plain(body)
        return self.office.answer(
            lambda work: (_activate(work, account, value), account),
            caller,
            ["activate", account, value],
            (Activated,),
        )


def _attach(work: Work, account: str, value: object) -> Attached:
    request = convert(value, Attach)
    at = moment_of(request.at, work)
    work.seal()
    code = request.code.strip()
    waiting = attached_codes(work, account)
    if len(waiting) >= MANY:
        raise RequestError(Flaw("/code", f"at most {MANY} codes wait on an account"))
    if code not in waiting:
        attach(work, account, code, at)
        # The account is the customer: it stands where it can be erased.
        work.note("attached", code, after={"account": account}, customer=account)
    return Attached(fresh_id(work.now), account, code, format_instant(at))


def _activate(work: Work, account: str, value: object) -> Activated:
    types = work.book.types
    request: Any = convert(with_stored(work, value, lock=True), types.event)
    at = moment_of(request.at, work)
    event = types.event_record(request, at, work.book.rates_at(at))
    subscription = types.fact(event, "subscription.id")
    if subscription is None:
        raise RequestError(Flaw("/subscription/id", "`subscription.id` is missing"))
    work.seal()
    codes = attached_codes(work, account)
    answers = tuple(ask(work, code, event, at)[0] for code in codes)
    clear(work, account)
    if codes:
        before = {"account": account, "codes": codes}
        work.note("activated", subscription, before, {"codes": []}, account)
    return Activated(fresh_id(work.now), account, subscription, answers)
