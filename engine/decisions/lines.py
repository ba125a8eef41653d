"""What became of a charge, as lines of an answer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from engine.decisions.answers import (
    ChargeAnswer,
    DeclinedLine,
    DiscountLine,
    IndicatedLine,
    RuleTrace,
    Total,
)
from engine.decisions.application import Declined, Outcome, Redeemed, indicate
from engine.decisions.compiler import Record
from engine.decisions.explanation import Verdict, source_of
from engine.decisions.usage import Usage
from engine.money import Money, amount_text

Trace = tuple[RuleTrace, ...]
Totals = list[tuple[Money, int]]
"""Each charge with its discount, in minor units."""


def charge_line(
    charge: str | None,
    amount: Money,
    outcome: Outcome,
    refused: tuple[DeclinedLine, ...] = (),
    trace: Trace | None = None,
) -> ChargeAnswer:
    """What each code takes off a charge; `refused` are codes that could not be redeemed for it."""
    currency = amount.currency
    gross, discount, net = _sums(amount.minor, outcome.discount, currency)
    lines: list[DiscountLine] = []
    for each in outcome.granted:
        redeemed = each.redeemed
        coupon = redeemed.coupon
        # Most charges have one discount, on the whole amount.
        taken = discount if each.amount == outcome.discount else amount_text(each.amount, currency)
        on = gross if each.on == amount.minor else amount_text(each.on, currency)
        line = DiscountLine(redeemed.code, coupon.name, redeemed.version, taken, on, coupon.title)
        lines.append(line)
    declined = refused
    if outcome.declined:
        declined = (*refused, *map(declined_line, outcome.declined))
    return ChargeAnswer(charge, currency, gross, discount, net, tuple(lines), declined, None, trace)


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
            coupon = redeemed.coupon
            indicated.append(IndicatedLine(redeemed.code, coupon.name, coupon.title, found))
    return ChargeAnswer(
        charge, currency, declined=tuple(declined), indicated=tuple(indicated), trace=trace
    )


def declined_line(declined: Declined) -> DeclinedLine:
    """A redeemed code that takes nothing."""
    redeemed = declined.redeemed
    return DeclinedLine(redeemed.code, redeemed.coupon.name, redeemed.version, declined.reasons)


def trace_lines(code: str, stage: str, verdicts: Iterable[Verdict]) -> Trace:
    """The verdicts of rules, as an answer shows them."""
    return tuple(
        [
            RuleTrace(code, stage, each.policy.text, source_of(each.policy), each.holds, each.facts)
            for each in verdicts
        ]
    )


def total_lines(totals: Totals) -> tuple[Total, ...]:
    """The sums of charges and of discounts, a line for each currency in order of appearance."""
    sums: dict[str, tuple[int, int]] = {}
    for amount, taken in totals:
        charged, discounted = sums.get(amount.currency, _NOTHING)
        sums[amount.currency] = charged + amount.minor, discounted + taken
    lines: tuple[Total, ...] = ()
    for currency, (charged, discounted) in sums.items():
        gross, discount, net = _sums(charged, discounted, currency)
        lines += (Total(currency, gross, discount, net),)
    return lines


_NOTHING = (0, 0)
