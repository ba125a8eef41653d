"""What stands on a colour can be read."""

from __future__ import annotations

import pytest

from engine.paper.colours import BLACK, PLAIN, WHITE, Colour, colour, contrast, readable_on


@pytest.mark.parametrize(
    ("ground", "letters"),
    [
        ("#00539f", WHITE),
        ("#000000", WHITE),
        ("#ffffff", BLACK),
        ("#ffe14d", BLACK),
        ("#777777", WHITE),
        ("#cc0000", WHITE),
    ],
)
def test_letters_are_white_or_black(ground: str, letters: Colour) -> None:
    assert readable_on(colour(ground)) == letters


def test_every_ground_has_enough_contrast() -> None:
    steps = range(0, 256, 51)
    grounds = (Colour(red, green, blue) for red in steps for green in steps for blue in steps)
    assert min(contrast(readable_on(each), each) for each in grounds) >= 4.3


def test_a_text_that_is_no_colour_is_the_plain_one() -> None:
    for text in (None, "", "red", "#12345", "#12345g", "#00539f\n"):
        assert colour(text) == colour(PLAIN)


def test_black_on_white_has_the_most_contrast() -> None:
    assert contrast(Colour(0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast(WHITE, WHITE) == 1
