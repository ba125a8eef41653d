"""Scenario documents: given facts and steps, checked before they run."""

from __future__ import annotations

from collections.abc import Iterator

from engine.catalogue import fields
from engine.catalogue.changing import Coupons
from engine.catalogue.coupons import Surroundings
from engine.catalogue.given import FactReader, Given
from engine.catalogue.group_names import GroupNames
from engine.catalogue.nodes import Mapping, Node, Scalar, Sequence
from engine.catalogue.report import Report, whole
from engine.catalogue.step_reader import StepReader
from engine.catalogue.steps import Scenario

_CODE_WORDS = (
    "redeem",
    "hold",
    "confirm",
    "release",
    "remove",
    "attach",
    "switch-off",
    "switch-on",
    "parse",
    "codes",
)
"""What steps give a code, or several, behind."""


def read_scenario(
    document: Mapping, known: dict[str, Mapping], around: Surroundings, report: Report
) -> Scenario | None:
    """The scenario of a document; what is wrong with it is reported, and left out.

    `known` are the documents of the coupons by name, which its changes start from.
    """
    name = fields.name_of(document)
    if name is None:
        return None
    coupons = Coupons(known, around, report)
    chosen = [each for each in fields.scalars(document.get("coupons")) if coupons.has(each)]
    facts = FactReader(around.vocabulary, around.lost, report)
    given = fields.mapping(document.get("given"))
    below = facts.event(given) if given is not None else Given()
    home = around.space.currency if around.space is not None else None
    reader = StepReader(facts, coupons, GroupNames(around, report), home, report)
    steps = [reader.read(node, below) for node in fields.mappings(document.get("steps"))]
    return Scenario(
        name.text.strip(),
        whole(name),
        tuple(each.text.strip() for each in chosen) if document.key("coupons") else None,
        below.event,
        tuple(step for step in steps if step is not None),
    )


def typed_codes(document: Node) -> Iterator[Scalar]:
    """The texts that steps give as codes: what a customer may type is not checked when read."""
    steps = document.get("steps") if isinstance(document, Mapping) else None
    for step in steps.items if isinstance(steps, Sequence) else ():
        if isinstance(step, Mapping):
            for word in _CODE_WORDS:
                yield from fields.scalars(step.get(word))
