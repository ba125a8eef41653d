"""Recording charges with their discounts (behaviour.md, Applying)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace as with_fields

from engine.decisions.answers import ChargeAnswer
from engine.decisions.application import Offer, Redeemed
from engine.decisions.compiler import Record
from engine.decisions.decoding import convert, plain
from engine.decisions.explanation import Reason
from engine.decisions.flaws import RequestError
from engine.decisions.lines import Totals, charge_line, total_lines
from engine.decisions.session import Session
from engine.money import Money, parse_money
from engine.service.answers import Charges, FlawLine, Refusal, RefusedCharge, Reversal
from engine.service.billing.applications import application
from engine.service.billing.charge_lines import Line, LineReader, Unreadable, differs, readable
from engine.service.billing.corrections import (
    correctable,
    corrected_line,
    recorded,
    share_of,
    take_back,
)
from engine.service.billing.reversals import reverse
from engine.service.caller import Caller
from engine.service.codes.cabinet import Cabinet
from engine.service.moments import fresh_id
from engine.service.office import Office
from engine.service.records import keep
from engine.service.redeeming.redeeming import Counted
from engine.service.usage import counting
from engine.service.usage.holdings import standing
from engine.service.usage.rows import is_locked
from engine.service.usage.usage import StoredUsage
from engine.service.work import Work
from engine.store.statements import insertion
from engine.store.tables import APPLICATIONS, CHARGES

Body = bytes | str | dict[str, Any]
_RECORD = insertion(CHARGES)
_APPLY = insertion(APPLICATIONS)


class Charging:
    """The use cases of charges: recording them, and taking them back."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def charge(self, body: Body, caller: Caller) -> Charges:
        """Record charges in their order; answered line by line, or all or none.

        Raises `RequestError` where no charge can be read.
        """
        value = plain(body)
        request = ["charge", value]
        try:
            return self.office.answer(
                lambda work: record_charges(work, value), caller, request, (Charges,)
            )
        except _AllOrNone as undone:
            answer = undone.answer
        # What was refused is kept by itself, as its charges were undone with their transaction.
        return self.office.answer(lambda work: _kept(work, answer), caller, request, (Charges,))

    def reverse(self, charge: str, body: Body, caller: Caller) -> Reversal | Refusal:
        """Take a charge back, or a part of its amount, and its discounts with it."""
        value = plain(body)
        return self.office.answer(
            lambda work: reverse(work, charge, value),
            caller,
            ["reverse", charge, value],
            (Reversal, Refusal),
        )


class _AllOrNone(Exception):
    """One charge of all or none was refused: nothing is recorded."""

    def __init__(self, answer: Charges) -> None:
        super().__init__("one charge of all or none was refused")
        self.answer = answer


def record_charges(work: Work, value: object) -> tuple[Charges, str | None]:
    """Record the charges of a request, as a part of other work; the customer of the first.

    Raises `RequestError` where no charge can be read. All or none is for requests alone.
    """
    types = work.book.types
    request: Any = convert(value, types.charging)
    assert isinstance(value, dict), "a request that was read is an object"  # noqa: S101
    lines = LineReader(work, value, request).read()
    _check_readable(lines)
    till = _Till(work, fresh_id(work.now))
    till.open(list(readable(lines)))
    answers = tuple(till.take(line) for line in lines)
    refused = any(isinstance(each, RefusedCharge) for each in answers)
    all_or_none = request.atomic and refused
    totals = () if all_or_none else total_lines(till.totals)
    answer = Charges(till.decision, answers, totals, recorded=not all_or_none)
    if all_or_none:
        raise _AllOrNone(answer)
    till.close(answer)
    return answer, till.customer


def _kept(work: Work, answer: Charges) -> tuple[Charges, str | None]:
    keep(work, answer.decision, "refusal", work.now, answer)
    return answer, None


def _check_readable(lines: Sequence[Line | Unreadable]) -> None:
    flaws = [flaw for line in lines if isinstance(line, Unreadable) for flaw in line.flaws]
    if flaws and not any(readable(list(lines))):
        raise RequestError(*flaws)


class _Known(NamedTuple):
    """A charge that was answered: whose it is, what it said, and the answer."""

    subscription: str
    content: str
    answer: ChargeAnswer


@dataclass(slots=True)
class _Till:
    """Charges of one request at work."""

    work: Work
    decision: str
    totals: Totals = field(default_factory=list)
    customer: str | None = None
    taken: Counted = field(default_factory=list)
    answered: dict[str, _Known] = field(default_factory=dict)
    kept: list[ChargeAnswer | RefusedCharge] = field(default_factory=list)
    usage: StoredUsage = field(init=False)
    redeemed: dict[str, list[Redeemed]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.usage = StoredUsage(self.work.tx, self.work.space)

    def open(self, lines: Sequence[Line]) -> None:
        """Read what is redeemed, and keep what single events are decided from as it is."""
        for subscription in {line.subscription: None for line in lines}:
            here = standing(self.work, subscription)
            lasting = [each.as_redeemed(self.work) for each in here if each.until is None]
            self.redeemed[subscription] = lasting
        coupons = [each.coupon for here in self.redeemed.values() for each in here]
        if any(is_locked(meter) for coupon in coupons for meter in coupon.meters):
            self.work.seal()

    def _session(self, line: Line) -> Session:
        types = self.work.book.types
        customer = types.fact(line.event, "customer.id")
        cabinet = Cabinet(self.work, customer, line.at)
        redeemed = self.redeemed[line.subscription]
        return Session(
            types, cabinet, line.event, line.at, self.usage, redeemed, totals=self.totals
        )

    def take(self, line: Line | Unreadable) -> ChargeAnswer | RefusedCharge:
        """Decide and record one charge."""
        if isinstance(line, Unreadable):
            errors = tuple(FlawLine(flaw.pointer, flaw.message) for flaw in line.flaws)
            return self._keep(RefusedCharge(line.id, errors=errors))
        before = self._before(line)
        if before is not None:
            return self._again(line, before)
        if line.charge.corrects is not None:
            return self._correct(line)
        return self._decide(line)

    def _keep(self, answer: RefusedCharge) -> RefusedCharge:
        self.kept.append(answer)
        return answer

    def _before(self, line: Line) -> _Known | None:
        """A charge that was recorded before under the same id."""
        if line.id in self.answered:
            return self.answered[line.id]
        found = recorded(self.work, line.id)
        if found is None:
            return None
        return _Known(found.subscription, found.content, found.line())

    def _again(self, line: Line, before: _Known) -> ChargeAnswer | RefusedCharge:
        answer = before.answer
        if (before.subscription, before.content) != (line.subscription, line.content):
            return self._keep(RefusedCharge(line.id, (differs(line.id),)))
        if line.id not in self.answered:
            # Repeated in a request of its own, a charge is answered as it was, totals included.
            self.answered[line.id] = before
            discount = parse_money(answer.discount or "0", line.amount.currency).minor
            self.totals.append((line.amount, discount))
        return answer

    # --- charges

    def _decide(self, line: Line) -> ChargeAnswer:
        session = self._session(line)
        codes = session.seeing(line.record)
        trace = session.trace(codes)
        outcome = session.decide(line.amount, codes)
        answer = charge_line(line.id, line.amount, outcome)
        seen = {id(redeemed): record for redeemed, record in codes}
        for granted in outcome.granted:
            self._apply(line, granted, seen[id(granted.redeemed)])
        self._record(line, answer, outcome.discount)
        self.kept.append(with_fields(answer, trace=trace))
        return answer

    def _record(self, line: Line, answer: ChargeAnswer, discount: int) -> None:
        work, types = self.work, self.work.book.types
        customer = types.fact(line.event, "customer.id")
        self.customer = self.customer or customer
        self.answered[line.id] = _Known(line.subscription, line.content, answer)
        work.tx.run(
            _RECORD,
            space=work.space,
            charge=line.id,
            subscription=line.subscription,
            customer=customer,
            at=line.at,
            currency=line.amount.currency,
            gross=line.amount.minor,
            discount=discount,
            reversed=0,
            corrects=line.charge.corrects,
            content=line.content,
            decision=self.decision,
            answer=msgspec.json.encode(answer).decode(),
            invoice=None,
            recorded=work.now,
            product=types.fact(line.record, "product"),
            plan=types.fact(line.record, "subscription.plan"),
            component=types.fact(line.record, "component"),
            fee=types.fact(line.record, "fee"),
        )
        work.note("charged", line.id, after=answer, customer=customer)

    def _apply(self, line: Line, granted: Offer, seen: Record) -> None:
        work, redeemed = self.work, granted.redeemed
        taken = Money(granted.amount, line.amount.currency)
        row = application(work, redeemed, seen, line.id, taken)
        work.tx.run(
            _APPLY,
            **row._asdict(),
            space=work.space,
            redemption=redeemed.id,
            subscription=line.subscription,
            currency=taken.currency,
        )
        meters = redeemed.coupon.application.strictest
        self.taken += [(row.coupon, each) for each in row.counts(meters)]

    # --- corrections

    def _correct(self, line: Line) -> ChargeAnswer | RefusedCharge:
        """Take back, with a negative charge, the same share of another's discounts."""
        self.work.seal()
        charge, currency = line.charge.corrects, line.amount.currency
        found = correctable(charge, recorded(self.work, charge), line.subscription, currency)
        if isinstance(found, Reason):
            return self._keep(RefusedCharge(line.id, (found,)))
        self._settle()
        taken = share_of(self.work, found, -line.amount.minor)
        counting.settle(self.work, *take_back(self.work, taken, line.at, line.id))
        self.usage = StoredUsage(self.work.tx, self.work.space)
        answer = corrected_line(line.id, line.amount, taken)
        self.totals.append((line.amount, -taken.discount))
        self._record(line, answer, -taken.discount)
        self.kept.append(answer)
        return answer

    def _settle(self) -> None:
        """Count what this request has taken so far."""
        counting.settle(self.work, (), self.taken)
        self.taken = []

    def close(self, answer: Charges) -> None:
        """Keep the decision, and count."""
        work = self.work
        kept = with_fields(answer, charges=tuple(self.kept))
        keep(work, self.decision, "charge", work.now, kept, customer=self.customer)
        self._settle()
