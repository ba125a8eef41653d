"""The plugin of pytest: scenarios are collected beside other tests, and a fixture asks policies.

It is loaded in every run of pytest where the engine is installed, so whatever it needs of the
engine is loaded when there is a scenario to run or a test that uses the fixture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from engine.catalogue.catalogue import Catalogue
    from engine.catalogue.steps import Scenario
    from engine.testing.coupons import Coupons
    from engine.testing.results import Ran
    from engine.testing.runner import Runner

_OPTION = "coupon_policies"
_SUFFIXES = (".yaml", ".yml")
_SCENARIO = re.compile(rb"^(?:--- *)?[\"']?scenario[\"']? *:", re.MULTILINE)

_RUNNERS = pytest.StashKey[dict[tuple[Path, ...], "Runner"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the folder of policies."""
    parser.addini(
        _OPTION, "the folder of policies that the fixture `coupons` asks", default="policies"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin without any policies."""
    config.stash[_RUNNERS] = {}


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close what was opened for scenarios."""
    for runner in config.stash.get(_RUNNERS, {}).values():
        runner.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    """Collect policy files with scenarios, and those that are named: they belong to others."""
    if file_path.suffix not in _SUFFIXES:
        return None
    if file_path in _given(parent.config) or _SCENARIO.search(file_path.read_bytes()):
        return ScenarioFile.from_parent(parent, path=file_path)
    return None


@pytest.fixture
def coupons(pytestconfig: pytest.Config) -> Coupons:
    """The policies of the folder `coupon_policies`, in a store that is empty for each test."""
    from engine.testing.coupons import Coupons

    try:
        runner = _runner(pytestconfig, [_policies(pytestconfig)])
    except WrongPolicies as error:
        pytest.fail(str(error), pytrace=False)
    return Coupons(runner.stage)


class WrongPolicies(Exception):
    """Policies with errors, which never decide."""


class ScenarioFailed(Exception):
    """A scenario that failed."""

    def __init__(self, ran: Ran) -> None:
        super().__init__(ran.scenario.name)
        self.ran = ran


class ScenarioFile(pytest.File):
    """A policy file with scenarios."""

    def collect(self) -> Iterator[ScenarioItem]:
        """The scenarios of this file, run with the policies around it."""
        try:
            runner = _runner(self.config, self._around())
        except WrongPolicies as error:
            raise self.CollectError(str(error)) from None
        for scenario in runner.catalogue.scenarios:
            if Path(scenario.location.file).resolve() == self.path.resolve():
                item = ScenarioItem.from_parent(self, name=scenario.name)
                item.runner, item.scenario = runner, scenario
                yield item

    def _around(self) -> list[Path]:
        """What makes one catalogue with this file.

        That is the folder of policies, if the file lies in it; else what pytest was told to
        collect, or the file's own folder, with the folder of policies where there is no coupon.
        """
        policies = _policies(self.config)
        if self.path.is_relative_to(policies):
            return [policies]
        own = self._given() or [self.path.parent]
        if _catalogue(self.config, own).coupons or not policies.exists():
            return own
        return [*own, policies]

    def _given(self) -> list[Path]:
        """The folder that was given and holds this file, or all the files that were given."""
        given = _given(self.config)
        folders = [each for each in given if each.is_dir() and self.path.is_relative_to(each)]
        if self.path in given:
            return [each for each in given if each.suffix in _SUFFIXES]
        return folders[:1]


class ScenarioItem(pytest.Item):
    """A scenario as a test."""

    runner: Runner
    scenario: Scenario

    def runtest(self) -> None:
        """Run it."""
        ran = self.runner.run(self.scenario)
        if not ran.passed:
            raise ScenarioFailed(ran)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401 - pytest's
        """What was expected, what came, and the sentence that said so."""
        if not isinstance(excinfo.value, ScenarioFailed):
            return super().repr_failure(excinfo, style)
        import click

        from engine.testing.report import failure_lines

        return click.unstyle("\n".join(failure_lines(excinfo.value.ran)))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the scenario stands."""
        return self.path, self.scenario.location.line - 1, self.name


def _given(config: pytest.Config) -> list[Path]:
    """The files and folders that pytest was told to collect; none where its settings say them."""
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return []
    here = config.invocation_params.dir
    return [(here / each.partition("::")[0]).resolve() for each in config.args]


def _policies(config: pytest.Config) -> Path:
    return (config.rootpath / str(config.getini(_OPTION))).resolve()


def _runner(config: pytest.Config, paths: list[Path]) -> Runner:
    """The runner of the policies under some paths, which is kept for the whole session."""
    from engine.testing.runner import Runner

    runners = config.stash[_RUNNERS]
    key = tuple(paths)
    if key not in runners:
        catalogue = _catalogue(config, paths)
        if catalogue.has_errors:
            raise WrongPolicies(_errors(catalogue))
        runners[key] = Runner(catalogue)
    return runners[key]


def _catalogue(config: pytest.Config, paths: Iterable[Path]) -> Catalogue:
    """The policies under some paths.

    Outside the folder of policies, files that hold none of their documents are passed over.
    """
    from engine.catalogue.loader import assemble, find_files, read_file
    from engine.catalogue.shapes import KINDS, kind_of

    policies = _policies(config)
    found = {path: read_file(_from_here(path)) for path in find_files(paths)}
    return assemble(
        [
            source
            for path, source in found.items()
            if path.is_relative_to(policies)
            or any(kind_of(document) in KINDS for document in source.documents)
        ]
    )


def _from_here(path: Path) -> Path:
    """A path as people see it, who are in the working directory."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _errors(catalogue: Catalogue) -> str:
    from engine.diagnostics.renderers import text

    errors = [each for each in catalogue.diagnostics if each.is_error]
    return text.render(errors, catalogue.files, len(catalogue.files))
