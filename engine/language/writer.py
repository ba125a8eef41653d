"""Tree to canonical text: one spelling for each tree, which parses to that tree again."""

from __future__ import annotations

import re
from datetime import time
from functools import singledispatch
from types import UnionType

from engine.calendar import Duration
from engine.language import syntax as s
from engine.language.parser import is_word


@singledispatch
def write(node: object) -> str:
    """The canonical text of a tree. Raises `TypeError` for what is no node of a sentence."""
    raise TypeError(type(node).__name__)


@write.register
def _name(node: s.Name) -> str:
    return node.text


@write.register
def _literal(node: s.Literal) -> str:
    if node.currency is not None:
        return f"{node.text} {node.currency.text}"
    if node.kind is s.LiteralKind.NUMBER or is_word(node.text):
        return node.text
    if node.kind is s.LiteralKind.NETWORK and ":" not in node.text:
        return node.text
    return quote(node.text)


def quote(text: str) -> str:
    """Text in quotes, as a sentence holds it."""
    escaped = re.sub(r'(["\\])', r"\\\1", text)
    return f'"{escaped}"'


@write.register
def _duration(node: Duration) -> str:
    return str(node)


@write.register
def _moment(node: s.Moment) -> str:
    if node.clock is None:
        return node.day.isoformat()
    return f"{node.day.isoformat()} {_clock(node.clock)}{_offset(node.offset)}"


def _clock(clock: time) -> str:
    return clock.isoformat("seconds" if clock.second else "minutes")


def _offset(minutes: int | None) -> str:
    if not minutes:
        return "" if minutes is None else "Z"
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


# --- conditions ---------------------------------------------------------------------------------


@write.register
def _window(node: s.Window) -> str:
    parts = [f"from {write(node.start)}"] if node.start is not None else []
    if node.end_word is not None and node.end is not None:
        parts.append(f"{node.end_word.value} {write(node.end)}")
    return " ".join(parts) + _zone(node.zone)


def _zone(zone: s.Name | None) -> str:
    return f" in {zone.text}" if zone is not None else ""


@write.register
def _event_window(node: s.EventWindow) -> str:
    return write(node.window)


@write.register
def _recurring(node: s.Recurring) -> str:
    parts = []
    if node.days:
        parts.append("on " + ", ".join(day.name.capitalize() for day in node.days))
    if node.start is not None and node.end is not None:
        parts.append(f"between {_clock(node.start)} and {_clock(node.end)}")
    return " ".join(parts) + _zone(node.zone)


@write.register
def _within(node: s.Within) -> str:
    return f"within {node.duration} of {node.anchor.text}"


@write.register
def _membership(node: s.Membership) -> str:
    if len(node.values) == 1:
        return f"{node.fact.text} is {'not ' * node.negated}{write(node.values[0])}"
    return f"{node.fact.text} is {'none' if node.negated else 'one'} of {_list(node.values)}"


def _list(values: tuple[s.Literal, ...]) -> str:
    return ", ".join(map(write, values))


@write.register
def _order(node: s.Order) -> str:
    return f"{node.fact.text} is {node.comparison.value} {write(node.value)}"


@write.register
def _between(node: s.Between) -> str:
    return f"{node.fact.text} is between {write(node.low)} and {write(node.high)}"


@write.register
def _fact_window(node: s.FactWindow) -> str:
    return f"{node.fact.text} is {write(node.window)}"


@write.register
def _flag(node: s.Flag) -> str:
    return node.fact.text


@write.register
def _text_edge(node: s.TextEdge) -> str:
    # Part of a text is no word of its own, and quotes show where it ends.
    quoted = node.value.kind is s.LiteralKind.TEXT
    value = quote(node.value.text) if quoted else write(node.value)
    return f"{node.fact.text} {node.edge.value} with {value}"


@write.register
def _includes(node: s.Includes) -> str:
    return f"{node.fact.text} includes {write(node.value)}"


@write.register
def _in_network(node: s.InNetwork) -> str:
    return f"{node.fact.text} is in {_list(node.networks)}"


@write.register
def _presence(node: s.Presence) -> str:
    return f"{node.fact.text} is {'known' if node.known else 'missing'}"


@write.register
def _not(node: s.Not) -> str:
    return f"not {_operand(node.operand, s.And | s.Or)}"


@write.register
def _and(node: s.And) -> str:
    return " and ".join(_operand(each, s.Or) for each in node.operands)


@write.register
def _or(node: s.Or) -> str:
    return " or ".join(map(write, node.operands))


def _operand(node: s.Condition, weaker: type | UnionType) -> str:
    text = write(node)
    return f"({text})" if isinstance(node, weaker) else text


# --- limits and stacking ------------------------------------------------------------------------


@write.register
def _limit(node: s.Limit) -> str:
    keys = " and ".join(name.text for name in node.per)
    counting = f", counting {node.counting.what.value}" if node.counting is not None else ""
    return f"at most {_count(node)} per {keys}{_limit_window(node)}{counting}"


def _count(node: s.Limit) -> str:
    if node.noun is s.Noun.DISCOUNT:
        return f"{write(node.bound)} of discount"
    plural = "" if node.bound.text.lstrip("0") == "1" else "s"
    return f"{node.bound.text} {node.noun.value}{plural}"


def _limit_window(node: s.Limit) -> str:
    if node.window is None:
        return ""
    if isinstance(node.window, s.CalendarLimit):
        return f" per {node.window.unit.value}"
    return f" in any {node.window.duration}"


@write.register
def _stacking(node: s.Stacking) -> str:
    names = ", ".join(name.text for name in node.coupons)
    return f"not together with {names or 'any coupon'}"


# --- discounts and fact types -------------------------------------------------------------------


@write.register
def _percent_off(node: s.PercentOff) -> str:
    cap = f" up to {write(node.cap)}" if node.cap is not None else ""
    return f"{node.percentage.text}%{cap}"


@write.register
def _amount_off(node: s.AmountOff) -> str:
    return write(node.amount)


@write.register
def _price_to(node: s.PriceTo) -> str:
    return f"to {write(node.price)}"


@write.register
def _discount(node: s.Discount) -> str:
    when = f" when {write(node.when)}" if node.when is not None else ""
    return f"{write(node.given)}{when}"


@write.register
def _fact_type(node: s.FactType) -> str:
    if node.name is not s.TypeName.ONE_OF:
        return str(node.name.value)
    values = (s.Literal(s.LiteralKind.TEXT, value) for value in node.values)
    return "one of " + ", ".join(map(write, values))
