"""Text is made to fit: wrapped, made smaller, and cut only where nothing else helps."""

from __future__ import annotations

from reportlab.pdfbase.pdfmetrics import stringWidth

from engine.paper.fitting import Box, fitted
from engine.paper.letters import FONT, MONO

BOX = Box(100, 40, 12, 6)


def test_short_text_keeps_its_size() -> None:
    found = fitted("Acme", FONT, BOX)
    assert (found.size, found.lines) == (12, ("Acme",))


def test_longer_text_wraps_and_gets_smaller() -> None:
    found = fitted("one two three four five six seven eight nine ten", FONT, BOX)
    assert 6 <= found.size < 12
    assert " ".join(found.lines) == "one two three four five six seven eight nine ten"
    assert found.height <= BOX.height
    assert all(stringWidth(line, FONT, found.size) <= BOX.width for line in found.lines)


def test_a_word_that_is_too_wide_is_split() -> None:
    found = fitted("x" * 60, MONO, BOX)
    assert "".join(found.lines) == "x" * 60
    assert all(stringWidth(line, MONO, found.size) <= BOX.width for line in found.lines)


def test_what_fits_in_no_size_is_cut_where_everybody_sees_it() -> None:
    found = fitted("word " * 200, FONT, BOX)
    assert found.size == 6
    assert found.lines[-1].endswith("…")
    assert found.height <= BOX.height
    assert stringWidth(found.lines[-1], FONT, 6) <= BOX.width


def test_each_line_of_text_begins_a_line() -> None:
    assert fitted("Plan: pro\n\n50 points", FONT, BOX).lines == ("Plan: pro", "50 points")
    assert fitted("", FONT, BOX).lines == ()


def test_letters_that_the_type_lacks_are_shown_by_number() -> None:
    assert fitted("漢", FONT, BOX).lines == ("[U+6F22]",)
