"""What a step of a scenario expects, read from its document."""

from __future__ import annotations

from engine.catalogue import fields
from engine.catalogue.nodes import Mapping, Node, Scalar
from engine.catalogue.report import Report
from engine.catalogue.steps import (
    NOTHING,
    Discounted,
    Done,
    Expectation,
    Onboarded,
    Recognised,
    Refused,
)
from engine.catalogue.values import ValueReader
from engine.money import Money

_CHARGED = ("charge", "evaluate")


def read_expectation(
    word: str, node: Node | None, values: ValueReader, report: Report
) -> Expectation:
    """What a step with this word expects; where it says nothing, that it is done."""
    if not isinstance(node, Mapping):
        return Discounted() if word in _CHARGED else Done()
    refused = _refused(node)
    if refused is not None:
        _check_alone(node, report)
        return refused
    if word in _CHARGED:
        return _discounted(node, values)
    if word == "onboard":
        return Onboarded({key.text: _refused(value) or Done() for key, value in node.entries})
    return _recognised(node)


def _refused(node: Node) -> Refused | None:
    asked = node.get("refused") if isinstance(node, Mapping) else None
    return None if asked is None else Refused(_texts(asked))


def _texts(node: Node | None) -> tuple[str, ...]:
    return tuple(each.text.strip() for each in fields.scalars(node))


def _check_alone(node: Mapping, report: Report) -> None:
    """What is refused has nothing else to be expected of."""
    others = [key for key, _ in node.entries if key.text != "refused"]
    if others:
        message = f"`expect` can't have both `refused` and `{others[0].text}`"
        report.at("wrong-shape", message, others[0], "make two steps of it")


def _discounted(node: Mapping, values: ValueReader) -> Discounted:
    indicated = fields.text(node, "indicated")
    declined = fields.mapping(node.get("declined"))
    return Discounted(
        _amount_or_nothing(node, values),
        _amount(node.get("net"), values),
        _amounts(fields.mapping(node.get("discounts")), values),
        None
        if declined is None
        else {key.text.strip(): _texts(value) for key, value in declined.entries},
        None if indicated is None else indicated == "true",
    )


def _amount_or_nothing(node: Mapping, values: ValueReader) -> Money | str | None:
    if fields.text(node, "discount") == NOTHING:
        return NOTHING
    return _amount(node.get("discount"), values)


def _amount(node: Node | None, values: ValueReader) -> Money | None:
    written = fields.scalar(node)
    return None if written is None else values.money(written)


def _amounts(node: Mapping | None, values: ValueReader) -> dict[str, Money] | None:
    if node is None:
        return None
    read = ((key.text.strip(), _amount(value, values)) for key, value in node.entries)
    return {code: amount for code, amount in read if amount is not None}


def _recognised(node: Mapping) -> Recognised:
    found = fields.mapping(node.get("fields"))
    entries = found.entries if found is not None else ()
    features = node.get("features")
    return Recognised(
        fields.text(node, "format"),
        fields.text(node, "code"),
        None
        if found is None
        else {key.text: value.text for key, value in entries if isinstance(value, Scalar)},
        None if features is None else _texts(features),
        fields.text(node, "named"),
    )
