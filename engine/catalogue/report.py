"""Where the loader notes what is wrong."""

from __future__ import annotations

from collections.abc import Iterable

from engine.catalogue.nodes import Scalar
from engine.diagnostics import Diagnostic, Location, Problem, Span


class Report:
    """Diagnostics in the making."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    def add(self, name: str, message: str, location: Location, help_: str = "") -> None:
        """Note a diagnostic at a place."""
        self.diagnostics.append(Diagnostic(name, message, location, help_))

    def at(self, name: str, message: str, scalar: Scalar, help_: str = "") -> None:
        """Note a diagnostic at the whole of a text."""
        self.add(name, message, whole(scalar), help_)

    def problems(self, problems: Iterable[Problem], scalar: Scalar) -> None:
        """Note what is wrong within a text."""
        for problem in problems:
            where = scalar.locate(problem.span)
            self.add(problem.name, problem.message, where, problem.help)


def whole(scalar: Scalar) -> Location:
    """Where the words of a text stand, without quotes around them."""
    stripped = scalar.text.strip()
    start = scalar.text.find(stripped)
    return scalar.locate(Span(start, start + len(stripped))) if stripped else scalar.location


def place_of(scalar: Scalar) -> str:
    """The file and line of a text, in words that point at it."""
    return f"{scalar.location.file}:{scalar.location.line}"
