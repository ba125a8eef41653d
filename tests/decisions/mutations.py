"""One thing changed in a checked rule: what nobody may miss in its English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from engine import calendar
from engine.calendar import Unit
from engine.language import checked as c
from engine.language.syntax import Noun
from engine.language.vocabulary import Fact
from engine.money import Money
from tests.decisions.agreement import words

_CALENDAR_UNITS = tuple(unit for unit in Unit if unit.is_calendar)


def mutations(node: Any) -> st.SearchStrategy[Any]:
    """The node with one constant, word, zone or fact of it changed."""
    found = list(_changed(node))
    return st.sampled_from(found) if found else st.nothing()


def _changed(node: Any) -> Iterator[Any]:
    """Every single change of a node."""
    if isinstance(node, Fact):
        yield from _other_facts(node)
    elif isinstance(node, c.Networked):
        moved = ((version, first ^ (1 << size), size) for version, first, size in node.networks)
        yield replace(node, networks=tuple(moved))
    elif isinstance(node, tuple):
        for index, part in enumerate(node):
            yield from ((*node[:index], other, *node[index + 1 :]) for other in _changed(part))
    elif is_dataclass(node) and not isinstance(node, type):
        for part in fields(node):
            for other in _changed(getattr(node, part.name)):
                yield replace(node, **{part.name: other})
    else:
        yield from _other_values(node)


def _other_facts(fact: Fact) -> Iterator[Fact]:
    for other in words().facts.values():
        same = (other.type, other.application_only) == (fact.type, fact.application_only)
        if same and other.name != fact.name and other.closed == fact.closed:
            yield other


def _other_values(value: Any) -> Iterator[Any]:  # noqa: C901 - one line for each type
    match value:
        case bool():
            yield not value
        case Noun.REDEMPTIONS | Noun.DISCOUNT:
            return
        case Noun():
            yield Noun.PERIODS if value is Noun.APPLICATIONS else Noun.APPLICATIONS
        case Unit():
            yield from (unit for unit in _CALENDAR_UNITS if unit is not value and value.is_calendar)
        case Enum():
            yield from (each for each in type(value) if each is not value)
        case int():
            yield value + 1
        case str():
            yield value + "x"
        case Decimal() | Fraction():
            yield value + 1
        case Money():
            yield Money(value.minor + 1, value.currency)
            yield Money(value.minor, "USD" if value.currency != "USD" else "CHF")
        case time():
            yield value.replace(hour=(value.hour + 1) % 24)
        case frozenset():
            yield value ^ {3}
        case ZoneInfo():
            yield calendar.zone("Asia/Tokyo" if value.key != "Asia/Tokyo" else "Europe/Zurich")
