"""Redeeming codes, holding them for a checkout, and removing them (behaviour.md, Redeeming)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.calendar import Duration, Instant, Unit, format_instant, longest, plus, zone
from engine.decisions.decoding import convert, plain
from engine.decisions.explanation import Reason
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.session import Found
from engine.language.parser import SentenceError, parse_duration
from engine.language.vocabulary import Fold
from engine.service.answers import Ended, Redemption, Refusal
from engine.service.caller import Caller
from engine.service.codes.cabinet import Cabinet
from engine.service.codes.granting import grants_something
from engine.service.errors import NotFound
from engine.service.guessing import customer_in
from engine.service.moments import fresh_id, moment_of
from engine.service.office import Office
from engine.service.records import keep
from engine.service.redeeming import memberships
from engine.service.redeeming.activation import NO_TERMS, Activation, Terms, activation
from engine.service.redeeming.enquiry import Enquiry, enquire
from engine.service.redeeming.grant_rows import grant_of
from engine.service.redeeming.redeeming import (
    LAPSED,
    RELEASED,
    confirm,
    end,
    redeem,
    shown,
)
from engine.service.redeeming.stored_facts import stored, subscription_of, with_stored
from engine.service.redeeming.telling import tell_redeemed, tell_removed
from engine.service.requests import At
from engine.service.usage import counting
from engine.service.usage.holdings import Holding, holding, last_of
from engine.service.usage.recount import REMOVED
from engine.service.work import Work

Body = bytes | str | dict[str, Any]
Answered = tuple[Redemption | Refusal, str | None]


_ALWAYS = ("code_cancelled", "other_customer")
"""What speaks against granting what is held, also where it did not when it was taken."""
LONGEST_HOLD = Duration(1, Unit.MONTH)
"""A hold is for a checkout, and keeps its place from others meanwhile."""


class Redemptions:
    """The use cases of redemptions."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def redeem(self, body: Body, caller: Caller) -> Redemption | Refusal:
        """Redeem a code, or hold it; with `dry_run` only answer.

        Raises `RequestError`, and `SlowDown` for callers who guess.
        """
        value = plain(body)
        guesses, customer = self.office.guesses, customer_in(value)
        guesses.check(caller, customer)
        done: list[Work] = []
        answer = self._redeem(value, caller, done)
        if done and isinstance(answer, Refusal) and isinstance(value, dict):
            guesses.count(caller, customer, [value["code"]], done[-1].spellings)
        return answer

    def _redeem(self, value: object, caller: Caller, done: list[Work]) -> Redemption | Refusal:
        """Add to `done` where work was done, and not an answer repeated."""

        def work(task: Work) -> Answered:
            done.append(task)
            return _redeem(task, value)

        if isinstance(value, dict) and value.get("dry_run") is True:
            return self.office.read(lambda task: work(task)[0], caller)
        return self.office.answer(work, caller, ["redeem", value], (Redemption, Refusal))

    def confirm(self, redemption: str, body: Body, caller: Caller) -> Redemption | Refusal:
        """Make a hold a redemption; one that ran out is redeemed anew if a place is left."""
        value = plain(body)
        return self.office.answer(
            lambda work: _confirm(work, redemption, value),
            caller,
            ["confirm", redemption, value],
            (Redemption, Refusal),
        )

    def release(self, redemption: str, body: Body, caller: Caller) -> Ended | Refusal:
        """Give a hold's place back."""
        return self._end(redemption, body, caller, RELEASED)

    def remove(self, redemption: str, body: Body, caller: Caller) -> Ended | Refusal:
        """Remove a redemption, or a hold: the next charge gets no discount of it."""
        return self._end(redemption, body, caller, REMOVED)

    def find(self, code: str, subscription: str, caller: Caller) -> str | None:
        """The id of the redemption of a code on a subscription: the standing one, else the last."""

        def read(work: Work) -> str | None:
            spelt = (Fold.CODE.apply(code), *work.book.spellings.others(code))
            found = (last_of(work, subscription, each) for each in spelt)
            return next((each.id for each in found if each is not None), None)

        return self.office.read(read, caller)

    def _end(self, redemption: str, body: Body, caller: Caller, how: str) -> Ended | Refusal:
        value = plain(body)
        return self.office.answer(
            lambda work: _ended(work, redemption, value, how),
            caller,
            [how, redemption, value],
            (Ended, Refusal),
        )


def _redeem(work: Work, value: object) -> Answered:
    types = work.book.types
    request: Any = convert(value, types.redeem)
    dry = request.dry_run
    whole = with_stored(work, value, lock=not dry)
    if whole is not value:
        request = convert(whole, types.redeem)
    at = moment_of(request.at, work)
    event = types.event_record(request, at, work.book.rates_at(at))
    hold, terms = read_hold(request.hold), Terms(request.running)
    return ask(work, request.code, event, at, hold=hold, tried=dry, terms=terms)


def read_hold(text: str | None) -> Duration | None:
    """How long a hold lasts. Raises `RequestError`."""
    if text is None:
        return None
    try:
        hold = parse_duration(text)
    except SentenceError:
        message = f"`{text}` is no length of time such as `15 minutes`"
        raise RequestError(Flaw("/hold", message)) from None
    if longest(hold) > longest(LONGEST_HOLD):
        raise RequestError(
            Flaw("/hold", f"`{text}` is too long: a hold lasts at most {LONGEST_HOLD}")
        )
    return hold


def ask(
    work: Work,
    code: str,
    event: Any,  # noqa: ANN401 - a record
    at: Instant,
    *,
    hold: Duration | None = None,
    tried: bool = False,
    terms: Terms = NO_TERMS,
) -> Answered:
    """Redeem or hold a code for the subscription of an event, or say why not."""
    customer = work.book.types.fact(event, "customer.id")
    cabinet = Cabinet(work, customer, at, account=terms.account)
    found = _find(work, cabinet, code, lock=not tried)
    decision = fresh_id(work.now)
    if isinstance(found, Reason):
        answer = Refusal(decision, code, None, None, (found,))
        return _refused(work, at, answer, customer, tried=tried)
    enquiry = enquire(work, found, event, at, lock=not tried, terms=terms)
    if enquiry.reasons:
        refusal = _refusal(enquiry, decision)
        return _refused(work, at, refusal, customer, enquiry, tried=tried)
    until = None if hold is None else plus(at, hold, found.coupon.policy.zone or zone("UTC"))
    trace = () if tried else enquiry.trace
    redemption = redeem(enquiry, decision, until, tried=tried)
    if not tried:
        kind = "redeem" if until is None else "hold"
        keep(work, decision, kind, at, redemption, trace=trace, customer=customer)
        what = "redeemed" if until is None else "held"
        work.note(what, str(redemption.id), after=redemption, customer=customer)
    return redemption, customer


def _find(work: Work, cabinet: Cabinet, code: str, *, lock: bool) -> Found | Reason:
    """A code; with `lock` one that others may do something to stays as it is until the commit."""
    found = cabinet.find(code)
    if not lock or isinstance(found, Reason) or not (found.stocked or grants_something(found)):
        return found
    if work.sealed or work.tx.is_alone:
        return found
    work.seal()
    # Somebody may have assigned or cancelled it before it was this one's turn.
    return cabinet.find(code)


def _refusal(enquiry: Enquiry, decision: str) -> Refusal:
    found, until = enquiry.found, enquiry.valid_until
    return Refusal(
        decision,
        found.code,
        found.coupon.name,
        found.version,
        enquiry.reasons,
        None if until is None else format_instant(until),
    )


def _refused(
    work: Work,
    at: Instant,
    answer: Refusal,
    customer: str | None,
    enquiry: Enquiry | None = None,
    *,
    tried: bool = False,
) -> Answered:
    if not tried:
        trace = () if enquiry is None else enquiry.trace
        keep(work, answer.decision, "refusal", at, answer, trace=trace, customer=customer)
    return answer, customer


# --- holds --------------------------------------------------------------------------------------


def _confirm(work: Work, redemption: str, value: object) -> Answered:
    types = work.book.types
    request: Any = convert(value, types.event)
    at = moment_of(request.at, work)
    held = _existing(work, redemption)
    if held.ended is None and not held.has_run_out(at):
        if held.until is None:
            return shown(held, fresh_id(work.now), work), held.customer
        account = held.customer or customer_in(value)
        return _confirmed(work, held, at, Terms(request.running or held.running, account=account))
    return _anew(work, held, value, at, Terms(request.running or held.running))


def _confirmed(work: Work, held: Holding, at: Instant, terms: Terms) -> Answered:
    """Make a hold a redemption, where what it grants can be granted now."""
    cabinet = Cabinet(work, held.customer, at, account=terms.account)
    found = _find(work, cabinet, held.spelling, lock=True)
    granting = None
    if isinstance(found, Found):
        granting = activation(work, found, held.customer, at, terms)
    against = (
        *_against(found, granting),
        *memberships.against(work, held.coupon, held.customer),
    )
    if against:
        return _refused(work, at, _ended_refusal(work, held, against), held.customer)
    decision = fresh_id(work.now)
    answer = shown(confirm(held, work, granting), decision, work)
    memberships.confirmed(work, answer, at, held.customer)
    keep(work, decision, "confirm", at, answer, customer=held.customer)
    work.note("confirmed", held.id, after=answer, customer=held.customer)
    tell_redeemed(work, answer, held.customer, granting)
    return answer, held.customer


def _against(found: Found | Reason, granting: Activation | None) -> Iterator[Reason]:
    """What speaks against granting what is held; its rules were asked when it was taken."""
    if isinstance(found, Reason) or granting is None:
        return
    yield from (each for each in found.against if each.reason in _ALWAYS)
    yield from granting.reasons


def _anew(work: Work, held: Holding, value: object, at: Instant, terms: Terms) -> Answered:
    """Redeem the code of a hold that ended, as if it were asked for the first time."""
    if held.how in (RELEASED, REMOVED):
        reason = Reason("hold_ended", f"the hold was {held.how}")
        return _refused(work, at, _ended_refusal(work, held, (reason,)), held.customer)
    types = work.book.types
    given = value if isinstance(value, dict) else {}
    named = subscription_of(given)
    if named is not None and named != held.subscription:
        message = f"the hold is of `{held.subscription}`, and is confirmed on no other"
        raise RequestError(Flaw("/subscription/id", message))
    owner = {"subscription": {"id": held.subscription}}
    if held.customer is not None:
        owner["customer"] = {"id": held.customer}
    whole = {**given, **{key: {**each, **given.get(key, {})} for key, each in owner.items()}}
    request: Any = convert(with_stored(work, whole, lock=True), types.event)
    event = types.event_record(request, at, work.book.rates_at(at))
    if event[types.by] is None and held.by is not None:
        event[types.by] = held.by
    answer, customer = ask(work, held.spelling, event, at, terms=terms)
    if isinstance(answer, Refusal):
        ended = Reason("hold_ended", f"the hold ran out at {format_instant(held.until or at)}")
        answer = _ended_refusal(work, held, (ended, *answer.reasons), answer.decision)
    return answer, customer


def _ended_refusal(
    work: Work, held: Holding, reasons: tuple[Reason, ...], decision: str | None = None
) -> Refusal:
    version = work.book.coupons[held.coupon].version
    return Refusal(decision or fresh_id(work.now), held.spelling, held.coupon, version, reasons)


def _existing(work: Work, redemption: str) -> Holding:
    found = holding(work, redemption)
    if found is None:
        raise NotFound(f"no redemption has the id `{redemption}`")
    stored(work, found.subscription, lock=True)
    found = holding(work, redemption)
    assert found is not None, "rows of redemptions are never deleted"  # noqa: S101
    return found


def _ended(
    work: Work, redemption: str, value: object, how: str
) -> tuple[Ended | Refusal, str | None]:
    request = convert(value, At)
    at = moment_of(request.at, work)
    found = _existing(work, redemption)
    decision = fresh_id(work.now)
    over = _over(found, at, how)
    if over is not None:
        refusal = _ended_refusal(work, found, (over,), decision)
        keep(work, decision, "refusal", at, refusal, customer=found.customer)
        return refusal, found.customer
    how = REMOVED if found.until is None else RELEASED
    before = shown(found, decision, work)
    counting.settle(work, end(found, work, at, how), ())
    version = work.book.coupons[found.coupon].version
    answer = Ended(
        decision,
        found.id,
        found.spelling,
        found.coupon,
        version,
        found.subscription,
        how,
        format_instant(at),
    )
    keep(work, decision, how, at, answer, customer=found.customer)
    work.note(how, found.id, before, answer, found.customer)
    if how == REMOVED:
        grant = None if found.grants is None else grant_of(work, found.id)
        partner = None if grant is None else grant.partner
        tell_removed(work, answer, found.customer, partner)
    return answer, found.customer


def _over(found: Holding, at: int, how: str) -> Reason | None:
    """Why there is nothing to end."""
    if found.ended is not None:
        name = "hold_ended" if found.how in (LAPSED, RELEASED) else "not_redeemed"
        return Reason(name, f"it was {found.how} at {format_instant(found.ended)}")
    if found.until is not None and found.has_run_out(at):
        return Reason("hold_ended", f"the hold ran out at {format_instant(found.until)}")
    if how == RELEASED and found.until is None:
        message = "this is a redemption, and no hold any more"
        return Reason("hold_ended", message, remedy="remove it instead")
    return None
