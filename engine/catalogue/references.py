"""Patterns of references, such as `{client}-{project}-{number:3}` (language.md, partner)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeAlias

from engine.catalogue import fields
from engine.catalogue.nodes import Mapping
from engine.catalogue.report import Report
from engine.diagnostics import Problem, Span
from engine.diagnostics.suggest import did_you_mean

PLACEHOLDERS = ("client", "project", "partner", "coupon", "purchase", "year", "number")
"""What a pattern may leave to be filled in."""

_BRACES = re.compile(r"\{(?P<name>[^{}]*)\}|(?P<loose>[{}])")
_DIGITS = re.compile(r"[1-9]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Blank:
    """A placeholder; `digits` is how many a number has at least."""

    name: str
    digits: int = 1


Part: TypeAlias = "str | Blank"


class PatternError(ValueError):
    """A text that is no pattern, with the place in it that is wrong."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse_pattern(text: str) -> tuple[Part, ...]:
    """The texts and placeholders of a pattern, in order. Raises `PatternError`."""
    parts: list[Part] = []
    end = 0
    for found in _BRACES.finditer(text):
        if found["loose"] is not None:
            raise PatternError(_loose(found))
        parts += [each for each in (text[end : found.start()],) if each]
        parts.append(_blank(found))
        end = found.end()
    return (*parts, text[end:]) if text[end:] else tuple(parts)


def _loose(found: re.Match[str]) -> Problem:
    """A brace without its other."""
    other, where = ("}", "after") if found[0] == "{" else ("{", "before")
    message = f"`{found[0]}` has no `{other}` {where} it"
    help_ = "write a placeholder such as `{client}` or `{number:3}`"
    return Problem("wrong-shape", message, Span(*found.span()), help_)


def _blank(found: re.Match[str]) -> Blank:
    name, colon, digits = found["name"].partition(":")
    start = found.start("name")
    if name not in PLACEHOLDERS:
        span = Span(start, start + len(name)) if name else Span(*found.span())
        told = f"no placeholder is called `{name}`" if name else "`{}` names no placeholder"
        help_ = did_you_mean(name, PLACEHOLDERS) or _choices()
        raise PatternError(Problem("unknown-value", told, span, help_))
    if not colon:
        return Blank(name)
    if name != "number" or _DIGITS.fullmatch(digits) is None:
        message = f"`{found[0]}` is no placeholder: only a number has digits, 1 to 9"
        span = Span(start, found.end("name"))
        raise PatternError(Problem("wrong-shape", message, span, "write `{number:3}`"))
    return Blank(name, int(digits))


def _choices() -> str:
    return f"they are {', '.join(f'`{{{name}}}`' for name in PLACEHOLDERS)}"


def read_pattern(document: Mapping, report: Report) -> str | None:
    """The pattern of references that a document gives, None where it gives none that is right."""
    written = fields.scalar(document.get("references"))
    if written is None:
        return None
    text = written.text.strip()
    try:
        parse_pattern(text)
    except PatternError as error:
        before = len(written.text) - len(written.text.lstrip())
        start, end = error.problem.span
        span = Span(start + before, end + before)
        report.problems([replace(error.problem, span=span)], written)
        return None
    return text
