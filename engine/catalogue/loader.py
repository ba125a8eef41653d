"""A folder's way: files to documents, documents to a catalogue, every error of every file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from engine.catalogue.assembling import Assembly
from engine.catalogue.catalogue import Catalogue
from engine.catalogue.kinds import SUFFIXES
from engine.catalogue.lookalikes import lookalikes
from engine.catalogue.nodes import Mapping, Node, Scalar
from engine.catalogue.report import Report
from engine.catalogue.scenarios import typed_codes
from engine.catalogue.shapes import check_shape
from engine.catalogue.yaml_reader import MAX_BYTES, SourceFile, read
from engine.diagnostics import Diagnostic, Location

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_LOSSES = {"yaml-syntax", "too-large"}
"""What makes the reader leave documents out, so that names may seem to be missing elsewhere."""


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The policy files under some paths, in order of their names; hidden ones are passed over."""
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if each.suffix in SUFFIXES)
            yield from (each for each in inside if each.is_file() and not _hidden(each, path))
        else:
            yield path


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def load(paths: Iterable[Path]) -> Catalogue:
    """Read and check the policies under some paths, which together are one catalogue.

    Whatever is wrong is in the catalogue's diagnostics; nothing is raised for it.
    """
    return assemble(read_files(paths))


def read_files(paths: Iterable[Path]) -> list[SourceFile]:
    """Read the policy files under some paths, each once."""
    return [read_file(path) for path in dict.fromkeys(find_files(paths))]


def read_file(path: Path) -> SourceFile:
    """Read one file, no more of it than a policy file can have."""
    name = path.as_posix().encode("utf-8", "backslashreplace").decode()
    try:
        with path.open("rb") as file:
            return replace(read(name, file.read(MAX_BYTES + 1)), folder=path.parent)
    except OSError as error:
        return _unreadable(name, error)


def load_texts(texts: dict[str, str]) -> Catalogue:
    """Read and check policies given as texts by file name."""
    return assemble([read(name, text.encode()) for name, text in texts.items()])


def _unreadable(name: str, error: OSError) -> SourceFile:
    message = f"the file can't be read: {(error.strerror or 'unknown error').lower()}"
    where = Location(name, 1, 1, 1, 1)
    return SourceFile(name, "", (), (Diagnostic("yaml-syntax", message, where),))


def assemble(sources: list[SourceFile], elsewhere: frozenset[str] | None = None) -> Catalogue:
    """The catalogue of some files.

    Given the coupons `elsewhere`, the files are a part of a catalogue: those can be named and are
    not in this part, and neither are those that its groups become.
    """
    report = Report()
    kinds: dict[str, list[Mapping]] = {}
    lost: set[str] = set()
    for source in sources:
        report.diagnostics += source.diagnostics
        for document in source.documents:
            if not _take(document, kinds, report):
                lost |= {word for each in _texts(document) for word in _NAME.findall(each.text)}
        lost |= set(_NAME.findall(_lost_text(source)))
    folders = {source.name: source.folder for source in sources if source.folder is not None}
    catalogue = Assembly(kinds, frozenset(lost), elsewhere, folders, report).catalogue()
    diagnostics = tuple(sorted(dict.fromkeys(report.diagnostics), key=Diagnostic.order))
    files = {source.name: source.text for source in sources}
    return replace(catalogue, diagnostics=diagnostics, files=files)


def _lost_text(source: SourceFile) -> str:
    """What the reader left out: from the beginning of the document that stopped it."""
    stops = [each.location.line for each in source.diagnostics if each.name in _LOSSES]
    if not stops:
        return ""
    lines = source.text.split("\n")
    begins = (n for n in range(min(stops) - 1, 0, -1) if lines[n : n + 1] and lines[n][:3] == "---")
    return "\n".join(lines[next(begins, 0) :])


def _take(document: Node, kinds: dict[str, list[Mapping]], report: Report) -> bool:
    """Put a document with its kind; whether it has one."""
    kind, problems = check_shape(document)
    report.diagnostics += problems
    typed = {id(each) for each in typed_codes(document)} if kind == "scenario" else frozenset[int]()
    for scalar in _texts(document):
        if id(scalar) not in typed:
            report.problems(lookalikes(scalar.text), scalar)
    if kind is None or not isinstance(document, Mapping):
        return False
    kinds.setdefault(kind, []).append(document)
    return True


def _texts(node: Node) -> Iterator[Scalar]:
    """Every text of a document, keys included."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.entries:
            yield key
            yield from _texts(value)
    else:
        for item in node.items:
            yield from _texts(item)
