"""Tree to checked rule: names, types, stages, zones and values, every problem in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import singledispatchmethod
from itertools import pairwise
from zoneinfo import ZoneInfo

from engine.calendar import Unit
from engine.diagnostics import Problem, Span
from engine.diagnostics.suggest import did_you_mean
from engine.language import checked as c
from engine.language import syntax as s
from engine.language.literals import LiteralReader
from engine.language.parser import first_word
from engine.language.syntax import TypeName
from engine.language.vocabulary import LIMIT_KEYS, Fact, Stage, Vocabulary
from engine.language.windows import WindowReader
from engine.money import Money

_STAGE_OF_NOUN = {
    s.Noun.REDEMPTIONS: Stage.REDEMPTION,
    s.Noun.APPLICATIONS: Stage.APPLICATION,
    s.Noun.PERIODS: Stage.APPLICATION,
    s.Noun.DISCOUNT: Stage.APPLICATION,
}
_COUNTING_OF_STAGE = {
    Stage.REDEMPTION: s.GivenBack.REMOVED,
    Stage.APPLICATION: s.GivenBack.REVERSED,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What the names in a coupon's sentences mean: its facts, its zone, the other coupons.

    `lost` are names that a broken document may declare: nothing is said of them.
    """

    vocabulary: Vocabulary
    zone: ZoneInfo | None = None
    coupons: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()


def check_rule(
    rule: s.Rule, text: str, stage: Stage, scope: Scope
) -> tuple[c.Rule | None, list[Problem]]:
    """The checked rule, and what is wrong with it; None where an error stops it."""
    checker = _Checker(text, stage, scope)
    return checker.check(rule), checker.problems


def check_discount(
    line: s.Discount, text: str, scope: Scope
) -> tuple[c.Tier | None, list[Problem]]:
    """One checked line of a discount, and what is wrong with it."""
    checker = _Checker(text, Stage.APPLICATION, scope)
    return checker.tier(line), checker.problems


class _Checker:
    """Checks one sentence. A part that can't be checked is None, and a problem says why."""

    def __init__(self, text: str, stage: Stage, scope: Scope) -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._stage = stage
        self._scope = scope
        self._literals = LiteralReader(self._report, scope.lost)
        self._hints: dict[str, str] = {}
        self._windows = WindowReader(scope.zone, self._first_word, self._report)

    def _report(self, name: str, message: str, span: Span, help_: str = "") -> None:
        self.problems.append(Problem(name, message, span, help_))

    def _first_word(self, span: Span) -> Span:
        word = first_word(self._text[span.start : span.end])
        return Span(span.start + word.start, span.start + word.end)

    # --- facts

    def _fact(self, name: s.Name) -> Fact | None:
        fact = self._scope.vocabulary.facts.get(name.text)
        if fact is None:
            self._report_fact(name, self._scope.vocabulary.facts)
            return None
        return fact if self._in_stage(fact, name.span) else None

    def _report_fact(self, name: s.Name, known: Iterable[str]) -> None:
        if name.text in self._scope.lost:
            return
        help_ = self._hints.get(name.text) or did_you_mean(name.text, known)
        self._report("unknown-fact", f"no fact is called `{name.text}`", name.span, help_)

    def _in_stage(self, fact: Fact, span: Span) -> bool:
        if fact.at(self._stage):
            return True
        message = f"`{fact.name}` is known when a charge is made, not when a code is redeemed"
        self._report("wrong-stage", message, span, "move the rule to `application`")
        return False

    def _typed(
        self, name: s.Name, kinds: set[TypeName], at: Span, needs: str, help_: str = ""
    ) -> Fact | None:
        """The fact of a name, if its type is one of some; else what stands at `at` is wrong."""
        fact = self._fact(name)
        if fact is None or fact.kind in kinds:
            return fact
        message = f"`{fact.name}` is {describe(fact)}, where {needs} is needed"
        self._report("type-mismatch", message, at, help_ or _comparison_help(fact))
        return None

    # --- rules

    @singledispatchmethod
    def check(self, node: object) -> c.Rule | None:
        """The checked node. Raises `TypeError` for what is no rule."""
        raise TypeError(type(node).__name__)

    @check.register
    def _event_window(self, node: s.EventWindow) -> c.Condition | None:
        read = self._windows.read(node.window, node.span)
        return c.During(None, *read) if read is not None else None

    @check.register
    def _fact_window(self, node: s.FactWindow) -> c.Condition | None:
        at = (node.window.start or node.window.end or node).span
        fact = self._typed(node.fact, {TypeName.INSTANT}, at, "an instant")
        read = self._windows.read(node.window, node.span)
        return c.During(fact, *read) if fact is not None and read is not None else None

    @check.register
    def _recurring(self, node: s.Recurring) -> c.Condition | None:
        zone = self._windows.zone(node.zone, node.span, "days and times of day")
        if zone is None:
            return None
        return c.Recurring(frozenset(day.value for day in node.days), node.start, node.end, zone)

    @check.register
    def _within(self, node: s.Within) -> c.Condition | None:
        help_ = "name an instant, such as `redeemed` or `customer.signed_up`"
        at = node.anchor.span
        anchor = self._typed(node.anchor, {TypeName.INSTANT}, at, "an instant", help_)
        zone = self._windows.zone_for(node.duration, node.span)
        if anchor is None or isinstance(zone, bool):
            return None
        return c.Within(node.duration, anchor, zone)

    @check.register
    def _membership(self, node: s.Membership) -> c.Condition | None:
        fact = self._fact(node.fact)
        values = self._literals.values(fact, node.values) if fact is not None else None
        if fact is None or values is None:
            return None
        return c.Member(fact, values, node.negated)

    @check.register
    def _order(self, node: s.Order) -> c.Condition | None:
        fact = self._ordered(node.fact, node.value)
        value = self._literals.ordered(fact, node.value) if fact is not None else None
        if fact is None or value is None:
            return None
        return c.Compared(fact, node.comparison, value)

    @check.register
    def _between(self, node: s.Between) -> c.Condition | None:
        fact = self._ordered(node.fact, node.low)
        if fact is None:
            return None
        low, high = self._literals.ordered(fact, node.low), self._literals.ordered(fact, node.high)
        return c.Ranged(fact, low, high) if low is not None and high is not None else None

    def _ordered(self, name: s.Name, value: s.Literal) -> Fact | None:
        needs = "a number or an amount"
        return self._typed(name, {TypeName.NUMBER, TypeName.MONEY}, value.span, needs)

    @check.register
    def _flag(self, node: s.Flag) -> c.Condition | None:
        fact = self._typed(node.fact, {TypeName.YES_NO}, node.fact.span, "a yes/no fact")
        return c.Member(fact, (True,), negated=False) if fact is not None else None

    @check.register
    def _text_edge(self, node: s.TextEdge) -> c.Condition | None:
        kinds = {TypeName.TEXT, TypeName.EMAIL}
        fact = self._typed(node.fact, kinds, node.value.span, "text")
        text = self._literals.text(fact, node.value) if fact is not None else None
        return c.Edged(fact, node.edge, text) if fact is not None and text is not None else None

    @check.register
    def _includes(self, node: s.Includes) -> c.Condition | None:
        fact = self._typed(node.fact, {TypeName.TEXT_LIST}, node.value.span, "a list of text")
        text = self._literals.member(fact, node.value) if fact is not None else None
        return c.Included(fact, text) if fact is not None and text is not None else None

    @check.register
    def _in_network(self, node: s.InNetwork) -> c.Condition | None:
        fact = self._typed(node.fact, {TypeName.IP}, node.networks[0].span, "an IP address")
        networks = [self._literals.network(literal) for literal in node.networks]
        if fact is None or None in networks:
            return None
        return c.Networked(fact, tuple(network for network in networks if network is not None))

    @check.register
    def _presence(self, node: s.Presence) -> c.Condition | None:
        fact = self._fact(node.fact)
        return c.Presence(fact, node.known) if fact is not None else None

    @check.register
    def _not(self, node: s.Not) -> c.Condition | None:
        operand = self._condition(node.operand)
        return c.Negation(operand) if operand is not None else None

    @check.register
    def _and(self, node: s.And) -> c.Condition | None:
        return self._chain(node.operands, c.Every)

    @check.register
    def _or(self, node: s.Or) -> c.Condition | None:
        return self._chain(node.operands, c.Either)

    def _chain(
        self,
        nodes: tuple[s.Condition, ...],
        kind: Callable[[tuple[c.Condition, ...]], c.Condition],
    ) -> c.Condition | None:
        self._hints |= self._values_taken_for_facts(nodes)
        operands = [self._condition(node) for node in nodes]
        whole = tuple(operand for operand in operands if operand is not None)
        return kind(whole) if len(whole) == len(operands) else None

    def _values_taken_for_facts(self, nodes: tuple[s.Condition, ...]) -> dict[str, str]:
        """Advice for `fee is setup or period` and `on Friday and Saturday`: a value, no fact."""
        hints: dict[str, str] = {}
        for before, node in pairwise(nodes):
            if not isinstance(node, s.Flag):
                continue
            if isinstance(before, s.Membership) and not before.negated:
                listed = ", ".join(literal.text for literal in before.values)
                meant = f"{before.fact.text} is one of {listed}, {node.fact.text}"
                hints[node.fact.text] = f"for several values write `{meant}`"
            if isinstance(before, s.Recurring):
                hints[node.fact.text] = "list days with commas, such as `on Friday, Saturday`"
        return hints

    def _condition(self, node: s.Condition) -> c.Condition | None:
        condition = self.check(node)
        assert not isinstance(condition, c.Limit | c.Stacking), "apart in the grammar"  # noqa: S101
        return condition

    # --- limits and stacking

    @check.register
    def _limit(self, node: s.Limit) -> c.Limit | None:
        if not self._noun_fits(node):
            return None
        self._check_counting(node)
        bound = self._bound(node)
        keys = [self._key(name) for name in node.per if name.text != "coupon"]
        zone = self._limit_zone(node)
        if bound is None or None in keys or isinstance(zone, bool):
            return None
        per = tuple(dict.fromkeys(key for key in keys if key is not None))
        return c.Limit(bound, node.noun, per, node.window, zone, node.counting is not None)

    def _noun_fits(self, node: s.Limit) -> bool:
        stage = _STAGE_OF_NOUN[node.noun]
        if stage is self._stage:
            return True
        noun = self._text[node.noun_span.start : node.noun_span.end]
        message = f"a limit on `{noun}` is one of the `{stage.value}` rules"
        self._report("wrong-stage", message, node.noun_span, f"move the rule to `{stage.value}`")
        return False

    def _check_counting(self, node: s.Limit) -> None:
        right = _COUNTING_OF_STAGE[self._stage]
        if node.counting is not None and node.counting.what is not right:
            message = f"`{self._stage.value}` rules can count what is {right.value}"
            help_ = f"write `counting {right.value}`"
            self._report("wrong-stage", message, node.counting.span, help_)

    def _bound(self, node: s.Limit) -> int | Money | None:
        if node.noun is s.Noun.DISCOUNT:
            return self._literals.amount(node.bound)
        if node.bound.text.isdecimal():
            return int(node.bound.text)
        message = f"`{node.bound.text}` is not a whole number"
        self._report("type-mismatch", message, node.bound.span, "write how many, such as `5`")
        return None

    def _key(self, name: s.Name) -> Fact | None:
        facts = self._scope.vocabulary.facts
        fact = facts.get(LIMIT_KEYS.get(name.text, name.text))
        if fact is None:
            self._report_key(name)
        elif self._in_stage(fact, name.span) and self._countable(fact, name.span):
            return fact
        return None

    def _report_key(self, name: s.Name) -> None:
        if name.text in [unit.value for unit in Unit]:
            meant = f"say for whom first, such as `per subscription per {name.text}`"
            self._hints[name.text] = meant
        self._report_fact(name, [*LIMIT_KEYS, "coupon", *self._scope.vocabulary.facts])

    def _countable(self, fact: Fact, span: Span) -> bool:
        if fact.kind in (TypeName.TEXT, TypeName.ONE_OF):
            return True
        message = f"`{fact.name}` is {describe(fact)}, and limits count by text or one-of facts"
        help_ = f"write `per {fact.name}.plain`" if fact.kind is TypeName.EMAIL else ""
        self._report("type-mismatch", message, span, help_)
        return False

    def _limit_zone(self, node: s.Limit) -> ZoneInfo | bool | None:
        if isinstance(node.window, s.CalendarLimit):
            zone = self._windows.zone(None, node.span, "calendar units")
            return False if zone is None else zone
        if isinstance(node.window, s.RollingLimit):
            return self._windows.zone_for(node.window.duration, node.span)
        return None

    @check.register
    def _stacking(self, node: s.Stacking) -> c.Stacking | None:
        if self._stage is not Stage.REDEMPTION:
            message = "`not together with` is asked when a code is redeemed"
            span = self._first_word(node.span)
            self._report("wrong-stage", message, span, "move the rule to `redemption`")
            return None
        known = [self._coupon(name) for name in node.coupons]
        if not all(known):
            return None
        return c.Stacking(tuple(name.text for name in node.coupons) or None)

    def _coupon(self, name: s.Name) -> bool:
        if name.text in self._scope.coupons | self._scope.lost:
            return True
        help_ = did_you_mean(name.text, self._scope.coupons)
        self._report("unknown-coupon", f"no coupon is called `{name.text}`", name.span, help_)
        return False

    # --- discounts

    def tier(self, line: s.Discount) -> c.Tier | None:
        """One checked line of a discount."""
        benefit = self._benefit(line.given)
        when = self._condition(line.when) if line.when is not None else None
        if benefit is None or (when is None and line.when is not None):
            return None
        return c.Tier(benefit, when)

    def _benefit(self, given: s.Given) -> c.Benefit | None:
        if isinstance(given, s.PercentOff):
            return self._percent_off(given)
        if isinstance(given, s.AmountOff):
            amount = self._literals.amount(given.amount)
            return c.AmountOff(amount) if amount is not None else None
        price = self._literals.amount(given.price)
        return c.PriceTo(price) if price is not None else None

    def _percent_off(self, given: s.PercentOff) -> c.PercentOff | None:
        share = Fraction(given.percentage.text) / 100
        if given.cap is None:
            return c.PercentOff(share, None)
        cap = self._literals.amount(given.cap)
        return c.PercentOff(share, cap) if cap is not None else None


def describe(fact: Fact) -> str:
    """The type of a fact in words."""
    if fact.kind is TypeName.ONE_OF:
        return "one of " + ", ".join(fact.type.values)
    nouns = {
        TypeName.TEXT: "text",
        TypeName.NUMBER: "a number",
        TypeName.MONEY: "an amount of money",
        TypeName.YES_NO: "a yes/no fact",
        TypeName.INSTANT: "an instant",
        TypeName.TEXT_LIST: "a list of text",
        TypeName.EMAIL: "an email address",
        TypeName.IP: "an IP address",
    }
    return nouns[fact.kind]


def _comparison_help(fact: Fact) -> str:
    """How a fact of this type is compared."""
    examples = {
        TypeName.TEXT: f"write `{fact.name} is …` or `{fact.name} is one of …, …`",
        TypeName.ONE_OF: f"write `{fact.name} is …` or `{fact.name} is one of …, …`",
        TypeName.NUMBER: f"write `{fact.name} is at least 10`",
        TypeName.MONEY: f"write `{fact.name} is at least 10 EUR`",
        TypeName.YES_NO: f"write `{fact.name}` or `not {fact.name}`",
        TypeName.INSTANT: f"write `{fact.name} is before 2026-12-01`",
        TypeName.TEXT_LIST: f"write `{fact.name} includes …`",
        TypeName.EMAIL: f'write `{fact.name} ends with "@xyz.example"`',
        TypeName.IP: f"write `{fact.name} is in 192.0.2.0/24`",
    }
    return examples[fact.kind]
