"""What the reference interpreter is asked: coupons, events, uses, and how their facts are read.

What is missing or can't be told is None. Money is exact; a use's discount is in minor units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, NamedTuple

from engine.language import syntax as s

Verdict = bool | None
Facts = Mapping[str, Any]
Money = tuple[Fraction, str]
DIGITS = {"JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3}


class Coupon(NamedTuple):
    """What a coupon's document says, as trees."""

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
    facts: Facts
    discount: Fraction = Fraction(0)
    currency: str = "EUR"
    period_start: datetime | None = None
    returned: Fraction = Fraction(0)


class Redemption(NamedTuple):
    """A redeemed code; `remembered` may hold the facts `issued` and `by`."""

    code: str
    coupon: Coupon
    redeemed: datetime
    remembered: Facts = MappingProxyType({})


def raw(facts: Facts, name: str) -> Any:
    """A fact as given, or as taken from another."""
    local, _, domain = (facts.get("customer.email") or "").lower().rpartition("@")
    taken = {
        "customer.email.domain": domain or None,
        "customer.email.plain": f"{local.split('+')[0]}@{domain}" if domain else None,
        "product": facts.get("subscription.product"),
    }
    return facts.get(name, taken.get(name))


def money(given: Any) -> Money:
    """Money, from a sentence's `10 EUR` or a request's `{"amount", "currency"}`."""
    if isinstance(given, s.Literal):
        return Fraction(given.text), given.currency.text if given.currency else ""
    if isinstance(given, str):
        amount, currency = given.split()
        return Fraction(amount), currency
    return Fraction(given["amount"]), given["currency"]


def minor_units(currency: str) -> int:
    """How many minor units make one of a currency."""
    return int(10 ** DIGITS.get(currency, 2))


READERS: dict[s.TypeName, Callable[[Any], Any]] = {
    s.TypeName.NUMBER: lambda given: Fraction(str(given)),
    s.TypeName.MONEY: money,
    s.TypeName.INSTANT: lambda given: datetime.fromisoformat(given).astimezone(UTC),
    s.TypeName.EMAIL: str.lower,
    s.TypeName.IP: ip_address,
}


class Case(NamedTuple):
    """One event, asked of one coupon. `others` are the coupons redeemed on the subscription."""

    coupon: Coupon
    world: World
    at: datetime
    facts: Facts
    usage: Sequence[Use] = ()
    others: Sequence[Coupon] = ()

    @property
    def zone(self) -> str:
        """Where the coupon's days begin; a coupon without a zone never asks."""
        return self.coupon.zone or "UTC"

    def typed(self, name: str, given: Any) -> Any:
        """A fact, or a value beside it, read by the fact's type."""
        return READERS.get(self.world.types[name].name, lambda same: same)(given)

    def read(self, name: str, facts: Facts | None = None) -> Any:
        """The event's fact, or that of `facts`."""
        given = raw(self.facts if facts is None else facts, name)
        return None if given is None else self.typed(name, given)

    def convert(self, given: Money, to: str, at: datetime | None = None) -> Fraction | None:
        """Exactly, through the base, at the rates in force at the event or `at`."""
        amount, currency = given
        if currency == to:
            return amount
        row: dict[str, Fraction] = {}
        for start, rates in self.world.rates:
            row = {**rates, self.world.base: Fraction(1)} if start <= (at or self.at) else row
        return amount / row[currency] * row[to] if {currency, to} <= row.keys() else None

    def in_charge(self, given: Money) -> Fraction | None:
        """Money in minor units of the charge's currency."""
        currency: str = self.read("amount")[1]
        amount = self.convert(given, currency)
        return None if amount is None else amount * minor_units(currency)

    def stands(self, name: str, value: s.Literal, signs: tuple[int, ...]) -> Verdict:
        """Whether a fact is under (-1), at (0) or over (1) a value, as one of `signs` says."""
        left = self.read(name)
        right: Any = self.typed(name, value if value.currency else value.text)
        if isinstance(left, tuple):
            left, right = self.convert(left, right[1]), right[0]
        return None if left is None else (left > right) - (left < right) in signs


def every(verdicts: Iterable[Verdict]) -> Verdict:
    """Kleene's `and`."""
    met = set(verdicts)
    return False if False in met else None if None in met else True


def negate(verdict: Verdict) -> Verdict:
    """Kleene's `not`."""
    return None if verdict is None else not verdict


def some(verdicts: Iterable[Verdict]) -> Verdict:
    """Kleene's `or`."""
    return negate(every(map(negate, verdicts)))
