"""Lines that are taken one by one: how far it is, and what became of them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

import click


class Answer(Protocol):
    """What became of a line."""

    @property
    def line(self) -> int:
        """Its number in the file."""

    @property
    def outcome(self) -> str:
        """Imported, unchanged or refused."""

    @property
    def message(self) -> str | None:
        """Why it was refused."""


_Answer = TypeVar("_Answer", bound=Answer)


def taken(answers: Iterator[_Answer], lines: int) -> list[_Answer]:
    """The answers to so many lines as they come; on a terminal one sees how far it is."""
    with click.progressbar(
        answers, lines, file=sys.stderr, hidden=not sys.stderr.isatty(), label="importing"
    ) as shown:
        return list(shown)


def summary(answers: Sequence[Answer]) -> str:
    """Each line that was refused, and how many there were of each kind."""
    refused = [each for each in answers if each.outcome == "refused"]
    counts = Counter(each.outcome for each in answers)
    whole = ", ".join(f"{counts[name]} {name}" for name in ("imported", "unchanged", "refused"))
    return "\n".join([*(f"line {each.line}: {each.message}" for each in refused), whole])
