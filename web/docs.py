"""The calls as a page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from web.openapi import problem_names
from web.problems import TYPES, ProblemType
from web.subjects import Route, Subject


@dataclass(frozen=True, slots=True)
class Entry:
    """A call as it is shown."""

    route: Route
    summary: str
    more: str
    example: str
    problems: tuple[ProblemType, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A subject and its calls."""

    subject: Subject
    entries: tuple[Entry, ...]


def sections(subjects: Iterable[Subject]) -> list[Section]:
    """Every subject with its calls, in their order."""
    return [Section(each, tuple(map(_entry, each.routes))) for each in subjects]


def _entry(route: Route) -> Entry:
    summary, more = route.text
    problems = tuple(TYPES[name] for name in sorted(problem_names(route), key=_status))
    return Entry(route, summary, more, _example(route), problems)


def _status(name: str) -> int:
    return TYPES[name].status


def _example(route: Route) -> str:
    """The example of a body, laid out for people."""
    if route.body is None or not route.body.example:
        return ""
    return msgspec.json.format(msgspec.json.encode(route.body.example), indent=2).decode()
