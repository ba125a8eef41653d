"""A naive interpreter of policies: the contract of the language once more, in plain Python.

It shares only the syntax tree with the engine, and prefers clear to fast. What can't be told is
None. Its time is in `reference_calendar`, what it is asked in `reference_facts`, and what a charge
is discounted in `reference_charges`.
"""

from __future__ import annotations

from fractions import Fraction
from ipaddress import ip_network
from math import floor
from typing import Any

from engine.language import syntax as s
from tests.reference_calendar import Span, calendar_unit, plus, recurs, window_span
from tests.reference_facts import (
    Case,
    Coupon,
    Facts,
    Use,
    Verdict,
    every,
    minor_units,
    money,
    negate,
    raw,
    some,
)

KEY_FACTS = {"customer": "customer.id", "subscription": "subscription.id"}
SIGNS = {
    s.Comparison.AT_LEAST: (0, 1),
    s.Comparison.AT_MOST: (-1, 0),
    s.Comparison.OVER: (1,),
    s.Comparison.UNDER: (-1,),
}
REFUSALS = {s.Recurring: "outside_hours", s.Limit: "limit_reached", s.Stacking: "not_combinable"}


# --- sentences --------------------------------------------------------------------------------


def verdict(rule: s.Rule, case: Case) -> Verdict:
    """Whether a sentence holds."""
    match rule:
        case s.And():
            return every(verdict(operand, case) for operand in rule.operands)
        case s.Or():
            return some(verdict(operand, case) for operand in rule.operands)
        case s.Not():
            return negate(verdict(rule.operand, case))
        case s.Limit():
            return has_room(rule, case)
        case s.Stacking():
            return not any(excludes(rule, other) for other in case.others)
        case s.EventWindow() | s.Within():
            span = event_span(rule, case)
            return span and span[0] <= case.at < span[1]
        case s.Recurring():
            return recurs(rule, case.at, case.zone)
        case s.Presence():
            return rule.known == (case.read(rule.fact.text) is not None)
    fact = case.read(rule.fact.text)
    return None if fact is None else verdict_on(fact, rule, case)


def verdict_on(fact: Any, rule: s.Condition, case: Case) -> Verdict:
    """Whether a sentence about a fact that was given holds."""
    match rule:
        case s.Flag():
            return bool(fact)
        case s.Order():
            return case.stands(rule.fact.text, rule.value, SIGNS[rule.comparison])
        case s.Between():
            ends = ((rule.low, (0, 1)), (rule.high, (-1, 0)))
            return every(case.stands(rule.fact.text, *end) for end in ends)
        case s.Membership():
            found = some(case.stands(rule.fact.text, value, (0,)) for value in rule.values)
            return negate(found) if rule.negated else found
        case s.FactWindow():
            start, end = window_span(rule.window, case.zone)
            return bool(start <= fact < end)
        case s.TextEdge():
            text = case.typed(rule.fact.text, rule.value.text)
            return bool(
                fact.startswith(text) if rule.edge is s.Edge.STARTS else fact.endswith(text)
            )
        case s.Includes():
            return rule.value.text in fact
        case s.InNetwork():
            return any(fact in ip_network(network.text) for network in rule.networks)
    raise TypeError(rule)


def event_span(rule: s.Rule, case: Case) -> Span | None:
    """When the event may happen, for the two sentences that are one span of time."""
    if isinstance(rule, s.EventWindow):
        return window_span(rule.window, case.zone)
    if not isinstance(rule, s.Within):
        return None
    anchor = case.read(rule.anchor.text)
    return anchor and (anchor, plus(anchor, rule.duration, case.zone))


def excludes(rule: s.Rule, other: Coupon) -> bool:
    """Whether a sentence forbids redeeming together with the other coupon."""
    names = [name.text for name in rule.coupons] if isinstance(rule, s.Stacking) else None
    return names is not None and (not names or other.name in names)


# --- limits -----------------------------------------------------------------------------------


def counted(limit: s.Limit, case: Case) -> list[Use] | None:
    """The uses that count under the event's key, if it has one."""

    def key(facts: Facts) -> list[Any]:
        names = (KEY_FACTS.get(name.text, name.text) for name in limit.per)
        return [case.read(name, facts) for name in names if name != "coupon"]

    kind = "redemption" if limit.noun is s.Noun.REDEMPTIONS else "application"
    mine, of = key(case.facts), (case.coupon.name, kind)
    uses = [use for use in case.usage if (use.coupon, use.kind) == of and key(use.facts) == mine]
    return None if None in mine else [u for u in uses if limit.counting or u.returned < 1]


def stretches(limit: s.Limit, case: Case) -> list[list[Use]] | None:
    """The counted uses in each stretch of time that the event would join."""
    uses, window = counted(limit, case), limit.window
    if uses is None or window is None:
        return None if uses is None else [uses]
    if isinstance(window, s.CalendarLimit):
        unit = calendar_unit(case.at, window.unit, case.zone)
        return [[u for u in uses if calendar_unit(u.at, window.unit, case.zone) == unit]]
    end = plus(case.at, window.duration, case.zone)
    ends = [(use, plus(use.at, window.duration, case.zone)) for use in uses]
    starts = [case.at, *(use.at for use in uses if case.at < use.at < end)]
    return [[use for use, end in ends if use.at <= start < end] for start in starts]


def budget_left(limit: s.Limit, case: Case) -> int | None:
    """What is left of a budget, in whole minor units of the charge's currency."""
    bound, currency = money(limit.bound)
    lefts = []
    for stretch in stretches(limit, case) or ():
        left: Fraction | None = bound
        for use in stretch:
            share = use.discount if limit.counting else use.discount * (1 - use.returned)
            taken = case.convert(
                (share / minor_units(use.currency), use.currency), currency, use.at
            )
            left = None if left is None or taken is None else left - taken
        lefts.append(None if left is None else case.in_charge((left, currency)))
    known = [left for left in lefts if left is not None]
    return floor(min(known)) if lefts and known == lefts else None


def has_room(limit: s.Limit, case: Case) -> Verdict:
    """Whether the event fits into every stretch that it would join."""
    if limit.noun is s.Noun.DISCOUNT:
        left = budget_left(limit, case)
        return None if left is None else left > 0
    periods, joined = limit.noun is s.Noun.PERIODS, stretches(limit, case)
    period = case.read("period.start") if periods else None
    if joined is None or (periods and period is None):
        return None
    for stretch in joined:
        places = {use.period_start for use in stretch} - {None} if periods else stretch
        if period not in places and len(places) >= int(limit.bound.text):
            return False
    return True


# --- reasons ----------------------------------------------------------------------------------


def needed(rule: Any) -> set[str]:
    """The facts without which a sentence may be unknown."""
    match rule:
        case s.And() | s.Or():
            return {name for operand in rule.operands for name in needed(operand)}
        case s.Not():
            return needed(rule.operand)
        case s.Limit():
            period = ["period.start"] if rule.noun is s.Noun.PERIODS else []
            names = {KEY_FACTS.get(name.text, name.text) for name in rule.per}
            return names.union(period) - {"coupon"}
        case s.Within():
            return {rule.anchor.text}
        case s.EventWindow() | s.Recurring() | s.Stacking() | s.Presence():
            return set()
    return {rule.fact.text}


def why_not(rule: s.Rule, case: Case) -> set[str]:
    """The reason that a sentence gives against the event; none when it holds."""
    held, span = verdict(rule, case), event_span(rule, case)
    if held:
        return set()
    if held is None:
        absent = any(raw(case.facts, name) is None for name in needed(rule))
        return {"fact_missing" if absent else "rate_missing"}
    if span:
        return {"not_yet" if case.at < span[0] else "ended"}
    return {REFUSALS.get(type(rule), "condition_not_met")}


def reasons(case: Case, stage: str) -> set[str]:
    """Why the rules of a stage, `redemption` or `application`, refuse; empty when they don't."""
    rules = case.coupon.redemption if stage == "redemption" else case.coupon.application
    theirs = [rule for other in case.others for rule in other.redemption]
    mutual = stage == "redemption" and any(excludes(rule, case.coupon) for rule in theirs)
    found = {reason for rule in rules for reason in why_not(rule, case)}
    return found | {"not_combinable"} if mutual else found
