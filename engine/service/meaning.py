"""What a coupon's document means in its surroundings, as text: equal for what decides alike.

Spelling, order of rules, comments and places don't count; of the surroundings only what alters
this coupon does: the zones that its sentences are read in, the types of the facts that they name,
the rounding of its discount, the documents of its format and of what its codes say of features.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from engine.calendar import Duration
from engine.catalogue.catalogue import Coupon, PolicyRule
from engine.language.vocabulary import Fact
from engine.service.contexts import Context, plain


def meaning_of(coupon: Coupon, context: Context) -> str:
    """What a coupon means, with what alters it in its surroundings."""
    said = {
        "coupon": coupon.name,
        "title": coupon.title,
        "discount": [[each.text, _around(each.tier)] for each in coupon.discount],
        "grants": _grants(coupon),
        "redemption": _rules(coupon.redemption),
        "application": _rules(coupon.application),
        "codes": sorted(coupon.codes),
        "labels": dict(coupon.labels),
        "valid": _length(coupon.valid, coupon),
        "format": _format(coupon, context),
        "features": _features(coupon, context),
        "alerts": list(coupon.alerts),
        "best of": coupon.best_of,
        "rounding": coupon.rounding.value if coupon.discount else None,
    }
    return msgspec.json.encode(said, order="deterministic").decode()


def _rules(rules: tuple[PolicyRule, ...]) -> list[list[Any]]:
    """The rules of a stage, whose order never matters."""
    said = [[each.text, each.because, each.reason, _around(each.rule)] for each in rules]
    return sorted(said, key=lambda each: msgspec.json.encode(each))


def _around(node: object) -> list[str]:
    """The zones that a sentence is read in, and the types of the facts that it names."""
    found = {
        each.key if isinstance(each, ZoneInfo) else f"{each.name}: {each.kind.value}"
        for each in _parts(node)
    }
    return sorted(map(str, found))


def _parts(node: object) -> Iterator[ZoneInfo | Fact]:
    if isinstance(node, ZoneInfo | Fact):
        yield node
    elif isinstance(node, tuple):
        for each in node:
            yield from _parts(each)
    elif is_dataclass(node):
        for part in fields(node):
            yield from _parts(getattr(node, part.name))


def _grants(coupon: Coupon) -> dict[str, Any] | None:
    """What is granted, with the bits that features are switched on by."""
    grants = coupon.grants
    if grants is None:
        return None
    said = {each.name: getattr(grants, each.name) for each in fields(grants)}
    name = grants.feature_set.name if grants.feature_set is not None else None
    return {**said, "feature_set": name, "duration": _length(grants.duration, coupon)}


def _length(duration: Duration | None, coupon: Coupon) -> str | None:
    """A duration, with the zone in which a calendar unit is counted."""
    if duration is None or coupon.zone is None or not duration.unit.is_calendar:
        return None if duration is None else str(duration)
    return f"{duration} in {coupon.zone.key}"


def _format(coupon: Coupon, context: Context) -> object:
    """The format of the coupon's codes."""
    named = [each for each in context.of_kind("format") if each.name == coupon.format]
    return plain(named[0].node) if named else coupon.format


def _features(coupon: Coupon, context: Context) -> object:
    """The feature set that the coupon's codes are told by."""
    codes = context.catalogue.formats.get(coupon.format or "")
    named = codes.feature_set.name if codes is not None and codes.feature_set is not None else None
    sets = [each for each in context.of_kind("features") if each.name == named]
    return plain(sets[0].node) if sets else None
