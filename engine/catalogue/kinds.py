"""Policy files: how they are called, and the kinds of documents that one can hold."""

from __future__ import annotations

KINDS = (
    "space",
    "coupon",
    "features",
    "format",
    "vocabulary",
    "group",
    "partner",
    "rates",
    "scenario",
)
"""Each is the first key of its documents (language.md, Files)."""

SUFFIXES = (".yaml", ".yml")
"""How the names of policy files end."""
