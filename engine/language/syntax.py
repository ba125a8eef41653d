"""The tree of a sentence, as written: names are words, values are literals, zones are names.

Every node is frozen and carries the span of its words in the sentence. Spans don't count in
comparisons: two sentences with the same meaning on paper are equal trees (language.md, Principles).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, time

from engine.calendar import Duration, Unit
from engine.diagnostics import Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a fact or a coupon, a zone, or a currency."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


class LiteralKind(enum.Enum):
    """How a value was written. Words and quoted text are the same thing."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value. `text` is what was written, without quotes and without the currency."""

    kind: LiteralKind
    text: str
    currency: Name | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Percentage:
    """A percentage: the decimal digits before the sign."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or a day with a time; `offset` is minutes east of UTC where one was written."""

    day: date
    clock: time | None = None
    offset: int | None = None
    span: Span = field(default=NOWHERE, compare=False)


class EndWord(enum.Enum):
    """The word that ends a window."""

    THROUGH = "through"
    BEFORE = "before"
    UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Window:
    """`from D`, `through DAY`, `before DAY`, `until TIME`, or a start and an end; `in ZONE`."""

    start: Moment | None = None
    end_word: EndWord | None = None
    end: Moment | None = None
    zone: Name | None = None
    span: Span = field(default=NOWHERE, compare=False)


class Weekday(enum.Enum):
    """A day of the week; its value is that of `date.weekday()`."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


# --- conditions -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EventWindow:
    """A window on the moment of the event: `from 2026-11-27 through 2026-11-30`."""

    window: Window
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Recurring:
    """`on Friday, Saturday`, `between 18:00 and 20:00`, or both; `in ZONE`."""

    days: tuple[Weekday, ...] = ()
    start: time | None = None
    end: time | None = None
    zone: Name | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """`within 12 months of redeemed`."""

    duration: Duration
    anchor: Name
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Membership:
    """`is A`, `is one of A, B` or, negated, `is not A`, `is none of A, B`: the values decide."""

    fact: Name
    values: tuple[Literal, ...]
    negated: bool = False
    span: Span = field(default=NOWHERE, compare=False)


class Comparison(enum.Enum):
    """The words of an order."""

    AT_LEAST = "at least"
    AT_MOST = "at most"
    OVER = "over"
    UNDER = "under"


@dataclass(frozen=True, slots=True)
class Order:
    """`quantity is at least 500`."""

    fact: Name
    comparison: Comparison
    value: Literal
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Between:
    """`amount is between 10 EUR and 20 EUR`, both ends included."""

    fact: Name
    low: Literal
    high: Literal
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class FactWindow:
    """`customer.signed_up is before 2026-11-01`."""

    fact: Name
    window: Window
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes/no fact: `customer.new`."""

    fact: Name
    span: Span = field(default=NOWHERE, compare=False)


class Edge(enum.Enum):
    """Which end of a text is compared."""

    STARTS = "starts"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class TextEdge:
    """`code starts with "BF-"`, `customer.email ends with "@xyz.example"`."""

    fact: Name
    edge: Edge
    value: Literal
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Includes:
    """`customer.tags includes vip`."""

    fact: Name
    value: Literal
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class InNetwork:
    """`customer.ip is in 192.0.2.0/24`; any of several networks will do."""

    fact: Name
    networks: tuple[Literal, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Presence:
    """`customer.referrer is known`, `… is missing`: never unknown."""

    fact: Name
    known: bool
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`not A`."""

    operand: Condition
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """`A and B and …`: two operands or more, none of them an `And`."""

    operands: tuple[Condition, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """`A or B or …`: two operands or more, none of them an `Or`."""

    operands: tuple[Condition, ...]
    span: Span = field(default=NOWHERE, compare=False)


Condition = (
    EventWindow
    | Recurring
    | Within
    | Membership
    | Order
    | Between
    | FactWindow
    | Flag
    | TextEdge
    | Includes
    | InNetwork
    | Presence
    | Not
    | And
    | Or
)


# --- limits and stacking ----------------------------------------------------------------------


class Noun(enum.Enum):
    """What a limit counts."""

    REDEMPTIONS = "redemption"
    APPLICATIONS = "application"
    PERIODS = "period"
    DISCOUNT = "discount"


class GivenBack(enum.Enum):
    """What `counting …` stops giving back."""

    REMOVED = "removed"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Counting:
    """`counting removed`, `counting reversed`."""

    what: GivenBack
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class CalendarLimit:
    """`per month`: the limit begins anew with each calendar unit."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class RollingLimit:
    """`in any 30 days`: each event counts from its instant until that much later."""

    duration: Duration


@dataclass(frozen=True, slots=True)
class Limit:
    """`at most 6 applications per subscription and component per month, counting reversed`.

    `bound` is a whole number, or money where `noun` is `DISCOUNT`. `noun_span` is the counted noun.
    """

    bound: Literal
    noun: Noun
    per: tuple[Name, ...]
    window: CalendarLimit | RollingLimit | None = None
    counting: Counting | None = None
    noun_span: Span = field(default=NOWHERE, compare=False)
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Stacking:
    """`not together with summer-2026, winter`; no names mean `any coupon`."""

    coupons: tuple[Name, ...]
    span: Span = field(default=NOWHERE, compare=False)


Rule = Condition | Limit | Stacking


# --- discounts and fact types -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PercentOff:
    """`20%`, `20% up to 50 EUR`: the cap is for each charge."""

    percentage: Percentage
    cap: Literal | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class AmountOff:
    """`10 USD`."""

    amount: Literal
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class PriceTo:
    """`to 9.90 EUR`: the price becomes that, if lower."""

    price: Literal
    span: Span = field(default=NOWHERE, compare=False)


Given = PercentOff | AmountOff | PriceTo


@dataclass(frozen=True, slots=True)
class Discount:
    """One line of a discount: what is given, and `when`."""

    given: Given
    when: Condition | None = None
    span: Span = field(default=NOWHERE, compare=False)


class TypeName(enum.Enum):
    """The types of facts, as written in a vocabulary."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    YES_NO = "yes/no"
    INSTANT = "instant"
    ONE_OF = "one of"
    TEXT_LIST = "list of text"
    EMAIL = "email"
    IP = "ip"


@dataclass(frozen=True, slots=True)
class FactType:
    """The type of a fact; `values` are those of `one of a, b, c`."""

    name: TypeName
    values: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)
