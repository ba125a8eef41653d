"""A naive interpreter of policies: language.md and behaviour.md once more, in plain Python.

It shares only the syntax tree with the engine. What can't be told is None; money is exact, in
minor units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
Span = tuple[datetime, datetime]
EVER: Span = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
DIGITS = {"JPY": 0, "KWD": 3}
KEYS = {"customer": "customer.id", "subscription": "subscription.id"}
SIGNS = {"at least": (0, 1), "at most": (-1, 0), "over": (1,), "under": (-1,)}
REFUSALS = {s.Recurring: "outside_hours", s.Limit: "limit_reached", s.Stacking: "not_combinable"}
TURNS = (s.PriceTo, s.PercentOff, s.AmountOff)


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
    """A `redemption` or an `application`. When all of it is `returned`, its place is given back."""

    coupon: str
    kind: str
    at: datetime
    facts: Mapping[str, Any]
    discount: Money = (Fraction(0), "EUR")
    returned: Fraction = Fraction(0)


class Case(NamedTuple):
    """One event, asked of one coupon. `others` are the coupons redeemed on the subscription."""

    coupon: Coupon
    world: World
    at: datetime
    facts: Mapping[str, Any]
    usage: Sequence[Use] = ()
    others: Sequence[Coupon] = ()

    def typed(self, name: str, given: Any) -> Any:
        """A fact, or a value beside it, read by the fact's type."""
        return READERS.get(self.world.types[name].name, lambda same: same)(given)

    def read(self, name: str, facts: Mapping[str, Any] | None = None) -> Any:
        """The event's fact, or that of a use."""
        given = raw(self.facts if facts is None else facts, name)
        return None if given is None else self.typed(name, given)

    def convert(self, given: Money, to: str, at: datetime | None = None) -> Fraction | None:
        """Exactly, through the base, at the rates in force at the event or `at`."""
        amount, currency = given
        if currency == to:
            return amount
        rows = [row for start, row in self.world.rates if start <= (at or self.at)]
        row = {**rows[-1], self.world.base: 1} if rows else {}
        return amount / row[currency] * row[to] * 10**DIGITS.get(to,2) / 10**DIGITS.get(currency,2) if {currency, to} <= row.keys() else None

    def in_charge(self, given: Any) -> Fraction | None:
        """Money of a sentence or a fact, in the charge's currency."""
        return self.convert(money(given), self.facts["amount"]["currency"])


def money(given: Any) -> Money:
    """Of a sentence's `10 EUR`, or of a request's object."""
    if isinstance(given, s.Literal) and given.currency:
        given = {"amount": given.text, "currency": given.currency.text}
    return Fraction(given["amount"]) * 10 ** DIGITS.get(given["currency"], 2), given["currency"]


def raw(facts: Mapping[str, Any], name: str) -> Any:
    """A fact as given, or as taken from another."""
    local, at, domain = facts.get("customer.email", "").lower().rpartition("@")
    taken = {
        "customer.email.domain": domain or None,
        "customer.email.plain": local.split("+")[0] + at + domain or None,
        "product": facts.get("subscription.product"),
    }
    return facts.get(name, taken.get(name))


READERS: dict[s.TypeName, Callable[[Any], Any]] = {
    s.TypeName.NUMBER: lambda given: Fraction(str(given)),
    s.TypeName.MONEY: money,
    s.TypeName.INSTANT: lambda given: datetime.fromisoformat(given).astimezone(UTC),
    s.TypeName.EMAIL: str.lower,
    s.TypeName.IP: ip_address,
}


def wall_clock(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def resolve(local: datetime, zone: str) -> datetime:
    """The instant of a wall clock's time: the first of two, the end of the gap that skips it."""
    instant, minute = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), timedelta(minutes=1)
    if wall_clock(instant, zone) > local:
        instant = instant.replace(second=0, microsecond=0)
        while wall_clock(instant - minute, zone) > local:
            instant -= minute
    return instant


def plus(instant: datetime, duration: Duration, zone: str) -> datetime:
    """Hours and minutes elapse; days and longer keep the wall clock, or clamp."""
    count, unit = duration.count, duration.unit
    if unit in (Unit.MINUTE, Unit.HOUR):
        return instant + timedelta(**{f"{unit.value}s": count})
    length = {"months": 3 * count} if unit is Unit.QUARTER else {f"{unit.value}s": count}
    return resolve(add_duration(wall_clock(instant, zone), **length), zone)


def calendar_unit(instant: datetime, unit: Unit, zone: str) -> str:
    """Which hour, day, week (from Monday), month, quarter or year the wall clock shows."""
    local = wall_clock(instant, zone)
    labels = {Unit.HOUR: "%F %H", Unit.DAY: "%F", Unit.WEEK: "%G %V", Unit.MONTH: "%Y %m"}
    quarter = f"%Y {(local.month + 2) // 3}"
    return local.strftime(labels.get(unit, quarter if unit is Unit.QUARTER else "%Y"))


def window_span(window: s.Window, zone: str) -> Span:
    """From the start, included, to the end, not included."""

    def instant(written: s.Moment, days: int = 0) -> datetime:
        local = datetime.combine(written.day, written.clock or time()) + timedelta(days)
        if written.offset is not None:
            return resolve(local - timedelta(minutes=written.offset), "UTC")
        return resolve(local, window.zone.text if window.zone else zone)

    start = instant(window.start) if window.start else EVER[0]
    through = window.end_word is s.EndWord.THROUGH
    return start, instant(window.end, int(through)) if window.end else EVER[1]


def recurs(rule: s.Recurring, at: datetime, zone: str) -> bool:
    """Whether an instant is in a window that starts on some day near it."""
    zone = rule.zone.text if rule.zone else zone
    start, end = rule.start or time(), rule.end or time()
    for distance in (-2, -1, 0, 1):
        day = wall_clock(at, zone).date() + timedelta(distance)
        opens = datetime.combine(day, start)
        closes = datetime.combine(day, end) + timedelta(int(end <= start))
        chosen = not rule.days or s.Weekday(day.weekday()) in rule.days
        if chosen and resolve(opens, zone) <= at < resolve(closes, zone):
            return True
    return False


def every(verdicts: Iterable[Verdict]) -> Verdict:
    met = set(verdicts)
    return False if False in met else None if None in met else True


def negate(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict


def some(verdicts: Iterable[Verdict]) -> Verdict:
    return negate(every(map(negate, verdicts)))
