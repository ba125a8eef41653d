"""What one recorded event takes of a coupon's limits, read from its row.

Counters and uses are only sums of these: the same functions say what is added when an event is
recorded, what is given back when it is taken back, and what a recount finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import msgspec

from engine.calendar import EARLIEST
from engine.decisions.limits import window_at
from engine.decisions.usage import Meter
from engine.money import Money

_NOTHING = Fraction(0)
WHOLE = EARLIEST
"""Stands for all of time where a window has no start."""


@dataclass(frozen=True, slots=True)
class Event:
    """A redemption or application, as its row keeps it.

    `facts` are those that limits may count by; `factors` say what a minor unit of `amount` is
    worth in minor units of other currencies. `taken_back` says that it was removed, or its charge
    wholly reversed; `amount` is what was not given back, in minor units of its currency.
    """

    source: str
    at: int
    facts: Mapping[str, str]
    taken_back: bool = False
    period: int | None = None
    amount: int = 0
    taken: int = 0
    factors: Mapping[str, Fraction] = field(default_factory=dict)


class Place(NamedTuple):
    """Where an event counts: a limit's basis, the values that it counts by, and a window."""

    basis: str
    key: str
    window: int


@dataclass(frozen=True, slots=True)
class Count:
    """One event counted at a place. `money` is the exact amount that a budget counts."""

    place: Place
    meter: Meter
    event: Event
    money: Fraction

    @property
    def listed(self) -> bool:
        """Whether each event is kept, not only their sum."""
        return is_listed(self.meter)


def is_listed(meter: Meter) -> bool:
    """Whether a limit has to look at single events: rolling windows, and different periods."""
    return meter.is_listed


def is_locked(meter: Meter) -> bool:
    """Whether a limit is decided from what others must not change until the commit."""
    return is_listed(meter) or is_budget(meter)


def is_budget(meter: Meter) -> bool:
    """Whether a limit counts money."""
    return meter.is_budget


def place_of(meter: Meter, key: tuple[str, ...], at: int) -> Place:
    """Where a limit counts an event with this key at this moment."""
    return Place(meter.basis, key_text(key), window_of(meter, at))


def window_of(meter: Meter, at: int) -> int:
    """The start of the window that holds a moment; listed events have none of their own."""
    if meter.counts_all:
        return WHOLE
    start = None if is_listed(meter) else window_at(meter.limit, at).start
    return WHOLE if start is None else start


def key_text(key: tuple[str, ...]) -> str:
    """The values that a limit counts by, as one text."""
    return msgspec.json.encode(key).decode()


def counts(event: Event, meters: Iterable[Meter]) -> Iterator[Count]:
    """What an event counts against some limits; nothing where a fact that one needs lacks."""
    for meter in meters:
        if event.taken_back and not meter.limit.keeps:
            continue
        key = key_of(meter, event.facts)
        money = money_of(meter, event)
        if key is None or money is None:
            continue
        yield Count(place_of(meter, key, event.at), meter, event, money)


def key_of(meter: Meter, facts: Mapping[str, str]) -> tuple[str, ...] | None:
    """The values that a limit counts by; None where the row keeps no such fact."""
    try:
        return tuple([facts[fact.name] for fact in meter.limit.per])
    except KeyError:
        return None


def money_of(meter: Meter, event: Event) -> Fraction | None:
    """What a budget counts of an event, exactly; None without a rate to its currency."""
    if not isinstance(meter.limit.bound, Money):
        return _NOTHING
    factor = event.factors.get(meter.limit.bound.currency)
    left = event.taken if meter.limit.keeps else event.amount
    return None if factor is None else left * factor


def fraction_text(value: Fraction) -> str:
    """An exact amount as the store keeps it: `10/11`."""
    return f"{value.numerator}/{value.denominator}"


def read_fraction(text: str | None) -> Fraction:
    """An exact amount as the store keeps it; nothing is zero."""
    if text is None:
        return Fraction(0)
    above, _, below = text.partition("/")
    return Fraction(int(above), int(below))


_FINEST = 10**30
_LONG = 10**60


def bounded(total: Fraction) -> Fraction:
    """A sum with a bounded denominator: beyond sixty digits it is rounded up to thirty decimals.

    Rates of many days would make the denominator grow without end; a budget counted a trifle too
    high is never exceeded.
    """
    if total.denominator <= _LONG:
        return total
    return Fraction(-(-total.numerator * _FINEST // total.denominator), _FINEST)
