"""Diagnostics as workflow commands: GitHub shows them at the lines of a pull request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.diagnostics.diagnostic import Diagnostic, Location
from engine.diagnostics.renderers.cells import visible


def render(diagnostics: Sequence[Diagnostic], _texts: Mapping[str, str], _files: int) -> str:
    """One workflow command a line; nothing where there is nothing to say."""
    return "\n".join(_command(each) for each in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    place = diagnostic.location
    properties = {"file": place.file, **_position(place), "title": diagnostic.name}
    written = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    message = "\n".join(filter(None, (diagnostic.message, diagnostic.help)))
    return f"::{diagnostic.severity.value} {written}::{_message(message)}"


def _position(place: Location) -> dict[str, int]:
    if place.line != place.end_line:
        # GitHub takes no columns for a stretch of several lines.
        return {"line": place.line, "endLine": place.end_line}
    return {
        "line": place.line,
        "col": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _message(text: str) -> str:
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
