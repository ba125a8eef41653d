"""QR codes that are pressed are those of segno, and any reader reads them."""

from __future__ import annotations

import secrets

import pytest
import segno
from PIL import Image

from engine.paper import qr
from tests.paper.looking import read_codes

VERSIONS = (1, 2, 6, 7, 9, 10, 14, 18, 23, 27)
"""Those where something begins or ends: patterns, sizes, blocks of two lengths."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def picture(text: str, fit: qr.Fit) -> Image.Image:
    """A code on white, with its quiet zone."""
    bitmap = qr.press(fit).bitmap(text)
    code = Image.frombytes("1", (bitmap.side, bitmap.side), bitmap.rows)
    edge = 8 * qr.QUIET
    page = Image.new("1", (bitmap.side + 2 * edge,) * 2, 1)
    page.paste(code, (edge, edge))
    return page


@pytest.mark.parametrize("version", VERSIONS)
def test_a_full_code_is_that_of_segno_bit_by_bit(version: int) -> None:
    for level in qr.LEVELS:
        size = qr.capacity(version, level)
        text = "".join(secrets.choice(LETTERS.lower()) for _ in range(size))
        made = segno.make_qr(
            text, error=level, version=version, mask=2, boost_error=False, mode="byte"
        )
        rows = [bytes(0 if dark else 255 for dark in row) * 8 for row in made.matrix]
        assert qr.press(qr.Fit(version, level)).bitmap(text).rows == b"".join(rows), level


@pytest.mark.parametrize("size", [1, 14, 17, 18, 100, 271, 272, 693, 1465, 2953])
def test_a_code_of_any_length_is_read(size: int) -> None:
    text = "".join(secrets.choice(LETTERS) for _ in range(size))
    assert read_codes(picture(text, qr.fit(size))) == [text]


def test_letters_beyond_ascii_are_read() -> None:
    text = "Zürich-漢字"
    assert read_codes(picture(text, qr.fit(len(text.encode())))) == [text]


def test_the_smallest_code_has_the_strongest_correction_that_it_has_room_for() -> None:
    assert qr.fit(7) == qr.Fit(1, "h")
    assert qr.fit(8) == qr.Fit(1, "q")
    assert qr.fit(17) == qr.Fit(1, "l")
    assert qr.fit(18) == qr.Fit(2, "m" if qr.capacity(2, "q") < 18 else "q")
    assert qr.fit(2953) == qr.Fit(40, "l")


def test_what_no_code_holds_is_refused() -> None:
    with pytest.raises(qr.TooLong, match="holds 2953 bytes, and not 2954"):
        qr.fit(2954)
