"""Runs scenarios: each from empty state, through the same code as the service."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cached_property

from engine.calendar import Instant
from engine.catalogue import steps
from engine.catalogue.catalogue import Catalogue
from engine.catalogue.steps import Scenario, Step
from engine.testing.acting import Actor
from engine.testing.expectations import Refuser, came_text, expected_text, is_met, refusers
from engine.testing.results import Ran, Sentence, StepRan
from engine.testing.rules import Rules
from engine.testing.stage import Stage

_NEVER = Instant(0)


class Runner:
    """Runs the scenarios of a catalogue, which has no errors."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.rules = Rules(catalogue)

    @cached_property
    def stage(self) -> Stage:
        """Where the scenarios run, made when the first one does."""
        return Stage(self.catalogue)

    def close(self) -> None:
        """Close the stores, if a scenario has run."""
        if "stage" in self.__dict__:
            self.stage.close()

    def chosen(self, name: str = "") -> list[Scenario]:
        """The scenarios with a text in their names, in the order of the files."""
        wanted = name.casefold()
        return [each for each in self.catalogue.scenarios if wanted in each.name.casefold()]

    def run(self, scenario: Scenario) -> Ran:
        """Run a scenario to its end, also where a step fails."""
        begun = time.perf_counter()
        moments = (step.at for step in scenario.steps if step.at is not None)
        services = self.stage.begin(next(moments, _NEVER), scenario.coupons)
        actor = Actor(self.stage, services)
        ran = tuple(self._step(scenario, step, actor) for step in scenario.steps)
        return Ran(scenario, ran, time.perf_counter() - begun)

    def _step(self, scenario: Scenario, step: Step, actor: Actor) -> StepRan:
        meant, came = actor.meant(step), actor.act(step)
        against = tuple(refusers(came))
        return StepRan(
            step,
            said(step),
            is_met(meant, came),
            expected_text(meant),
            came_text(meant, came),
            tuple(each for refuser in against for each in self._sentences(scenario, refuser)),
            against,
        )

    def _sentences(self, scenario: Scenario, refuser: Refuser) -> Iterator[Sentence]:
        for reason in refuser.reasons:
            place = self.rules.place(reason, refuser.coupon, scenario)
            yield Sentence(refuser.code, reason.reason, reason.message, reason.rule, place)


def said(step: Step) -> str:
    """A step as its author wrote it: its word and what stands there."""
    match step:
        case steps.Charge() | steps.Evaluate():
            return f"{_word(step)} {step.charge.get('id', '')}".rstrip()
        case steps.Reverse():
            return f"reverse {step.charge}"
        case steps.Switch():
            return f"switch-{'on' if step.on else 'off'} {step.code or step.coupon}"
        case steps.Change() | steps.Enact() | steps.Issue():
            return f"{_word(step)} {step.coupon}"
        case steps.Admit():
            return f"admit {step.group}"
        case steps.Onboard():
            return "onboard"
        case _:
            return f"{_word(step)} {step.code}"


def _word(step: Step) -> str:
    return type(step).__name__.lower()
