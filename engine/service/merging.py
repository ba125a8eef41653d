"""One vocabulary for requests, where coupons in force were read with different ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.language.syntax import FactType, TypeName
from engine.language.vocabulary import Fact, Origin, Vocabulary

_NEVER = Fact("(of another type)", FactType(TypeName.TEXT), origin=Origin.DERIVED)
"""A fact that no request gives and no name in a file can be."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The facts of several vocabularies."""

    vocabulary: Vocabulary

    def slots(self, own: Vocabulary) -> Mapping[str, int]:
        """Where the facts of one of the vocabularies stand in a record.

        One that the latest vocabulary declares with another type is never given: what asks it is
        unknown, and not wrong.
        """
        slots = self.vocabulary.slots
        facts = self.vocabulary.facts
        return {
            name: slots[name if _is_same(fact, facts.get(name)) else _NEVER.name]
            for name, fact in own.facts.items()
        }


def merge(latest: Vocabulary, others: Iterable[Vocabulary]) -> Merged:
    """The latest vocabulary with the facts and values of the others.

    Values of both are accepted, all values where one accepts all; of two types the latest holds.
    """
    facts = dict(latest.facts)
    for fact in (fact for other in others for fact in other.facts.values()):
        known = facts.get(fact.name)
        if _is_same(fact, known) and known is not None:
            facts[fact.name] = _joined(known, fact)
        elif known is None and _fits(fact.name, facts):
            facts[fact.name] = fact
        else:
            facts.setdefault(_NEVER.name, _NEVER)
    return Merged(Vocabulary(facts))


def _is_same(one: Fact, other: Fact | None) -> bool:
    return other is not None and one.kind is other.kind


def _fits(name: str, facts: Iterable[str]) -> bool:
    """Whether a fact can stand beside others: none holds the other as its part."""
    return not any(name.startswith(f"{other}.") or other.startswith(f"{name}.") for other in facts)


def _joined(one: Fact, other: Fact) -> Fact:
    values = tuple(dict.fromkeys((*one.type.values, *other.type.values)))
    closed = None if one.closed is None or other.closed is None else one.closed | other.closed
    return replace(one, type=replace(one.type, values=values), closed=closed)
