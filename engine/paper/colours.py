"""Colours of others, and what can be read on them."""

from __future__ import annotations

import re
from typing import NamedTuple

PLAIN = "#33415c"
"""The colour of who has none."""
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


class Colour(NamedTuple):
    """Red, green and blue, each from 0 to 255."""

    red: int
    green: int
    blue: int

    @property
    def parts(self) -> tuple[float, float, float]:
        """As shares of the most that there is."""
        return self.red / 255, self.green / 255, self.blue / 255


WHITE, BLACK = Colour(255, 255, 255), Colour(17, 17, 17)


def colour(text: str | None) -> Colour:
    """A colour such as `#00539f`; the plain one for any other text."""
    said = text if text is not None and _HEX.fullmatch(text) else PLAIN
    return Colour(*(int(said[place : place + 2], 16) for place in (1, 3, 5)))


def readable_on(ground: Colour) -> Colour:
    """White or black, whichever is read better on a ground."""
    return max((WHITE, BLACK), key=lambda each: contrast(each, ground))


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours (WCAG 2.2), from 1 to 21."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(given: Colour) -> float:
    red, green, blue = map(_linear, given.parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
