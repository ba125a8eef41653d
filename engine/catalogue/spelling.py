"""How YAML writes a text: for each character of the text, the stretch of the source it is from.

The rules are those of libyaml's scanner, which makes the text in the first place; a test compares
the two on generated documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.catalogue.page import LINE_BREAK

_FOLD = rf"(?P<fold>[ \t]*(?P<first>{LINE_BREAK})(?P<more>(?:[ \t]*(?:{LINE_BREAK}))*)[ \t]*)"
_PLAIN = re.compile(rf"{_FOLD}|(?P<same>[ \t]+|[^ \t\r\n\x85\u2028\u2029]+)")
_SINGLE = re.compile(rf"{_FOLD}|(?P<quote>'')|(?P<same>[ \t]+|[^' \t\r\n\x85\u2028\u2029]+)")
_DOUBLE = re.compile(
    rf"(?P<joined>\\(?:{LINE_BREAK})(?P<after>(?:[ \t]*(?:{LINE_BREAK}))*)[ \t]*)"
    rf"|{_FOLD}"
    r"|(?P<escape>\\(?:x..|u.{4}|U.{8}|.))"
    r"|(?P<same>[ \t]+|[^\\ \t\r\n\x85\u2028\u2029]+)",
    re.DOTALL,
)
_LINE_BREAK = re.compile(LINE_BREAK)
_HEADER = re.compile(rf"([|>])([-+0-9]*)[ \t]*(?:#[^\r\n\x85\u2028\u2029]*)?(?:{LINE_BREAK}|\Z)")
_LINE = re.compile(rf"(?P<words>[^\r\n\x85\u2028\u2029]*)(?P<end>{LINE_BREAK}|\Z)")

_Offsets = tuple[list[int], list[int]]


def offsets(source: str, text: str, *, plain: bool) -> _Offsets:
    """Where each character of a scalar's text begins and ends in its source.

    The first list is one longer than the text when the text is empty: the place where it would
    stand.
    """
    if plain:
        return _flow(source, _PLAIN, 0, len(source))
    if source[0] in "|>":
        return _block(source, text)
    pattern = _SINGLE if source[0] == "'" else _DOUBLE
    return _flow(source, pattern, 1, len(source) - 1)


class _Trace:
    """Collects the stretch of the source of each character of a text."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []

    def one(self, start: int, end: int) -> None:
        self.starts.append(start)
        self.ends.append(end)

    def same(self, start: int, end: int) -> None:
        self.starts.extend(range(start, end))
        self.ends.extend(range(start + 1, end + 1))

    def breaks(self, source: str, start: int, end: int) -> None:
        for found in _LINE_BREAK.finditer(source, start, end):
            self.one(*found.span())


def _flow(source: str, pattern: re.Pattern[str], start: int, end: int) -> _Offsets:
    trace = _Trace()
    for piece in pattern.finditer(source, start, end):
        _PIECES[piece.lastgroup or ""](trace, source, piece)
    return trace.starts or [start], trace.ends


def _same(trace: _Trace, _: str, piece: re.Match[str]) -> None:
    trace.same(*piece.span())


def _one(trace: _Trace, _: str, piece: re.Match[str]) -> None:
    trace.one(*piece.span())


def _joined(trace: _Trace, source: str, piece: re.Match[str]) -> None:
    trace.breaks(source, *piece.span("after"))


def _fold(trace: _Trace, source: str, piece: re.Match[str]) -> None:
    """One line break becomes a space; of several, the first goes and the others stay."""
    if _is_separator(piece["first"]):
        trace.one(*piece.span("first"))
    elif not piece["more"]:
        trace.one(*piece.span())
    trace.breaks(source, *piece.span("more"))


_PIECES: dict[str, Callable[[_Trace, str, re.Match[str]], None]] = {
    "same": _same,
    "quote": _one,
    "escape": _one,
    "joined": _joined,
    "fold": _fold,
}


def _block(source: str, text: str) -> _Offsets:
    """The lines of a block of text, without their indentation, folded after `>`."""
    header = _HEADER.match(source)
    if header is None:
        raise ValueError(source)
    lines = _lines(source, header.end())
    block = _Block(source, _indentation(lines, text), folded=header[1] == ">")
    for line in lines:
        block.add(line)
    block.finish(header[2])
    return block.trace.starts or [header.end()], block.trace.ends


def _lines(source: str, start: int) -> list[re.Match[str]]:
    return [line for line in _LINE.finditer(source, start) if line.group()]


def _indentation(lines: list[re.Match[str]], text: str) -> int:
    """The columns that the block takes from each line: what its text has fewer than its source."""
    written = [line["words"] for line in lines]
    kept = _LINE_BREAK.split(text)
    return _margin(written) - _margin(kept)


def _margin(lines: list[str]) -> int:
    """The spaces before the first word; of lines without words, the most that one has."""
    worded = next((line for line in lines if line.strip(" ")), None)
    if worded is None:
        return max((len(line) for line in lines), default=0)
    return len(worded) - len(worded.lstrip(" "))


class _Block:
    """Adds one line after the other to a trace, as libyaml joins them."""

    def __init__(self, source: str, indentation: int, *, folded: bool) -> None:
        self.trace = _Trace()
        self._source = source
        self._indentation = indentation
        self._folded = folded
        self._break: tuple[int, int] | None = None
        self._empty: list[tuple[int, int]] = []
        self._indented = False

    def add(self, line: re.Match[str]) -> None:
        words = line["words"]
        if not words[: self._indentation].strip(" ") and len(words) <= self._indentation:
            self._empty.append(line.span("end"))
            return
        indented = words[self._indentation] in " \t"
        self._join(keep=not self._folded or self._indented or indented)
        self._indented = indented
        self.trace.same(line.start() + self._indentation, line.end("words"))
        self._break = line.span("end") if line["end"] else None

    def finish(self, indicators: str) -> None:
        """End the text as `-` (no line break), `+` (all of them) or neither (one) says."""
        if "-" in indicators:
            return
        if self._break:
            self.trace.one(*self._break)
        if "+" in indicators:
            self._add_empty()

    def _join(self, *, keep: bool) -> None:
        if self._break is not None:
            stays = keep or _is_separator(self._source[slice(*self._break)])
            if stays or not self._empty:
                self.trace.one(*self._break)
        self._add_empty()

    def _add_empty(self) -> None:
        for start, end in self._empty:
            if end > start:
                self.trace.one(start, end)
        self._empty.clear()


def _is_separator(text: str) -> bool:
    """Line and paragraph separators are kept as they are; all other line breaks fold."""
    return text in ("\u2028", "\u2029")
