"""What running scenarios finds."""

from __future__ import annotations

from dataclasses import dataclass

from engine.catalogue.steps import Scenario, Step
from engine.testing.expectations import Refuser


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that said no: the code it stopped, its reason, what it says and where it stands.

    `rule` and `place` are None for what stops a code without a rule.
    """

    code: str | None
    reason: str
    message: str
    rule: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class StepRan:
    """A step, what it expected and what came, in words."""

    step: Step
    said: str
    passed: bool
    expected: str
    came: str
    sentences: tuple[Sentence, ...]
    refusers: tuple[Refuser, ...]


@dataclass(frozen=True, slots=True)
class Ran:
    """A scenario that was run, and the seconds that it took."""

    scenario: Scenario
    steps: tuple[StepRan, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether every step did what it expected."""
        return all(step.passed for step in self.steps)

    @property
    def failures(self) -> tuple[StepRan, ...]:
        """The steps that didn't."""
        return tuple(step for step in self.steps if not step.passed)
