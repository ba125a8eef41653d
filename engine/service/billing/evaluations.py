"""Evaluating: what recording charges, or redeeming codes, would answer; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from engine.calendar import Instant, format_instant
from engine.decisions.compiler import Record
from engine.decisions.decoding import convert, plain
from engine.decisions.explanation import Reason
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.session import Found
from engine.service.answers import Evaluation
from engine.service.asked import Asked
from engine.service.billing.previews import Preview
from engine.service.caller import Caller, Scope
from engine.service.codes.cabinet import Cabinet
from engine.service.errors import Forbidden
from engine.service.guessing import customer_in
from engine.service.moments import any_moment, fresh_id
from engine.service.office import Office
from engine.service.redeeming.attached import attached_codes
from engine.service.redeeming.stored_facts import with_stored
from engine.service.usage.holdings import Holding, run_out, standing
from engine.service.usage.recount import uses_of
from engine.service.usage.usage import StoredUsage
from engine.service.work import Work

Body = bytes | str | dict[str, Any]


class Evaluations:
    """The use case of evaluating."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def evaluate(self, body: Body, caller: Caller) -> Evaluation:
        """Whether and how much each charge is discounted.

        Raises `RequestError`, and `SlowDown` for callers who guess.
        """
        value = plain(body)
        if caller.may(Scope.REASONS):
            return self.office.read(partial(self._evaluate, value), caller)[0]
        guesses, customer = self.office.guesses, customer_in(value)
        guesses.check(caller, customer)
        answer, tried, spellings = self.office.read(
            lambda work: (*self._evaluate(value, work), work.spellings), caller
        )
        asked = Asked(tried, spellings)
        slow_down = guesses.count(caller, customer, asked.without_effect(answer), spellings)
        if slow_down is not None:
            raise slow_down
        return asked.as_typed(answer)

    def _evaluate(self, value: object, work: Work) -> tuple[Evaluation, list[str]]:
        """The answer, and the codes that were asked for."""
        wanted = value.get("versions") if isinstance(value, dict) else None
        if wanted:
            convert(value, work.book.types.stored_evaluate)
            book = self.office.books.with_versions(work.tx, wanted)
            work = replace(work, book=book, _spellings=None)
        types = work.book.types
        request: Any = convert(with_stored(work, value, lock=False), types.stored_evaluate)
        if request.trace and not work.caller.may(Scope.TRACE):
            raise Forbidden("`trace` needs the scope `trace`", "leave it out, or use another key")
        at = any_moment(request.at, work)
        event = types.event_record(request, at, work.book.rates_at(at))
        session = _session(work, request, event, at, tried=wanted or ())
        tried = [each for each in request.codes if isinstance(each, str)]
        if request.attached:
            for code in _attached(work, event):
                session.ask(code)
                tried.append(code)
        session.take_codes(request.codes)
        lines = tuple(session.lines(request.charges))
        until = session.valid_until
        valid = None if until is None else format_instant(until)
        return Evaluation(fresh_id(work.now), valid, lines, session.totals.lines()), tried


class _Forgetful(Cabinet):
    """Finds codes, and leaves the holds of their coupons that ran out uncounted."""

    def __init__(self, work: Work, customer: str | None, at: Instant, usage: StoredUsage) -> None:
        super().__init__(work, customer, at)
        self._usage = usage
        self._asked: set[str] = set()

    def find(self, code: str) -> Found | Reason:
        """The code as it is spelt, and its coupon; why there is none where nobody knows it."""
        found = super().find(code)
        if isinstance(found, Found) and found.coupon.redemption.counts:
            self._forget(found.coupon.name)
        return found

    def _forget(self, coupon: str) -> None:
        """Leave the holds of a coupon uncounted that ran out, once."""
        if coupon in self._asked:
            return
        self._asked.add(coupon)
        for each in run_out(self.work, coupon, self.at):
            self._usage.forget(each.coupon, each.counts(self.work))


def _session(
    work: Work,
    request: Any,  # noqa: ANN401 - a made type
    event: Record,
    at: Instant,
    *,
    tried: Iterable[str],
) -> Preview:
    """A session that begins with what the store says is redeemed."""
    types = work.book.types
    subscription = types.fact(event, "subscription.id")
    usage = StoredUsage(work.tx, work.space)
    for name in tried:
        usage.instead(name, uses_of(work.tx, work.space, work.book.coupons[name].ready))
    codes = _Forgetful(work, types.fact(event, "customer.id"), at, usage)
    session = Preview(
        types,
        codes,
        event,
        at,
        usage,
        traced=request.trace,
        work=work,
        stored=usage,
        subscription=subscription,
        given=None if request.at is None else at,
    )
    if work.book.next_enactment is not None:
        session.changes.append(work.book.next_enactment)
    here = standing(work, subscription) if subscription is not None else ()
    if here:
        _begin_with(session, here)
    return session


def _begin_with(session: Preview, here: Sequence[Holding]) -> None:
    """Let what stands on the subscription take part, as far as it lasts until the event."""
    lasting = [each for each in here if not each.has_run_out(session.at)]
    redeemed = [each for each in lasting if each.until is None]
    session.redeemed = [each.as_redeemed(session.work) for each in redeemed]
    session.held = [each.as_held(session.work) for each in lasting]
    session.standing = frozenset(each.spelling for each in redeemed)
    session.changes += [each.until for each in here if each.until is not None]
    session.changes += [each.redeemed for each in here]


def _attached(work: Work, event: Record) -> list[str]:
    """The codes that wait on the account."""
    types = work.book.types
    account = types.fact(event, "customer.id") or types.fact(event, "subscription.id")
    if account is None:
        message = "`attached` needs the account: give `customer.id`"
        raise RequestError(Flaw("/attached", message))
    return attached_codes(work, account)
