"""Facts: their names, types, stages and values (language.md, Facts).

A vocabulary is the one truth about facts: the checker, the decoder of requests and the compiler
are all made from it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypedDict, Unpack

import iso3166

from engine.language.syntax import FactType, TypeName
from engine.money import MINOR_DIGITS


class Stage(enum.Enum):
    """When a rule is asked: when a code is redeemed, or when a charge is made."""

    REDEMPTION = "redemption"
    APPLICATION = "application"


class Fold(enum.Enum):
    """How a text fact is brought to one spelling before anything compares it."""

    EXACT = "exact"
    LOWER = "lower"
    CODE = "code"

    def apply(self, text: str) -> str:
        """The text in its one spelling: emails in small letters, codes without case and space."""
        if self is Fold.EXACT:
            return text
        return text.lower() if self is Fold.LOWER else text.strip().upper()


class Origin(enum.Enum):
    """Where the value of a fact comes from."""

    REQUEST = "request"
    DERIVED = "derived"
    REDEMPTION = "redemption"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that rules may name.

    `closed` holds the only values that a text fact can have, where something declares them, and
    `closed_by` says what does, in words. A fact that `identifies` one thing has values that nobody
    lists, such as the id of a customer.
    """

    name: str
    type: FactType
    application_only: bool = False
    closed: frozenset[str] | None = None
    closed_by: str = ""
    fold: Fold = Fold.EXACT
    origin: Origin = Origin.REQUEST
    identifies: bool = False

    @property
    def kind(self) -> TypeName:
        """The name of its type."""
        return self.type.name

    def at(self, stage: Stage) -> bool:
        """Whether the fact is known at a stage."""
        return stage is Stage.APPLICATION or not self.application_only


def _by_object(facts: Mapping[str, Fact]) -> list[Fact]:
    """Facts by their places in a request, those of one object side by side."""
    objects: dict[str, list[Fact]] = {}
    for path, fact in facts.items():
        objects.setdefault(path.rpartition(".")[0], []).append(fact)
    return [fact for held in objects.values() for fact in held]


@dataclass(frozen=True)
class Vocabulary:
    """The facts of a catalogue, by name."""

    facts: Mapping[str, Fact] = field(default_factory=dict)

    @cached_property
    def slots(self) -> Mapping[str, int]:
        """Where each fact stands in a record: after the moment of the event and the rates.

        Those that one object of a request holds stand side by side, in its order, so that they can
        be filled in at once.
        """
        held = (*_by_object(self.event_facts), *_by_object(self.charge_facts))
        names = dict.fromkeys((*(fact.name for fact in held), *self.facts))
        return {name: slot for slot, name in enumerate(names, start=FIRST_SLOT)}

    @cached_property
    def event_facts(self) -> Mapping[str, Fact]:
        """The facts given with an event, by their place in a request."""
        event = {name: fact for name, fact in self._given() if not fact.application_only}
        product = event.pop("product")
        return {**event, "subscription.product": product}

    @cached_property
    def charge_facts(self) -> Mapping[str, Fact]:
        """The facts given with a charge beside its amount, by their place in it."""
        return {
            name.removeprefix("charge."): fact
            for name, fact in self._given()
            if (fact.application_only or name == "product") and name not in ("amount", "currency")
        }

    def _given(self) -> Iterator[tuple[str, Fact]]:
        """The facts that requests give; of the others the service knows itself."""
        return (each for each in self.facts.items() if each[1].origin is Origin.REQUEST)

    def with_facts(self, facts: Iterable[Fact]) -> Vocabulary:
        """This vocabulary and more facts; a fact of the same name is replaced in its place."""
        return Vocabulary({**self.facts, **{fact.name: fact for fact in facts}})

    def with_fees(self, fees: Iterable[str]) -> Vocabulary:
        """This vocabulary with more kinds of fee."""
        fee = self.facts["fee"]
        values = tuple(dict.fromkeys((*fee.type.values, *fees)))
        return self.with_facts([replace(fee, type=FactType(TypeName.ONE_OF, values))])

    def closing(self, name: str, values: Iterable[str]) -> Vocabulary:
        """This vocabulary with a text fact that has only the given values, and those it had."""
        fact = self.facts[name]
        closed = (fact.closed or frozenset()).union(map(fact.fold.apply, values))
        return self.with_facts([replace(fact, closed=closed, closed_by="the vocabulary")])


AT_SLOT = 0
RATES_SLOT = 1
FIRST_SLOT = 2

COUNTRIES = frozenset(iso3166.countries_by_alpha2)


class _More(TypedDict, total=False):
    closed: frozenset[str]
    closed_by: str
    fold: Fold
    origin: Origin
    identifies: bool


_T, _N, _I = TypeName.TEXT, TypeName.NUMBER, TypeName.INSTANT


def _fact(
    name: str, kind: TypeName = _T, values: tuple[str, ...] = (), **more: Unpack[_More]
) -> Fact:
    return Fact(name, FactType(kind, values), **more)


def _charge(
    name: str, kind: TypeName = _T, values: tuple[str, ...] = (), **more: Unpack[_More]
) -> Fact:
    return replace(_fact(name, kind, values, **more), application_only=True)


_CURRENCIES: _More = {"closed": frozenset(MINOR_DIGITS), "closed_by": "ISO 4217"}
_FROM_EMAIL: _More = {"fold": Fold.LOWER, "origin": Origin.DERIVED, "identifies": True}
_COUNTRIES: _More = {"closed": COUNTRIES, "closed_by": "ISO 3166"}

STANDARD = Vocabulary().with_facts(
    [
        _fact("code", identifies=True, fold=Fold.CODE, origin=Origin.REDEMPTION),
        _fact("issued", _I, origin=Origin.REDEMPTION),
        _fact("by", TypeName.ONE_OF, values=("merchant", "subscriber", "automatic")),
        _fact("customer.id", identifies=True),
        _fact("customer.email", TypeName.EMAIL, fold=Fold.LOWER),
        _fact("customer.email.domain", **_FROM_EMAIL),
        _fact("customer.email.plain", **_FROM_EMAIL),
        _fact("customer.ip", TypeName.IP),
        _fact("customer.country", **_COUNTRIES),
        _fact("customer.segment"),
        _fact("customer.new", TypeName.YES_NO),
        _fact("customer.signed_up", _I),
        _fact("customer.tags", TypeName.TEXT_LIST),
        _fact("customer.referrer"),
        _fact("subscription.id", identifies=True),
        _fact("subscription.plan"),
        _fact("subscription.status"),
        _fact("subscription.started", _I),
        _fact("subscription.currency", **_CURRENCIES),
        _fact("product"),
        _charge("redeemed", _I, origin=Origin.REDEMPTION),
        _charge("fee", TypeName.ONE_OF, values=("setup", "period", "metered")),
        _charge("component"),
        _charge("quantity", _N),
        _charge("amount", TypeName.MONEY),
        _charge("currency", **_CURRENCIES),
        _charge("invoice", identifies=True),
        _charge("period.start", _I),
        _charge("period.number", _N),
    ]
)
"""The vocabulary that ships with the engine."""

LIMIT_KEYS = {"code": "code", "subscription": "subscription.id", "customer": "customer.id"}
"""The facts behind the short names that a limit may count by; `coupon` needs none."""
