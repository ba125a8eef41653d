"""Cases of the reference interpreter, asked of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from engine import calendar
from engine.calendar import to_instant
from engine.catalogue import catalogue
from engine.catalogue.catalogue import PolicyRule, PolicyTier
from engine.catalogue.loader import load_texts
from engine.decisions.compiler import Record
from engine.decisions.coupon import ReadyCoupon, ready
from engine.decisions.decoding import decode
from engine.decisions.facts import RequestTypes
from engine.decisions.usage import Meter, RecordedUsage, Use
from engine.diagnostics import ERRORS, Location, Problem
from engine.language import checked as c
from engine.language import syntax as s
from engine.language.checker import Scope, check_discount, check_rule
from engine.language.vocabulary import Stage, Vocabulary
from engine.language.writer import write
from engine.money import MINOR_DIGITS, Money, RateTable, convert
from tests import strategies_cases as asked
from tests.strategies import vocabulary
from tests.strategies_vocabulary import COUPONS

_NOWHERE = Location("generated.yaml", 1, 1, 1, 1)
_CHARGE_FACTS: tuple[str, ...] = (
    "fee",
    "component",
    "quantity",
    "invoice",
    "product",
    "period.start",
)
_CHARGE_FACTS += ("period.number",)


@cache
def words() -> Vocabulary:
    """The vocabulary over which cases are generated."""
    return load_texts({"vocabulary.yaml": vocabulary()}).vocabulary


@cache
def types() -> RequestTypes:
    """The types of requests under that vocabulary."""
    return RequestTypes(words())


def compiled(coupon: asked.Coupon) -> ReadyCoupon:
    """A generated coupon, checked and compiled as the loader does."""
    zone = calendar.zone(coupon.zone) if coupon.zone is not None else None
    policy = catalogue.Coupon(
        coupon.name,
        _NOWHERE,
        coupon.name,
        zone,
        tuple(_tier(line, zone) for line in coupon.discount),
        None,
        tuple(_rule(rule, Stage.REDEMPTION, zone) for rule in coupon.redemption),
        tuple(_rule(rule, Stage.APPLICATION, zone) for rule in coupon.application),
        best_of=coupon.best_of,
    )
    return ready(policy, words().slots)


def checked(rule: s.Condition, zone: str | None) -> c.Condition:
    """A generated condition on a charge, checked."""
    found = _rule(rule, Stage.APPLICATION, calendar.zone(zone) if zone is not None else None).rule
    assert not isinstance(found, c.Limit | c.Stacking)
    return found


def _scope(zone: ZoneInfo | None) -> Scope:
    return Scope(words(), zone, frozenset(COUPONS))


def _rule(rule: s.Rule, stage: Stage, zone: ZoneInfo | None) -> PolicyRule:
    text = write(rule)
    checked, problems = check_rule(rule, text, stage, _scope(zone))
    assert checked is not None, (text, problems)
    _assert_right(text, problems)
    return PolicyRule(checked, text, _NOWHERE)


def _tier(line: s.Discount, zone: ZoneInfo | None) -> PolicyTier:
    text = write(line)
    checked, problems = check_discount(line, text, _scope(zone))
    assert checked is not None, (text, problems)
    _assert_right(text, problems)
    return PolicyTier(checked, text, _NOWHERE)


def _assert_right(text: str, problems: Iterable[Problem]) -> None:
    assert [each for each in problems if each.name in ERRORS] == [], text


# --- facts --------------------------------------------------------------------------------------


def record_of(facts: Mapping[str, Any], at: datetime, world: asked.World) -> Record:
    """The record that a request with these facts makes, decoded as a service would."""
    charged = "amount" in facts
    if not charged and "product" in facts:
        facts = {**facts, "subscription.product": facts["product"]}
    typed: Any = decode(_request(facts, at, charged=charged), types().evaluate)
    rates = rate_table(world)
    event = types().event_record(typed, to_instant(typed.at), rates.at(to_instant(at)))
    record = types().charge_record(event, typed.charges[0], "") if charged else event
    return _with_code(record, facts)


def _request(facts: Mapping[str, Any], at: datetime, *, charged: bool) -> dict[str, Any]:
    request: dict[str, Any] = {"at": at.isoformat(), "charges": []}
    charge: dict[str, Any] = {}
    for name, value in facts.items():
        if name == "amount":
            charge |= value
        elif name in _CHARGE_FACTS or name.startswith("charge."):
            _put(charge, name.removeprefix("charge."), value)
        elif name not in ("code", "redeemed", "issued", "currency"):
            _put(request, name, value)
    return {**request, "charges": [charge]} if charged else request


def _put(target: dict[str, Any], name: str, value: Any) -> None:
    *parents, last = name.split(".")
    for parent in parents:
        target = target.setdefault(parent, {})
    target[last] = value


def _with_code(record: Record, facts: Mapping[str, Any]) -> Record:
    code = facts.get("code")
    redeemed, issued = (_instant(facts.get(name)) for name in ("redeemed", "issued"))
    seen = types().with_code(record, code or "", redeemed, issued, facts.get("by"))
    if code is None:
        seen[words().slots["code"]] = None
    return seen


def _instant(text: str | None) -> int | None:
    return to_instant(datetime.fromisoformat(text)) if text is not None else None


def rate_table(world: asked.World) -> RateTable:
    """The rates of a generated world."""
    return RateTable(world.base, [(to_instant(at), row) for at, row in world.rates])


# --- usage --------------------------------------------------------------------------------------


def usage_of(
    coupons: Iterable[ReadyCoupon], uses: Iterable[asked.Use], world: asked.World
) -> RecordedUsage:
    """The uses of a case, counted by the meters of the coupons."""
    usage = RecordedUsage()
    by_name = {coupon.name: coupon for coupon in coupons}
    for use in uses:
        coupon = by_name[use.coupon]
        gate = coupon.redemption if use.kind == "redemption" else coupon.application
        record = _use_record(use, world)
        for counted in gate.counts + gate.budgets:
            _count(usage, counted.meter, use, record, world)
    return usage


def _use_record(use: asked.Use, world: asked.World) -> Record:
    """The facts kept of an event; an application without an amount keeps the others."""
    if use.kind == "redemption":
        return record_of(use.facts, use.at, world)
    nothing = {"amount": "0", "currency": use.facts.get("currency", "EUR")}
    record = record_of({"amount": nothing, **use.facts}, use.at, world)
    if "currency" not in use.facts:
        record[words().slots["currency"]] = None
    return record


def _count(
    usage: RecordedUsage,
    meter: Meter,
    use: asked.Use,
    record: Record,
    world: asked.World,
) -> None:
    kept = Fraction(1) if meter.limit.keeps else 1 - use.returned
    key = meter.key(record)
    if key is None or kept == 0:
        return
    amount = taken(meter, use, world) if isinstance(meter.limit.bound, Money) else Fraction(0)
    assert amount is not None, "uses that no rate converts are left out of cases"
    period = to_instant(use.period_start) if use.period_start is not None else None
    usage.record(meter, key, Use(to_instant(use.at), amount * kept, period))


def taken(meter: Meter, use: asked.Use, world: asked.World) -> Fraction | None:
    """What a use took of a budget, in its currency; None without a rate."""
    bound = meter.limit.bound
    assert isinstance(bound, Money)
    rates = rate_table(world).at(to_instant(use.at))
    factor = convert(Money(1, use.currency), bound.currency, rates)
    return None if factor is None else use.discount * factor


def minor_digits(currency: str) -> int:
    """The decimals of a currency."""
    return MINOR_DIGITS[currency]


def shown(case: asked.Case) -> str:
    """A case in short, for the message of a failed comparison."""
    rules = [write(rule) for rule in case.coupon.redemption + case.coupon.application]
    uses = [(use.at.isoformat(), dict(use.facts), str(use.returned)) for use in case.usage]
    return f"{rules} {case.coupon.zone} {case.at.isoformat()} {dict(case.facts)} {uses}"


def shown_charge(charge: asked.Charge) -> str:
    """A charge in short, for the message of a failed comparison."""
    codes = [
        (
            each.code,
            each.redeemed.isoformat(),
            dict(each.remembered),
            [write(rule) for rule in each.coupon.application + each.coupon.discount],
            each.coupon.best_of,
        )
        for each in charge.redemptions
    ]
    uses = [tuple(map(str, use)) for use in charge.usage]
    return f"{codes} {charge.at.isoformat()} {dict(charge.facts)} {uses} {charge.world}"
