"""Features that a coupon grants: a value or names, told by a feature set of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.catalogue import fields
from engine.catalogue.nodes import Node, Scalar
from engine.catalogue.report import Report
from engine.codes.features import FeatureSet
from engine.diagnostics.suggest import did_you_mean

_HEX = re.compile(r"[0-9A-Fa-f]+")
_LIST = "list the names of features, or give the coupon a format with a feature field"


class Granted(NamedTuple):
    """Features by name, the highest bit first; the set that has them, and the bits of all.

    The bits are those of the add-ons, too, which are named elsewhere.
    """

    names: tuple[str, ...] = ()
    feature_set: FeatureSet | None = None
    value: int | None = None


@dataclass(frozen=True, slots=True)
class FeatureFinder:
    """Finds features in the set of a coupon's codes, or else among those of the catalogue.

    Of what a wrong set (None) may have, or a document that can't be read (whose words are `lost`),
    nothing is reported.
    """

    own: FeatureSet | None
    sets: Mapping[str, FeatureSet | None]
    lost: frozenset[str]
    report: Report

    def find(self, features: Node | None, more: Sequence[Scalar]) -> Granted:
        """The features of a value or a list, with the add-ons, which are of the same set."""
        add_ons = [each.text.strip() for each in more]
        sets = [self.own] if self.own is not None else list(self.sets.values())
        known = [each for each in sets if each is not None]
        if len(known) < len(sets):
            return Granted()
        written = fields.scalars(features)
        if isinstance(features, Scalar) and written and _is_value(features, known):
            chosen = self._set_of_value(features, known)
            value = self._value(features, chosen)
        else:
            chosen = self._set_of_names(written, add_ons, known)
            value = self._named(written, chosen, known)
        if chosen is None or value is None:
            return Granted()
        added = self._named(more, chosen, known) or 0
        return Granted(chosen.names(value), chosen, value | added)

    # --- a value

    def _set_of_value(self, scalar: Scalar, sets: list[FeatureSet]) -> FeatureSet | None:
        text = scalar.text.strip()
        if len(sets) > 1:
            message = f"`{text}` may be a value of {_any_of(sets)}"
            self.report.at("unknown-feature", message, scalar, _LIST)
        elif not sets and not self.lost:
            message = f"no feature set says what `{text}` means"
            self.report.at("unknown-feature", message, scalar, "add a `features` document")
        return sets[0] if len(sets) == 1 else None

    def _value(self, scalar: Scalar, chosen: FeatureSet | None) -> int | None:
        if chosen is None:
            return None
        try:
            return chosen.read(scalar.text.strip())
        except ValueError as error:
            self.report.at("unknown-feature", str(error), scalar, "list the names of features")
            return None

    # --- names

    def _set_of_names(
        self, written: Sequence[Scalar], add_ons: Sequence[str], sets: list[FeatureSet]
    ) -> FeatureSet | None:
        """The set that has all the names, or of several sets the one that has most of them."""
        words = [each.text.strip() for each in written] or add_ons
        count = {each.name: sum(word in _names(each) for word in words) for each in sets}
        best = [each for each in sets if count[each.name] == max(count.values())]
        if written and not sets and not self.lost:
            message = f"no feature set has `{words[0]}`"
            self.report.at("unknown-feature", message, written[0], "add a `features` document")
        elif written and len(best) > 1 and count[best[0].name] == len(words):
            message = f"`{words[0]}` may be a feature of {_any_of(best)}"
            help_ = "give the coupon a format with a feature field, or rename one of the two"
            self.report.at("unknown-feature", message, written[0], help_)
            return None
        first = [each for each in best if words[0] in _names(each)] if words else []
        return next(iter(first or (best if written else [])), None)

    def _named(
        self, written: Sequence[Scalar], chosen: FeatureSet | None, sets: list[FeatureSet]
    ) -> int | None:
        """The bits of names; what is no name of the set is reported."""
        if chosen is None:
            return None
        known = _names(chosen)
        for scalar in written:
            name = scalar.text.strip()
            if name not in known and not self.lost.issuperset(name.split()):
                message = f"`{chosen.name}` has no feature `{name}`"
                help_ = did_you_mean(name, known) or _elsewhere(name, sets)
                self.report.at("unknown-feature", message, scalar, help_)
        return chosen.value(name for each in written if (name := each.text.strip()) in known)


def _names(feature_set: FeatureSet) -> frozenset[str]:
    """The names of features, and of sets of them."""
    return frozenset(feature_set.bits.values()) | feature_set.named.keys()


def _is_value(scalar: Scalar, sets: Iterable[FeatureSet]) -> bool:
    """Whether a text that is no name is a value in hexadecimal digits."""
    text = scalar.text.strip()
    return _HEX.fullmatch(text) is not None and not any(text in _names(each) for each in sets)


def _elsewhere(name: str, sets: Iterable[FeatureSet]) -> str:
    """What helps with a name that is a value, or one of another set."""
    others = [each for each in sets if name in _names(each)]
    if others:
        return f"that is one of {_any_of(others)}: a coupon grants features of one set"
    return f"a value stands by itself: `features: {name}`" if _HEX.fullmatch(name) else ""


def _any_of(sets: Iterable[FeatureSet]) -> str:
    return " or of ".join(f"`{each.name}`" for each in sets)
