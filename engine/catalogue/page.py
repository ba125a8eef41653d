"""The text of a file and the places in it."""

from __future__ import annotations

import re
from bisect import bisect_right

from engine.diagnostics import Location, Span

LINE_BREAK = "\r\n|[\r\n\x85\u2028\u2029]"
"""What ends a line, as a regular expression: what YAML 1.1, and so its parser, counts as a line."""

_LINE_BREAK = re.compile(LINE_BREAK)
_LONGEST_QUOTE = 60


def quoted(text: str) -> str:
    """What the author wrote, in backticks on one line; the end of a long text is left out."""
    line = " ".join(text.split())
    cut = line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1]}…"
    return f"`{cut}`"


class Page:
    """A file's name and text; finds the line and column of an offset."""

    __slots__ = ("_starts", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._starts: list[int] = []

    def locate(self, span: Span) -> Location:
        """The lines and columns of a stretch of the text, in code points from 1."""
        return Location(self.name, *self._place(span.start), *self._place(span.end))

    def line(self, offset: int) -> int:
        """The number of the line that holds an offset, from 1."""
        return self._place(offset)[0]

    def line_end(self, offset: int) -> int:
        """The offset at which the line that holds an offset ends, before its line break."""
        found = _LINE_BREAK.search(self.text, offset)
        return found.start() if found else len(self.text)

    def _place(self, offset: int) -> tuple[int, int]:
        if not self._starts:
            self._starts = [0, *(found.end() for found in _LINE_BREAK.finditer(self.text))]
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
