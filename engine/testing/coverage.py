"""Which rules some scenario has seen as the only one that refused.

A limit is the same rule when a scenario gives it another number, since it counts the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.catalogue.catalogue import PolicyRule
from engine.testing.results import Ran
from engine.testing.rules import RuleId, Rules


@dataclass(frozen=True, slots=True)
class Coverage:
    """The rules of a catalogue, and those of them that were never the only refuser."""

    rules: int
    unseen: tuple[PolicyRule, ...]

    @property
    def percent(self) -> int:
        """How much of a hundred was seen, rounded down."""
        return 100 if not self.rules else (self.rules - len(self.unseen)) * 100 // self.rules


def coverage(rules: Rules, results: Iterable[Ran]) -> Coverage:
    """What the scenarios that ran have covered."""
    seen: set[RuleId] = set()
    for result in results:
        for step in result.steps:
            for refuser in step.refusers:
                if len(refuser.reasons) == 1:
                    found = rules.of(refuser.reasons[0], refuser.coupon, result.scenario)
                    seen |= set() if found is None else {found}
    unseen = [rule for rule_id, rule in rules.all.items() if rule_id not in seen]
    return Coverage(len(rules.all), tuple(sorted(unseen, key=lambda rule: rule.location)))
