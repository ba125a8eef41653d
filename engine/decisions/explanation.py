"""The slow path: the verdict of every rule, with the facts that it met and what would help.

It asks the same compiled tests as deciding does, one rule at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from engine.catalogue.catalogue import PolicyRule, PolicyTier
from engine.decisions import remedies
from engine.decisions.compiler import Record
from engine.decisions.coupon import Clause, Counted, Gate
from engine.decisions.limits import has_room, room
from engine.decisions.shown import FactText, met
from engine.decisions.usage import Usage
from engine.language.walk import needed_facts

_GIVEN_AS = {"customer.email.domain": "customer.email", "customer.email.plain": "customer.email"}
"""The facts that are taken from another, which is the one to give."""


class Reason(msgspec.Struct, frozen=True):
    """Why a coupon is stopped: a stable name, the sentence, where it stands, and what helps.

    `facts` holds the values that the rule met, and null for the missing ones (interfaces.md).
    """

    reason: str
    message: str
    rule: str | None = None
    source: str | None = None
    facts: dict[str, FactText] = {}
    remedy: str | None = None


class Verdict(msgspec.Struct, frozen=True):
    """What one rule said: true, false, or None where it can't tell; `reason` unless true."""

    policy: PolicyRule | PolicyTier
    holds: bool | None
    facts: dict[str, FactText]
    reason: Reason | None


def explain(gate: Gate, record: Record, usage: Usage) -> Iterator[Verdict]:
    """The verdict of every condition and limit of a stage, in the order of the file."""
    for rule in gate.rules:
        if isinstance(rule, Clause):
            yield clause_verdict(rule, record)
        elif isinstance(rule, Counted):
            yield limit_verdict(rule, record, usage)


def reasons(verdicts: Iterable[Verdict]) -> tuple[Reason, ...]:
    """Why a stage refuses: a reason for each rule that is not true."""
    return tuple(verdict.reason for verdict in verdicts if verdict.reason is not None)


def clause_verdict(clause: Clause, record: Record) -> Verdict:
    """The verdict of a condition."""
    facts = met(clause.facts, record)
    if clause.holds(record):
        return Verdict(clause.policy, True, facts, None)  # noqa: FBT003 - a verdict
    if clause.fails(record):
        reason = _refusal(clause, record, facts)
        return Verdict(clause.policy, False, facts, reason)  # noqa: FBT003
    return Verdict(clause.policy, None, facts, _unknown(clause, facts))


def _refusal(clause: Clause, record: Record, facts: dict[str, FactText]) -> Reason:
    name, remedy = remedies.of_condition(clause.condition, record, clause.slots)
    return _reason(clause.policy, name, clause.english, facts, remedy)


def _reason(
    policy: PolicyRule | PolicyTier,
    name: str,
    message: str,
    facts: dict[str, FactText],
    remedy: str | None,
) -> Reason:
    if isinstance(policy, PolicyRule):
        name, message = policy.reason or name, policy.because or message
    return Reason(name, message, policy.text, source_of(policy), facts, remedy)


def _unknown(clause: Clause, facts: dict[str, FactText]) -> Reason:
    needed = needed_facts(clause.condition)
    missing = [name for name, value in facts.items() if value is None and name in needed]
    return unknown(clause.policy, missing, facts)


def unknown(
    policy: PolicyRule | PolicyTier, missing: list[str], facts: dict[str, FactText]
) -> Reason:
    """The reason of a rule that can't tell: facts lack, or, where none does, a rate."""
    source = source_of(policy)
    if not missing:
        message = "no exchange rate is in force for the currencies of this rule"
        remedy = "add the rate to the `rates` of the catalogue"
        return Reason("rate_missing", message, policy.text, source, facts, remedy)
    verb = "was" if len(missing) == 1 else "were"
    message = f"can't tell: {' and '.join(missing)} {verb} not given"
    remedy = f"give {' and '.join(dict.fromkeys(_GIVEN_AS.get(each, each) for each in missing))}"
    return Reason("fact_missing", message, policy.text, source, facts, remedy)


def no_rate(policy: PolicyTier, source: str, target: str) -> Reason:
    """The reason of a discount that no rate converts to the currency of the charge."""
    message = f"no exchange rate from {source} to {target} is in force"
    remedy = f"add {source} and {target} to the `rates` of the catalogue"
    return Reason("rate_missing", message, policy.text, source_of(policy), {}, remedy)


def limit_verdict(counted: Counted, record: Record, usage: Usage) -> Verdict:
    """The verdict of a limit: true while it leaves room."""
    meter, policy = counted.meter, counted.policy
    facts = met(counted.facts, record)
    if has_room(meter, record, usage):
        return Verdict(policy, True, facts, None)  # noqa: FBT003
    if room(meter, record, usage) is None:
        missing = [name for name, value in facts.items() if value is None]
        return Verdict(policy, None, facts, unknown(policy, missing, facts))
    remedy = remedies.of_limit(meter, record, usage)
    reason = _reason(policy, "limit_reached", counted.english, facts, remedy)
    return Verdict(policy, False, facts, reason)  # noqa: FBT003


def source_of(policy: PolicyRule | PolicyTier) -> str:
    """The place of a sentence as `file:line:column`."""
    where = policy.location
    return f"{where.file}:{where.line}:{where.column}"
