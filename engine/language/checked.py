"""Checked rules: names are facts, values are typed, windows are instants, zones are zones.

Nothing here can fail when it is asked: every name exists, every type fits, every currency has its
minor units. `text` of a rule is its canonical spelling.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from engine.calendar import Duration, Instant
from engine.language.syntax import CalendarLimit, Comparison, Edge, Noun, RollingLimit
from engine.language.vocabulary import Fact
from engine.money import Money

Network = tuple[int, int, int]
"""An IP network: its version, its first address as a number, and the bits that vary."""

Address = tuple[int, int]
"""An IP address: its version and its number."""

Value = str | bool | Decimal | Money | Address


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time: `start` included, `end` not; None is open."""

    start: Instant | None
    end: Instant | None


@dataclass(frozen=True, slots=True)
class During:
    """The moment of the event (`fact` is None), or an instant, lies in a window."""

    fact: Fact | None
    span: Span
    zone: ZoneInfo | None

    def span_edges(self) -> list[Instant]:
        """The instants at which the window begins and ends, as far as it has them."""
        return [edge for edge in (self.span.start, self.span.end) if edge is not None]


@dataclass(frozen=True, slots=True)
class Recurring:
    """The moment of the event lies in a window that recurs; `days` are those on which it starts."""

    days: frozenset[int]
    start: time | None
    end: time | None
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Within:
    """The moment of the event lies within a duration of an instant."""

    duration: Duration
    anchor: Fact
    zone: ZoneInfo | None


@dataclass(frozen=True, slots=True)
class Member:
    """A fact has one of some values, or, negated, none of them."""

    fact: Fact
    values: tuple[Value, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """A number or an amount compares with a value."""

    fact: Fact
    comparison: Comparison
    value: Decimal | Money


@dataclass(frozen=True, slots=True)
class Ranged:
    """A number or an amount lies between two values, both included."""

    fact: Fact
    low: Decimal | Money
    high: Decimal | Money


@dataclass(frozen=True, slots=True)
class Edged:
    """A text starts or ends with another."""

    fact: Fact
    edge: Edge
    text: str


@dataclass(frozen=True, slots=True)
class Included:
    """A list of text includes a text."""

    fact: Fact
    text: str


@dataclass(frozen=True, slots=True)
class Networked:
    """An address lies in one of some networks."""

    fact: Fact
    networks: tuple[Network, ...]


@dataclass(frozen=True, slots=True)
class Presence:
    """A fact was given, or was not: never unknown."""

    fact: Fact
    known: bool


@dataclass(frozen=True, slots=True)
class Negation:
    """The operand does not hold."""

    operand: Condition


@dataclass(frozen=True, slots=True)
class Every:
    """Every operand holds."""

    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Some operand holds."""

    operands: tuple[Condition, ...]


Condition = (
    During
    | Recurring
    | Within
    | Member
    | Compared
    | Ranged
    | Edged
    | Included
    | Networked
    | Presence
    | Negation
    | Every
    | Either
)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many events, or so much money, for each key and window.

    `per` are the facts that make the key; a limit per coupon has none. `keeps` is true where
    nothing is given back when a redemption is removed or a charge reversed.
    """

    bound: int | Money
    noun: Noun
    per: tuple[Fact, ...]
    window: CalendarLimit | RollingLimit | None
    zone: ZoneInfo | None
    keeps: bool


@dataclass(frozen=True, slots=True)
class Stacking:
    """Not redeemed together with these coupons; None means with any other."""

    coupons: tuple[str, ...] | None


Rule = Condition | Limit | Stacking


@dataclass(frozen=True, slots=True)
class PercentOff:
    """A share of the amount, at most `cap` on each charge."""

    share: Fraction
    cap: Money | None


@dataclass(frozen=True, slots=True)
class AmountOff:
    """A fixed amount."""

    amount: Money


@dataclass(frozen=True, slots=True)
class PriceTo:
    """The price becomes that, if lower."""

    price: Money


Benefit = PercentOff | AmountOff | PriceTo


class Step(enum.IntEnum):
    """The order in which discounts are taken (behaviour.md, Applying)."""

    PRICE = 0
    PERCENT = 1
    AMOUNT = 2


@dataclass(frozen=True, slots=True)
class Tier:
    """One line of a discount."""

    benefit: Benefit
    when: Condition | None
