"""Policies as texts, read once: most tests begin with the same, and a catalogue never changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.loader import assemble
from engine.catalogue.yaml_reader import SourceFile, read


def assembled(files: Mapping[str, str]) -> tuple[Catalogue, list[SourceFile]]:
    """The catalogue of files with these texts, and the files, as they were read."""
    catalogue, sources = _assembled(tuple(files.items()))
    return catalogue, [*sources]


def right(policies: str) -> tuple[Catalogue, list[SourceFile]]:
    """The same of one file, which has to be without errors."""
    catalogue, sources = assembled({"policies.yaml": policies})
    assert not catalogue.has_errors, catalogue.diagnostics
    return catalogue, sources


@cache
def _assembled(files: tuple[tuple[str, str], ...]) -> tuple[Catalogue, list[SourceFile]]:
    sources = [read(name, text.encode()) for name, text in files]
    return assemble(sources), sources
