"""Every character of a code can be seen on paper."""

from __future__ import annotations

import pytest

from engine.paper.card import Brand, Card, Face
from engine.paper.cards import card_paper
from engine.paper.letters import MONO, shown
from tests.paper.looking import page_picture, read_codes, words


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("9V2K-71MC", "9V2K-71MC"),
        ("FRÜHLING-10€", "FRÜHLING-10€"),
        ("ВЕСНА", "[U+0412][U+0415][U+0421][U+041D][U+0410]"),
        ("A\u200bB", "A[U+200B]B"),
    ],
)
def test_a_character_that_courier_lacks_is_shown_by_its_number(code: str, seen: str) -> None:
    assert shown(code, MONO) == seen


def test_a_card_shows_such_a_code_and_its_qr_has_it_as_it_is() -> None:
    face = Face(Brand("Acme"), "Spring", ("10% off",), None)
    printed = card_paper([Card(face, "FRÜH-中", None, "FRÜH-中")], 8, "Codes", "acme")
    assert "FRÜH-[U+4E2D]" in words(printed)[0]
    assert read_codes(page_picture(printed)) == ["FRÜH-中"]
