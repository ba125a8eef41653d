"""The rules of a catalogue, found again from the reasons of answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine.catalogue import steps
from engine.catalogue.catalogue import Catalogue, Coupon, PolicyRule
from engine.catalogue.steps import Scenario
from engine.decisions.coupon import counted_by
from engine.decisions.explanation import Reason, source_of
from engine.language import checked as c
from engine.language.vocabulary import Stage


class RuleId(NamedTuple):
    """What makes a rule that a scenario changes the same rule: a limit is what it counts."""

    coupon: str
    stage: Stage
    said: str


class Rules:
    """The rules of a catalogue, and of the changes in a scenario."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.all: dict[RuleId, PolicyRule] = {}
        self._places: dict[str, RuleId] = {}
        # What a way into a group says nobody wrote, and several say it at one place.
        written = (
            each for each in catalogue.coupons.values() if each.name not in catalogue.derived
        )
        for coupon in written:
            for rule_id, rule in _rules(coupon.name, coupon):
                self.all.setdefault(rule_id, rule)
                self._places[source_of(rule)] = rule_id

    def of(self, reason: Reason, coupon: str | None, scenario: Scenario) -> RuleId | None:
        """The rule that a reason is about; None where no rule of the catalogue is."""
        if reason.source is None:
            return None
        known = self._places.get(reason.source)
        if known is not None:
            return known
        for name, policy in _changed(scenario, coupon):
            for rule_id, rule in _rules(name, policy):
                if rule.text == reason.rule and rule_id in self.all:
                    return rule_id
        return None

    def place(self, reason: Reason, coupon: str | None, scenario: Scenario) -> str | None:
        """Where the sentence of a reason stands, as `file:line:column`."""
        if reason.source is None or reason.source in self._places:
            return reason.source
        for name, policy in _changed(scenario, coupon):
            for _, rule in _rules(name, policy):
                if rule.text == reason.rule:
                    return source_of(rule)
        return reason.source


def _changed(scenario: Scenario, coupon: str | None) -> Iterator[tuple[str, Coupon]]:
    """The coupons that a scenario changes, first the one with a name, the last change first."""
    changes = [each for each in reversed(scenario.steps) if isinstance(each, steps.Change)]
    for change in sorted(changes, key=lambda each: coupon not in (each.coupon, each.changed.name)):
        yield change.coupon, change.changed


def _rules(name: str, coupon: Coupon) -> Iterator[tuple[RuleId, PolicyRule]]:
    for stage, rules in _stages(coupon):
        for rule in rules:
            yield RuleId(name, stage, _said(rule)), rule


def _stages(coupon: Coupon) -> tuple[tuple[Stage, Iterable[PolicyRule]], ...]:
    return (Stage.REDEMPTION, coupon.redemption), (Stage.APPLICATION, coupon.application)


def _said(rule: PolicyRule) -> str:
    return counted_by(rule.rule) if isinstance(rule.rule, c.Limit) else rule.text
