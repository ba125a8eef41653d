"""Diagnostics as SARIF 2.1.0, the exchange format of code scanners."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from engine.diagnostics.diagnostic import Diagnostic, Location
from engine.diagnostics.names import severity_of
from engine.diagnostics.pages import page, summary

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def render(diagnostics: Sequence[Diagnostic], _texts: Mapping[str, str], _files: int) -> str:
    """One log with one run; its rules are the names that occur."""
    names = sorted({diagnostic.name for diagnostic in diagnostics})
    run = {
        "tool": {"driver": {"name": "coupon", "rules": [_rule(name) for name in names]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, names.index(each.name)) for each in diagnostics],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(name: str) -> dict[str, Any]:
    text = page(name)
    return {
        "id": name,
        "shortDescription": {"text": summary(name)},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": severity_of(name)},
    }


def _result(diagnostic: Diagnostic, rule_index: int) -> dict[str, Any]:
    message = "\n".join(filter(None, (diagnostic.message, diagnostic.help)))
    return {
        "ruleId": diagnostic.name,
        "ruleIndex": rule_index,
        "level": diagnostic.severity.value,
        "message": {"text": message},
        "locations": [{"physicalLocation": _physical(diagnostic.location)}],
    }


def _physical(place: Location) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": _uri(place.file)},
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        },
    }


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix(), errors="replace")
