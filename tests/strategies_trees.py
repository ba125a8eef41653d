"""Generated sentences, as trees: well typed, canonical, and short enough for one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, time
from fractions import Fraction
from typing import Any

from engine.calendar import Duration, Unit
from engine.language import syntax as s
from tests.reference import window_span
from tests.strategies_cases import UNITS, Coupon
from tests.strategies_clock import resolve, wall_clock
from tests.strategies_vocabulary import (
    APPLICATION,
    CLOCKS,
    COUPONS,
    CURRENCIES,
    DAYS,
    EMAIL_ENDS,
    EMAILS,
    FACTS,
    FIGURES,
    IPV6_NETWORKS,
    NETWORKS,
    NUMBERS,
    OFFSETS,
    PERCENTAGES,
    POOLS,
    QUOTED,
    REDEMPTION,
    TYPES,
    WORDS,
    ZONES,
    Kind,
    Pick,
    Scope,
)

# --- literals, days and windows ---------------------------------------------------------------


def _text(text: str) -> s.Literal:
    return s.Literal(s.LiteralKind.TEXT, text)


def _number(text: str) -> s.Literal:
    return s.Literal(s.LiteralKind.NUMBER, text)


def _money(pick: Pick) -> s.Literal:
    currency = pick.one(CURRENCIES)
    figure = pick.one(FIGURES[UNITS[currency]])
    return s.Literal(s.LiteralKind.MONEY, figure, s.Name(currency))


def _values(fact: str) -> list[s.Literal]:
    """What a text, email or one-of fact may be compared with."""
    if TYPES[fact].name is Kind.ONE_OF:
        return list(map(_text, TYPES[fact].values))
    if TYPES[fact].name is Kind.EMAIL:
        return list(map(_text, EMAILS))
    if fact in POOLS:
        return list(map(_text, POOLS[fact]))
    return [*map(_text, (*WORDS, *QUOTED)), _number("10.50"), _number("7")]


def _duration(pick: Pick, zone: str | None) -> Duration:
    elapsed = ((30, Unit.MINUTE), (1, Unit.HOUR), (36, Unit.HOUR))
    calendar = ((12, Unit.MONTH), (1, Unit.MONTH), (14, Unit.DAY), (1, Unit.DAY), (2, Unit.WEEK))
    options = (*calendar, (1, Unit.YEAR), *elapsed) if zone else elapsed
    return Duration(*pick.one(options))


def _exists(local: datetime, zone: str) -> bool:
    return wall_clock(resolve(local, zone), zone) == local


def _moment(pick: Pick, zone: str | None, *, clock: bool | None = None) -> s.Moment:
    """A day, or a time that the zone has; a time with an offset where there is no zone."""
    day = pick.one(DAYS)
    if zone and not (pick.chance(50) if clock is None else clock):
        return s.Moment(day)
    at = pick.one(CLOCKS)
    if not zone or pick.chance(25):
        return s.Moment(day, at, pick.one(OFFSETS))
    while not _exists(datetime.combine(day, at), zone):
        at = time(12)
    return s.Moment(day, at)


def _window(pick: Pick, scope: Scope) -> s.Window:
    zone = pick.one(ZONES) if pick.chance(25) else None
    there = zone or scope.zone
    form = pick.below(3)  # a start, an end, or both
    end_word = pick.one(tuple(s.EndWord)) if there else s.EndWord.UNTIL
    start = _moment(pick, there) if form != 1 else None
    end = _moment(pick, there, clock=end_word is s.EndWord.UNTIL) if form != 0 else None
    written = [moment for moment in (start, end) if moment]
    if any(moment.offset is not None for moment in written):
        zone = None  # a time with an offset takes none
        if not scope.zone:
            written = [moment for moment in written if moment.offset is not None]
        start, end = (moment if moment in written else None for moment in (start, end))
    window = s.Window(start, end_word if end else None, end, s.Name(zone) if zone else None)
    return _not_empty(window, scope)


def _not_empty(window: s.Window, scope: Scope) -> s.Window:
    """The window, with its local times still there; with its start alone were it empty."""
    zone = window.zone.text if window.zone else scope.zone
    for moment in (window.start, window.end):
        clock = moment.clock if moment and moment.offset is None else None
        if zone and moment and clock and not _exists(datetime.combine(moment.day, clock), zone):
            return s.Window(s.Moment(moment.day), zone=window.zone)
    start, end = window_span(window, scope.zone or "UTC")
    return window if start < end else s.Window(window.start, zone=window.zone)


# --- conditions -------------------------------------------------------------------------------


def _event_window(pick: Pick, scope: Scope) -> s.Condition:
    return s.EventWindow(_window(pick, scope))


def _recurring(pick: Pick, scope: Scope) -> s.Condition:
    zone = pick.one(ZONES) if not scope.zone or pick.chance(25) else None
    form = pick.below(3)
    days = pick.some(tuple(s.Weekday), 4) if form != 1 else ()
    start, end = (pick.one(CLOCKS), pick.one(CLOCKS)) if form != 0 else (None, None)
    ordered = tuple(sorted(days, key=lambda day: day.value))
    return s.Recurring(ordered, start, end, s.Name(zone) if zone else None)


def _within(pick: Pick, scope: Scope) -> s.Condition:
    anchor = pick.one(scope.facts(Kind.INSTANT))
    return s.Within(_duration(pick, scope.zone), s.Name(anchor))


def _membership(pick: Pick, scope: Scope) -> s.Condition:
    fact = pick.one(scope.facts(Kind.TEXT, Kind.ONE_OF, Kind.EMAIL))
    values = _values(fact)
    return s.Membership(s.Name(fact), pick.some(values, 3), negated=pick.chance(40))


def _equality(pick: Pick, scope: Scope) -> s.Condition:
    fact = pick.one(scope.facts(Kind.NUMBER, Kind.MONEY))
    values = (
        pick.some(list(map(_number, NUMBERS)), 2)
        if TYPES[fact].name is Kind.NUMBER
        else tuple(dict.fromkeys(_money(pick) for _ in range(1 + pick.below(2))))
    )
    return s.Membership(s.Name(fact), values, negated=pick.chance(40))


def _measure(pick: Pick, fact: str) -> s.Literal:
    return _number(pick.one(NUMBERS)) if TYPES[fact].name is Kind.NUMBER else _money(pick)


def _order(pick: Pick, scope: Scope) -> s.Condition:
    fact = pick.one(scope.facts(Kind.NUMBER, Kind.MONEY))
    return s.Order(s.Name(fact), pick.one(tuple(s.Comparison)), _measure(pick, fact))


def _between(pick: Pick, scope: Scope) -> s.Condition:
    fact = pick.one(scope.facts(Kind.NUMBER, Kind.MONEY))
    low = _measure(pick, fact)
    high = Fraction(low.text) + pick.below(3) * 10
    text = low.text if high == Fraction(low.text) else str(int(high))
    return s.Between(s.Name(fact), low, s.Literal(low.kind, text, low.currency))


def _fact_window(pick: Pick, scope: Scope) -> s.Condition:
    return s.FactWindow(s.Name(pick.one(scope.facts(Kind.INSTANT))), _window(pick, scope))


def _flag(pick: Pick, scope: Scope) -> s.Condition:
    return s.Flag(s.Name(pick.one(scope.facts(Kind.YES_NO))))


def _text_edge(pick: Pick, scope: Scope) -> s.Condition:
    fact = pick.one(scope.facts(Kind.TEXT, Kind.EMAIL))
    edge = pick.one(tuple(s.Edge))
    whole = pick.one(_values(fact)).text
    length = 1 + pick.below(len(whole))
    part = whole[:length] if edge is s.Edge.STARTS else whole[-length:]
    if TYPES[fact].name is Kind.EMAIL and edge is s.Edge.ENDS:
        part = pick.one(EMAIL_ENDS)
    return s.TextEdge(s.Name(fact), edge, _text(part.strip() or whole))


def _includes(pick: Pick, scope: Scope) -> s.Condition:
    fact = pick.one(scope.facts(Kind.TEXT_LIST))
    return s.Includes(s.Name(fact), _text(pick.one((*WORDS, *QUOTED))))


def _in_network(pick: Pick, scope: Scope) -> s.Condition:
    both = [s.Literal(s.LiteralKind.NETWORK, text) for text in (*NETWORKS, *IPV6_NETWORKS)]
    networks = pick.some(both, 2)
    return s.InNetwork(s.Name(pick.one(scope.facts(Kind.IP))), networks)


def _presence(pick: Pick, scope: Scope) -> s.Condition:
    return s.Presence(s.Name(pick.one(FACTS[scope.stage])), known=not pick.chance(50))


_LEAVES: tuple[Callable[[Pick, Scope], s.Condition], ...] = (
    _flag,
    _membership,
    _membership,
    _order,
    _event_window,
    _within,
    _recurring,
    _between,
    _fact_window,
    _equality,
    _text_edge,
    _includes,
    _in_network,
    _presence,
)


def _condition(pick: Pick, scope: Scope, depth: int) -> s.Condition:
    form = pick.below(12) if depth else 0
    if form < 7:
        return pick.one(_LEAVES)(pick, scope)
    if form < 9:
        operand = _condition(pick, scope, depth - 1)
        return operand if isinstance(operand, s.Not) else s.Not(operand)
    kind: type[s.And | s.Or] = s.And if form < 11 else s.Or
    operands: list[s.Condition] = []
    for _ in range(2 + pick.below(2)):
        operand = _condition(pick, scope, depth - 1)
        operands += operand.operands if isinstance(operand, kind) else [operand]
    return kind(tuple(dict.fromkeys(operands))) if len(set(operands)) > 1 else operands[0]


def draw_condition(pick: Pick, scope: Scope, depth: int = 4, most: int = 290) -> s.Condition:
    """A condition that fits into a sentence of so many characters."""
    condition = _condition(pick, scope, depth)
    while _length(condition) > most and isinstance(condition, s.And | s.Or | s.Not):
        condition = condition.operand if isinstance(condition, s.Not) else condition.operands[0]
    return condition


_PARTS: Mapping[Any, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind) if "span" not in field.name)
    for kind in vars(s).values()
    if isinstance(kind, type) and is_dataclass(kind)
}


def nodes(tree: Any) -> Iterator[Any]:
    """A tree's nodes, the tree itself first."""
    left = [tree]
    while left:
        node = left.pop()
        parts = _PARTS.get(type(node))
        if parts is not None:
            yield node
            left += [getattr(node, name) for name in reversed(parts)]
        elif type(node) is tuple:
            left += reversed(node)


_WIDTHS: Mapping[type[Any], int] = {s.Name: 2, s.Literal: 8, s.Moment: 30, Duration: 12}


def _length(tree: Any) -> int:
    """At least as many characters as the text of a tree has."""
    return sum(_WIDTHS.get(type(n), 20) + len(getattr(n, "text", "")) for n in nodes(tree))


# --- limits, stacking, discounts, coupons -----------------------------------------------------

_KEYS = {
    REDEMPTION: (
        *("code", "customer", "subscription", "coupon", "customer.country", "customer.segment"),
        *("customer.email.plain", "customer.email.domain", "customer.loyalty", "product", "by"),
    ),
    APPLICATION: (
        *("subscription", "code", "coupon", "customer", "component", "fee", "product", "currency"),
        *("customer.email.plain", "subscription.region", "customer.loyalty"),
    ),
}
_CALENDAR = (Unit.MONTH, Unit.DAY, Unit.HOUR, Unit.WEEK, Unit.QUARTER, Unit.YEAR)


def draw_limit(pick: Pick, scope: Scope) -> s.Limit:
    counted = (s.Noun.APPLICATIONS, s.Noun.DISCOUNT, s.Noun.PERIODS)
    noun = s.Noun.REDEMPTIONS if scope.stage == REDEMPTION else pick.one(counted)
    bound = _money(pick) if noun is s.Noun.DISCOUNT else _number(pick.one(("1", "2", "3", "5")))
    per = tuple(map(s.Name, pick.some(_KEYS[scope.stage], 3)))
    back = s.GivenBack.REMOVED if scope.stage == REDEMPTION else s.GivenBack.REVERSED
    window: s.CalendarLimit | s.RollingLimit | None = None
    if pick.chance(60):
        rolling = not scope.zone or pick.chance(50)
        duration = _duration(pick, scope.zone) if rolling else None
        window = s.RollingLimit(duration) if duration else s.CalendarLimit(unit=pick.one(_CALENDAR))
    return s.Limit(bound, noun, per, window, s.Counting(back) if pick.chance(25) else None)


def draw_stacking(pick: Pick, names: Sequence[str]) -> s.Stacking:
    return s.Stacking(() if pick.chance(30) else tuple(map(s.Name, pick.some(names, 3))))


def draw_rule(pick: Pick, scope: Scope, coupon: str = "") -> s.Rule:
    form = pick.below(10)
    if form < 6:
        return draw_condition(pick, scope)
    if form < 9 or scope.stage == APPLICATION:
        return draw_limit(pick, scope)
    return draw_stacking(pick, [name for name in COUPONS if name != coupon])


def _given(pick: Pick) -> s.Given:
    form = pick.below(3)
    if form == 0:
        cap = _money(pick) if pick.chance(30) else None
        return s.PercentOff(s.Percentage(pick.one(PERCENTAGES)), cap)
    return s.AmountOff(_money(pick)) if form == 1 else s.PriceTo(_money(pick))


def draw_discount(pick: Pick, zone: str | None) -> tuple[s.Discount, ...]:
    scope = Scope(APPLICATION, zone)
    lines = [
        s.Discount(_given(pick), draw_condition(pick, scope, 2, 240)) for _ in range(pick.below(3))
    ]
    if not lines or pick.chance(60):
        lines.append(s.Discount(_given(pick)))
    return tuple(lines)


def draw_zone(pick: Pick) -> str | None:
    return None if pick.chance(10) else pick.one(ZONES)


def draw_coupon(
    pick: Pick,
    name: str,
    stages: Sequence[str] = (REDEMPTION, APPLICATION),
    rules: int = 4,
) -> Coupon:
    """A coupon with fewer than so many rules at each of the stages."""
    zone = draw_zone(pick)
    drawn = {
        stage: tuple(draw_rule(pick, Scope(stage, zone), name) for _ in range(pick.below(rules)))
        for stage in stages
    }
    return Coupon(
        name,
        zone,
        redemption=drawn.get(REDEMPTION, ()),
        application=drawn.get(APPLICATION, ()),
        discount=draw_discount(pick, zone) if APPLICATION in stages else (),
        best_of="welcome" if pick.chance(40) else None,
    )
