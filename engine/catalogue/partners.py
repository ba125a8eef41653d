"""Partners: who sells codes on, at which prices, under which name (language.md, partner)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from engine.diagnostics import Location
from engine.money import Money


@dataclass(frozen=True, slots=True)
class Prices:
    """What codes cost a partner, and what it adds when it sells them on.

    `listed` is the price of one code by coupon; `volume` are the tiers, the smallest first: from
    how many codes in one purchase which share is taken off; `markup` is a share of the cost.
    """

    listed: Mapping[str, Money] = field(default_factory=dict)
    volume: tuple[tuple[int, Fraction], ...] = ()
    markup: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Contact:
    """How clients reach a partner."""

    email: str | None = None
    phone: str | None = None
    web: str | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner. `logo` is the name of a file beside the document; `references` is a pattern."""

    name: str
    location: Location
    title: str
    logo: str | None = None
    contact: Contact = Contact()
    colour: str | None = None
    prices: Prices = Prices()
    references: str | None = None
