"""Generated events near what sentences name, so that about half of the sentences hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.language import syntax as s
from tests.reference import EVER, window_span
from tests.strategies_cases import UNITS, Case, Coupon, Facts, Redemption, Use, World
from tests.strategies_clock import plus, resolve
from tests.strategies_trees import (
    draw_stacking,
    nodes,
)
from tests.strategies_vocabulary import (
    ADDRESSES,
    APPLICATION,
    CLOCKS,
    CLOSED,
    COUPONS,
    CURRENCIES,
    DAYS,
    EMAILS,
    FACTS,
    IPV6_ADDRESSES,
    NUMBERS,
    OFFSETS,
    POOLS,
    QUOTED,
    RATES,
    REDEMPTION,
    TYPES,
    WORDS,
    Kind,
    Pick,
    Scope,
)

# --- facts and instants near what the sentences name ------------------------------------------

_JITTERS = tuple(
    timedelta(microseconds=n)
    for n in (0, -1, 1, -1_000_000, 3_600_000_000, -3_600_000_000, 86_400_000_000)
)


def _written(pick: Pick, at: datetime) -> str:
    """An instant as a request says it, with some offset."""
    if pick.chance(70):
        return at.isoformat().replace("+00:00", "Z")
    return at.astimezone(timezone(timedelta(minutes=pick.one(OFFSETS)))).isoformat()


def _some_instant(pick: Pick, zone: str | None) -> datetime:
    return resolve(datetime.combine(pick.one(DAYS), pick.one(CLOCKS)), zone or "UTC")


def _edges(window: s.Window, zone: str | None) -> list[datetime]:
    start, end = window_span(window, zone or "UTC")
    inside = [(start if end == EVER[1] else end) + timedelta(hours=1 if end == EVER[1] else -1)]
    return inside + [edge for edge in (start, end) if edge not in EVER]


def _constants(node: Any, zone: str | None) -> list[Any]:
    """Raw values that a sentence names, or values around them."""
    match node:
        case s.Membership():
            return [_raw(value) for value in node.values]
        case s.Order():
            return [_raw(node.value)]
        case s.Between():
            return [_raw(node.low), _raw(node.high)]
        case s.FactWindow():
            return _edges(node.window, zone)
        case s.TextEdge() if node.fact.text not in CLOSED:
            text = node.value.text
            return [text + "-1" if node.edge is s.Edge.STARTS else "x-" + text]
        case s.Includes():
            return [[node.value.text], ["core", node.value.text]]
    return []


def _raw(literal: s.Literal) -> Any:
    if literal.currency:
        return {"amount": literal.text, "currency": literal.currency.text}
    return literal.text


def _pool(fact: str) -> Sequence[Any]:
    kind = TYPES[fact].name
    if kind is Kind.TEXT or kind is Kind.ONE_OF:
        return TYPES[fact].values or POOLS.get(fact) or (*WORDS[:4], *QUOTED[:3], "10.50")
    pools: Mapping[s.TypeName, Sequence[Any]] = {
        Kind.NUMBER: NUMBERS,
        Kind.YES_NO: (True, False),
        Kind.EMAIL: EMAILS,
        Kind.IP: ADDRESSES + IPV6_ADDRESSES,
        Kind.TEXT_LIST: (["pro"], ["core", "two words"], []),
        Kind.MONEY: [
            {"amount": "10.00", "currency": "EUR"},
            {"amount": "9.90", "currency": "USD"},
            {"amount": "500", "currency": "JPY"},
        ],
    }
    return pools[kind]


def _value(pick: Pick, fact: str, constants: Sequence[Any], zone: str | None) -> Any:
    near = constants and pick.chance(65)
    if TYPES[fact].name is Kind.INSTANT:
        at = pick.one(constants) if near else _some_instant(pick, zone)
        return _written(pick, at + pick.one(_JITTERS))
    if TYPES[fact].name is Kind.EMAIL and near:
        return pick.one([text if text[0] not in "@.x" else "cy" + text for text in EMAILS])
    return pick.one(constants) if near else pick.one(_pool(fact))


_ALIASES = {
    "customer": "customer.id",
    "subscription": "subscription.id",
    "customer.email.domain": "customer.email",
    "customer.email.plain": "customer.email",
}
_USUAL = ("code", "customer.id", "subscription.id")


def draw_facts(pick: Pick, scope: Scope, trees: Any, base: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the facts that the trees name, some of them missing."""
    constants: dict[str, list[Any]] = {name: [] for name in _USUAL}
    for node in nodes(trees):
        if isinstance(node, s.Name):
            constants.setdefault(_ALIASES.get(node.text, node.text), [])
        elif hasattr(node, "fact"):
            found = constants.setdefault(_ALIASES.get(node.fact.text, node.fact.text), [])
            found += _constants(node, scope.zone) if node.fact.text not in _ALIASES else []
        elif isinstance(node, s.Limit) and node.noun is s.Noun.PERIODS:
            constants.setdefault("period.start", [])
    facts = dict(base)
    for name, values in constants.items():
        if name in FACTS[scope.stage] and name not in facts and pick.chance(90):
            facts[name] = _value(pick, name, values, scope.zone)
    if "product" in facts and pick.chance(40):
        own = facts["product"] if pick.chance(50) else facts.pop("product")
        facts["subscription.product"] = own if pick.chance(50) else "core"
    return facts


def _moments(node: Any, facts: Facts, pick: Pick, zone: str | None) -> list[datetime]:
    """Instants at and around which a sentence changes its mind."""
    match node:
        case s.EventWindow():
            return _edges(node.window, zone)
        case s.Within() if node.anchor.text in facts:
            anchor = datetime.fromisoformat(facts[node.anchor.text]).astimezone(UTC)
            end = plus(anchor, node.duration, zone or "UTC")
            return [anchor, end, anchor + (end - anchor) / 2]
        case s.Recurring():
            where = node.zone.text if node.zone else zone or "UTC"
            clocks = (node.start or time(), node.end or time())
            return [resolve(datetime.combine(pick.one(DAYS), clock), where) for clock in clocks]
    return []


def draw_at(pick: Pick, trees: Any, facts: Facts, zone: str | None) -> datetime:
    found = [at for node in nodes(trees) for at in _moments(node, facts, pick, zone)]
    at = pick.one(found) if found and pick.chance(80) else _some_instant(pick, zone)
    return at.astimezone(UTC) + pick.one(_JITTERS)


def draw_charge(pick: Pick) -> dict[str, Any]:
    """Fee, amount and currency of a charge; sometimes nothing or less is charged."""
    currency = pick.one(CURRENCIES)
    minor = pick.one((10_000, 1000, 1, 3, 5000, 990, 333, 99_999, 123_457, 2450))
    minor = pick.one((0, -minor)) if pick.chance(6) else minor
    amount = str(Decimal(minor) / UNITS[currency])
    money = {"amount": amount, "currency": currency}
    return {"fee": pick.one(TYPES["fee"].values), "amount": money, "currency": currency}


# --- usage, rates and whole cases -------------------------------------------------------------


def _distances(trees: Any, at: datetime, zone: str | None) -> list[timedelta]:
    """How far from the event others may be: so far that limits' windows just end, or less."""
    found = [timedelta(0), timedelta(days=-1), timedelta(hours=-1), timedelta(days=20)]
    for node in nodes(trees):
        if isinstance(node, s.RollingLimit):
            length = plus(at, node.duration, zone or "UTC") - at
            found += [-length, -length / 2, length / 2, length]
    return found


def _use(pick: Pick, coupon: Coupon, case: Case, stage: str, far: Sequence[timedelta]) -> Use:
    """A use with the event's facts, but for one that may differ or be missing."""
    facts = dict(case.facts)
    if facts and pick.chance(35):
        name = pick.one(sorted(facts))
        del facts[name]
        if name in TYPES and TYPES[name].name in (Kind.TEXT, Kind.ONE_OF) and pick.chance(60):
            facts[name] = pick.one(_pool(name))
        if name == "currency" and name in facts:
            facts["amount"] = {"amount": "1", "currency": facts[name]}
    at = case.at + pick.one(far) + pick.one(_JITTERS[:3])
    returned = pick.one((Fraction(0),) * 5 + (Fraction(1),))
    if stage == REDEMPTION:
        return Use(coupon.name, stage, at, facts, returned=returned)
    currency = pick.one((case.facts["currency"], *CURRENCIES))
    discount = Fraction(pick.one((100, 1, 500, 2500, 333)))
    start = facts.get("period.start") if pick.chance(60) else pick.one((None, *_PERIODS))
    period = datetime.fromisoformat(start).astimezone(UTC) if start else None
    share = Fraction(1, 4) if not returned and pick.chance(15) else returned
    return Use(coupon.name, stage, at, facts, discount, currency, period, share)


_PERIODS = ("2026-11-01T00:00:00+01:00", "2026-12-01T00:00:00Z", "2026-10-01T00:00:00Z")


def draw_usage(pick: Pick, coupon: Coupon, case: Case, stage: str) -> tuple[Use, ...]:
    rules = coupon.redemption if stage == REDEMPTION else coupon.application
    limits = tuple(rule for rule in rules if isinstance(rule, s.Limit))
    if not limits:
        return ()
    far = _distances(limits, case.at, coupon.zone)
    return tuple(_use(pick, coupon, case, stage, far) for _ in range(pick.below(6)))


_RATE_ROWS = tuple(
    datetime(*day, tzinfo=UTC) for day in ((2024, 1, 1), (2026, 7, 1), (2026, 11, 28))
)


def draw_world(pick: Pick) -> World:
    base = pick.one(("EUR", "EUR", "CHF"))
    rows = _RATE_ROWS[: pick.one((1, 2, 3, 0, 3, 2))]
    others = [currency for currency in CURRENCIES if currency != base]
    rates = [(at, {name: pick.one(RATES) for name in others if not pick.chance(6)}) for at in rows]
    return World(rates, base, pick.one(("half-up", "half-even")))


def draw_case(pick: Pick, coupon: Coupon, stage: str) -> Case:
    trees = coupon.redemption if stage == REDEMPTION else coupon.application + coupon.discount
    base = draw_charge(pick) if stage == APPLICATION else {}
    facts = draw_facts(pick, Scope(stage, coupon.zone), trees, base)
    at = draw_at(pick, trees, facts, coupon.zone)
    asked = Case(coupon, draw_world(pick), at, facts)
    stacked = stage == REDEMPTION and pick.chance(30)
    others = tuple(_other(pick, coupon) for _ in range(1 + pick.below(2))) if stacked else ()
    return asked._replace(usage=draw_usage(pick, coupon, asked, stage), others=others)


def _other(pick: Pick, coupon: Coupon) -> Coupon:
    name = pick.one([name for name in COUPONS if name != coupon.name])
    rules = (draw_stacking(pick, [other for other in COUPONS if other != name]),)
    return Coupon(name, coupon.zone, redemption=rules if pick.chance(50) else ())


def draw_redemption(
    pick: Pick, code: str, coupon: Coupon, facts: dict[str, Any], at: datetime
) -> Redemption:
    ages = (timedelta(days=1), timedelta(0), timedelta(days=1), timedelta(days=90))
    late = timedelta(hours=1) if pick.chance(4) else timedelta(0)
    remembered = {name: given for name, given in facts.items() if name in ("issued", "by")}
    moment = at - pick.one(ages) + late
    if "redeemed" in facts and pick.chance(50):
        moment = datetime.fromisoformat(facts["redeemed"]).astimezone(UTC)
    return Redemption(code, coupon, moment, remembered)
