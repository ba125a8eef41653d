"""The parse tree of the grammar, made into syntax."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from itertools import chain
from typing import Any, cast

from lark import Token, Transformer, v_args
from lark.tree import Meta

from engine.calendar import Duration, Unit
from engine.diagnostics import Problem, Span
from engine.language import syntax as s

_DATETIME = re.compile(
    r"([0-9-]{10})(?:T|\s+)([0-9]{1,2}:[0-9:]{2,5}?)(?: ?(Z|[+-][0-9]{2}:[0-9]{2}))?\Z"
)


class Misread(ValueError):
    """A text that the grammar accepts but that means nothing, such as 31 February."""

    def __init__(self, message: str, span: Span, help_: str = "") -> None:
        super().__init__(message)
        self.problem = Problem("rule-syntax", message, span, help_)


def _span(meta: Meta) -> Span:
    return Span(meta.start_pos, meta.end_pos)


def _at(token: Token) -> Span:
    return Span(cast("int", token.start_pos), cast("int", token.end_pos))


def _day(text: str, span: Span) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misread(f"`{text}` is no day of the calendar", span) from None


def _clock(text: str, span: Span) -> time:
    try:
        return time.fromisoformat(text.zfill(len("00:00") if text.count(":") == 1 else 8))
    except ValueError:
        help_ = "the end of a day is `00:00`" if text.startswith("24:00") else ""
        raise Misread(f"`{text}` is no time of day", span, help_) from None


def _offset(text: str | None, span: Span) -> int | None:
    if text is None:
        return None
    if text == "Z":
        return 0
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 14 or minutes > 59:
        raise Misread(f"no place has the offset `{text}`", span)
    return (-1 if text[0] == "-" else 1) * (60 * hours + minutes)


def _moment(token: Token) -> s.Moment:
    span = _at(token)
    if token.type == "DATE":
        return s.Moment(_day(str(token), span), span=span)
    match = _DATETIME.match(str(token))
    assert match is not None, "the grammar reads a time as this does"  # noqa: S101
    day = _day(match[1], span)
    if match[2].startswith("24:00"):
        next_day = day + timedelta(days=1)
        help_ = f"write `through {day}`, or the first instant of the next day: `{next_day} 00:00`"
        raise Misread(f"`{match[2]}` is no time of day", span, help_)
    return s.Moment(day, _clock(match[2], span), _offset(match[3], span), span)


def _whole(token: Token, what: str) -> int:
    if not token.isdecimal() or int(token) == 0:
        raise Misread(f"`{token}` is not {what}", _at(token), "write a whole number from 1")
    return int(token)


def _flatten(
    operands: tuple[s.Condition, ...], kind: type[s.And | s.Or]
) -> tuple[s.Condition, ...]:
    inner = (each.operands if isinstance(each, kind) else (each,) for each in operands)
    return tuple(chain.from_iterable(inner))


def _order(comparison: s.Comparison) -> Callable[..., s.Order]:
    def build(_: Builder, meta: Meta, fact: s.Name, value: s.Literal) -> s.Order:
        return s.Order(fact, comparison, value, _span(meta))

    return build


def _edge(edge: s.Edge) -> Callable[..., s.TextEdge]:
    def build(_: Builder, meta: Meta, fact: s.Name, value: s.Literal) -> s.TextEdge:
        return s.TextEdge(fact, edge, value, _span(meta))

    return build


def _ending(word: s.EndWord) -> Callable[..., tuple[s.EndWord, s.Moment]]:
    def build(_: Builder, _meta: Meta, token: Token) -> tuple[s.EndWord, s.Moment]:
        return word, _moment(token)

    return build


@v_args(meta=True, inline=True)
class Builder(Transformer[Token, Any]):
    """One method for each rule of the grammar."""

    def rule(self, _: Meta, rule: s.Rule) -> s.Rule:
        return rule

    # Chains are flat, and parentheses that only group the same word again leave no trace.
    def condition(self, meta: Meta, *operands: s.Condition) -> s.Condition:
        flat = _flatten(operands, s.Or)
        return flat[0] if len(flat) == 1 else s.Or(flat, _span(meta))

    def conjunction(self, meta: Meta, *operands: s.Condition) -> s.Condition:
        flat = _flatten(operands, s.And)
        return flat[0] if len(flat) == 1 else s.And(flat, _span(meta))

    def negation(self, meta: Meta, operand: s.Condition) -> s.Not:
        return s.Not(operand, _span(meta))

    def event_window(self, meta: Meta, window: s.Window) -> s.EventWindow:
        return s.EventWindow(window, _span(meta))

    def within(self, meta: Meta, duration: Duration, anchor: s.Name) -> s.Within:
        return s.Within(duration, anchor, _span(meta))

    def flag(self, meta: Meta, fact: s.Name) -> s.Flag:
        return s.Flag(fact, _span(meta))

    def is_value(self, meta: Meta, fact: s.Name, value: s.Literal) -> s.Membership:
        return s.Membership(fact, (value,), span=_span(meta))

    def is_not(self, meta: Meta, fact: s.Name, value: s.Literal) -> s.Membership:
        return s.Membership(fact, (value,), negated=True, span=_span(meta))

    def one_of(self, meta: Meta, fact: s.Name, values: tuple[s.Literal, ...]) -> s.Membership:
        return s.Membership(fact, values, span=_span(meta))

    def none_of(self, meta: Meta, fact: s.Name, values: tuple[s.Literal, ...]) -> s.Membership:
        return s.Membership(fact, values, negated=True, span=_span(meta))

    at_least = _order(s.Comparison.AT_LEAST)
    at_most = _order(s.Comparison.AT_MOST)
    over = _order(s.Comparison.OVER)
    under = _order(s.Comparison.UNDER)

    def between(self, meta: Meta, fact: s.Name, low: s.Literal, high: s.Literal) -> s.Between:
        return s.Between(fact, low, high, _span(meta))

    def fact_window(self, meta: Meta, fact: s.Name, window: s.Window) -> s.FactWindow:
        return s.FactWindow(fact, window, _span(meta))

    def in_network(self, meta: Meta, fact: s.Name, *written: s.Literal) -> s.InNetwork:
        networks = (s.Literal(s.LiteralKind.NETWORK, each.text, span=each.span) for each in written)
        return s.InNetwork(fact, tuple(networks), _span(meta))

    def is_known(self, meta: Meta, fact: s.Name) -> s.Presence:
        return s.Presence(fact, known=True, span=_span(meta))

    def is_missing(self, meta: Meta, fact: s.Name) -> s.Presence:
        return s.Presence(fact, known=False, span=_span(meta))

    starts_with = _edge(s.Edge.STARTS)
    ends_with = _edge(s.Edge.ENDS)

    def includes(self, meta: Meta, fact: s.Name, value: s.Literal) -> s.Includes:
        return s.Includes(fact, value, _span(meta))

    # --- windows

    def window(
        self, meta: Meta, *parts: s.Moment | s.Name | tuple[s.EndWord, s.Moment]
    ) -> s.Window:
        start = next((part for part in parts if isinstance(part, s.Moment)), None)
        zone = next((part for part in parts if isinstance(part, s.Name)), None)
        ends = [part for part in parts if isinstance(part, tuple)]
        word, end = ends[0] if ends else (None, None)
        return s.Window(start, word, end, zone, _span(meta))

    def from_(self, _: Meta, token: Token) -> s.Moment:
        return _moment(token)

    through = _ending(s.EndWord.THROUGH)
    before = _ending(s.EndWord.BEFORE)
    until = _ending(s.EndWord.UNTIL)

    def zone(self, _: Meta, token: Token) -> s.Name:
        return s.Name(str(token), _at(token))

    def recurring(self, meta: Meta, *parts: Any) -> s.Recurring:  # noqa: ANN401 - three kinds of part
        days = next((part for part in parts if isinstance(part, tuple)), ())
        hours = next((part for part in parts if isinstance(part, list)), [None, None])
        zone = next((part for part in parts if isinstance(part, s.Name)), None)
        return s.Recurring(days, hours[0], hours[1], zone, _span(meta))

    def days(self, _: Meta, *tokens: Token) -> tuple[s.Weekday, ...]:
        return tuple(s.Weekday[str(token).upper()] for token in tokens)

    def hours(self, _: Meta, start: Token, end: Token) -> list[time]:
        return [_clock(str(start), _at(start)), _clock(str(end), _at(end))]

    # --- limits and stacking

    def limit(self, meta: Meta, count: tuple[s.Literal, s.Noun, Span], *rest: Any) -> s.Limit:  # noqa: ANN401
        bound, noun, noun_span = count
        keys, *others = rest
        window = next((o for o in others if isinstance(o, s.CalendarLimit | s.RollingLimit)), None)
        counting = next((o for o in others if isinstance(o, s.Counting)), None)
        return s.Limit(bound, noun, keys, window, counting, noun_span, _span(meta))

    def count(self, _: Meta, number: Token, *rest: Token) -> tuple[s.Literal, s.Noun, Span]:
        last = rest[-1]
        if last.type == "DISCOUNT":
            return self._money(number, rest[0]), s.Noun.DISCOUNT, _at(last)
        literal = s.Literal(s.LiteralKind.NUMBER, str(number), span=_at(number))
        return literal, s.Noun(str(last).removesuffix("s")), _at(last)

    def keys(self, _: Meta, *names: s.Name) -> tuple[s.Name, ...]:
        return names

    def calendar(self, _: Meta, token: Token) -> s.CalendarLimit:
        unit = Unit(str(token).removesuffix("s"))
        if unit is Unit.MINUTE:
            help_ = "limits begin anew with an hour, day, week, month, quarter or year"
            raise Misread("no limit begins anew each minute", _at(token), help_)
        return s.CalendarLimit(unit)

    def rolling(self, _: Meta, duration: Duration) -> s.RollingLimit:
        return s.RollingLimit(duration)

    def counting(self, _: Meta, token: Token) -> s.Counting:
        return s.Counting(s.GivenBack(str(token)), _at(token))

    def stacking(self, meta: Meta, *names: s.Name) -> s.Stacking:
        return s.Stacking(names, _span(meta))

    # --- discounts, and texts that stand alone

    def discount(self, meta: Meta, given: s.Given, when: s.Condition | None = None) -> s.Discount:
        return s.Discount(given, when, _span(meta))

    def percent_off(self, meta: Meta, percent: Token, cap: s.Literal | None = None) -> s.PercentOff:
        percentage = s.Percentage(str(percent).removesuffix("%").rstrip(), _at(percent))
        return s.PercentOff(percentage, cap, _span(meta))

    def amount_off(self, meta: Meta, amount: s.Literal) -> s.AmountOff:
        return s.AmountOff(amount, _span(meta))

    def price_to(self, meta: Meta, price: s.Literal) -> s.PriceTo:
        return s.PriceTo(price, _span(meta))

    def fact_type(self, meta: Meta, content: Token | tuple[s.Literal, ...]) -> s.FactType:
        if isinstance(content, Token):
            return s.FactType(s.TypeName(" ".join(content.split())), (), _span(meta))
        for value in content:
            if value.currency is not None:
                raise Misread("an amount is no value of a list", value.span, "put it in quotes")
        return s.FactType(s.TypeName.ONE_OF, tuple(v.text for v in content), _span(meta))

    def duration(self, _: Meta, number: Token, unit: Token) -> Duration:
        return Duration(_whole(number, "a length of time"), Unit(str(unit).removesuffix("s")))

    def moment(self, _: Meta, token: Token) -> s.Moment:
        return _moment(token)

    # --- values

    def name(self, meta: Meta, token: Token) -> s.Name:
        return s.Name(str(token), _span(meta))

    def literals(self, _: Meta, *values: s.Literal) -> tuple[s.Literal, ...]:
        return values

    def word(self, meta: Meta, token: Token) -> s.Literal:
        return s.Literal(s.LiteralKind.TEXT, str(token), span=_span(meta))

    def quoted(self, meta: Meta, token: Token) -> s.Literal:
        text = re.sub(r"\\(.)", r"\1", token[1:-1])
        return s.Literal(s.LiteralKind.TEXT, text, span=_span(meta))

    def number(self, meta: Meta, token: Token) -> s.Literal:
        return s.Literal(s.LiteralKind.NUMBER, str(token), span=_span(meta))

    def network(self, meta: Meta, token: Token) -> s.Literal:
        return s.Literal(s.LiteralKind.NETWORK, str(token), span=_span(meta))

    def money(self, _: Meta, number: Token, currency: Token) -> s.Literal:
        return self._money(number, currency)

    def _money(self, number: Token, currency: Token) -> s.Literal:
        name = s.Name(str(currency), _at(currency))
        span = Span(_at(number).start, _at(currency).end)
        return s.Literal(s.LiteralKind.MONEY, str(number), name, span)
