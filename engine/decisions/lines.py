"""What became of a charge, as lines of an answer."""

from __future__ import annotations

from collections.abc import Iterable

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
    discount, currency = outcome.discount, amount.currency
    return ChargeAnswer(
        charge,
        currency,
        amount_text(amount.minor, currency),
        amount_text(discount, currency),
        amount_text(amount.minor - discount, currency),
        tuple([discount_line(each, currency) for each in outcome.granted]),
        (*refused, *[declined_line(each) for each in outcome.declined]),
        trace=trace,
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


class Totals(dict[str, tuple[int, int]]):
    """The sums of charges and discounts by currency, in the order in which currencies appear."""

    def add(self, amount: Money, discount: int) -> None:
        """Add a charge and its discount, in minor units."""
        gross, taken = self.get(amount.currency, (0, 0))
        self[amount.currency] = gross + amount.minor, taken + discount

    def lines(self) -> tuple[Total, ...]:
        """The sums, a line for each currency."""
        return tuple(
            [
                Total(
                    currency,
                    amount_text(gross, currency),
                    amount_text(taken, currency),
                    amount_text(gross - taken, currency),
                )
                for currency, (gross, taken) in self.items()
            ]
        )
