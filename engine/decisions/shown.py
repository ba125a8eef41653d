"""Facts as answers show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.calendar import format_instant
from engine.decisions.compiler import Record
from engine.language.syntax import TypeName
from engine.language.terms import address_text
from engine.language.vocabulary import Fact

FactText = str | bool | list[str] | None

Shown = tuple[str, int, Callable[[Any], FactText] | None]
"""A fact to show: its name, its slot, and how its value is written; None as it is."""


def shown(facts: tuple[Fact, ...], slots: Mapping[str, int]) -> tuple[Shown, ...]:
    """Facts made ready to be shown from records with these slots."""
    return tuple((fact.name, slots[fact.name], _WRITTEN.get(fact.kind)) for fact in facts)


def met(facts: tuple[Shown, ...], record: Record) -> dict[str, FactText]:
    """The values that a rule met, None for those that were not given."""
    return {
        name: value if (value := record[slot]) is None or written is None else written(value)
        for name, slot, written in facts
    }


def _number(value: Decimal) -> str:
    return format(value, "f")


_WRITTEN: Mapping[TypeName, Callable[[Any], FactText]] = {
    TypeName.NUMBER: _number,
    TypeName.MONEY: str,
    TypeName.INSTANT: format_instant,
    TypeName.TEXT_LIST: list,
    TypeName.IP: address_text,
}
