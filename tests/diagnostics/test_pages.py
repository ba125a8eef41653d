"""Every diagnostic has a page, and every page a diagnostic."""

from __future__ import annotations

import re
import unicodedata
from importlib import resources

import pytest

from engine.diagnostics import ERRORS, WARNINGS
from engine.diagnostics.pages import page, summary

NAMES = sorted(ERRORS | WARNINGS)
PARAGRAPH = r"(?:(?!#).+\n)+"
SNIPPET = r"(?:(?!```).+\n)+"
PAGE = re.compile(
    rf"# (?P<name>[a-z0-9-]+)\n\n{PARAGRAPH}\n"
    rf"## Avoid\n\n```yaml\n(?P<avoid>{SNIPPET})```\n\n"
    rf"## Prefer\n\n```yaml\n(?P<prefer>{SNIPPET})```\n\n"
    rf"## Why\n\n{PARAGRAPH}"
)


def test_every_name_has_a_page_and_every_page_a_name() -> None:
    folder = resources.files("engine.diagnostics.pages")
    pages = {each.name for each in folder.iterdir() if each.name.endswith(".md")}
    assert sorted(pages) == [f"{name}.md" for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_to_avoid_what_to_prefer_and_why(name: str) -> None:
    found = PAGE.fullmatch(page(name))
    assert found is not None
    assert found["name"] == name
    assert found["avoid"] != found["prefer"]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_opens_with_one_sentence(name: str) -> None:
    sentence = summary(name)
    assert re.findall(r"[.!?](?=\s|$)", sentence) == ["."]
    assert f"\n\n{sentence}\n\n" in re.sub(r"(?<=\S)\n(?=\S)", " ", page(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_gives_its_reasons_in_a_few_sentences(name: str) -> None:
    why = page(name).partition("## Why\n\n")[2]
    assert 2 <= len(re.findall(r"\.(?=\s|$)", why)) <= 4


def test_the_summary_is_the_sentence_below_the_title() -> None:
    assert summary("unknown-fact") == "A rule names a fact that no vocabulary declares."


@pytest.mark.parametrize("name", ["no-such-name", "", "../names", "UNKNOWN-FACT"])
def test_a_name_that_no_diagnostic_has_is_refused(name: str) -> None:
    with pytest.raises(KeyError):
        page(name)
    with pytest.raises(KeyError):
        summary(name)


def test_the_page_on_look_alikes_really_holds_one() -> None:
    avoid = page("confusable-text").partition("## Avoid")[2].partition("## Prefer")[0]
    strange = [unicodedata.name(char) for char in avoid if not char.isascii()]
    assert strange == ["CYRILLIC CAPITAL LETTER ER"]
