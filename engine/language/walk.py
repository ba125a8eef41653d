"""Walks over trees: the sentences and facts of a condition, the values of a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from engine.language import checked as c
from engine.language import syntax as s
from engine.language.vocabulary import Fact


def leaves(condition: c.Condition) -> Iterator[c.Condition]:
    """The sentences of a condition, without the words that join them, in order."""
    if isinstance(condition, c.Negation):
        yield from leaves(condition.operand)
    elif isinstance(condition, c.Every | c.Either):
        for operand in condition.operands:
            yield from leaves(operand)
    else:
        yield condition


def fact_of(leaf: c.Condition) -> Fact | None:
    """The fact that one sentence asks; None where it asks the moment of the event."""
    if isinstance(leaf, c.Within):
        return leaf.anchor
    return getattr(leaf, "fact", None)


def facts_of(condition: c.Condition) -> tuple[Fact, ...]:
    """The facts that a condition asks, each once, in order of their first mention."""
    named = (fact_of(leaf) for leaf in leaves(condition))
    return tuple(dict.fromkeys(fact for fact in named if fact is not None))


def needed_facts(condition: c.Condition) -> frozenset[str]:
    """The names of the facts whose absence makes a condition unknown."""
    asked = (leaf for leaf in leaves(condition) if not isinstance(leaf, c.Presence))
    return frozenset(fact.name for leaf in asked if (fact := fact_of(leaf)) is not None)


def literals(node: object) -> Iterator[s.Literal]:
    """Every value in the tree of a sentence, in the order of the text."""
    if isinstance(node, s.Literal):
        yield node
    elif isinstance(node, tuple):
        for each in node:
            yield from literals(each)
    elif is_dataclass(node):
        for part in fields(node):
            yield from literals(getattr(node, part.name))
