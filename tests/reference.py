"""A naive interpreter of policies: language.md and behaviour.md once more, in plain Python.

It shares only the syntax tree with the engine. What can't be told is None; money is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from ipaddress import ip_network
from math import floor
from typing import Any

from engine.calendar import Unit
from engine.language import syntax as s
from tests.strategies_cases import Case, Coupon, Use, money, read, typed
from tests.strategies_clock import MINUTE, plus, resolve, wall_clock

Verdict = bool | None
Span = tuple[datetime, datetime]
EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
NOT: dict[Verdict, Verdict] = {True: False, False: True, None: None}
KLEENE = (False, None, True).index  # `and` is the least of its verdicts, `or` the greatest
SIGNS = {"at least": (0, 1), "at most": (-1, 0), "over": (1,), "under": (-1,)}
REASONS = {s.Recurring: "outside_hours", s.Limit: "limit_reached", s.Stacking: "not_combinable"}
TURNS = (s.PriceTo, s.PercentOff, s.AmountOff)
KEYS = {"customer": "customer.id", "subscription": "subscription.id"}


def calendar_unit(at: datetime, unit: Unit, zone: str | None) -> str:
    local = wall_clock(at, zone)
    labels = {"hour": "%F %H", "day": "%F", "week": "%G %V", "month": "%Y %m", "year": "%Y"}
    return local.strftime(labels.get(unit.value, f"%Y {(local.month + 2) // 3}"))


def moment(written: s.Moment, zone: str | None, days: int = 0) -> datetime:
    local = datetime.combine(written.day, written.clock or time()) + timedelta(days)
    if written.offset is not None:
        return resolve(local - written.offset * MINUTE, "UTC")
    return resolve(local, zone)


def window_span(window: s.Window, zone: str | None) -> Span:
    """From the start, included, to the end, excluded."""
    zone = window.zone.text if window.zone else zone
    through = int(window.end_word is s.EndWord.THROUGH)
    start = moment(window.start, zone) if window.start else EVER[0]
    return start, moment(window.end, zone, through) if window.end else EVER[1]


def spans(rule: Any, case: Case) -> list[Span] | None:
    """When the event may happen. A recurring window starts on some day near it."""
    zone = case.coupon.zone
    match rule:
        case s.EventWindow():
            return [window_span(rule.window, zone)]
        case s.Within():
            anchor = case.read(rule.anchor.text)
            return anchor and [(anchor, plus(anchor, rule.duration, zone))]
    zone = rule.zone.text if rule.zone else zone
    start, end = rule.start or time(), rule.end or time()
    days = [wall_clock(case.at, zone).date() + timedelta(n) for n in (-2, -1, 0, 1)]
    opens = [datetime.combine(day, start) for day in days]
    chosen = [at for at in opens if not rule.days or s.Weekday(at.weekday()) in rule.days]
    closes = [datetime.combine(at, end) + timedelta(int(end <= start)) for at in chosen]
    return [(resolve(a, zone), resolve(b, zone)) for a, b in zip(chosen, closes, strict=True)]


def verdict(rule: Any, case: Case) -> Any:  # noqa: C901 - a case for each sentence
    fact: Any = case.read(rule.fact.text) if hasattr(rule, "fact") else None

    def stands(value: s.Literal, *signs: int) -> Verdict:
        """Whether the fact is under (-1), at (0) or over (1) a value."""
        right = typed(rule.fact.text, value)
        left = case.convert(fact, right[1]) if value.currency else fact
        right = right[0] if value.currency else right
        return None if left is None else (left > right) - (left < right) in signs

    match rule:
        case s.And() | s.Or():
            decides = min if isinstance(rule, s.And) else max
            return decides((verdict(one, case) for one in rule.operands), key=KLEENE)
        case s.Not():
            return NOT[verdict(rule.operand, case)]
        case s.Limit():
            left = room(rule, case)
            return None if left is None else left > 0
        case s.Stacking():
            return not any(excludes(rule, other) for other in case.others)
        case s.EventWindow() | s.Within() | s.Recurring():
            found = spans(rule, case)
            return None if found is None else any(start <= case.at < end for start, end in found)
        case s.Presence():
            return rule.known == (fact is not None)
        case _ if fact is None:
            return None
        case s.Flag():
            return fact
        case s.Order():
            return stands(rule.value, *SIGNS[rule.comparison.value])
        case s.Between():
            return min(stands(rule.low, 0, 1), stands(rule.high, -1, 0), key=KLEENE)
        case s.Membership():
            among = max((stands(value, 0) for value in rule.values), key=KLEENE)
            return NOT[among] if rule.negated else among
        case s.FactWindow():
            start, end = window_span(rule.window, case.coupon.zone)
            return start <= fact < end
        case s.TextEdge():
            text = typed(rule.fact.text, rule.value)
            return fact.startswith(text) if rule.edge is s.Edge.STARTS else fact.endswith(text)
        case s.Includes():
            return rule.value.text in fact
    return any(fact in ip_network(network.text) for network in rule.networks)


def excludes(rule: s.Rule, other: Coupon) -> bool:
    names = rule.coupons or [s.Name(other.name)] if isinstance(rule, s.Stacking) else []
    return s.Name(other.name) in names


def room(limit: s.Limit, case: Case) -> int | None:
    """What a limit leaves in the fullest stretch of time that the event would join."""
    names, zone = needed(limit), case.coupon.zone

    def counts(event: datetime, at: datetime) -> bool:
        match limit.window:
            case s.CalendarLimit(unit):
                return calendar_unit(event, unit, zone) == calendar_unit(at, unit, zone)
            case s.RollingLimit(duration):
                return event <= at < plus(event, duration, zone)
        return True

    kind = "redemption" if limit.noun is s.Noun.REDEMPTIONS else "application"
    uses = [use for use in case.uses(kind) if limit.counting or use.returned < 1]
    for key in names - {"period.start"}:
        uses = [use for use in uses if read(use.facts, key) == case.read(key)]
    starts = [at for at in (case.at, *(use.at for use in uses)) if counts(case.at, at)]
    lefts = [left_by([use for use in uses if counts(use.at, at)], limit, case) for at in starts]
    return None if None in lefts or None in map(case.read, names) else min(lefts)


def left_by(uses: Sequence[Use], limit: s.Limit, case: Case) -> Any:
    """How many events or periods, or how much of the charge's currency, these leave."""
    if limit.noun is s.Noun.DISCOUNT:
        bound, currency = money(limit.bound)
        for use in uses:
            share = use.discount if limit.counting else use.discount * (1 - use.returned)
            bound -= case.convert((share, use.currency), currency, use.at) or 0
        left = case.in_charge((bound, currency))
        return None if left is None else floor(left)
    periods = {use.period_start for use in uses} - {None}
    if limit.noun is s.Noun.PERIODS and case.read("period.start") in periods:
        return 1
    return int(limit.bound.text) - len(periods if limit.noun is s.Noun.PERIODS else uses)


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
        case s.EventWindow() | s.Recurring() | s.Presence() | s.Stacking():
            return set()
    return {rule.anchor.text if isinstance(rule, s.Within) else rule.fact.text}


def why_not(rule: s.Rule, case: Case) -> str:
    """The reason that a sentence gives against the event; empty when it holds."""
    held = verdict(rule, case)
    if held is None:
        return "fact_missing" if None in map(case.read, needed(rule)) else "rate_missing"
    if not held and isinstance(rule, s.EventWindow | s.Within):
        ((start, _),) = spans(rule, case) or [EVER]
        return "not_yet" if case.at < start else "ended"
    return "" if held else REASONS.get(type(rule), "condition_not_met")


def reasons(case: Case, stage: str) -> set[str]:
    """Why the rules of a stage, `redemption` or `application`, refuse; empty when they don't."""
    found = {why_not(rule, case) for rule in getattr(case.coupon, stage)} - {""}
    theirs = [rule for other in case.others for rule in other.redemption]
    return found | {"not_combinable" for rule in theirs if excludes(rule, case.coupon)}


def taken(given: Any, on: Fraction, case: Case) -> Fraction | None:
    """What is taken of what is left, within cap and budgets; None without a rate."""
    limits = [rule for rule in case.coupon.application if isinstance(rule, s.Limit)]
    most: list[Any] = [on, *(room(one, case) for one in limits if one.noun is s.Noun.DISCOUNT)]
    match given:
        case s.PercentOff():
            cap = money(given.cap or case.facts["amount"])
            most += [on * Fraction(given.percentage.text) / 100, case.in_charge(cap)]
        case s.AmountOff():
            most.append(case.in_charge(money(given.amount)))
        case s.PriceTo():
            price = case.in_charge(money(given.price))
            most.append(None if price is None else on - price)
    return None if None in most else max(Fraction(0), min(most))


def offer(case: Case) -> s.Given | set[str]:
    """What a code would give, or why it gives nothing."""
    if case.read("amount")[0] <= 0:
        return {"nothing_left"}
    early = {"not_yet"} if case.at < case.read("redeemed") else set[str]()
    if refused := early | reasons(case, "application"):
        return refused
    for line in case.coupon.discount:
        if line.when is None or verdict(line.when, case):
            return {"rate_missing"} if taken(line.given, Fraction(0), case) is None else line.given
        if verdict(line.when, case) is None:
            return {why_not(line.when, case)}
    return {"condition_not_met"}


def apply(cases: Iterable[Case]) -> tuple[dict[str, int], dict[str, set[str]]]:
    """By code, what is taken off a charge, and why nothing; each code has a case of its own."""
    by_age = sorted(cases, key=lambda case: (case.read("redeemed"), case.coupon.name))
    asked = {case.facts["code"]: (case, offer(case)) for case in by_age}
    declined = {code: given for code, (_, given) in asked.items() if isinstance(given, set)}
    (amount, _), rounding = by_age[0].read("amount"), by_age[0].world.rounding

    def off(code: str, left: Fraction) -> tuple[Fraction, int]:
        case, given = asked[code]
        exact = taken(given, left, case) or Fraction(0)
        return exact, round(exact) if rounding == "half-even" else floor(exact + Fraction(1, 2))

    alone = {code: off(code, amount)[1] for code in asked if code not in declined}
    for code in alone:
        name = asked[code][0].coupon.best_of
        rivals = [rival for rival in alone if asked[rival][0].coupon.best_of == name]
        if name and code != max(rivals, key=lambda rival: alone[rival]):
            declined[code] = {"outdone"}
    left, discounts = amount, dict[str, int]()
    best = [code for code in alone if code not in declined]
    for code in sorted(best, key=lambda code: TURNS.index(type(asked[code][1]))):
        exact, rounded = off(code, left)
        left -= exact
        # What rounding puts over the charge is taken from the last.
        discounts[code] = min(rounded, int(amount) - sum(discounts.values()))
    declined |= {code: {"nothing_left"} for code, discount in discounts.items() if not discount}
    return {code: discount for code, discount in discounts.items() if discount}, declined
