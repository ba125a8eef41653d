"""Onboarding: codes wait on an account, and are redeemed when it is activated (behaviour.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from engine.calendar import Instant, format_instant
from engine.decisions.decoding import convert, plain
from engine.decisions.flaws import Flaw, RequestError
from engine.service.answers import Activated, Attached, Redemption, Refusal
from engine.service.caller import Caller, Scope
from engine.service.guessing import customer_in
from engine.service.moments import fresh_id, moment_of, read_moment
from engine.service.office import Office
from engine.service.redeeming.activation import Terms
from engine.service.redeeming.attached import attach, attached_codes, clear
from engine.service.redeeming.entitlements import Entitlements, entitlements
from engine.service.redeeming.redemptions import ask
from engine.service.redeeming.stored_facts import with_stored
from engine.service.requests import Attach
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

    def entitlements(self, account: str, at: str | None, caller: Caller) -> Entitlements:
        """What an account has at a moment by the codes that it activated, now where none is said.

        Raises `NotFound` where the account is none of the partner's who asks, and `RequestError`.
        """
        moment = None if at is None else read_moment(at, "/at")
        return self.office.read(
            lambda work: entitlements(work, account, work.now if moment is None else moment), caller
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
        guesses, customer = self.office.guesses, customer_in(value)
        guesses.check(caller, customer)
        done: list[Work] = []

        def work(task: Work) -> tuple[Activated, str]:
            done.append(task)
            return _activate(task, account, value), account

        request = ["activate", account, value]
        answer = self.office.answer(work, caller, request, (Activated,))
        wrong = [each.code or "" for each in answer.codes if isinstance(each, Refusal)]
        if done:
            guesses.count(caller, customer, wrong, done[-1].spellings)
        return answer


def _attach(work: Work, account: str, value: object) -> Attached:
    request = convert(value, Attach)
    at = moment_of(request.at, work)
    work.seal()
    code = request.code.strip()
    waiting = attached_codes(work, account)
    if len(waiting) >= MANY:
        raise RequestError(Flaw("/code", f"at most {MANY} codes wait on an account"))
    key = work.book.spellings.key
    if key(code) not in map(key, waiting):
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
    terms = Terms(request.running, account=types.fact(event, "customer.id") or account)
    answers = tuple(_redeemed(work, codes, event, at, terms))
    clear(work, account)
    if codes:
        before = {"account": account, "codes": codes}
        work.note("activated", subscription, before, {"codes": []}, account)
    return Activated(fresh_id(work.now), account, subscription, answers)


def _redeemed(
    work: Work,
    codes: Sequence[str],
    event: Any,  # noqa: ANN401 - a record
    at: Instant,
    terms: Terms,
) -> Iterator[Redemption | Refusal]:
    """Redeem codes in their order; none takes the place of what another of them granted."""
    for code in codes:
        answer, _ = ask(work, code, event, at, terms=terms)
        if isinstance(answer, Redemption) and answer.grants and terms.running == "replace":
            terms = terms._replace(running="add")
        yield _told(work, code, answer)


def _told(work: Work, typed: str, answer: Redemption | Refusal) -> Redemption | Refusal:
    """An answer; to whom no reasons are told, not how the store spells a code either."""
    if isinstance(answer, Redemption) or work.caller.may(Scope.REASONS):
        return answer
    return msgspec.structs.replace(answer, code=typed)
