"""The types of a diagnostic: where it is, what is wrong, what helps."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple

from engine.diagnostics.names import severity_of


class Severity(enum.Enum):
    """Errors stop a policy; a warning can be allowed by the coupon that causes it."""

    ERROR = "error"
    WARNING = "warning"


class Span(NamedTuple):
    """A stretch of a text: code points from `start` up to, not including, `end`."""

    start: int
    end: int


class Location(NamedTuple):
    """A stretch of a file. Lines and columns count code points from 1; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong within one text, such as a sentence, not yet placed in a file.

    `message` is one lower-case sentence without a full stop, with what the author wrote in
    backticks; `help` says what to do (language.md, Diagnostics).
    """

    name: str
    message: str
    span: Span
    help: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something wrong in a file. `name` is stable and has a page (`coupon help NAME`)."""

    name: str
    message: str
    location: Location
    help: str = ""

    @property
    def severity(self) -> Severity:
        """Whether it stops the policy or only warns."""
        return Severity(severity_of(self.name))

    @property
    def is_error(self) -> bool:
        """True for what stops a policy."""
        return self.severity is Severity.ERROR

    def order(self) -> tuple[str, int, int, str]:
        """The place in a report: by file, line and column."""
        return (self.location.file, self.location.line, self.location.column, self.name)
