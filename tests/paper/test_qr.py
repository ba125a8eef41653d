"""QR codes hold any text and are read by another program; printed, no module is too small."""

from __future__ import annotations

import secrets

import pytest
from PIL import Image

from engine.paper import qr
from engine.paper.card import LAYOUTS
from engine.paper.card_layout import SMALLEST_MODULE, layout_for
from tests.paper.looking import read_codes

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def random_text(size: int) -> str:
    """So many letters, as statements have them."""
    return "".join(secrets.choice(LETTERS) for _ in range(size))


def picture(text: str) -> Image.Image:
    """The code of a text on white, with its quiet zone."""
    code = qr.encode(text)
    page = Image.new("L", (code.side + 2 * qr.QUIET,) * 2, 255)
    page.paste(Image.frombytes("L", (code.side,) * 2, code.modules), (qr.QUIET,) * 2)
    return page.resize((4 * page.width,) * 2, Image.Resampling.NEAREST)


@pytest.mark.parametrize("size", [1, 14, 17, 18, 100, 271, 272, 693, 1465, 2953])
def test_a_code_of_any_length_is_read(size: int) -> None:
    text = random_text(size)
    assert read_codes(picture(text)) == [text]


@pytest.mark.parametrize("text", ["Zürich", "Zürich-漢字", "9V2K-71MC-PZQ4-0TNE", "0123456789"])
def test_letters_of_all_kinds_are_read(text: str) -> None:
    assert read_codes(picture(text)) == [text]


def test_a_module_is_dark_or_light() -> None:
    assert set(qr.encode("SPRING").modules) == {0, 255}


def test_a_code_is_the_smallest_that_has_room() -> None:
    # So many bytes the versions 1, 10 and 40 hold at their weakest correction.
    for size, side in ((17, 21), (271, 57), (2953, 177)):
        assert qr.encode("b" * size).side == side
    assert qr.encode("b" * 18).side == 25


def test_what_no_code_holds_is_refused() -> None:
    with pytest.raises(qr.TooLong, match="at most 2953 bytes, and not 2954"):
        qr.encode("b" * 2954)


def test_every_layout_prints_modules_that_are_large_enough() -> None:
    for cards in LAYOUTS:
        for side in range(21, 178, 4):
            layout = layout_for(cards, side)
            assert layout.cards <= cards
            assert layout.qr.side / (side + 2 * qr.QUIET) >= SMALLEST_MODULE
