"""Until when time alone can't change an answer (behaviour.md, `valid_until`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.decisions.compiler import Record
from engine.decisions.coupon import Clause, Gate, ReadyCoupon, Tier
from engine.decisions.recurrence import next_edge
from engine.decisions.remedies import limit_changes, within_changes
from engine.decisions.usage import Usage
from engine.language import checked as c
from engine.language.vocabulary import AT_SLOT, RATES_SLOT
from engine.money import Money, Rates


def gate_changes(gate: Gate, record: Record, usage: Usage) -> list[int]:
    """The instants at which time alone changes what a stage's rules say; some may have passed."""
    found: list[int] = [*gate.edges]
    for rule in gate.moving:
        if isinstance(rule, Clause):
            found += _moving_changes(rule, record)
        else:
            edge = limit_changes(rule.meter, record, usage)
            if edge is not None:
                found.append(edge)
    for rated in gate.rated:
        found += _rate_changes(rated, record)
    return found


def application_changes(
    coupon: ReadyCoupon, record: Record, usage: Usage, currency: str
) -> list[int]:
    """The instants at which time alone changes what a coupon gives on a charge.

    Some may have passed.
    """
    rates: Rates | None = record[RATES_SLOT]
    found = gate_changes(coupon.application, record, usage)
    chosen: Tier | None = None
    for tier in coupon.tiers:
        if tier.clause is None:
            chosen = tier
            break
        found += clause_changes(tier.clause, record)
        if tier.clause.holds(record):
            chosen = tier
            break
        if not tier.clause.fails(record):
            # An unknown stops the choice.
            break
    converted = None if rates is None else rates.end
    if converted is not None and _is_foreign(_moneys(coupon, chosen), currency):
        found.append(converted)
    return found


def _moneys(coupon: ReadyCoupon, chosen: Tier | None) -> Iterator[object]:
    """The amounts that a charge's discount is reckoned with: budgets, and what the line says."""
    yield from (counted.meter.limit.bound for counted in coupon.application.budgets)
    if chosen is not None:
        yield chosen.money


def _is_foreign(amounts: Iterable[object], currency: str) -> bool:
    """Whether an amount has to be converted to a currency."""
    return any(isinstance(each, Money) and each.currency != currency for each in amounts)


def clause_changes(clause: Clause, record: Record) -> Iterator[int]:
    """The instants at which time alone changes a condition; some may have passed."""
    yield from clause.edges
    yield from _moving_changes(clause, record)
    yield from _rate_changes(clause, record)


def _moving_changes(clause: Clause, record: Record) -> list[int]:
    """The same of its sentences that recur, or hold for some time from another instant."""
    at: int = record[AT_SLOT]
    found: list[int] = []
    for leaf in clause.moving:
        if isinstance(leaf, c.Within):
            found += within_changes(leaf, at, record[clause.slots[leaf.anchor.name]])
            continue
        again = next_edge(leaf, at)
        if again is not None:
            found.append(again)
    return found


def _rate_changes(clause: Clause, record: Record) -> Iterator[int]:
    """Where a condition compares amounts of two currencies: when other rates come into force."""
    rates: Rates | None = record[RATES_SLOT]
    end = None if rates is None else rates.end
    if end is None:
        return
    for leaf in clause.rated:
        amount = record[clause.slots[leaf.fact.name]]
        if isinstance(amount, Money) and _is_foreign(_amounts(leaf), amount.currency):
            yield end


def _amounts(leaf: c.Member | c.Compared | c.Ranged) -> Iterator[Money]:
    if isinstance(leaf, c.Member):
        values: tuple[object, ...] = leaf.values
    else:
        values = (leaf.value,) if isinstance(leaf, c.Compared) else (leaf.low, leaf.high)
    yield from (value for value in values if isinstance(value, Money))
