"""The page of each diagnostic: what it is, what to avoid, what to prefer, and why."""

from __future__ import annotations

from importlib import resources

from engine.diagnostics.names import severity_of


def page(name: str) -> str:
    """The Markdown page of a diagnostic. Raises `KeyError` for a name that no diagnostic has."""
    severity_of(name)
    return (resources.files(__name__) / f"{name}.md").read_text(encoding="utf-8")


def summary(name: str) -> str:
    """The sentence that opens a page. Raises `KeyError` for a name that no diagnostic has."""
    _title, sentence, *_sections = page(name).split("\n\n")
    return " ".join(sentence.split())
