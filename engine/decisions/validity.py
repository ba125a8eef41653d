"""Until when time alone can't change an answer (behaviour.md, `valid_until`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.decisions.compiler import Record
from engine.decisions.coupon import Clause, Gate, ReadyCoupon, money_of
from engine.decisions.recurrence import next_edge
from engine.decisions.remedies import limit_changes, within_changes
from engine.decisions.usage import Usage
from engine.language import checked as c
from engine.language.vocabulary import AT_SLOT, RATES_SLOT
from engine.money import Money, Rates


def gate_changes(gate: Gate, record: Record, usage: Usage) -> Iterator[int]:
    """The later instants at which time alone changes what a stage's rules say."""
    for rule in gate.moving:
        if isinstance(rule, Clause):
            yield from clause_changes(rule, record)
        else:
            edge = limit_changes(rule.meter, record, usage)
            if edge is not None:
                yield edge


def application_changes(
    coupon: ReadyCoupon, record: Record, usage: Usage, currency: str
) -> Iterator[int]:
    """The later instants at which time alone changes what a coupon gives on a charge."""
    yield from gate_changes(coupon.application, record, usage)
    rates: Rates | None = record[RATES_SLOT]
    converted = rates.end if rates is not None else None
    if converted is not None:
        budgets = (counted.meter.limit.bound for counted in coupon.application.budgets)
        if _is_foreign(budgets, currency):
            yield converted
    for tier in coupon.tiers:
        if tier.clause is not None:
            yield from clause_changes(tier.clause, record)
        if tier.clause is None or tier.clause.holds(record):
            if converted is not None and _is_foreign([money_of(tier.benefit)], currency):
                yield converted
            break
        if not tier.clause.fails(record):
            # An unknown stops the choice.
            break


def _is_foreign(amounts: Iterable[object], currency: str) -> bool:
    """Whether an amount has to be converted to a currency."""
    return any(isinstance(each, Money) and each.currency != currency for each in amounts)


def clause_changes(clause: Clause, record: Record) -> Iterator[int]:
    """The later instants at which time alone changes a condition."""
    at: int = record[AT_SLOT]
    for edge in clause.edges:
        if edge > at:
            yield edge
    for leaf in clause.moving:
        yield from _leaf_changes(leaf, record, clause.slots)


def _leaf_changes(leaf: c.Condition, record: Record, slots: Mapping[str, int]) -> Iterator[int]:
    at: int = record[AT_SLOT]
    if isinstance(leaf, c.Recurring):
        edge = next_edge(leaf, at)
        if edge is not None:
            yield edge
    elif isinstance(leaf, c.Within):
        yield from within_changes(leaf, at, record[slots[leaf.anchor.name]])
    elif isinstance(leaf, c.Member | c.Compared | c.Ranged):
        yield from _rate_changes(leaf, record, slots)


def _rate_changes(
    leaf: c.Member | c.Compared | c.Ranged, record: Record, slots: Mapping[str, int]
) -> Iterator[int]:
    """Where a condition compares amounts of two currencies: when other rates come into force."""
    amount = record[slots[leaf.fact.name]]
    rates = record[RATES_SLOT]
    if not isinstance(amount, Money) or rates is None or rates.end is None:
        return
    if any(money.currency != amount.currency for money in _amounts(leaf)):
        yield rates.end


def _amounts(leaf: c.Member | c.Compared | c.Ranged) -> Iterator[Money]:
    if isinstance(leaf, c.Member):
        values: tuple[object, ...] = leaf.values
    else:
        values = (leaf.value,) if isinstance(leaf, c.Compared) else (leaf.low, leaf.high)
    yield from (value for value in values if isinstance(value, Money))
