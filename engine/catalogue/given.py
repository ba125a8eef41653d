"""Facts as documents give them, in the shape in which a request would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.calendar import Instant
from engine.catalogue import nodes
from engine.catalogue.nodes import Node, Scalar
from engine.catalogue.report import Report
from engine.catalogue.values import ValueReader, amount_of
from engine.diagnostics.suggest import did_you_mean
from engine.language.vocabulary import Fact, Vocabulary

_Tree: TypeAlias = "Mapping[str, Fact | _Tree]"
_Values: TypeAlias = dict[str, Any]

_MONEY = ("amount", "currency")
_BESIDE_FACTS = ("id", "corrects", *_MONEY)
"""What a charge says beside its facts; an amount is written with its currency."""


@dataclass(frozen=True, slots=True)
class Given:
    """Facts of an event and of its charges. `dated` says that a moment is written, if wrongly."""

    at: Instant | None = None
    event: Mapping[str, Any] = field(default_factory=dict)
    charge: Mapping[str, Any] = field(default_factory=dict)
    dated: bool = False

    def over(self, other: Given) -> Given:
        """These facts before those of another, fact by fact."""
        at = self.at if self.at is not None else other.at
        event, charge = merged(other.event, self.event), merged(other.charge, self.charge)
        return Given(at, event, charge, self.dated or other.dated)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> _Values:
    """Two objects as one: where both have a value, the one above."""
    found = dict(below)
    for key, value in above.items():
        under = found.get(key)
        if isinstance(value, dict) and isinstance(under, dict):
            found[key] = merged(under, value)
        else:
            found[key] = value
    return found


class FactReader:
    """Reads the facts of a catalogue's documents; what is wrong with them is reported."""

    def __init__(self, vocabulary: Vocabulary, lost: frozenset[str], report: Report) -> None:
        self.values = ValueReader(lost, report)
        self._vocabulary = vocabulary
        self._lost = lost
        self._report = report
        self._event = {**_tree(vocabulary.event_facts), "product": vocabulary.facts["product"]}
        self._charge = _tree(vocabulary.charge_facts)

    def event(self, node: nodes.Mapping, beside: Iterable[str] = ()) -> Given:
        """The facts of an event; those of a charge among them hold for its charges.

        The keys `beside` them are something else.
        """
        tree = {**self._charge, **self._event}
        event = self._object(node, tree, beside=("at", *_MONEY, *beside))
        charge = {
            name: event.pop(name)
            for name in self._charge
            if name in event and name not in self._event
        }
        if "product" in event:
            event = merged(event, {"subscription": {"product": event.pop("product")}})
        return self._dated(node, event, {**charge, **self._beside(node, _MONEY)})

    def charge(self, node: nodes.Mapping) -> Given:
        """The facts of a charge, and what it says beside; facts of an event are the event's."""
        tree = {**self._event, **self._charge}
        charge = self._object(node, tree, beside=("at", *_BESIDE_FACTS))
        event = {
            name: charge.pop(name)
            for name in self._event
            if name in charge and name not in self._charge
        }
        return self._dated(node, event, {**charge, **self._beside(node, _BESIDE_FACTS)})

    def _dated(self, node: nodes.Mapping, event: _Values, charge: _Values) -> Given:
        key, value = node.key("at"), node.get("at")
        if key is None or value is None:
            return Given(None, event, charge)
        written = self.values.scalar(key, value)
        at = None if written is None else self.values.instant(written)
        return Given(at, event, charge, dated=True)

    def _beside(self, node: nodes.Mapping, names: Iterable[str]) -> _Values:
        found: _Values = {}
        for key, value in node.entries:
            written = self.values.scalar(key, value) if key.text in names else None
            if written is not None:
                found |= self._said(key.text, written)
        return found

    def _said(self, key: str, written: Scalar) -> _Values:
        """One thing that a charge says beside its facts; an amount brings its currency."""
        if key == "amount":
            money = self.values.money(written)
            return {} if money is None else amount_of(money)
        if key == "currency" and not self.values.known(self._vocabulary.facts["currency"], written):
            return {}
        return {key: written.text.strip()}

    # --- objects

    def _object(
        self, node: nodes.Mapping, tree: _Tree, path: str = "", beside: Iterable[str] = ()
    ) -> _Values:
        found: _Values = {}
        for key, value in node.entries:
            if key.text not in beside and not key.is_merge:
                found |= self._entry(key, value, tree, path)
        return found

    def _entry(self, key: Scalar, value: Node, tree: _Tree, path: str) -> _Values:
        """A fact with its value, or an object of facts; nothing where it is wrong."""
        inner = tree.get(key.text)
        if inner is None:
            self._unknown(key, path)
            return {}
        if isinstance(inner, Fact):
            found = self.values.read(inner, key, value)
            return {} if found is None else {key.text: found}
        if isinstance(value, nodes.Mapping):
            return {key.text: self._object(value, inner, f"{path}{key.text}.")}
        self.values.wrong_shape(key, value, "a mapping of facts to values")
        return {}

    def _unknown(self, key: Scalar, path: str) -> None:
        name = path + key.text
        if name not in self._lost:
            message = f"no fact is called `{name}`"
            if name in self._vocabulary.facts:
                message = f"`{name}` is not given: the service knows it"
            self._report.at("unknown-fact", message, key, self._advice(key, name))

    def _advice(self, key: Scalar, name: str) -> str:
        first, dot, rest = key.text.partition(".")
        if dot:
            return f"write an object for each dot: `{first}: {{{rest}: …}}`"
        return did_you_mean(name, {*self._vocabulary.facts, "subscription.product"} - {name})


def _tree(facts: Mapping[str, Fact]) -> _Tree:
    """Facts by their place, an object for each dot in it."""
    found: dict[str, Any] = {}
    for path, fact in facts.items():
        *parents, last = path.split(".")
        node = found
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = fact
    return found
