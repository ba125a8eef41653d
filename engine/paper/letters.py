"""The type that papers are set in, and text in which every character can be seen.

Text is set in Bitstream Vera, which reportlab brings: it has the letters of Western European
languages. Codes are set in Courier, which every reader of PDF has. A character that the type lacks
is shown by its number, such as `[U+4E2D]`, never left out.
"""

from __future__ import annotations

from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont

FONT, BOLD, MONO = "Vera", "VeraBd", "Courier-Bold"
_LETTERS_OF_MONO = "cp1252"

_REGULAR = TTFont(FONT, f"{FONT}.ttf")
registerFont(_REGULAR)
registerFont(TTFont(BOLD, f"{BOLD}.ttf"))
registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)


def shown(text: str, font: str = FONT) -> str:
    """A text in which every character can be seen on paper, in one of these types."""
    has = _mono_has if font == MONO else _vera_has
    return "".join(
        each if each.isprintable() and has(each) else f"[U+{ord(each):04X}]" for each in text
    )


def _vera_has(letter: str) -> bool:
    return ord(letter) in _REGULAR.face.charToGlyph


def _mono_has(letter: str) -> bool:
    try:
        letter.encode(_LETTERS_OF_MONO)
    except UnicodeEncodeError:
        return False
    return True
