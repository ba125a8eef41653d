"""Tables on paper have numbered pages, a head on each, and the same bytes every time."""

from __future__ import annotations

from engine.paper.tables import Column, table_paper
from tests.paper.looking import page_picture, words

COLUMNS = (Column("Client", 2), Column("Codes", figures=True))


def test_a_table_says_all_its_rows_under_its_head() -> None:
    rows = [(f"client-{index:03}", str(index)) for index in range(120)]
    printed = table_paper("Codes by client", COLUMNS, rows, author="acme", note="As of today.")
    pages = words(printed)
    assert len(pages) > 1
    assert all("Client" in page for page in pages)
    assert f"Codes by client · page 1 of {len(pages)}" in pages[0]
    assert all(any(f"client-{index:03}" in page for page in pages) for index in range(120))
    assert "As of today." in pages[-1]


def test_a_table_may_have_no_rows_and_says_what_it_is_about() -> None:
    (page,) = words(table_paper("Nothing", COLUMNS, [], about=[("Space", "acme & <co>")]))
    assert "Space: acme & <co>" in page
    assert "Codes" in page


def test_a_wide_table_lies_on_its_side() -> None:
    width, height = page_picture(table_paper("Wide", COLUMNS, [], wide=True), dpi=72).size
    assert width > height


def test_a_row_longer_than_a_page_is_printed_whole() -> None:
    text = " ".join(f"word-{index}" for index in range(2000))
    pages = words(table_paper("Long", COLUMNS, [(text, "1")]))
    assert len(pages) > 1
    assert "word-1999" in "".join(pages)


def test_the_same_table_is_the_same_bytes() -> None:
    rows = [("muster", "1")]
    assert table_paper("Codes", COLUMNS, rows) == table_paper("Codes", COLUMNS, rows)
