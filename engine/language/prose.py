"""Checked rule to English: what a sentence means, said in full.

`english` is injective in meaning: two rules that decide differently read differently. So values
that could be taken for each other stand in quotes, zones are named wherever days or calendar units
are reckoned, and nested conditions have brackets where a reader could join them in two ways.
"""

from __future__ import annotations

from functools import singledispatch

from engine.language import checked as c
from engine.language.moments import (
    before_text,
    clock_text,
    moment_text,
    when_text,
    window_text,
    zone_text,
    zone_time,
)
from engine.language.syntax import CalendarLimit, Comparison, Edge, Noun, Weekday
from engine.language.terms import (
    fact_text,
    is_plural,
    key_text,
    listed,
    network_text,
    percent_text,
    quoted,
    text_text,
    value_text,
)

__all__ = [
    "benefit_text",
    "english",
    "fact_text",
    "moment_text",
    "percent_text",
    "value_text",
    "when_text",
    "zone_text",
]


@singledispatch
def english(node: object) -> str:
    """A checked rule, condition or tier as one clause, without a capital and a full stop.

    Raises `TypeError` for what is no checked node.
    """
    raise TypeError(type(node).__name__)


# --- time ---------------------------------------------------------------------------------------


@english.register
def _during(node: c.During) -> str:
    start, end = node.span.start, node.span.end
    if node.fact is None:
        return window_text(start, end, node.zone)
    if start is None and end is not None:
        return f"{fact_text(node.fact)} is {before_text(end, node.zone)}"
    return f"{fact_text(node.fact)} is {window_text(start, end, node.zone)}"


@english.register
def _recurring(node: c.Recurring) -> str:
    parts = [_days(node.days)] if node.days else []
    if node.start is not None and node.end is not None:
        parts.extend([] if node.days else ["each day"])
        parts.append(_hours(node))
    return f"{' '.join(parts) or 'each day'}, {zone_time(node.zone)}"


def _days(days: frozenset[int]) -> str:
    return f"on {listed((f'{Weekday(day).name.capitalize()}s' for day in sorted(days)), 'and')}"


def _hours(node: c.Recurring) -> str:
    assert node.start is not None, "asked only where there are hours"  # noqa: S101
    assert node.end is not None, "as above"  # noqa: S101
    start, end = clock_text(node.start), clock_text(node.end)
    if end == "00:00":
        return f"from {start} to 24:00"
    return f"from {start} to {end}{' the next day' if node.end <= node.start else ''}"


@english.register
def _within(node: c.Within) -> str:
    text = f"within {node.duration} after {fact_text(node.anchor)}"
    return text if node.zone is None else f"{text}, {zone_time(node.zone)}"


# --- facts --------------------------------------------------------------------------------------


@english.register
def _member(node: c.Member) -> str:
    if node.fact.name == "customer.new" and node.values in ((True,), (False,)):
        return f"the customer is {'not ' * (node.values[0] is node.negated)}new"
    fact, values = fact_text(node.fact), [value_text(value) for value in node.values]
    if node.negated and len(values) > 1:
        return f"{fact} is none of {', '.join(values)}"
    return f"{fact} is {'not ' * node.negated}{listed(values, 'or')}"


@english.register
def _compared(node: c.Compared) -> str:
    value = value_text(node.value)
    order = {
        Comparison.AT_LEAST: f"{value} or more",
        Comparison.AT_MOST: f"{value} or less",
        Comparison.OVER: f"more than {value}",
        Comparison.UNDER: f"less than {value}",
    }
    return f"{fact_text(node.fact)} is {order[node.comparison]}"


@english.register
def _ranged(node: c.Ranged) -> str:
    low, high = value_text(node.low), value_text(node.high)
    return f"{fact_text(node.fact)} is between {low} and {high}"


@english.register
def _edged(node: c.Edged) -> str:
    verb = "starts" if node.edge is Edge.STARTS else "ends"
    return f"{fact_text(node.fact)} {verb} with {quoted(node.text)}"


@english.register
def _included(node: c.Included) -> str:
    verb = "include" if is_plural(node.fact) else "includes"
    return f"{fact_text(node.fact)} {verb} {text_text(node.text)}"


@english.register
def _networked(node: c.Networked) -> str:
    return f"{fact_text(node.fact)} is in {listed(map(network_text, node.networks), 'or')}"


@english.register
def _presence(node: c.Presence) -> str:
    verb = "are" if is_plural(node.fact) else "is"
    return f"{fact_text(node.fact)} {verb} {'known' if node.known else 'missing'}"


# --- conditions of conditions -------------------------------------------------------------------


@english.register
def _negation(node: c.Negation) -> str:
    return f"not the case that {_part(node.operand)}"


@english.register
def _every(node: c.Every) -> str:
    return f"all of: {'; '.join(map(_part, node.operands))}"


@english.register
def _either(node: c.Either) -> str:
    return f"either {' or '.join(map(_choice, node.operands))}"


def _part(node: c.Condition) -> str:
    """A condition that semicolons or an end set off: only chains need brackets."""
    text = english(node)
    return f"({text})" if isinstance(node, c.Every | c.Either) else text


def _choice(node: c.Condition) -> str:
    """A condition beside an `or`: all but the plainest need brackets."""
    text = english(node)
    joined = any(joint in text for joint in (" or ", " and ", ", "))
    compound = isinstance(node, c.Every | c.Either | c.Negation)
    return f"({text})" if joined or compound else text


# --- limits and stacking ------------------------------------------------------------------------


@english.register
def _limit(node: c.Limit) -> str:
    return f"at most {_count(node)} {_keys(node)}{_limit_window(node)}{_kept(node)}"


def _count(node: c.Limit) -> str:
    if node.noun is Noun.DISCOUNT:
        return f"{node.bound} of discount"
    counted = f"{node.noun.value}{'' if node.bound == 1 else 's'}"
    return f"{node.bound} {counted}{' with a discount' if node.noun is Noun.PERIODS else ''}"


def _keys(node: c.Limit) -> str:
    keys = [key_text(fact) for fact in node.per]
    if not keys:
        return "for the whole coupon"
    return f"for each {'combination of ' if len(keys) > 1 else ''}{listed(keys, 'and')}"


def _limit_window(node: c.Limit) -> str:
    if node.window is None:
        return ""
    if isinstance(node.window, CalendarLimit):
        text = f" in each calendar {node.window.unit.value}"
    else:
        text = f" in any {node.window.duration}"
    return text if node.zone is None else f"{text}, {zone_time(node.zone)}"


def _kept(node: c.Limit) -> str:
    if not node.keeps:
        return ""
    event = "removed redemption" if node.noun is Noun.REDEMPTIONS else "reversed charge"
    return f"; a {event} still counts"


@english.register
def _stacking(node: c.Stacking) -> str:
    if node.coupons is None:
        return "not while any other coupon is redeemed on the subscription"
    names = listed(map(text_text, node.coupons), "or")
    return f"not while {names} is redeemed on the subscription"


# --- discounts ----------------------------------------------------------------------------------


@english.register(c.PercentOff)
@english.register(c.AmountOff)
@english.register(c.PriceTo)
def benefit_text(node: c.Benefit) -> str:
    """What a tier gives: `20% off, at most 50.00 EUR on each charge`."""
    if isinstance(node, c.AmountOff):
        return f"{node.amount} off"
    if isinstance(node, c.PriceTo):
        return f"the price becomes {node.price}, if that is lower"
    cap = f", at most {node.cap} on each charge" if node.cap is not None else ""
    return f"{percent_text(node.share)} off{cap}"


@english.register
def _tier(node: c.Tier) -> str:
    when = f", when {english(node.when)}" if node.when is not None else ""
    return f"{benefit_text(node.benefit)}{when}"
