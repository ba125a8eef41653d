"""Versions of coupons, read and compiled under one vocabulary, each only when it is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from engine.catalogue.catalogue import Coupon, PolicyRule
from engine.catalogue.documents import Document
from engine.codes.formats import Format
from engine.decisions.coupon import ReadyCoupon, ready
from engine.decisions.spellings import Spellings, formats_of
from engine.language import checked as c
from engine.language.vocabulary import Vocabulary
from engine.service.contexts import Context, find_context
from engine.service.merging import merge
from engine.service.versions import Version
from engine.store.database import Transaction


class _Read(NamedTuple):
    """What a coupon was read from."""

    context: str
    document: Document
    name: str


class _Compiled(NamedTuple):
    """What a compiled coupon was compiled from: as read, in which slots, beside which names."""

    read: _Read
    slots: tuple[int, ...]
    renamed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What was read and compiled for a book, and need not be again for the next."""

    contexts: dict[str, Context] = field(default_factory=dict)
    policies: dict[_Read, Coupon] = field(default_factory=dict)
    ready: dict[_Compiled, ReadyCoupon] = field(default_factory=dict)


class Compiling:
    """One compilation: takes what is known from before, and keeps what is `used`."""

    def __init__(self, tx: Transaction, space: str, known: Memory) -> None:
        self.used = Memory()
        self._tx, self._space, self._known = tx, space, known

    def context(self, key: str) -> Context:
        """Kept surroundings."""
        found = self.used.contexts.get(key) or self._known.contexts.get(key)
        if found is None:
            found = find_context(self._tx, self._space, key)
        self.used.contexts[key] = found
        return found

    def coupons(
        self, versions: Sequence[Version], latest: Context
    ) -> tuple[Vocabulary, dict[str, ReadyCoupon]]:
        """One vocabulary for all requests, and under it the coupons by name."""
        keys = dict.fromkeys(version.context for version in versions)
        merged = merge(latest.vocabulary, [self.context(key).vocabulary for key in keys])
        slots = {key: merged.slots(self.context(key).vocabulary) for key in keys}
        return merged.vocabulary, self._ready(versions, slots)

    def spellings(self, versions: Sequence[Version], latest: Context) -> Spellings:
        """How codes are read: as coupons in force were, by those that came into force last first.

        Of the latest files only what no version in force knows by name is read.
        """
        last = sorted(versions, key=lambda each: (each.enacted, each.context == latest.key))
        keys = dict.fromkeys(version.context for version in reversed(last))
        in_force = [self.context(key).catalogue for key in keys]
        formats: list[Format] = []
        for each in in_force:
            formats += [one for one in each.formats.values() if one not in formats]
        known = {each.name for each in formats}
        new = [one for one in latest.catalogue.formats.values() if one.name not in known]
        sets = [latest.catalogue.features, *(each.features for each in reversed(in_force))]
        named = {name: one for some in sets for name, one in some.items()}
        coupons = [self._policy(_Read(v.context, v.document, v.coupon)) for v in versions]
        return Spellings(formats_of(coupons, [*formats, *new]), named)

    def _ready(
        self, versions: Sequence[Version], slots: Mapping[str, Mapping[str, int]]
    ) -> dict[str, ReadyCoupon]:
        read = {each.coupon: _Read(each.context, each.document, each.coupon) for each in versions}
        policies = {name: self._policy(key) for name, key in read.items()}
        renamed = _renamed(policies)
        return {
            each.coupon: _in_state(
                self._compiled(read[each.coupon], slots[each.context], renamed),
                active=each.active and not each.archived,
            )
            for each in versions
        }

    def _policy(self, key: _Read) -> Coupon:
        found = self._known.policies.get(key)
        if found is None:
            found = self.context(key.context).read(key.document, key.name)
        self.used.policies[key] = found
        return found

    def _compiled(
        self, read: _Read, slots: Mapping[str, int], renamed: Mapping[str, str]
    ) -> ReadyCoupon:
        key = _Compiled(read, tuple(slots.values()), tuple(renamed.items()))
        found = self._known.ready.get(key)
        if found is None:
            found = ready(_following(self.used.policies[read], renamed), slots)
        self.used.ready[key] = found
        return found


def _in_state(coupon: ReadyCoupon, *, active: bool) -> ReadyCoupon:
    """A coupon as it is switched in the store."""
    if coupon.policy.active is active:
        return coupon
    return replace(coupon, policy=replace(coupon.policy, active=active))


def _renamed(policies: Mapping[str, Coupon]) -> dict[str, str]:
    """The names that coupons in force had before, with those that they have now."""
    return {
        policy.was: name
        for name, policy in policies.items()
        if policy.was is not None and policy.was not in policies
    }


def _following(policy: Coupon, renamed: Mapping[str, str]) -> Coupon:
    """A coupon whose stacking rules name other coupons as these are called now."""
    if not renamed:
        return policy
    rules = tuple(_followed(each, renamed) for each in policy.redemption)
    return replace(policy, redemption=rules)


def _followed(policy: PolicyRule, renamed: Mapping[str, str]) -> PolicyRule:
    rule = policy.rule
    if not isinstance(rule, c.Stacking) or rule.coupons is None:
        return policy
    names = tuple(renamed.get(name, name) for name in rule.coupons)
    return policy if names == rule.coupons else replace(policy, rule=c.Stacking(names))
