"""What scenarios found: for people, for programs, and for those that read JUnit's XML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

import click

from engine.diagnostics import Location
from engine.diagnostics.renderers.cells import visible
from engine.testing.coverage import Coverage
from engine.testing.results import Ran, Sentence, StepRan


def as_text(results: Sequence[Ran], coverage: Coverage | None, *, colour: bool = False) -> str:
    """The scenarios that failed, each step with the sentence that said so, and how many there are.

    With the coverage come the rules that no scenario has seen as the only refuser.
    """
    lines = [line for result in results if not result.passed for line in failure_lines(result)]
    lines += _coverage_lines(coverage) if coverage is not None else []
    lines.append(click.style(_summary(results, coverage), bold=True))
    text = "\n".join(lines)
    return text if colour else click.unstyle(text)


def failure_lines(result: Ran) -> Iterator[str]:
    """A scenario that failed: what was expected, what came, which sentence said so."""
    failed = click.style("failed", fg="red", bold=True)
    yield f"{_place(result.scenario.location)}: {failed}: {visible(result.scenario.name)}"
    for step in result.failures:
        yield f"  {_place(step.step.location)}: {visible(step.said)}"
        yield f"      expected  {visible(step.expected)}"
        yield f"      came      {visible(step.came)}"
        yield from (f"      {visible(_sentence(each))}" for each in step.sentences)


def _sentence(sentence: Sentence) -> str:
    what = f"{sentence.place}: `{sentence.rule}`" if sentence.rule else sentence.reason
    who = f"{sentence.code}: " if sentence.code else ""
    return f"          {who}{what}: {sentence.message}"


def _coverage_lines(coverage: Coverage) -> list[str]:
    if not coverage.unseen:
        return []
    lines = [f"{_place(each.location)}: {visible(each.text)}" for each in coverage.unseen]
    return ["rules that no scenario has seen as the only refuser:", *(f"  {x}" for x in lines)]


def _summary(results: Sequence[Ran], coverage: Coverage | None) -> str:
    failed = sum(not result.passed for result in results)
    if not results:
        return "no scenario"
    counts = f"{len(results) - failed} passed" + (f", {failed} failed" if failed else "")
    if coverage is None:
        return counts
    seen = coverage.rules - len(coverage.unseen)
    return (
        f"{counts}; {seen} of {coverage.rules} rules seen as the only refuser: {coverage.percent}%"
    )


def _place(location: Location) -> str:
    return f"{visible(location.file)}:{location.line}"


def as_json(results: Sequence[Ran]) -> str:
    """The scenarios as one JSON object (interfaces.md)."""
    failed = sum(not result.passed for result in results)
    shown = {
        "scenarios": [_scenario(result) for result in results],
        "passed": len(results) - failed,
        "failed": failed,
    }
    return json.dumps(shown, indent=2)


def _scenario(result: Ran) -> dict[str, Any]:
    where = result.scenario.location
    return {
        "name": result.scenario.name,
        "file": where.file,
        "line": where.line,
        "outcome": _outcome(passed=result.passed),
        "steps": [_step(step) for step in result.steps],
    }


def _step(step: StepRan) -> dict[str, Any]:
    return {
        "step": step.said,
        "line": step.step.location.line,
        "outcome": _outcome(passed=step.passed),
        "expected": step.expected,
        "came": step.came,
        "sentences": [
            {
                "code": each.code,
                "reason": each.reason,
                "rule": each.rule,
                "source": each.place,
                "message": each.message,
            }
            for each in step.sentences
        ],
    }


def _outcome(*, passed: bool) -> str:
    return "passed" if passed else "failed"


def as_junit(results: Sequence[Ran]) -> str:
    """The scenarios as the XML that JUnit made common."""
    failed = sum(not result.passed for result in results)
    seconds = sum(result.seconds for result in results)
    counts = {"tests": str(len(results)), "failures": str(failed), "time": f"{seconds:.3f}"}
    root = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(root, "testsuite", {"name": "coupon", **counts})
    for result in results:
        suite.append(_case(result))
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=True) + "\n"


def _case(result: Ran) -> ElementTree.Element:
    where = result.scenario.location
    said = {
        "name": _printable(result.scenario.name),
        "classname": _printable(where.file),
        "file": _printable(where.file),
        "line": str(where.line),
        "time": f"{result.seconds:.3f}",
    }
    case = ElementTree.Element("testcase", said)
    if not result.passed:
        first = result.failures[0]
        message = f"{first.said}: expected {first.expected}, came {first.came}"
        failure = ElementTree.SubElement(case, "failure", {"message": _printable(message)})
        failure.text = _printable(click.unstyle("\n".join(failure_lines(result))))
    return case


def _printable(text: str) -> str:
    """The text without characters that XML can't have."""
    return "".join(each if each.isprintable() or each in "\n\t" else "\ufffd" for each in text)
