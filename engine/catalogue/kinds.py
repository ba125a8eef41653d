"""The kinds of documents that a policy file can hold."""

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
