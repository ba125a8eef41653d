"""What became of a charge, as lines of an answer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat

import msgspec

from engine.decisions.answers import (
    ChargeAnswer,
    DeclinedLine,
    DiscountLine,
    IndicatedLine,
    RuleTrace,
    Total,
)
from engine.decisions.application import Declined, Granted, Outcome, Redeemed, indicate
from engine.decisions.compiler import Record
from engine.decisions.explanation import Verdict, source_of
from engine.decisions.usage import Usage
from engine.money import Money, amount_text

Trace = tuple[RuleTrace, ...]


def charge_line(
    charge: str | None,
    amount: Money,
    outcome: Outcome,
    refused: Iterable[DeclinedLine] = (),
    trace: Trace | None = None,
) -> ChargeAnswer:
    """What each code takes off a charge; `refused` are codes that could not be redeemed for it."""
    currency = amount.currency
    return ChargeAnswer(
        charge,
        currency,
        *_sums(amount.minor, outcome.discount, currency),
        tuple(map(discount_line, outcome.granted, repeat(currency))),
        (*refused, *map(declined_line, outcome.declined)),
        trace=trace,
    )


@lru_cache(4096)
def _sums(gross: int, discount: int, currency: str) -> tuple[str, str, str]:
    """What is charged, what of it is discounted, and what is left, as decimal text."""
    return (
        amount_text(gross, currency),
        amount_text(discount, currency),
        amount_text(gross - discount, currency),
    )


def indicated_line(
    charge: str | None,
    currency: str,
    codes: Iterable[tuple[Redeemed, Record]],
    usage: Usage,
    refused: Iterable[DeclinedLine] = (),
    trace: Trace | None = None,
) -> ChargeAnswer:
    """What a metered fee will be discounted; its amount is not known yet."""
    indicated: list[IndicatedLine] = []
    declined: list[DeclinedLine] = [*refused]
    for redeemed, record in codes:
        found = indicate(redeemed, record, currency, usage)
        if isinstance(found, Declined):
            declined.append(declined_line(found))
        else:
            label = redeemed.coupon.policy.title
            indicated.append(IndicatedLine(redeemed.code, redeemed.coupon.name, label, found))
    return ChargeAnswer(
        charge, currency, declined=tuple(declined), indicated=tuple(indicated), trace=trace
    )


def declined_line(declined: Declined) -> DeclinedLine:
    """A redeemed code that takes nothing."""
    redeemed = declined.redeemed
    return DeclinedLine(redeemed.code, redeemed.coupon.name, redeemed.version, declined.reasons)


def discount_line(granted: Granted, currency: str) -> DiscountLine:
    """A code that takes something."""
    redeemed = granted.redeemed
    return DiscountLine(
        redeemed.code,
        redeemed.coupon.name,
        redeemed.version,
        amount_text(granted.amount, currency),
        amount_text(granted.on, currency),
        redeemed.coupon.policy.title,
    )


def trace_lines(code: str, stage: str, verdicts: Iterable[Verdict]) -> Trace:
    """The verdicts of rules, as an answer shows them."""
    return tuple(
        [
            RuleTrace(code, stage, each.policy.text, source_of(each.policy), each.holds, each.facts)
            for each in verdicts
        ]
    )


class Totals(msgspec.Struct, eq=False):
    """The sums of charges and discounts by currency, in the order in which currencies appear."""

    _sums: dict[str, tuple[int, int]] = {}

    def add(self, amount: Money, discount: int) -> None:
        """Add a charge and its discount, in minor units."""
        gross, taken = self._sums.get(amount.currency, _NOTHING)
        self._sums[amount.currency] = gross + amount.minor, taken + discount

    def lines(self) -> tuple[Total, ...]:
        """The sums, a line for each currency."""
        sums = self._sums.items()
        return tuple([Total(currency, *_sums(*each, currency)) for currency, each in sums])


_NOTHING = (0, 0)
