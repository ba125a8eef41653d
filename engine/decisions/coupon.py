"""A coupon made ready to decide: its rules compiled, its limits with the slots of their keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from engine.calendar import Instant
from engine.catalogue.catalogue import Coupon, PolicyRule, PolicyTier
from engine.decisions.compiler import (
    Opening,
    Test,
    definitely_false,
    definitely_true,
    opening,
)
from engine.decisions.shown import Shown, shown
from engine.decisions.usage import LimitId, Meter, by_basis
from engine.language import checked as c
from engine.language.prose import english
from engine.language.syntax import CalendarLimit, Noun, RollingLimit, TypeName
from engine.language.vocabulary import STANDARD, Fact, Stage
from engine.language.walk import facts_of, leaves
from engine.money import ROUND, Money, round_half_up


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition among the rules: when it definitely holds, definitely fails, and on what.

    `edges` are the instants at which its windows begin and end, and `moving` its other sentences
    that may hold at one instant and not at another; `rated` are those that do so only as rates
    change.
    """

    policy: PolicyRule | PolicyTier
    english: str
    condition: c.Condition
    holds: Test
    fails: Test
    facts: tuple[Shown, ...]
    slots: Mapping[str, int]
    moving: tuple[c.Recurring | c.Within, ...]
    rated: tuple[c.Member | c.Compared | c.Ranged, ...]
    edges: tuple[Instant, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """A limit among the rules."""

    policy: PolicyRule
    english: str
    meter: Meter
    facts: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Stacked:
    """A `not together with` among the rules."""

    policy: PolicyRule
    stacking: c.Stacking

    def forbids(self, coupon: str) -> bool:
        """Whether the other coupon may not be redeemed beside this one."""
        return self.stacking.coupons is None or coupon in self.stacking.coupons


@dataclass(frozen=True, slots=True)
class Gate:
    """The rules of one stage. `opens` asks conditions and limits at once, up to the first no.

    `edges` are the instants at which windows begin and end, `moving` the other rules that time
    alone may change, `rated` those that it changes by other rates, `strictest` the limits that
    events count against: one of each basis. One that `is_fixed` changes at its `edges` alone.
    """

    opens: Opening
    rules: tuple[Clause | Counted | Stacked, ...]
    counts: tuple[Counted, ...]
    budgets: tuple[Counted, ...]
    stacked: tuple[Stacked, ...]
    edges: tuple[Instant, ...]
    moving: tuple[Clause | Counted, ...]
    rated: tuple[Clause, ...]
    strictest: tuple[Meter, ...]
    is_fixed: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_fixed", not self.moving and not self.rated)


@dataclass(frozen=True, slots=True)
class Tier:
    """One line of a discount; `clause` is None where it is always given.

    `share` is what a percentage takes, as a ratio; `money` the amount, price or cap, if it has one,
    and `exact` the same as a ratio of minor units of its own currency.
    """

    policy: PolicyTier
    benefit: c.Benefit
    clause: Clause | None
    step: c.Step
    share: tuple[int, int] | None
    money: Money | None
    is_price: bool
    exact: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class ReadyCoupon:
    """A coupon with everything that deciding needs.

    `meters` are the limits that applications count against. `always` is the first line of its
    discount, if that has no condition. While it `is_steady` nothing but other rates changes what it
    gives on a charge.
    """

    policy: Coupon
    redemption: Gate
    application: Gate
    tiers: tuple[Tier, ...]
    meters: tuple[Meter, ...]
    round_: Callable[[int, int], int] = round_half_up
    name: str = field(init=False)
    title: str = field(init=False)
    active: bool = field(init=False)
    always: Tier | None = field(init=False)
    is_steady: bool = field(init=False)

    def __post_init__(self) -> None:
        for name in ("name", "title", "active"):
            object.__setattr__(self, name, getattr(self.policy, name))
        always = self.tiers[0] if self.tiers and self.tiers[0].clause is None else None
        object.__setattr__(self, "always", always)
        gate, conditional = self.application, self.tiers and always is None
        object.__setattr__(self, "is_steady", not (gate.edges or gate.moving or conditional))


def ready(coupon: Coupon, slots: Mapping[str, int]) -> ReadyCoupon:
    """Compile a coupon for records with these slots."""
    application = _gate((coupon.name, Stage.APPLICATION), coupon.application, slots)
    return ReadyCoupon(
        coupon,
        _gate((coupon.name, Stage.REDEMPTION), coupon.redemption, slots),
        application,
        tuple(_tier(policy, slots) for policy in coupon.discount),
        tuple(counted.meter for counted in application.counts + application.budgets),
        ROUND[coupon.rounding],
    )


def _gate(
    of: tuple[str, Stage], policies: tuple[PolicyRule, ...], slots: Mapping[str, int]
) -> Gate:
    rules = tuple(_rule((*of, index), policy, slots) for index, policy in enumerate(policies))
    limits = tuple(rule for rule in rules if isinstance(rule, Counted))
    conditions = [rule.condition for rule in rules if isinstance(rule, Clause)]
    counts = tuple(each for each in limits if each.meter.limit.noun is not Noun.DISCOUNT)
    return Gate(
        opening(conditions, [each.meter for each in counts], slots),
        rules,
        counts,
        tuple(each for each in limits if each.meter.limit.noun is Noun.DISCOUNT),
        tuple(rule for rule in rules if isinstance(rule, Stacked)),
        tuple(edge for rule in rules if isinstance(rule, Clause) for edge in rule.edges),
        tuple(rule for rule in rules if not isinstance(rule, Stacked) and _moves(rule)),
        tuple(rule for rule in rules if isinstance(rule, Clause) and rule.rated),
        tuple(by_basis(each.meter for each in limits)),
    )


def _moves(rule: Clause | Counted) -> bool:
    """Whether time alone may change what a rule says, beside the edges of its windows."""
    if isinstance(rule, Counted):
        return rule.meter.limit.window is not None
    return bool(rule.moving)


def _rule(
    limit_id: LimitId, policy: PolicyRule, slots: Mapping[str, int]
) -> Clause | Counted | Stacked:
    rule = policy.rule
    if isinstance(rule, c.Limit):
        meter = meter_of(limit_id, rule, slots)
        return Counted(policy, english(rule), meter, shown(_counted_facts(rule), slots))
    if isinstance(rule, c.Stacking):
        return Stacked(policy, rule)
    return clause_of(policy, rule, slots)


def _counted_facts(limit: c.Limit) -> tuple[Fact, ...]:
    """The facts that a limit asks: those that it counts by, and the period where it counts them."""
    periods = limit.noun is Noun.PERIODS
    return (*limit.per, STANDARD.facts["period.start"]) if periods else limit.per


def meter_of(limit_id: LimitId, limit: c.Limit, slots: Mapping[str, int]) -> Meter:
    """A limit, for records with these slots."""
    (coupon, stage, place), basis = limit_id, counted_by(limit)
    return Meter(
        limit_id,
        limit,
        basis,
        limit.bound.minor if isinstance(limit.bound, Money) else limit.bound,
        tuple(slots[fact.name] for fact in limit.per),
        slots["period.start"],
        slots["currency"],
        counts_all=limit.window is None and limit.noun in (Noun.REDEMPTIONS, Noun.APPLICATIONS),
        is_listed=isinstance(limit.window, RollingLimit) or limit.noun is Noun.PERIODS,
        is_budget=limit.noun is Noun.DISCOUNT,
        name=f"{coupon}\n{stage.value}\n{place}",
        counter=f"{coupon}\n{basis}",
    )


def counted_by(limit: c.Limit) -> str:
    """What a limit counts, by what and in which stretches of time, whatever it allows."""
    unit = limit.bound.currency if isinstance(limit.bound, Money) else ""
    per = " and ".join(fact.name for fact in limit.per)
    keeps = "keeps" if limit.keeps else ""
    return "|".join((limit.noun.value, unit, per, _stretch(limit), keeps))


def _stretch(limit: c.Limit) -> str:
    if limit.window is None:
        return ""
    zone = limit.zone.key if limit.zone is not None else ""
    if isinstance(limit.window, CalendarLimit):
        return f"per {limit.window.unit.value} {zone}"
    return f"in any {limit.window.duration} {zone}"


def clause_of(
    policy: PolicyRule | PolicyTier, condition: c.Condition, slots: Mapping[str, int]
) -> Clause:
    """A condition made ready for records with these slots."""
    facts = facts_of(condition)
    return Clause(
        policy,
        english(condition),
        condition,
        definitely_true([condition], slots),
        definitely_false(condition, slots),
        shown(facts, slots),
        {fact.name: slots[fact.name] for fact in facts},
        tuple(leaf for leaf in leaves(condition) if isinstance(leaf, c.Recurring | c.Within)),
        tuple(leaf for leaf in leaves(condition) if _is_rated(leaf)),
        tuple(edge for leaf in leaves(condition) for edge in _edges(leaf)),
    )


def _edges(leaf: c.Condition) -> list[Instant]:
    """When a window that the moment of the event lies in begins and ends."""
    return leaf.span_edges() if isinstance(leaf, c.During) and leaf.fact is None else []


def _is_rated(leaf: c.Condition) -> TypeGuard[c.Member | c.Compared | c.Ranged]:
    """Whether a sentence asks amounts, which are converted at a rate."""
    if not isinstance(leaf, c.Member | c.Compared | c.Ranged):
        return False
    return leaf.fact.kind is TypeName.MONEY


def _tier(policy: PolicyTier, slots: Mapping[str, int]) -> Tier:
    when, benefit = policy.tier.when, policy.tier.benefit
    clause = None if when is None else clause_of(policy, when, slots)
    share = benefit.share.as_integer_ratio() if isinstance(benefit, c.PercentOff) else None
    step, money = step_of(benefit), money_of(benefit)
    exact = None if money is None else (money.minor, 1)
    return Tier(policy, benefit, clause, step, share, money, step is c.Step.PRICE, exact)


def money_of(benefit: c.Benefit) -> Money | None:
    """The amount, price or cap of a benefit; None for a share without a cap."""
    if isinstance(benefit, c.PercentOff):
        return benefit.cap
    return benefit.amount if isinstance(benefit, c.AmountOff) else benefit.price


def step_of(benefit: c.Benefit) -> c.Step:
    """When a discount is taken: prices first, then percentages, then fixed amounts."""
    if isinstance(benefit, c.PriceTo):
        return c.Step.PRICE
    return c.Step.PERCENT if isinstance(benefit, c.PercentOff) else c.Step.AMOUNT
