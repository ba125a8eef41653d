"""The stable names of all diagnostics (language.md, Diagnostics)."""

from __future__ import annotations

ERRORS = frozenset(
    {
        "ambiguous-end",
        "confusable-text",
        "duplicate-key",
        "duplicate-name",
        "empty-window",
        "format-ambiguous",
        "format-overlap",
        "format-syntax",
        "missing-key",
        "missing-timezone",
        "rule-syntax",
        "seal-budget",
        "skipped-time",
        "too-large",
        "too-many-decimals",
        "type-mismatch",
        "unknown-coupon",
        "unknown-currency",
        "unknown-fact",
        "unknown-feature",
        "unknown-key",
        "unknown-timezone",
        "unknown-value",
        "wrong-shape",
        "wrong-stage",
        "yaml-cut",
        "yaml-syntax",
    }
)

WARNINGS = frozenset(
    {
        "guessable-format",
        "no-fee-rule",
        "no-rates",
        "no-redemption-limit",
        "open-values",
        "repeated-time",
        "similar-names",
    }
)


def severity_of(name: str) -> str:
    """`error` or `warning`. Raises `KeyError` for a name that no diagnostic has."""
    if name in ERRORS:
        return "error"
    if name in WARNINGS:
        return "warning"
    raise KeyError(name)
