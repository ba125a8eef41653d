"""How wide text is on a terminal, and how it is shown without anything that could act on one."""

from __future__ import annotations

import unicodedata

_TAB = 4
# Controls and escapes, marks that turn the reading direction, halves of pairs, odd line ends.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NO_WIDTH = frozenset({"Mn", "Me"})
_JOINING_JAMO = range(0x1160, 0x1200)


def visible(text: str) -> str:
    """The text with each control or invisible character written out, such as `<U+001B>`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def cells(line: str) -> list[tuple[str, int]]:
    """What is shown for each code point of a line, and how many columns of a terminal it takes."""
    found: list[tuple[str, int]] = []
    column = 0
    for char in line:
        shown = " " * (_TAB - column % _TAB) if char == "\t" else _shown(char)
        width = _width(char) if shown == char else len(shown)
        found.append((shown, width))
        column += width
    return found


def _shown(char: str) -> str:
    return f"<U+{ord(char):04X}>" if unicodedata.category(char) in _UNSAFE else char


def _width(char: str) -> int:
    if unicodedata.category(char) in _NO_WIDTH or ord(char) in _JOINING_JAMO:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
