"""Diagnostics for programs: `coupon check --format json` (interfaces.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from engine.diagnostics.diagnostic import Diagnostic


def render(diagnostics: Sequence[Diagnostic], _texts: Mapping[str, str], files: int) -> str:
    """One JSON object with the diagnostics and the number of files."""
    shown = {"diagnostics": [_object(each) for each in diagnostics], "files": files}
    return json.dumps(shown, indent=2)


def _object(diagnostic: Diagnostic) -> dict[str, str | int | None]:
    place = diagnostic.location
    return {
        "severity": diagnostic.severity.value,
        "name": diagnostic.name,
        "message": diagnostic.message,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "help": diagnostic.help or None,
    }
