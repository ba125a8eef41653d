"""The tree of a YAML document: texts, lists and mappings, each with its place in the file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.catalogue.page import Page
from engine.catalogue.spelling import offsets
from engine.diagnostics import Location, Span

_COMMENT = re.compile(r"[ \t]+#")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, whatever it looks like.

    `plain` says that it is written without quotes, `flow` that it stands inside `[ ]` or `{ }`;
    `source` is where the file has it, its quotes included.
    """

    text: str
    source: Span
    plain: bool
    flow: bool
    page: Page = field(repr=False, compare=False)

    @property
    def location(self) -> Location:
        """Where it is written, without the empty lines that end a block of text."""
        start, end = self.source
        written = self.page.text[start:end].rstrip()
        return self.page.locate(Span(start, start + len(written)))

    @property
    def is_alias(self) -> bool:
        """Whether it only stands for an alias (`*name`), which was reported where it is."""
        return self.plain and self.text.startswith("*")

    @property
    def is_merge(self) -> bool:
        """Whether it is the merge key `<<`, which was reported where it is."""
        return self.plain and self.text == "<<"

    def locate(self, span: Span) -> Location:
        """Where the file writes a stretch of the text, through quotes, escapes and folded lines."""
        return self.page.locate(self.source_of(span)[0])

    def source_of(self, *spans: Span) -> list[Span]:
        """The stretches of the file's text that write stretches of this text."""
        start, end = self.source
        starts, ends = offsets(self.page.text[start:end], self.text, plain=self.plain)
        after = ends[-1] if ends else starts[0]
        found = []
        for span in spans:
            first = starts[span.start] if span.start < len(ends) else after
            last = ends[min(span.end, len(ends)) - 1] if span.end > span.start else first
            found.append(Span(start + first, start + max(first, last)))
        return found

    def uncut(self) -> str | None:
        """The text with what a comment cut off put back; None where no comment follows it."""
        start, end = self.source
        text = self.page.text
        if not self.plain or not _COMMENT.match(text, end):
            return None
        stop = self.page.line_end(start)
        return text[start:stop].strip() if stop > end else None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list. `flow` says that it is written in `[ ]`; `start` is that bracket."""

    items: tuple[Node, ...]
    start: Span
    flow: bool
    page: Page = field(repr=False, compare=False)

    @property
    def location(self) -> Location:
        """The bracket that opens it, or its first entry."""
        return self.page.locate(self.start) if self.flow else self.items[0].location


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in the order of the file, no key twice.

    `flow` says that it stands inside `{ }` or `[ ]`; `start` is its brace or its first key.
    """

    entries: tuple[tuple[Scalar, Node], ...]
    start: Span
    flow: bool
    page: Page = field(repr=False, compare=False)

    @property
    def location(self) -> Location:
        """The brace that opens it, or its first key."""
        return self.page.locate(self.start)

    def get(self, key: str) -> Node | None:
        """The value of a key, None if it has no such key."""
        return next((value for found, value in self.entries if found.text == key), None)

    def key(self, name: str) -> Scalar | None:
        """The key itself as written, None if there is no such key."""
        return next((found for found, _ in self.entries if found.text == name), None)


Node: TypeAlias = Scalar | Sequence | Mapping
"""Any value of a document."""
