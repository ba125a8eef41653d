"""Diagnostics for people: the message, the line, and carets under the words at fault."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import click

from engine.diagnostics.diagnostic import Diagnostic, Location, Severity
from engine.diagnostics.renderers.cells import cells, visible

LINE_WIDTH = 100
"""Columns of a terminal that a line of a file may take before it is shortened."""

_LEAD = LINE_WIDTH // 3
# Code points to look at on each side of the place: a line may be as long as a file.
_NEAR = 10 * LINE_WIDTH
_ELLIPSIS = "…"
# The line ends of YAML, so that lines are counted as its reader counts them.
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
MOST = 1000
"""So many diagnostics are shown with their lines; the others are only counted."""

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def render(
    diagnostics: Sequence[Diagnostic],
    texts: Mapping[str, str],
    files: int,
    *,
    colour: bool = False,
) -> str:
    """Each diagnostic with its line, and a summary at the end (language.md, Diagnostics)."""
    lines_of = {
        name: _LINE_END.split(texts[name])
        for name in {diagnostic.location.file for diagnostic in diagnostics}
        if name in texts
    }
    shown = [
        line
        for diagnostic in diagnostics[:MOST]
        for line in _block(diagnostic, lines_of.get(diagnostic.location.file))
    ]
    if len(diagnostics) > MOST:
        shown.append(f"and {len(diagnostics) - MOST} more")
    coloured = "\n".join([*shown, click.style(summary(diagnostics, files), bold=True)])
    return coloured if colour else click.unstyle(coloured)


def summary(diagnostics: Sequence[Diagnostic], files: int) -> str:
    """How many there are: `2 errors and 1 warning in 3 files`, or `3 files, no problems`."""
    errors = sum(diagnostic.is_error for diagnostic in diagnostics)
    counts = ((errors, "error"), (len(diagnostics) - errors, "warning"))
    found = " and ".join(_count(number, noun) for number, noun in counts if number)
    return (
        f"{found} in {_count(files, 'file')}" if found else f"{_count(files, 'file')}, no problems"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _block(diagnostic: Diagnostic, lines: Sequence[str] | None) -> list[str]:
    header = _header(diagnostic)
    if lines is None:
        return [header]
    place = diagnostic.location
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    excerpt = _excerpt(line, place)
    margin = f"{place.line:>5}"
    carets = click.style("^" * excerpt.carets, fg=_COLOURS[diagnostic.severity], bold=True)
    under = f"{' ' * len(margin)} | {' ' * excerpt.indent}{carets} {visible(diagnostic.help)}"
    return [header, f"{margin} | {excerpt.line}".rstrip(), under.rstrip()]


def _header(diagnostic: Diagnostic) -> str:
    place, severity = diagnostic.location, diagnostic.severity
    where = click.style(f"{visible(place.file)}:{place.line}:{place.column}:", bold=True)
    what = click.style(f"{severity.value}[{diagnostic.name}]", fg=_COLOURS[severity], bold=True)
    return f"{where} {what}: {visible(diagnostic.message)}"


class _Excerpt(NamedTuple):
    """What is shown of a line, and where its carets stand."""

    line: str
    indent: int
    carets: int


def _excerpt(line: str, place: Location) -> _Excerpt:
    start = max(0, place.column - _NEAR)
    near = line[start : place.column + _NEAR]
    end = place.end_column - 1 - start if place.end_line == place.line else len(near.rstrip())
    shown = cells(near)
    widths = [width for _, width in shown]
    begin = _letter(widths, place.column - 1 - start)
    low, high = _cut(widths, begin)
    left, right = _ELLIPSIS * (start + low > 0), _ELLIPSIS * (high < len(shown))
    return _Excerpt(
        line=left + "".join(text for text, _ in shown[low:high]) + right,
        indent=len(left) + sum(widths[low:begin]),
        carets=max(1, sum(widths[begin : min(end, high)])),
    )


def _letter(widths: Sequence[int], index: int) -> int:
    """The index itself, or for an accent that of the letter which carries it."""
    index = min(index, len(widths))
    while 0 < index < len(widths) and not widths[index]:
        index -= 1
    return index


def _cut(widths: Sequence[int], begin: int) -> tuple[int, int]:
    """The part of a line that fits: it starts somewhat before the place."""
    if sum(widths) <= LINE_WIDTH:
        return 0, len(widths)
    low = _back(widths, begin, _LEAD)
    high = low
    room = LINE_WIDTH
    while high < len(widths) and widths[high] <= room:
        room -= widths[high]
        high += 1
    return _back(widths, low, room), high


def _back(widths: Sequence[int], begin: int, room: int) -> int:
    """How far before `begin` a stretch of that many columns may start."""
    while begin and widths[begin - 1] <= room:
        begin -= 1
        room -= widths[begin]
    return begin
