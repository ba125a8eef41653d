"""What the pages state of money, logic, time and limits, as scenarios (`stories/`)."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from engine.catalogue.loader import load
from engine.testing.report import failure_lines
from engine.testing.runner import Runner

STORIES = sorted(Path(__file__).with_name("stories").glob("*.yaml"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_service_does_what_the_stories_say(path: Path) -> None:
    catalogue = load([path])
    assert catalogue.diagnostics == ()
    with closing(Runner(catalogue)) as runner:
        ran = [runner.run(scenario) for scenario in catalogue.scenarios]
    failed = [line for each in ran if not each.passed for line in failure_lines(each)]
    assert failed == []
    assert ran != []
