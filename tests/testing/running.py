"""Scenarios run from texts."""

from __future__ import annotations

from contextlib import closing

from engine.catalogue.loader import load_texts
from engine.testing.coverage import Coverage, coverage
from engine.testing.results import Ran, StepRan
from engine.testing.runner import Runner

SPACE = "space: acme\ntimezone: Europe/Zurich\ncurrency: CHF\n---\n"
SPRING = """\
coupon: spring
discount: 10%
codes: [SPRING, MAI]
redemption:
  - at most 2 redemptions per code
  - customer.country is CH
application:
  - fee is period
  - at most 1 application per subscription
---
"""
WINTER = """\
coupon: winter
discount: 5%
codes: [WINTER]
redemption: [not together with spring]
---
"""
GIVEN = "given: {at: 2026-05-01T00:00:00Z, customer: {country: CH}, subscription: {id: s}}\n"


def ran(text: str, policies: str = SPACE + SPRING) -> tuple[list[Ran], Coverage]:
    """What scenarios come to, and the coverage of the rules."""
    catalogue = load_texts({"f.yaml": policies + text})
    assert [each.message for each in catalogue.diagnostics if each.is_error] == []
    with closing(Runner(catalogue)) as runner:
        found = [runner.run(scenario) for scenario in catalogue.scenarios]
        return found, coverage(runner.rules, found)


def steps(*written: str, given: str = GIVEN, policies: str = SPACE + SPRING) -> tuple[StepRan, ...]:
    """The steps of one scenario as they ran."""
    listed = "".join(f"  - {each}\n" for each in written)
    ((found,), _) = ran(f"scenario: story\n{given}steps:\n{listed}", policies)
    return found.steps
