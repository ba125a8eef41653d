"""What the interpreter and the engine are asked: coupons, events, uses, and how facts are read.

What is missing is None. Money is exact: a number of minor units, and its currency.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, NamedTuple

from engine.language import syntax as s
from tests.strategies_vocabulary import TYPES

Facts = Mapping[str, Any]
Money = tuple[Fraction, str]
UNITS = {"EUR": 100, "USD": 100, "CHF": 100, "JPY": 1, "KWD": 1000}


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


class Case(NamedTuple):
    """One event, asked of one coupon. `others` are the coupons redeemed on the subscription."""

    coupon: Coupon
    world: World
    at: datetime
    facts: Facts
    usage: Sequence[Use] = ()
    others: Sequence[Coupon] = ()

    def read(self, name: str) -> Any:
        """A fact of the event."""
        return read(self.facts, name)

    def uses(self, kind: str) -> list[Use]:
        """The coupon's redemptions or applications."""
        return [use for use in self.usage if (use.coupon, use.kind) == (self.coupon.name, kind)]

    def convert(self, given: Money, to: str, at: datetime | None = None) -> Fraction | None:
        """Exactly, through the base, at the rates in force at the event or `at`."""
        amount, currency = given
        if currency == to:
            return amount
        rows = [rates for start, rates in self.world.rates if start <= (at or self.at)]
        row = {**rows[-1], self.world.base: Fraction(1)} if rows else {}
        if not {currency, to} <= row.keys():
            return None
        return amount / UNITS[currency] / row[currency] * row[to] * UNITS[to]

    def in_charge(self, given: Money) -> Fraction | None:
        """Money in the charge's currency."""
        return self.convert(given, self.facts["amount"]["currency"])


class Redemption(NamedTuple):
    """A redeemed code; `remembered` may hold the facts `issued` and `by`."""

    code: str
    coupon: Coupon
    redeemed: datetime
    remembered: Facts = MappingProxyType({})


class Charge(NamedTuple):
    """A charge on a subscription on which codes are redeemed."""

    redemptions: Sequence[Redemption]
    at: datetime
    facts: Facts
    usage: Sequence[Use] = ()
    world: World = World()

    def cases(self) -> list[Case]:
        """The charge as each of the codes sees it."""
        return [
            Case(each.coupon, self.world, self.at, self.facts_for(each), self.usage)
            for each in self.redemptions
        ]

    def facts_for(self, one: Redemption) -> Facts:
        """The facts of the charge and of a redemption."""
        own = {"code": one.code, "redeemed": one.redeemed.isoformat()}
        return {**self.facts, **one.remembered, **own}


def raw(facts: Facts, name: str) -> Any:
    """A fact as given, or as taken from another."""
    if name in facts or name not in _TAKEN:
        return facts.get(name)
    source, taken = _TAKEN[name]
    return taken(facts[source]) if source in facts else None


def read(facts: Facts, name: str) -> Any:
    """A fact by its type, or None."""
    given = raw(facts, name)
    return None if given is None else typed(name, given)


def _plain(email: str) -> str:
    local, _, domain = email.lower().rpartition("@")
    return f"{local.split('+')[0]}@{domain}"


_TAKEN: dict[str, tuple[str, Callable[[str], str]]] = {
    "customer.email.domain": ("customer.email", lambda email: email.lower().rpartition("@")[2]),
    "customer.email.plain": ("customer.email", _plain),
    "product": ("subscription.product", str),
}


def typed(name: str, given: Any) -> Any:
    """A fact, or a value beside it, read by the fact's type; codes are the same in any case."""
    reader = _READERS.get(TYPES[name].name, lambda same: same)
    text = given.text if isinstance(given, s.Literal) and not given.currency else given
    return text.strip().upper() if name == "code" else reader(text)


def money(given: Any) -> Money:
    """Money, from a sentence's `10 EUR` or a request's `{"amount", "currency"}`."""
    if isinstance(given, s.Literal) and given.currency:
        return Fraction(given.text) * UNITS[given.currency.text], given.currency.text
    return Fraction(given["amount"]) * UNITS[given["currency"]], given["currency"]


_READERS: dict[s.TypeName, Callable[[Any], Any]] = {
    s.TypeName.NUMBER: Fraction,
    s.TypeName.MONEY: money,
    s.TypeName.INSTANT: lambda given: datetime.fromisoformat(given).astimezone(UTC),
    s.TypeName.EMAIL: str.lower,
    s.TypeName.IP: ip_address,
}
