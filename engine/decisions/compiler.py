"""Checked conditions, made into Python functions of a record.

A condition is written twice, by polarity: an expression that is true where it is definitely true,
and one where it is definitely false. A fact that was not given is None and makes both false, so
that the unknown of Kleene's logic costs nothing. Rules of one shape share one code object; their
constants are defaults of further parameters, side by side.

A record is a list: the moment of the event, the rates in force, then a slot for each fact of the
vocabulary, None where it was not given.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial, singledispatchmethod
from types import CodeType, FunctionType
from typing import Any, cast

from engine import calendar
from engine.decisions.limits import has_room
from engine.decisions.recurrence import holds_at
from engine.decisions.usage import Meter, Usage
from engine.language import checked as c
from engine.language.syntax import Comparison, Edge
from engine.language.vocabulary import AT_SLOT, RATES_SLOT, Fact
from engine.money import Money, Rates, compare

Record = list[Any]
"""The facts of one event, by slot."""

Test = Callable[[Record], bool]
Opening = Callable[[Record, Usage], bool]

_OPERATORS: Mapping[Comparison, tuple[type[ast.cmpop], type[ast.cmpop]]] = {
    Comparison.AT_LEAST: (ast.GtE, ast.Lt),
    Comparison.AT_MOST: (ast.LtE, ast.Gt),
    Comparison.OVER: (ast.Gt, ast.LtE),
    Comparison.UNDER: (ast.Lt, ast.GtE),
}
_GLOBALS: dict[str, Any] = {"__builtins__": {}}
_SIGNS: Mapping[Comparison, Callable[[int, int], bool]] = {
    Comparison.AT_LEAST: operator.ge,
    Comparison.AT_MOST: operator.le,
    Comparison.OVER: operator.gt,
    Comparison.UNDER: operator.lt,
}


def definitely_true(conditions: Sequence[c.Condition], slots: Mapping[str, int]) -> Test:
    """A function that says whether every condition is definitely true of a record."""
    emitter = _Emitter(slots)
    return _made(emitter, [emitter.emit(each, True) for each in conditions], "f")  # noqa: FBT003


def definitely_false(condition: c.Condition, slots: Mapping[str, int]) -> Test:
    """A function that says whether a condition is definitely false of a record."""
    emitter = _Emitter(slots)
    return _made(emitter, [emitter.emit(condition, False)], "f")  # noqa: FBT003


def opening(
    conditions: Sequence[c.Condition], meters: Sequence[Meter], slots: Mapping[str, int]
) -> Opening:
    """A function that says whether every condition is definitely true, and every limit has room."""
    emitter = _Emitter(slots)
    asked = [emitter.emit(each, True) for each in conditions]  # noqa: FBT003
    return _made(emitter, [*asked, *map(emitter.room, meters)], "f", "u")


def _made(emitter: _Emitter, parts: list[ast.expr], *parameters: str) -> Callable[..., bool]:
    """The function of these parameters that says whether all parts are true."""
    expression = _join(ast.And, parts)
    form = parameters, _form(expression)
    code = _code(_Shape(form, expression, len(emitter.constants), parameters))
    return FunctionType(code, _GLOBALS, argdefs=tuple(emitter.constants))


@dataclass(frozen=True)
class _Shape:
    """The form of a function, without its constants; two of one form are equal."""

    form: object
    expression: ast.expr = field(compare=False)
    constants: int
    parameters: tuple[str, ...]


def _form(node: object) -> object:
    """Everything that tells an expression from others, as plain values."""
    if isinstance(node, ast.AST):
        return type(node), *(_form(getattr(node, name)) for name in node._fields)
    return tuple(map(_form, node)) if isinstance(node, list) else node


@lru_cache(maxsize=4096)
def _code(shape: _Shape) -> CodeType:
    """The code of a shape: its constants come after its parameters."""
    names = *shape.parameters, *(f"c{number}" for number in range(shape.constants))
    parameters = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    tree = ast.Expression(ast.Lambda(parameters, shape.expression))
    compiled = compile(ast.fix_missing_locations(tree), "<rules>", "eval")
    made: FunctionType = eval(compiled, _GLOBALS)  # noqa: S307 - built above
    return made.__code__


def _join(joiner: type[ast.boolop], parts: list[ast.expr]) -> ast.expr:
    if not parts:
        return ast.Constant(joiner is ast.And)
    return parts[0] if len(parts) == 1 else ast.BoolOp(joiner(), parts)


class _Emitter:
    """Writes the expressions of one function, and keeps its constants in order."""

    def __init__(self, slots: Mapping[str, int]) -> None:
        self.constants: list[object] = []
        self._slots = slots

    # --- parts

    def _constant(self, value: object) -> ast.expr:
        self.constants.append(value)
        return ast.Name(f"c{len(self.constants) - 1}", ast.Load())

    def _slot(self, slot: int) -> ast.expr:
        return ast.Subscript(ast.Name("f", ast.Load()), ast.Constant(slot), ast.Load())

    def _fact(self, fact: Fact) -> ast.expr:
        return self._slot(self._slots[fact.name])

    def _known(self, fact: Fact, known: bool) -> ast.expr:
        how = ast.IsNot() if known else ast.Is()
        return ast.Compare(self._fact(fact), [how], [ast.Constant(None)])

    def _compare(self, left: ast.expr, how: type[ast.cmpop], right: ast.expr) -> ast.expr:
        return ast.Compare(left, [how()], [right])

    def _call(self, function: object, *arguments: ast.expr) -> ast.expr:
        return ast.Call(self._constant(function), list(arguments), [])

    def _if_known(self, fact: Fact, test: ast.expr, positive: bool) -> ast.expr:
        signed = test if positive else ast.UnaryOp(ast.Not(), test)
        return _join(ast.And, [self._known(fact, known=True), signed])

    # --- limits

    def room(self, meter: Meter) -> ast.expr:
        """Whether a limit has room for the event of the record `f`, as the usage `u` counts."""
        if not meter.counts_all:
            parts = [ast.Name("f", ast.Load()), ast.Name("u", ast.Load())]
            return self._call(has_room, self._constant(meter), *parts)
        key = ast.Tuple([self._slot(slot) for slot in meter.slots], ast.Load())
        method = ast.Attribute(ast.Name("u", ast.Load()), "allows", ast.Load())
        return ast.Call(method, [self._constant(meter), key], [])

    # --- nodes

    @singledispatchmethod
    def emit(self, node: object, positive: bool) -> ast.expr:
        """The expression that is true where the node is definitely true, or definitely false."""
        raise TypeError(type(node).__name__, positive)

    @emit.register
    def _during(self, node: c.During, positive: bool) -> ast.expr:
        subject = self._slot(AT_SLOT) if node.fact is None else self._fact(node.fact)
        inside = self._inside(subject, node.span)
        if node.fact is not None:
            return self._if_known(node.fact, inside, positive)
        return inside if positive else ast.UnaryOp(ast.Not(), inside)

    def _inside(self, subject: ast.expr, span: c.Span) -> ast.expr:
        if span.start is None:
            return self._compare(subject, ast.Lt, self._constant(span.end))
        start = self._constant(span.start)
        if span.end is None:
            return self._compare(start, ast.LtE, subject)
        ends: list[ast.expr] = [subject, self._constant(span.end)]
        return ast.Compare(start, [ast.LtE(), ast.Lt()], ends)

    @emit.register
    def _recurring(self, node: c.Recurring, positive: bool) -> ast.expr:
        inside = self._call(holds_at(node), self._slot(AT_SLOT))
        return inside if positive else ast.UnaryOp(ast.Not(), inside)

    @emit.register
    def _within(self, node: c.Within, positive: bool) -> ast.expr:
        later = partial(calendar.plus, duration=node.duration, where=node.zone)
        start, at = self._fact(node.anchor), self._slot(AT_SLOT)
        ends: list[ast.expr] = [at, self._call(later, self._fact(node.anchor))]
        inside = ast.Compare(start, [ast.LtE(), ast.Lt()], ends)
        return self._if_known(node.anchor, inside, positive)

    @emit.register
    def _member(self, node: c.Member, positive: bool) -> ast.expr:
        inside = positive is not node.negated
        if isinstance(node.values[0], Money):
            return self._by_rates(node.fact, _one_of_money(node.values), inside)
        if len(node.values) == 1:
            how: type[ast.cmpop] = ast.Eq if inside else ast.NotEq
            test = self._compare(self._fact(node.fact), how, self._constant(node.values[0]))
        else:
            how = ast.In if inside else ast.NotIn
            constant = self._constant(frozenset(node.values))
            test = self._compare(self._fact(node.fact), how, constant)
        return test if inside else self._if_known(node.fact, test, positive=True)

    @emit.register
    def _compared(self, node: c.Compared, positive: bool) -> ast.expr:
        how = _OPERATORS[node.comparison][0 if positive else 1]
        if isinstance(node.value, Money):
            return self._money_compared(node, node.value, how, positive)
        test = self._compare(self._fact(node.fact), how, self._constant(node.value))
        return self._if_known(node.fact, test, positive=True)

    def _money_compared(
        self, node: c.Compared, bound: Money, how: type[ast.cmpop], positive: bool
    ) -> ast.expr:
        """A comparison of amounts, which of one currency needs no rate."""
        currency = ast.Attribute(self._fact(node.fact), "currency", ast.Load())
        minor = ast.Attribute(self._fact(node.fact), "minor", ast.Load())
        alike = self._compare(currency, ast.Eq, self._constant(bound.currency))
        plain = self._compare(minor, how, self._constant(bound.minor))
        converted = self._by_rates(node.fact, _money_order(node.comparison, bound), positive)
        choice = ast.IfExp(alike, plain, converted)
        return _join(ast.And, [self._known(node.fact, known=True), choice])

    @emit.register
    def _ranged(self, node: c.Ranged, positive: bool) -> ast.expr:
        if not isinstance(node.low, Money):
            low, high = self._constant(node.low), self._constant(node.high)
            ends: list[ast.expr] = [self._fact(node.fact), high]
            inside = ast.Compare(low, [ast.LtE(), ast.LtE()], ends)
            return self._if_known(node.fact, inside, positive)
        bounds = (
            c.Compared(node.fact, Comparison.AT_LEAST, node.low),
            c.Compared(node.fact, Comparison.AT_MOST, node.high),
        )
        return self.emit(c.Every(bounds), positive)

    @emit.register
    def _edged(self, node: c.Edged, positive: bool) -> ast.expr:
        name = "startswith" if node.edge is Edge.STARTS else "endswith"
        method = ast.Attribute(self._fact(node.fact), name, ast.Load())
        test = ast.Call(method, [self._constant(node.text)], [])
        return self._if_known(node.fact, test, positive)

    @emit.register
    def _included(self, node: c.Included, positive: bool) -> ast.expr:
        test = self._compare(self._constant(node.text), ast.In, self._fact(node.fact))
        return self._if_known(node.fact, test, positive)

    @emit.register
    def _networked(self, node: c.Networked, positive: bool) -> ast.expr:
        test = self._call(partial(_in_networks, node.networks), self._fact(node.fact))
        return self._if_known(node.fact, test, positive)

    @emit.register
    def _presence(self, node: c.Presence, positive: bool) -> ast.expr:
        return self._known(node.fact, known=node.known is positive)

    @emit.register
    def _negation(self, node: c.Negation, positive: bool) -> ast.expr:
        return self.emit(node.operand, not positive)

    @emit.register
    def _every(self, node: c.Every, positive: bool) -> ast.expr:
        parts = [self.emit(operand, positive) for operand in node.operands]
        return _join(ast.And if positive else ast.Or, parts)

    @emit.register
    def _either(self, node: c.Either, positive: bool) -> ast.expr:
        parts = [self.emit(operand, positive) for operand in node.operands]
        return _join(ast.Or if positive else ast.And, parts)

    def _by_rates(self, fact: Fact, test: object, wanted: bool) -> ast.expr:
        """A comparison of money that is True, False, or None where a rate or the fact lacks."""
        call = self._call(test, self._fact(fact), self._slot(RATES_SLOT))
        return self._compare(call, ast.Is, ast.Constant(wanted))


def _in_networks(networks: tuple[c.Network, ...], address: c.Address) -> bool:
    version, number = address
    return any(
        version == of and number >> varying == first >> varying for of, first, varying in networks
    )


def _money_order(
    comparison: Comparison, bound: Money
) -> Callable[[Money | None, Rates | None], bool | None]:
    decide = _SIGNS[comparison]

    def test(amount: Money | None, rates: Rates | None) -> bool | None:
        sign = compare(amount, bound, rates) if amount is not None else None
        return None if sign is None else decide(sign, 0)

    return test


def _one_of_money(
    values: tuple[c.Value, ...],
) -> Callable[[Money | None, Rates | None], bool | None]:
    amounts = cast("tuple[Money, ...]", values)

    def test(amount: Money | None, rates: Rates | None) -> bool | None:
        if amount is None:
            return None
        signs = [compare(amount, value, rates) for value in amounts]
        return True if 0 in signs else None if None in signs else False

    return test
