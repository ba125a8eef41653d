"""Evaluate requests against policies alone: pure, without a store (interfaces.md).

Evaluating is charging by construction: a code that is not yet redeemed is asked its redemption
rules first, the charges of one request are decided as if recorded in that order, and both count
against the limits from then on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from engine.calendar import EARLIEST, Instant, format_instant
from engine.decisions.answers import (
    ChargeAnswer,
    DeclinedLine,
    DiscountLine,
    Evaluation,
    IndicatedLine,
    RuleTrace,
    Total,
)
from engine.decisions.application import (
    Declined,
    Granted,
    Outcome,
    Redeemed,
    apply,
    explain_application,
    indicate,
    use_of,
)
from engine.decisions.compiler import Record
from engine.decisions.coupon import ReadyCoupon
from engine.decisions.decoding import decode
from engine.decisions.explanation import Reason, Verdict, source_of
from engine.decisions.facts import CodeAt, Kept, read_instant
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.ready import ReadyCatalogue
from engine.decisions.redemption import Held, explain_redemption, redeemable, refusals
from engine.decisions.usage import RecordedUsage, Use
from engine.decisions.validity import application_changes, gate_changes
from engine.language.vocabulary import Fold
from engine.money import ROUND, Money, amount_text


class Policies(ReadyCatalogue):
    """A catalogue that answers. Immutable; threads may share it."""

    def evaluate(self, request: bytes | str | Mapping[str, object]) -> Evaluation:
        """Whether and how much each charge is discounted; changes nothing.

        The request is JSON text, or plain values of the same shape. Raises `RequestError`.
        """
        typed: Any = decode(request, self.types.evaluate)
        return _Session(self, typed).answer()


@dataclass(slots=True)
class _Session:
    """One request: what is redeemed, what is used, and when the answer may change."""

    policies: ReadyCatalogue
    request: Any
    at: Instant = EARLIEST
    event: Record = field(default_factory=list)
    usage: RecordedUsage = field(default_factory=RecordedUsage)
    redeemed: list[tuple[Redeemed, Kept]] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    refused: list[DeclinedLine] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)
    traces: list[RuleTrace] = field(default_factory=list)
    sums: dict[str, tuple[int, int]] = field(default_factory=dict)

    def answer(self) -> Evaluation:
        """The answer to the request."""
        self.at = read_instant(self.request.at, "/at")
        rates = self.policies.catalogue.rates
        in_force = rates.at(self.at) if rates is not None else None
        self.event = self.policies.types.event_record(self.request, self.at, in_force)
        self._take_codes()
        charges = tuple(self._charges())
        until = min((edge for edge in self.changes if edge > self.at), default=None)
        return Evaluation(
            self._decision(),
            None if until is None else format_instant(until),
            charges,
            tuple(_total(currency, *sums) for currency, sums in self.sums.items()),
        )

    def _decision(self) -> str:
        """The id of the decision: the same files and request give the same."""
        content = msgspec.json.encode(self.request, order="deterministic", enc_hook=str)
        return hashlib.blake2b(self.policies.digest + content, digest_size=16).hexdigest()

    # --- codes

    def _take_codes(self) -> None:
        """Redeem what is given as redeemed first, then ask the rest in their order."""
        entries = list(enumerate(self.request.codes))
        for index, entry in entries:
            if isinstance(entry, CodeAt):
                self._take_redeemed(entry, f"/codes/{index}")
        for _, entry in entries:
            if not isinstance(entry, CodeAt):
                self._ask(entry)

    def _find(self, code: str) -> tuple[ReadyCoupon, str] | None:
        found = self.policies.find(code)
        if found is None:
            reason = Reason("code_unknown", f"no coupon has the code `{code}`")
            self.refused.append(DeclinedLine(code, None, None, (reason,)))
        return found

    def _take_redeemed(self, entry: CodeAt, pointer: str) -> None:
        found = self._find(entry.code)
        if found is None:
            return
        coupon, code = found
        if coupon.tiers and any(each.coupon is coupon for each, _ in self.redeemed):
            message = f"{coupon.name} is redeemed on a subscription at most once"
            raise RequestError(Flaw(f"{pointer}/code", message))
        redeemed = read_instant(entry.redeemed, f"{pointer}/redeemed")
        issued = None
        if entry.issued is not None:
            issued = read_instant(entry.issued, f"{pointer}/issued")
        self.changes.append(redeemed)
        self._redeem(coupon, code, redeemed, Kept(redeemed, issued, entry.by))

    def _seen(self, record: Record, code: str, kept: Kept) -> Record:
        return self.policies.types.with_code(record, Fold.CODE.apply(code), kept)

    def _ask(self, code: str) -> None:
        found = self._find(code)
        if found is None:
            return
        coupon, spelt = found
        by = self.policies.types.by(self.event)
        record = self._seen(self.event, spelt, Kept(by=by))
        self.changes += gate_changes(coupon.redemption, record, self.usage)
        if self.request.trace:
            verdicts = explain_redemption(coupon, record, self.usage, self.held)
            self.traces += _trace(spelt, "redemption", verdicts)
        if redeemable(coupon, record, self.usage, self.held, None):
            self._redeem(coupon, spelt, self.at, Kept(self.at, None, by))
        else:
            against = refusals(coupon, record, self.usage, self.held, None)
            self.refused.append(DeclinedLine(spelt, coupon.name, None, against))

    def _redeem(self, coupon: ReadyCoupon, code: str, at: Instant, kept: Kept) -> None:
        redeemed = Redeemed(coupon, code, at)
        self.redeemed.append((redeemed, kept))
        self.held.append(Held(coupon, code))
        record = self._seen(self.event, code, kept)
        for counted in coupon.redemption.counts:
            key = counted.meter.key(record)
            if key is not None:
                self.usage.record(counted.meter, key, Use(at))

    # --- charges

    def _charges(self) -> Iterator[ChargeAnswer]:
        answered: dict[str, tuple[Any, ChargeAnswer]] = {}
        for index, charge in enumerate(self.request.charges):
            before = answered.get(charge.id) if charge.id is not None else None
            if before is not None and before[0] != charge:
                message = f"`{charge.id}` stands twice, with other content"
                raise RequestError(Flaw(f"/charges/{index}/id", message))
            answer = before[1] if before is not None else self._charge(charge, f"/charges/{index}")
            if charge.id is not None:
                answered[charge.id] = charge, answer
            yield answer

    def _charge(self, charge: Any, pointer: str) -> ChargeAnswer:  # noqa: ANN401 - a made type
        record = self.policies.types.charge_record(self.event, charge, pointer)
        amount = self.policies.types.amount_of(record)
        discounting = [each for each in self.redeemed if each[0].coupon.tiers]
        codes = [(each, self._seen(record, each.code, kept)) for each, kept in discounting]
        for redeemed, seen in codes:
            self.changes += application_changes(redeemed.coupon, seen, self.usage, charge.currency)
        trace = self._trace(codes) if self.request.trace else None
        if amount is None:
            return self._indication(charge, codes, trace)
        rounding = ROUND[self.policies.catalogue.rounding]
        outcome = apply(amount, codes, self.usage, rounding)
        self._count(outcome, {id(each): seen for each, seen in codes}, amount)
        return self._charge_answer(charge.id, amount, outcome, trace)

    def _count(self, outcome: Outcome, seen: Mapping[int, Record], amount: Money) -> None:
        """Count each discount against the limits of its coupon, and in the totals."""
        gross, discount = self.sums.get(amount.currency, (0, 0))
        self.sums[amount.currency] = gross + amount.minor, discount + outcome.discount
        for granted in outcome.granted:
            record = seen[id(granted.redeemed)]
            taken = Money(granted.amount, amount.currency)
            for meter in granted.redeemed.coupon.meters:
                key = meter.key(record)
                if key is not None:
                    use = use_of(meter.limit, taken, record, meter.period(record))
                    self.usage.record(meter, key, use)

    def _trace(self, codes: Iterable[tuple[Redeemed, Record]]) -> tuple[RuleTrace, ...]:
        asked = [*self.traces]
        for redeemed, record in codes:
            verdicts = explain_application(redeemed, record, self.usage)
            asked += _trace(redeemed.code, "application", verdicts)
        return tuple(asked)

    # --- answers

    def _declined(self, outcome: Outcome) -> tuple[DeclinedLine, ...]:
        return (*self.refused, *map(_declined_line, outcome.declined))

    def _charge_answer(
        self,
        charge_id: str | None,
        amount: Money,
        outcome: Outcome,
        trace: tuple[RuleTrace, ...] | None,
    ) -> ChargeAnswer:
        discount = outcome.discount
        return ChargeAnswer(
            charge_id,
            amount.currency,
            amount.amount(),
            amount_text(discount, amount.currency),
            amount_text(amount.minor - discount, amount.currency),
            tuple(_discount_line(each, amount.currency) for each in outcome.granted),
            self._declined(outcome),
            trace=trace,
        )

    def _indication(
        self,
        charge: Any,  # noqa: ANN401 - a made type
        codes: Iterable[tuple[Redeemed, Record]],
        trace: tuple[RuleTrace, ...] | None,
    ) -> ChargeAnswer:
        """What a metered fee will be discounted; its amount is not known yet."""
        indicated: list[IndicatedLine] = []
        declined: list[Declined] = []
        for redeemed, record in codes:
            found = indicate(redeemed, record, charge.currency, self.usage)
            if isinstance(found, Declined):
                declined.append(found)
            else:
                label = redeemed.coupon.policy.title
                name = redeemed.coupon.name
                indicated.append(IndicatedLine(redeemed.code, name, label, found))
        return ChargeAnswer(
            charge.id,
            charge.currency,
            declined=self._declined(Outcome((), tuple(declined))),
            indicated=tuple(indicated),
            trace=trace,
        )


def _declined_line(declined: Declined) -> DeclinedLine:
    redeemed = declined.redeemed
    return DeclinedLine(redeemed.code, redeemed.coupon.name, None, declined.reasons)


def _discount_line(granted: Granted, currency: str) -> DiscountLine:
    redeemed = granted.redeemed
    return DiscountLine(
        redeemed.code,
        redeemed.coupon.name,
        None,
        amount_text(granted.amount, currency),
        amount_text(granted.on, currency),
        redeemed.coupon.policy.title,
    )


def _trace(code: str, stage: str, verdicts: Iterable[Verdict]) -> tuple[RuleTrace, ...]:
    return tuple(
        RuleTrace(code, stage, each.policy.text, source_of(each.policy), each.holds, each.facts)
        for each in verdicts
    )


def _total(currency: str, gross: int, discount: int) -> Total:
    amounts = (amount_text(minor, currency) for minor in (gross, discount, gross - discount))
    return Total(currency, *amounts)
