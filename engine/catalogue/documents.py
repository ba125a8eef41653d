"""A file's text cut into its documents, each with the line that it begins at.

A document that is kept by itself is read again with as many empty lines before it as the file had,
so that every place in it stays the one that its author sees.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from engine.catalogue import fields
from engine.catalogue.nodes import Mapping
from engine.catalogue.page import LINE_BREAK, Page
from engine.catalogue.shapes import kind_of
from engine.catalogue.yaml_reader import SourceFile, read

_MARK = re.compile(
    rf"(?:^|(?<=[\n\r\x85\u2028\u2029]))(?:---|\.\.\.)(?=[ \t\r\n]|\Z)"
    rf"(?P<rest>[^\r\n]*)(?:{LINE_BREAK})?"
)


@dataclass(frozen=True)
class Document:
    """One document as its file has it, its comments included; `line` is that of its first."""

    file: str
    line: int
    text: str

    @cached_property
    def source(self) -> SourceFile:
        """The document read by itself, every place in it that of the file."""
        return read(self.file, ("\n" * (self.line - 1) + self.text).encode())

    @cached_property
    def node(self) -> Mapping:
        """What the document says. Raises `ValueError` where it is not one mapping."""
        documents = self.source.documents
        if len(documents) != 1 or not isinstance(documents[0], Mapping):
            raise ValueError(f"{self.file}:{self.line} is not one document")
        return documents[0]

    @property
    def kind(self) -> str | None:
        """The kind that its first key says."""
        kind = kind_of(self.node)
        return kind if isinstance(kind, str) else None

    @property
    def name(self) -> str:
        """The name that the first key gives it."""
        name = fields.name_of(self.node)
        return name.text.strip() if name is not None else ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A document and the stretch of the file that it takes."""

    document: Document
    start: int
    end: int


def cut(source: SourceFile) -> list[Piece]:
    """The documents of a file, in order; what is no mapping is left out."""
    page = Page(source.name, source.text)
    starts, ends = _edges(source.text)
    found = []
    for node in source.documents:
        if isinstance(node, Mapping):
            index = bisect_right(starts, node.start.start) - 1
            end = ends[index]
            text = source.text[starts[index] : end].lstrip("\r\n")
            start = end - len(text)
            found.append(Piece(Document(source.name, page.line(start), text), start, end))
    return found


def documents_of(source: SourceFile) -> list[Document]:
    """The documents of a file, in order."""
    return [piece.document for piece in cut(source)]


def _edges(text: str) -> tuple[list[int], list[int]]:
    """Where documents begin and end: at the lines of `---` and `...`.

    What stands behind `---` in its own line belongs to the document, and the mark with it.
    """
    starts, ends = [0], []
    for mark in _MARK.finditer(text):
        said = mark["rest"].strip()
        ends.append(mark.start())
        starts.append(mark.start() if said and not said.startswith("#") else mark.end())
    return starts, [*ends, len(text)]
