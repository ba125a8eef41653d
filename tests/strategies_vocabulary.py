"""What generated sentences speak of: facts, values, days, zones; and how one of them is picked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from fractions import Fraction
from typing import NamedTuple, TypeVar

from hypothesis import strategies as st

from engine.language import syntax as s

T = TypeVar("T")
_TAPE = st.binary(min_size=128, max_size=128)


def words(text: str) -> tuple[str, ...]:
    """The words of a line."""
    return tuple(text.split())


REDEMPTION = "redemption"
APPLICATION = "application"

Kind = s.TypeName
STANDARD: dict[str, s.FactType] = {
    **dict.fromkeys(
        (
            "code",
            "customer.id",
            "customer.email.domain",
            "customer.email.plain",
            "customer.country",
            "customer.segment",
            "customer.referrer",
            "subscription.id",
            "subscription.plan",
            "subscription.status",
            "subscription.currency",
            "product",
            "component",
            "currency",
            "invoice",
        ),
        s.FactType(Kind.TEXT),
    ),
    "issued": s.FactType(Kind.INSTANT),
    "by": s.FactType(Kind.ONE_OF, ("merchant", "subscriber", "automatic")),
    "customer.email": s.FactType(Kind.EMAIL),
    "customer.ip": s.FactType(Kind.IP),
    "customer.new": s.FactType(Kind.YES_NO),
    "customer.signed_up": s.FactType(Kind.INSTANT),
    "customer.tags": s.FactType(Kind.TEXT_LIST),
    "subscription.started": s.FactType(Kind.INSTANT),
    "redeemed": s.FactType(Kind.INSTANT),
    "fee": s.FactType(Kind.ONE_OF, ("setup", "period", "metered")),
    "quantity": s.FactType(Kind.NUMBER),
    "amount": s.FactType(Kind.MONEY),
    "period.start": s.FactType(Kind.INSTANT),
    "period.number": s.FactType(Kind.NUMBER),
}
CUSTOM: dict[str, s.FactType] = {
    "customer.score": s.FactType(Kind.NUMBER),
    "customer.balance": s.FactType(Kind.MONEY),
    "customer.vip": s.FactType(Kind.YES_NO),
    "customer.interests": s.FactType(Kind.TEXT_LIST),
    "customer.loyalty": s.FactType(Kind.ONE_OF, ("bronze", "silver", "gold")),
    "customer.renewed": s.FactType(Kind.INSTANT),
    "customer.gateway": s.FactType(Kind.IP),
    "customer.backup_email": s.FactType(Kind.EMAIL),
    "subscription.region": s.FactType(Kind.TEXT),
    "charge.weight": s.FactType(Kind.NUMBER),
}
TYPES: Mapping[str, s.FactType] = {**STANDARD, **CUSTOM}
AT_APPLICATION = frozenset(
    words("redeemed fee component quantity amount currency invoice period.start period.number")
) | {"charge.weight"}
FACTS = {
    REDEMPTION: tuple(name for name in TYPES if name not in AT_APPLICATION),
    APPLICATION: tuple(TYPES),
}

ZONES = (
    "Europe/Zurich",
    "America/New_York",
    "UTC",
    "Asia/Kathmandu",
    "Africa/Cairo",  # midnight is skipped in spring
    "Asia/Beirut",  # so is it here
    "America/Havana",  # midnight is skipped in spring, and comes twice in autumn
    "America/Santiago",  # midnight is skipped in spring; the last hour of a day comes twice
    "Australia/Lord_Howe",  # clocks move by half an hour
)
DAYS = tuple(
    map(
        date.fromisoformat,
        words(
            "2026-01-01 2026-11-27 2026-11-30 2026-12-01 2026-01-31 2026-02-28 2026-03-29 "
            "2026-10-25 2026-03-08 2026-11-01 2026-04-24 2026-10-30 2026-09-06 2026-04-05 "
            "2026-10-04 2025-12-31 2027-01-01 2028-02-29 2026-07-15 2026-11-20"
        ),
    )
)
CLOCKS = tuple(
    map(
        time.fromisoformat,
        words("18:00 00:00 02:30 00:30 20:00 02:00 03:00 01:00 23:00 23:30 12:00:30 01:45 22:00"),
    )
)
OFFSETS = (0, 60, 120, -300, 345, 630, -210)
CURRENCIES = ("EUR", "USD", "CHF", "JPY", "KWD")
COUPONS = ("summer-2026", "winter", "black-friday-2026", "Welcome_10", "_x.1")
CODES = ("BF-2026", "TENOFF", "bf-1", "FIVE-01", "QUARTER")
WORDS = ("pro", "core", "seats", "0a", "in-house", "to", "per", "least", "EUR", "month", "2026w")
QUOTED = ("any", "not", "is", "two words", "a, b", "x: y #z", "2026-11-27", "12:30", "10", "up to")
CLOSED = ("customer.country", "subscription.currency", "currency")

POOLS: dict[str, tuple[str, ...]] = {
    "code": CODES,
    "customer.id": ("cus-1", "cus-2", "cus-3"),
    "subscription.id": ("sub-1", "sub-2", "sub-3"),
    "customer.country": ("CH", "DE", "AT", "US", "NO"),
    "subscription.currency": CURRENCIES,
    "currency": CURRENCIES,
    "customer.email.domain": ("xyz.example", "abc.example", "mail.xyz.example"),
    "customer.email.plain": ("ann@xyz.example", "bob@abc.example"),
    "subscription.region": ("north", "south", "north-east"),
    "component": ("base", "seats", "base-2"),
    "product": ("pro", "core", "storage"),
}
EMAILS = ("ann@xyz.example", "Ann+offer@XYZ.example", "bob@abc.example", "bob+a+b@mail.xyz.example")
EMAIL_ENDS = ("@xyz.example", "xyz.example", "@ABC.example", ".example")
NETWORKS = ("192.0.2.0/24", "198.51.100.0/28", "10.0.0.0/8", "192.0.2.7/32")
IPV6_NETWORKS = ("2001:db8::/32", "2001:db8:1::/48", "::1/128")
ADDRESSES = ("192.0.2.7", "192.0.3.0", "198.51.100.15", "198.51.100.16", "10.1.2.3", "127.0.0.1")
IPV6_ADDRESSES = ("2001:db8::1", "2001:db8:1::1", "2001:db9::1", "::1")
NUMBERS = ("5", "500", "0", "2.5", "10.50", "1", "499", "0.001")
FIGURES = {
    1: ("10", "500", "9"),
    100: ("10", "9.90", "20.00", "0.01", "100"),
    1000: ("10", "1.125"),
}
PERCENTAGES = ("20", "50", "10", "12.5", "33.33", "100", "5", "0.1", "120")
RATES = tuple(map(Fraction, words("1.10 0.95 0.3333 161.7 2 0.0071")))


class Pick:
    """Choices by index: the first of each is the simplest. A tape of bytes is quick to draw."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._tape = iter(b"")

    def below(self, end: int) -> int:
        """A number from 0 on, `end` and 256 excluded."""
        if end < 2:
            return 0
        byte = next(self._tape, None)
        if byte is None:
            self._tape = iter(self._draw(_TAPE))
            byte = next(self._tape)
        return byte * end >> 8

    def one(self, options: Sequence[T]) -> T:
        """One of several."""
        return options[self.below(len(options))]

    def some(self, options: Sequence[T], most: int) -> tuple[T, ...]:
        """One to `most` different ones."""
        left = list(dict.fromkeys(options))
        count = 1 + self.below(min(most, len(left)))
        return tuple(left.pop(self.below(len(left))) for _ in range(count))

    def chance(self, percent: int) -> bool:
        """Yes, that often."""
        return self.below(100) >= 100 - percent


class Scope(NamedTuple):
    """Where a sentence stands: its stage, and the zone of its coupon."""

    stage: str
    zone: str | None

    def facts(self, *types: s.TypeName) -> list[str]:
        """The names of the facts of these types that may be named."""
        return [name for name in FACTS[self.stage] if TYPES[name].name in types]
