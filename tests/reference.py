"""A naive interpreter of policies: language.md and behaviour.md once more, in plain Python.

It shares only the syntax tree with the engine. What can't be told is None. Money is exact, in
minor units and a currency; times are those of a coupon's zone, which may be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from ipaddress import ip_address, ip_network
from math import floor
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pendulum.helpers import add_duration

from engine.calendar import Duration, Unit
from engine.language import syntax as s

Verdict = bool | None
Money = tuple[Fraction, str]
TRUTH: tuple[Verdict, ...] = (False, None, True)  # Kleene: `and` is the least, `or` the greatest
NOT: Mapping[Verdict, Verdict] = {True: False, False: True, None: None}
EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
DIGITS = {"JPY": 0, "KWD": 3}
KEYS = {"customer": "customer.id", "subscription": "subscription.id"}
SIGNS = {"at least": (0, 1), "at most": (-1, 0), "over": (1,), "under": (-1,)}
REFUSALS = {s.Recurring: "outside_hours", s.Limit: "limit_reached", s.Stacking: "not_combinable"}
TURNS = (s.PriceTo, s.PercentOff, s.AmountOff)
ROUND = {"half-up": lambda amount: floor(amount + Fraction(1, 2)), "half-even": round}


class Coupon(NamedTuple):
    """A coupon's document, as trees."""

    name: str
    zone: str | None = None
    redemption: tuple[s.Rule, ...] = ()
    application: tuple[s.Rule, ...] = ()
    discount: tuple[s.Discount, ...] = ()
    best_of: str | None = None


class World(NamedTuple):
    """What holds for all coupons. A rate is what one unit of the base buys; rows are in order."""

    types: Mapping[str, s.FactType]
    rates: Sequence[tuple[datetime, Mapping[str, Fraction]]] = ()
    base: str = "EUR"
    rounding: str = "half-up"


class Use(NamedTuple):
    """An event that limits count. When all of it is `returned`, its place is given back."""

    coupon: str
    at: datetime
    facts: Mapping[str, Any]
    discount: Money = (Fraction(0), "EUR")
    returned: Fraction = Fraction(0)


class Case(NamedTuple):
    """An event, asked of a coupon: its uses, and the other coupons on the subscription."""

    coupon: Coupon
    world: World
    at: datetime
    facts: Mapping[str, Any]
    usage: Sequence[Use] = ()
    others: Sequence[Coupon] = ()


def raw(facts: Mapping[str, Any], name: str) -> Any:
    """A fact as given, or as taken from another."""
    local, sign, domain = facts.get("customer.email", "").lower().rpartition("@")
    taken = {
        "customer.email.domain": domain or None,
        "customer.email.plain": local.split("+")[0] + sign + domain or None,
        "product": facts.get("subscription.product"),
    }
    return facts.get(name, taken.get(name))


def typed(name: str, given: Any, case: Case) -> Any:
    """A fact, or a value beside it, read by the fact's type."""
    match case.world.types[name].name:
        case s.TypeName.NUMBER:
            return Fraction(str(given))
        case s.TypeName.MONEY:
            return money(given)
        case s.TypeName.INSTANT:
            return datetime.fromisoformat(given).astimezone(UTC)
        case s.TypeName.EMAIL:
            return given.lower()
        case s.TypeName.IP:
            return ip_address(given)
    return given


def read(name: str, case: Case) -> Any:
    given = raw(case.facts, name)
    return None if given is None else typed(name, given, case)


def minor(figure: Any, currency: str) -> Fraction:
    return Fraction(figure) * 10 ** DIGITS.get(currency, 2)


def money(given: Any) -> Money:
    if isinstance(given, s.Literal) and given.currency:
        return minor(given.text, given.currency.text), given.currency.text
    return minor(given["amount"], given["currency"]), given["currency"]


def convert(given: Money, to: str, case: Case, at: datetime | None = None) -> Fraction | None:
    """Exactly, through the base, at the rates in force at the event or `at`."""
    amount, currency = given
    rows = [rates for start, rates in case.world.rates if start <= (at or case.at)]
    rates = {**rows[-1], case.world.base: 1} if rows else {}
    if currency == to or not {currency, to} <= rates.keys():
        return amount if currency == to else None
    return amount / minor(rates[currency], currency) * minor(rates[to], to)


def in_charge(given: Money, case: Case) -> Fraction | None:
    return convert(given, case.facts["amount"]["currency"], case)


# --- time -------------------------------------------------------------------------------------


def wall_clock(instant: datetime, zone: str | None) -> datetime:
    return instant.astimezone(ZoneInfo(zone or "UTC")).replace(tzinfo=None, fold=0)


def resolve(local: datetime, zone: str | None) -> datetime:
    """The instant of a wall clock's time: the first of two, the end of the gap that skips it."""
    instant = local.replace(tzinfo=ZoneInfo(zone or "UTC")).astimezone(UTC)
    if wall_clock(instant, zone) > local:
        instant = instant.replace(second=0, microsecond=0)
        while wall_clock(instant - timedelta(minutes=1), zone) > local:
            instant -= timedelta(minutes=1)
    return instant


def plus(instant: datetime, duration: Duration, zone: str | None) -> datetime:
    """Hours and minutes elapse; days and longer are the calendar's."""
    count, unit = duration.count, duration.unit
    length = {"months": 3 * count} if unit is Unit.QUARTER else {f"{unit.value}s": count}
    if unit in (Unit.MINUTE, Unit.HOUR):
        return instant + timedelta(**length)
    return resolve(add_duration(wall_clock(instant, zone), **length), zone)


def calendar_unit(instant: datetime, unit: Unit, zone: str | None) -> str:
    """Which hour, day, week (from Monday), month, quarter or year the wall clock shows."""
    local = wall_clock(instant, zone)
    quarter = f"%Y {(local.month + 2) // 3}"
    labels = {"hour": "%F %H", "day": "%F", "week": "%G %V", "month": "%Y %m", "year": "%Y"}
    return local.strftime(labels.get(unit.value, quarter))


def moment(written: s.Moment, zone: str | None, days: int = 0) -> datetime:
    """A written time, or the beginning of a day, so many days later."""
    local = datetime.combine(written.day, written.clock or time()) + timedelta(days)
    if written.offset is not None:
        return resolve(local - timedelta(minutes=written.offset), "UTC")
    return resolve(local, zone)


def window_span(window: s.Window, zone: str | None) -> tuple[datetime, datetime]:
    """From the start, included, to the end, not included."""
    zone = window.zone.text if window.zone else zone
    through = int(window.end_word is s.EndWord.THROUGH)
    start = moment(window.start, zone) if window.start else EVER[0]
    return start, moment(window.end, zone, through) if window.end else EVER[1]


def recurs(rule: s.Recurring, at: datetime, zone: str | None) -> bool:
    """Whether an instant is in a window that starts on some day near it."""
    zone = rule.zone.text if rule.zone else zone
    start, end = rule.start or time(), rule.end or time()
    for distance in (-2, -1, 0, 1):
        day = wall_clock(at, zone).date() + timedelta(distance)
        opens = resolve(datetime.combine(day, start), zone)
        closes = resolve(datetime.combine(day, end) + timedelta(int(end <= start)), zone)
        if (not rule.days or s.Weekday(day.weekday()) in rule.days) and opens <= at < closes:
            return True
    return False


# --- sentences --------------------------------------------------------------------------------


def verdict(rule: s.Rule, case: Case) -> Verdict:
    """Whether a sentence holds."""
    match rule:
        case s.And():
            return min((verdict(one, case) for one in rule.operands), key=TRUTH.index)
        case s.Or():
            return max((verdict(one, case) for one in rule.operands), key=TRUTH.index)
        case s.Not():
            return NOT[verdict(rule.operand, case)]
        case s.Limit():
            left = room(rule, case)
            return None if left is None else left > 0
        case s.Stacking():
            return not any(excludes(rule, other) for other in case.others)
        case s.EventWindow() | s.Within():
            span = event_span(rule, case)
            return span and span[0] <= case.at < span[1]
        case s.Recurring():
            return recurs(rule, case.at, case.coupon.zone)
        case s.Presence():
            return rule.known == (raw(case.facts, rule.fact.text) is not None)
    fact = read(rule.fact.text, case)
    return None if fact is None else verdict_on(fact, rule, case)


def verdict_on(fact: Any, rule: s.Condition, case: Case) -> Verdict:
    """Whether a sentence about a fact that was given holds."""

    def stands(value: s.Literal, *signs: int) -> Verdict:
        """Whether the fact is under (-1), at (0) or over (1) a value."""
        left, right = fact, typed(rule.fact.text, value if value.currency else value.text, case)
        if value.currency:
            left, right = convert(fact, right[1], case), right[0]
        return None if left is None else (left > right) - (left < right) in signs

    match rule:
        case s.Flag():
            return bool(fact)
        case s.Order():
            return stands(rule.value, *SIGNS[rule.comparison.value])
        case s.Between():
            return min(stands(rule.low, 0, 1), stands(rule.high, -1, 0), key=TRUTH.index)
        case s.Membership():
            found = max((stands(value, 0) for value in rule.values), key=TRUTH.index)
            return NOT[found] if rule.negated else found
        case s.FactWindow():
            start, end = window_span(rule.window, case.coupon.zone)
            return bool(start <= fact < end)
        case s.TextEdge():
            text = typed(rule.fact.text, rule.value.text, case)
            return fact.startswith(text) if rule.edge is s.Edge.STARTS else fact.endswith(text)
        case s.Includes():
            return rule.value.text in fact
        case s.InNetwork():
            return any(fact in ip_network(network.text) for network in rule.networks)
    raise TypeError(rule)


def event_span(rule: s.EventWindow | s.Within, case: Case) -> tuple[datetime, datetime] | None:
    """When the event may happen; None without an anchor."""
    if isinstance(rule, s.EventWindow):
        return window_span(rule.window, case.coupon.zone)
    anchor = read(rule.anchor.text, case)
    return anchor and (anchor, plus(anchor, rule.duration, case.coupon.zone))


def excludes(rule: s.Rule, other: Coupon) -> bool:
    """Whether a sentence forbids redeeming together with the other coupon."""
    return isinstance(rule, s.Stacking) and (not rule.coupons or s.Name(other.name) in rule.coupons)


def room(limit: s.Limit, case: Case) -> int | None:
    """What a limit leaves in each stretch that the event joins: uses, periods, or money."""
    names, zone = needed(limit), case.coupon.zone
    if any(raw(case.facts, name) is None for name in names):
        return None
    uses = [
        use
        for use in case.usage
        if use.coupon == case.coupon.name
        and (limit.counting or use.returned < 1)
        and all(raw(use.facts, name) == raw(case.facts, name) for name in names - {"period.start"})
    ]
    stretches = [uses]
    match limit.window:
        case s.CalendarLimit(unit):
            now = calendar_unit(case.at, unit, zone)
            stretches = [[use for use in uses if calendar_unit(use.at, unit, zone) == now]]
        case s.RollingLimit(duration):
            end = plus(case.at, duration, zone)
            starts = [case.at, *(use.at for use in uses if case.at < use.at < end)]
            stretches = [
                [use for use in uses if use.at <= start < plus(use.at, duration, zone)]
                for start in starts
            ]
    lefts = [left_of(limit, stretch, case) for stretch in stretches]
    return None if None in lefts else min(lefts)


def left_of(limit: s.Limit, uses: Sequence[Use], case: Case) -> Any:
    match limit.noun:
        case s.Noun.DISCOUNT:
            left, currency = money(limit.bound)
            for use in uses:
                share = 1 if limit.counting else 1 - use.returned
                taken = convert((use.discount[0] * share, use.discount[1]), currency, case, use.at)
                if taken is None:
                    return None
                left -= taken
            left = in_charge((left, currency), case)
            return None if left is None else floor(left)
        case s.Noun.PERIODS:
            starts = {
                typed("period.start", u.facts["period.start"], case)
                for use in uses
                if "period.start" in use.facts
            }
            if read("period.start", case) in starts:
                return 1
            return int(limit.bound.text) - len(starts)
    return int(limit.bound.text) - len(uses)


def needed(rule: Any) -> set[str]:
    """The facts without which a sentence may be unknown."""
    match rule:
        case s.And() | s.Or():
            return {name for one in rule.operands for name in needed(one)}
        case s.Not():
            return needed(rule.operand)
        case s.Limit():
            names = {KEYS.get(name.text, name.text) for name in rule.per} - {"coupon"}
            return names | {"period.start"} if rule.noun is s.Noun.PERIODS else names
        case s.EventWindow() | s.Recurring() | s.Stacking() | s.Presence():
            return set()
    return {rule.anchor.text if isinstance(rule, s.Within) else rule.fact.text}


def why_not(rule: s.Rule, case: Case) -> str:
    """The reason that a sentence gives against the event; none when it holds."""
    held = verdict(rule, case)
    if held is None:
        absent = any(raw(case.facts, name) is None for name in needed(rule))
        return "fact_missing" if absent else "rate_missing"
    if not held and isinstance(rule, s.EventWindow | s.Within):
        return "not_yet" if case.at < event_span(rule, case)[0] else "ended"
    return "" if held else REFUSALS.get(type(rule), "condition_not_met")


def reasons(case: Case, stage: str) -> set[str]:
    """Why the rules of a stage, `redemption` or `application`, refuse; empty when they don't."""
    found = {why_not(rule, case) for rule in getattr(case.coupon, stage)} - {""}
    theirs = [rule for other in case.others for rule in other.redemption]
    mutual = any(excludes(rule, case.coupon) for rule in theirs)
    return found | {"not_combinable"} if mutual else found


# --- charges ----------------------------------------------------------------------------------


def taken(given: s.Given, left: Fraction, case: Case) -> Fraction | None:
    """What is taken of what is left, within cap and budgets; None without a rate."""
    rules = [rule for rule in case.coupon.application if isinstance(rule, s.Limit)]
    most: list[Any] = [left, *(room(rule, case) for rule in rules if rule.noun is s.Noun.DISCOUNT)]
    match given:
        case s.PercentOff():
            most.append(left * Fraction(given.percentage.text) / 100)
            most.append(in_charge(money(given.cap or case.facts["amount"]), case))
        case s.AmountOff():
            most.append(in_charge(money(given.amount), case))
        case s.PriceTo():
            price = in_charge(money(given.price), case)
            most.append(None if price is None else left - price)
    return None if None in most else max(Fraction(0), min(most))


def offer(case: Case) -> s.Given | set[str]:
    """What a code would give, or why it gives nothing."""
    amount = read("amount", case)[0]
    if amount <= 0:
        return {"nothing_left"}
    early = {"not_yet"} if case.at < read("redeemed", case) else set()
    if refused := early | reasons(case, "application"):
        return refused
    for line in case.coupon.discount:
        if line.when is None or verdict(line.when, case):
            return {"rate_missing"} if taken(line.given, amount, case) is None else line.given
        if verdict(line.when, case) is None:
            return {why_not(line.when, case)}
    return {"condition_not_met"}


def apply(cases: Sequence[Case]) -> tuple[dict[str, int], dict[str, set[str]]]:
    """By code, what is taken off a charge, in minor units, and why other codes take nothing."""
    cases = sorted(cases, key=lambda case: (read("redeemed", case), case.coupon.name))
    answers = [(case, offer(case)) for case in cases]
    ...
