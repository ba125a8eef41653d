"""Evaluating: what recording charges, or redeeming codes, would answer; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from engine.calendar import LATEST, Instant, format_instant
from engine.decisions.decoding import convert, plain, read
from engine.decisions.explanation import Reason
from engine.decisions.facts import CodeAt, read_instant
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.lines import total_lines
from engine.decisions.session import Found
from engine.service.answers import Evaluation
from engine.service.asked import Asked
from engine.service.billing.previews import Preview
from engine.service.caller import Caller, Scope
from engine.service.codes.cabinet import Cabinet
from engine.service.errors import Forbidden
from engine.service.guessing import customer_in
from engine.service.known import Known
from engine.service.moments import fresh_id
from engine.service.office import Office
from engine.service.redeeming.attached import attached_codes
from engine.service.redeeming.stored_facts import subscribed, with_stored
from engine.service.usage.holdings import Holding, first_end, run_out
from engine.service.usage.recount import uses_of
from engine.service.usage.usage import StoredUsage
from engine.service.work import Work

Body = bytes | str | dict[str, Any]
# What is looked for on a class takes longer to find than a name.
_REASONS = Scope.REASONS


class Evaluations:
    """The use case of evaluating."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def evaluate(self, body: Body, caller: Caller) -> Evaluation:
        """Whether and how much each charge is discounted.

        Raises `RequestError`, and `SlowDown` for callers who guess.
        """
        if caller.may(_REASONS):
            return self.office.read(lambda work: self._evaluate(body, work)[0], caller)
        value: Any = plain(body)
        guesses, customer = self.office.guesses, customer_in(value)
        guesses.check(caller, customer)
        answer, codes, spellings = self.office.read(
            lambda work: (*self._evaluate(value, work), work.spellings), caller
        )
        asked = Asked([each for each in codes if isinstance(each, str)], spellings)
        slow_down = guesses.count(caller, customer, asked.without_effect(answer), spellings)
        if slow_down is not None:
            raise slow_down
        return asked.as_typed(answer)

    def _evaluate(self, body: Body, work: Work) -> tuple[Evaluation, list[str | CodeAt]]:
        """The answer, and the codes that were given or asked for."""
        types = work.book.types
        request: Any = read(body, types.stored_evaluate) if isinstance(body, bytes) else None
        # What is in force and its own facts answer most requests.
        known = None
        if request is not None and not request.versions:
            subscription = request.f_subscription.f_id
            known = work.known.subscriptions.get(subscription) or subscribed(work, subscription)
        if known is None or known.facts:
            work, request = self._read(plain(body), work)
            known = subscribed(work, request.f_subscription.f_id)
        if request.trace and not work.caller.may(Scope.TRACE):
            raise Forbidden("`trace` needs the scope `trace`", "leave it out, or use another key")
        at = work.now if request.at is None else read_instant(request.at, "/at")
        session = _session(work, request, at)
        if known.here:
            _begin_with(session, known.here)
        codes = request.codes
        if request.attached:
            waiting = _attached(work, request)
            for code in waiting:
                session.ask(code)
            codes = [*codes, *waiting]
        session.take_codes(request.codes)
        lines = session.lines(request.charges)
        until = session.valid_until()
        valid = None if until is None else format_instant(until)
        totals = total_lines(session.totals)
        return Evaluation(fresh_id(work.now), valid, lines, totals), codes

    def _read(self, value: object, work: Work) -> tuple[Work, Any]:
        """The request, and the work with the versions that it asks for."""
        wanted = value.get("versions") if isinstance(value, dict) else None
        if wanted:
            convert(value, work.book.types.stored_evaluate)
            book = self.office.books.with_versions(work.tx, wanted)
            work = replace(work, book=book, known=Known(book), _spellings=None)
        whole = with_stored(work, value, lock=False)
        return work, convert(whole, work.book.types.stored_evaluate)


class _Forgetful(Cabinet, kw_only=True):
    """Finds codes, and leaves the holds of their coupons that ran out uncounted."""

    usage: StoredUsage
    _forgotten: frozenset[str] = frozenset()

    def find(self, code: str) -> Found | Reason:
        """The code as it is spelt, and its coupon; why there is none where nobody knows it."""
        return self.work.known.unheld.get(code) or self._find(code)

    def _find(self, code: str) -> Found | Reason:
        found = Cabinet.find(self, code)
        if isinstance(found, Reason):
            return found
        coupon, known = found.coupon, self.work.known
        first = first_end(self.work, coupon.name) if coupon.redemption.counts else LATEST
        if first == LATEST and known.codes.get(code) is found:
            self.work.tx.keep(code, found, known.unheld)
        elif first <= self.at and coupon.name not in self._forgotten:
            self._forget(coupon.name)
        return found

    def _forget(self, coupon: str) -> None:
        """Leave the holds of a coupon uncounted that ran out, once."""
        self._forgotten |= {coupon}
        for each in run_out(self.work, coupon, self.at):
            self.usage.forget(coupon, each.counts(self.work))


def _session(work: Work, request: Any, at: Instant) -> Preview:  # noqa: ANN401 - a made type
    """A session that begins with what the store says is redeemed."""
    book = work.book
    usage = StoredUsage(work.tx, work.space, work.known.counters)
    for name in request.versions:
        usage.instead(name, uses_of(work.tx, work.space, book.coupons[name].ready))
    session = Preview(
        book.types,
        _Forgetful(work, request.f_customer.f_id, at, usage=usage),
        book.types.event_record(request, at, book.rates_at(at)),
        at,
        usage=usage,
        traced=request.trace,
        work=work,
        subscription=request.f_subscription.f_id,
        given=None if request.at is None else at,
    )
    if book.next_enactment is not None:
        session.changes.append(book.next_enactment)
    return session


def _begin_with(session: Preview, here: Sequence[Holding]) -> None:
    """Let what stands on the subscription take part, as far as it lasts until the event."""
    lasting = [each for each in here if not each.has_run_out(session.at)]
    redeemed = [each for each in lasting if each.until is None]
    session.redeemed = [each.as_redeemed(session.work) for each in redeemed]
    session.held = [each.held(session.work) for each in lasting]
    session.standing = frozenset(each.spelling for each in redeemed)
    session.changes += [each.until for each in here if each.until is not None]
    session.changes += [each.redeemed for each in here]


def _attached(work: Work, request: Any) -> list[str]:  # noqa: ANN401 - a made type
    """The codes that wait on the account."""
    account = request.f_customer.f_id or request.f_subscription.f_id
    if account is None:
        message = "`attached` needs the account: give `customer.id`"
        raise RequestError(Flaw("/attached", message))
    return attached_codes(work, account)
