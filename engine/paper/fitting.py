"""Text made to fit into a box: wrapped, then made smaller, and only at the last cut, visibly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from reportlab.pdfbase.pdfmetrics import stringWidth

from engine.paper.letters import shown

_LEADING = 1.22
_STEP = 0.5
_CUT = "…"


class Fitted(NamedTuple):
    """Lines of text, and the size that they have in points."""

    size: float
    lines: tuple[str, ...]

    @property
    def leading(self) -> float:
        """How far lines are apart."""
        return self.size * _LEADING

    @property
    def height(self) -> float:
        """How high all lines are together."""
        return self.leading * len(self.lines)


class Box(NamedTuple):
    """Room for text in points, and the sizes that it may have, the largest first."""

    width: float
    height: float
    largest: float
    smallest: float


@lru_cache(maxsize=4096)
def fitted(text: str, font: str, box: Box) -> Fitted:
    """Paragraphs of text, with line breaks between, as large as they fit into a box."""
    paragraphs = [shown(each, font) for each in text.split("\n") if each.strip()]
    size = box.largest
    while True:
        found = Fitted(size, tuple(_wrapped(paragraphs, font, size, box.width)))
        if found.height <= box.height:
            return found
        if size - _STEP < box.smallest:
            return _cut(found, font, box)
        size -= _STEP


def _cut(found: Fitted, font: str, box: Box) -> Fitted:
    most = max(int(box.height / found.leading), 1)
    last = found.lines[most - 1]
    while last and stringWidth(last + _CUT, font, found.size) > box.width:
        last = last[:-1]
    return Fitted(found.size, (*found.lines[: most - 1], last.rstrip(" ,") + _CUT))


def _wrapped(paragraphs: Sequence[str], font: str, size: float, width: float) -> Iterator[str]:
    for paragraph in paragraphs:
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".lstrip()
            if stringWidth(longer, font, size) <= width:
                line = longer
                continue
            if line:
                yield line
            *full, line = _split(word, font, size, width)
            yield from full
        yield line


def _split(word: str, font: str, size: float, width: float) -> list[str]:
    """A word in parts that are no wider than allowed."""
    parts, part = [], ""
    for each in word:
        if part and stringWidth(part + each, font, size) > width:
            parts.append(part)
            part = ""
        part += each
    return [*parts, part]
