"""One request at work: what is redeemed, what is used, and when the answer may change.

Evaluating is charging by construction: a code that is not yet redeemed is asked its redemption
rules first, the charges of one request are decided as if recorded in that order, and both count
against the limits from then on. Where codes come from, and what has been used before, is given:
nothing but the request for files alone, the store for the service.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import msgspec

from engine.calendar import Instant
from engine.decisions.answers import ChargeAnswer, DeclinedLine, RuleTrace
from engine.decisions.application import Outcome, Redeemed, apply, explain_application, use_of
from engine.decisions.compiler import Record
from engine.decisions.coupon import ReadyCoupon
from engine.decisions.explanation import Reason, Verdict
from engine.decisions.facts import CodeAt, RequestTypes, read_instant
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.lines import Totals, Trace, charge_line, indicated_line, trace_lines
from engine.decisions.redemption import explain_redemption, redeemable, refusals
from engine.decisions.usage import Key, Meter, Usage, Use
from engine.decisions.validity import application_changes, gate_changes
from engine.language.vocabulary import RATES_SLOT
from engine.money import Money


class Found(msgspec.Struct, frozen=True, eq=False):
    """A code that a coupon has. `against` is what speaks against redeeming the code itself.

    `verdicts` are those of rules of its own, which `against` has reasons of; `changes` are the
    instants at which time alone changes either. It `ends` at the last of its life; `grants` is what
    it was issued with, as JSON. It is `listed` in the document of its coupon, or was issued; it is
    `stocked` in somebody's inventory, where others may do something to it at any time, or is not.
    """

    coupon: ReadyCoupon
    code: str
    version: int | None = None
    issued: Instant | None = None
    against: tuple[Reason, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    changes: tuple[int, ...] = ()
    ends: Instant | None = None
    grants: str | None = None
    listed: bool = False
    stocked: bool = False


class Codes(Protocol):
    """Where codes are found."""

    def find(self, code: str) -> Found | Reason:
        """The code as it is spelt, and its coupon; why there is none where nobody knows it."""


class Counting(Usage, Protocol):
    """Usage that counts on."""

    def record(self, meter: Meter, key: Key, use: Use) -> None:
        """Count one more event."""


Seen = tuple[Redeemed, Record]
"""A code that gives a discount, and a charge as it sees it."""
_Decided = tuple[Outcome, Sequence[Seen], str]


class Session(msgspec.Struct, eq=False):
    """Decides the codes and charges of one event.

    `redeemed` discounts charges; coupons that are `held` stand in the way of other codes, what is
    redeemed too. Codes that are `standing` were redeemed before this event, and aren't asked.
    """

    types: RequestTypes
    codes: Codes
    event: Record
    at: Instant
    usage: Counting
    redeemed: list[Redeemed] = []
    held: list[ReadyCoupon] = []
    standing: frozenset[str] = frozenset()
    traced: bool = False
    refused: tuple[DeclinedLine, ...] = ()
    changes: list[int] = []
    traces: Trace = ()
    totals: Totals = []
    _code_owed: Redeemed | None = None
    _charge_owed: _Decided | None = None

    def valid_until(self) -> int | None:
        """The earliest later instant at which time alone may change the answer."""
        at, first = self.at, None
        for edge in self.changes:
            if edge > at and (first is None or edge < first):
                first = edge
        return first

    # --- codes

    def take_codes(self, entries: Sequence[str | CodeAt]) -> None:
        """Redeem what is given as redeemed first, then ask the rest in their order."""
        for index, entry in enumerate(entries):
            if not isinstance(entry, str):
                self._take_redeemed(entry, f"/codes/{index}")
        for entry in entries:
            if isinstance(entry, str):
                self.ask(entry)

    def refuse(self, line: DeclinedLine) -> None:
        """Answer that a code can't be redeemed."""
        self.refused = (*self.refused, line)

    def _take_redeemed(self, entry: CodeAt, pointer: str) -> None:
        if self._code_owed is not None:
            self._count_redemption(self._code_owed)
        found = self.codes.find(entry.code)
        if isinstance(found, Reason):
            self.refuse(DeclinedLine(entry.code, None, None, (found,)))
            return
        coupon = found.coupon
        if coupon.tiers and any(each.coupon.name == coupon.name for each in self.redeemed):
            message = f"{coupon.name} is redeemed on a subscription at most once"
            raise RequestError(Flaw(f"{pointer}/code", message))
        redeemed = read_instant(entry.redeemed, f"{pointer}/redeemed")
        issued = found.issued
        if entry.issued is not None:
            issued = read_instant(entry.issued, f"{pointer}/issued")
        self.changes.append(redeemed)
        self._redeem(found, redeemed, issued, entry.by)

    def ask(self, code: str) -> None:
        """Ask whether a code can be redeemed, unless it is, and redeem it if so."""
        if self._code_owed is not None:
            self._count_redemption(self._code_owed)
        found = self.codes.find(code)
        if isinstance(found, Reason):
            self.refuse(DeclinedLine(code, None, None, (found,)))
            return
        coupon, spelt = found.coupon, found.code
        if spelt in self.standing:
            return
        by = self.event[self.types.by]
        record = self.types.with_code(self.event, spelt, None, found.issued, by)
        changes, gate = self.changes, coupon.redemption
        changes += gate.edges if gate.is_fixed else gate_changes(gate, record, self.usage)
        changes += found.changes
        if self.traced:
            verdicts = explain_redemption(coupon, record, self.usage, self.held)
            self.traces += trace_lines(spelt, "redemption", (*found.verdicts, *verdicts))
        if not found.against and redeemable(coupon, record, self.usage, self.held):
            self._redeem(found, self.at, found.issued, by)
            return
        against = refusals(coupon, record, self.usage, self.held)
        self.refuse(DeclinedLine(spelt, coupon.name, found.version, (*found.against, *against)))

    def _redeem(self, found: Found, at: Instant, issued: Instant | None, by: str | None) -> None:
        coupon = found.coupon
        redeemed = Redeemed(coupon, found.code, at, found.version, "", issued, by)
        self.redeemed.append(redeemed)
        self.held.append(coupon)
        self._code_owed = redeemed

    def _count_redemption(self, redeemed: Redeemed) -> None:
        """Count what was redeemed last, now that another code comes; most requests bring one."""
        self._code_owed = None
        at, issued, by = redeemed.redeemed, redeemed.issued, redeemed.by
        record = self.types.with_code(self.event, redeemed.code, at, issued, by)
        for counted in redeemed.coupon.redemption.counts:
            key = counted.meter.key(record)
            if key is not None:
                self.usage.record(counted.meter, key, Use(redeemed.redeemed))

    # --- charges

    def charge(self, charge: Any, pointer: str) -> ChargeAnswer:  # noqa: ANN401 - a made type
        """What happens to a charge of the request."""
        if self._charge_owed is not None:
            self._count_charge(*self._charge_owed)
        record = self.types.charge_record(self.event, charge, pointer)
        codes = self.seeing(record)
        for redeemed, seen in codes:
            coupon = redeemed.coupon
            if not coupon.is_steady or seen[RATES_SLOT] is not None:
                self.changes += application_changes(coupon, seen, self.usage, charge.currency)
        trace = self.trace(codes) if self.traced else None
        amount: Money | None = record[self.types.amount]
        if amount is None:
            return indicated_line(
                charge.id, charge.currency, codes, self.usage, self.refused, trace
            )
        outcome = apply(amount, codes, self.usage)
        self.totals.append((amount, outcome.discount))
        if outcome.granted:
            self._charge_owed = outcome, codes, amount.currency
        return charge_line(charge.id, amount, outcome, self.refused, trace)

    def _count_charge(self, outcome: Outcome, codes: Sequence[Seen], currency: str) -> None:
        """Count what was discounted last, now that another charge is decided."""
        self._charge_owed = None
        count(outcome, codes, currency, self.usage)

    def seeing(self, record: Record) -> list[Seen]:
        """The codes that give discounts, each with the record of a charge as it sees it."""
        with_code = self.types.with_code
        codes: list[Seen] = []
        for each in self.redeemed:
            if each.coupon.tiers:
                seen = with_code(record, each.code, each.redeemed, each.issued, each.by)
                codes.append((each, seen))
        return codes

    def decide(self, amount: Money, codes: Sequence[Seen]) -> Outcome:
        """Decide a charge, and count each discount against the limits of its coupon."""
        outcome = apply(amount, codes, self.usage)
        self.totals.append((amount, outcome.discount))
        count(outcome, codes, amount.currency, self.usage)
        return outcome

    def trace(self, codes: Iterable[Seen]) -> tuple[RuleTrace, ...]:
        """The verdict of every rule that was asked for a charge."""
        asked = [*self.traces]
        for redeemed, record in codes:
            verdicts = explain_application(redeemed, record, self.usage)
            asked += trace_lines(redeemed.code, "application", verdicts)
        return tuple(asked)


def count(outcome: Outcome, codes: Sequence[Seen], currency: str, usage: Counting) -> None:
    """Count each discount of a charge against the limits of its coupon."""
    seen = {id(each): record for each, record in codes}
    for granted in outcome.granted:
        record = seen[id(granted.redeemed)]
        taken = Money(granted.amount, currency)
        for meter in granted.redeemed.coupon.meters:
            key = meter.key(record)
            if key is not None:
                use = use_of(meter.limit, taken, record, meter.period(record))
                usage.record(meter, key, use)
