"""The events of the YAML parser, built into documents."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

import yaml

from engine.catalogue.characters import hidden_in_escapes
from engine.catalogue.nodes import Mapping, Node, Scalar, Sequence
from engine.catalogue.page import LINE_BREAK, Page, quoted
from engine.catalogue.yaml_problems import explain
from engine.diagnostics import Diagnostic, Span

MAX_NESTING = 64
MAX_PROBLEMS = 1000
MAX_TEXTS = 100_000
_PROPERTY = re.compile(r"(?P<anchor>&[0-9A-Za-z_-]+)|(?P<tag>!\S*)")
_GAP = re.compile(rf"(?:[ \t]|#[^\r\n\x85\u2028\u2029]*|(?:{LINE_BREAK})\ufeff?)+")


class Stop(NamedTuple):
    """Something that no policy file can have; the text is read up to its offset."""

    offset: int
    problem: Diagnostic


@dataclass(slots=True)
class _Frame:
    """A list or a mapping that is not yet closed.

    `is_headless` says that its first key is left out, so that a document's kind can't be told.
    """

    start: Span
    flow: bool
    is_mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: list[tuple[Scalar, Node]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    is_first: bool = True
    is_headless: bool = False
    has_key: bool = False
    key: Scalar | None = None


class _Enough(Exception):
    """A bound is met: reading stops."""


class Builder:
    """Builds the documents of a page; its own stack keeps hostile nesting harmless."""

    def __init__(self, page: Page, stop: Stop | None) -> None:
        self.documents: list[Node] = []
        self.problems: list[Diagnostic] = []
        self._page = page
        self._stop = stop
        self._stack: list[_Frame] = []
        self._root: Node | None = None
        self._is_headless = False
        self._texts = 0

    def run(self) -> None:
        """Read all documents, or those before the first thing that stops reading."""
        try:
            self._read_events()
        except yaml.MarkedYAMLError as error:
            self._add_syntax_error(error)
        except _Enough:
            return
        else:
            if self._stop is None:
                self._keep_document()
        if self._stop is not None:
            self.problems.append(self._stop.problem)

    def _read_events(self) -> None:
        text = self._page.text[: self._stop.offset] if self._stop else self._page.text
        # The parser swallows one byte order mark; a second one is a character of the file.
        for event in yaml.parse(f"\ufeff{text}", Loader=yaml.CLoader):
            self._read(event)
            if len(self.problems) >= MAX_PROBLEMS:
                self._give_up(_span(event), f"reading stops here, after {MAX_PROBLEMS} problems")

    def _read(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._add(self._close())
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._alias(event))
        elif _ends_document(event):
            self._keep_document()

    def _give_up(self, span: Span, message: str) -> NoReturn:
        self.problems.append(Diagnostic("too-large", message, self._page.locate(span)))
        raise _Enough

    def _add_syntax_error(self, error: yaml.MarkedYAMLError) -> None:
        """Add it, unless only the rest of the text that is not read would make it right."""
        problem = explain(error, self._page)
        stop = self._stop
        if stop is None or problem.location[1:3] < stop.problem.location[1:3]:
            self.problems.append(problem)

    def _keep_document(self) -> None:
        root, self._root = self._root, None
        if root is not None and not (isinstance(root, Scalar) and root.plain and not root.text):
            self.documents.append(root)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        self._texts += 1
        if self._texts > MAX_TEXTS:
            self._give_up(_span(event), f"a file has at most {MAX_TEXTS:,} keys and values")
        source = self._skip_properties(event)
        flow = bool(self._stack) and self._stack[-1].flow
        scalar = Scalar(event.value, source, not event.style, flow, self._page)
        if event.style == '"':
            self.problems.extend(hidden_in_escapes(scalar))
        return scalar

    def _alias(self, event: yaml.AliasEvent) -> Scalar:
        source = _span(event)
        text = self._page.text[slice(*source)]
        help_ = "write out what it stands for, or put a text that begins with `*` in quotes"
        self._error(f"{quoted(text)} is an alias, and policies have none", source, help_)
        return Scalar(text, source, plain=True, flow=False, page=self._page)

    def _skip_properties(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> Span:
        """Report anchor and tag; the span is that of the node itself."""
        span = _span(event)
        if event.anchor is None and event.tag is None:
            return span
        start, end = span
        while found := _PROPERTY.match(self._page.text, start, end):
            kind = "an anchor" if found["anchor"] else "a tag"
            sign = found.group()[0]
            help_ = f"leave it out, or put a text that begins with `{sign}` in quotes"
            said = f"{quoted(found.group())} is {kind}, and policies have none"
            self._error(said, Span(*found.span()), help_)
            gap = _GAP.match(self._page.text, found.end(), end)
            start = gap.end() if gap else found.end()
        return Span(start, end)

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        start = self._skip_properties(event).start
        span = Span(start, start + 1)
        if len(self._stack) == MAX_NESTING:
            message = f"lists and mappings stand inside each other more than {MAX_NESTING} deep"
            self._give_up(span, message)
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._stack.append(_Frame(span, bool(event.flow_style), is_mapping))

    def _close(self) -> Node:
        frame = self._stack.pop()
        self._is_headless = frame.is_headless
        if frame.is_mapping:
            return Mapping(tuple(frame.entries), frame.start, frame.flow, self._page)
        return Sequence(tuple(frame.items), frame.start, frame.flow, self._page)

    def _add(self, node: Node) -> None:
        """Put a finished node where it belongs."""
        if not self._stack:
            is_headless = isinstance(node, Mapping) and self._is_headless
            self._root = None if is_headless else node
            return
        frame = self._stack[-1]
        if not frame.is_mapping:
            frame.items.append(node)
        elif not frame.has_key:
            frame.has_key = True
            frame.key = self._key(frame, node)
            frame.is_headless = frame.is_headless or (frame.is_first and frame.key is None)
            frame.is_first = False
        else:
            frame.has_key = False
            if frame.key is not None:
                frame.entries.append((frame.key, node))

    def _key(self, frame: _Frame, node: Node) -> Scalar | None:
        """The node as a key, or None if its entry is left out because the key is wrong."""
        if not isinstance(node, Scalar):
            help_ = "put a text that holds brackets or braces in quotes"
            if isinstance(node, Sequence) or not self._is_headless:
                self._error_at(node, "a key is a text, not a list or a mapping", help_)
            return None
        if frame.is_first and self._page.text[frame.start.start] != "{":
            frame.start = node.source
        is_new = node.text not in frame.names
        frame.names.add(node.text)
        return node if self._is_usable(node, is_new=is_new) and is_new else None

    def _is_usable(self, key: Scalar, *, is_new: bool) -> bool:
        if key.is_merge:
            help_ = "write out the keys that it brings in"
            self._error("`<<` merges another mapping, and policies can't", key.source, help_)
        elif not key.text:
            self._error("a key is missing before `:`", key.source, "")
        elif not is_new and not key.is_alias:
            message = f"the key {quoted(key.text)} stands here for the second time"
            self.problems.append(Diagnostic("duplicate-key", message, key.location))
        return bool(key.text) and not key.is_alias

    def _error_at(self, node: Node, message: str, help_: str) -> None:
        self.problems.append(Diagnostic("yaml-syntax", message, node.location, help_))

    def _error(self, message: str, span: Span, help_: str) -> None:
        self.problems.append(Diagnostic("yaml-syntax", message, self._page.locate(span), help_))


def _ends_document(event: yaml.Event) -> bool:
    """Whether it shows that the document before it is whole; what only ends may go on wrongly."""
    if isinstance(event, yaml.DocumentEndEvent):
        return bool(event.explicit)
    return isinstance(event, yaml.DocumentStartEvent)


def _span(event: yaml.Event) -> Span:
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:
        raise ValueError("the parser gives every event its marks")
    return Span(start.index, end.index)
