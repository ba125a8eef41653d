"""How a page of plain English is laid out for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import fill

WIDTH = 80


def page(sections: Iterable[str]) -> str:
    """A page of its sections, without those that say nothing."""
    return "\n\n".join(filter(None, sections)) + "\n"


def section(title: str, paragraphs: Iterable[str]) -> str:
    """A title with indented paragraphs below it; nothing where there are none."""
    lines = [_wrapped(paragraph) for paragraph in paragraphs]
    return "\n".join([title, *lines]) if lines else ""


def _wrapped(paragraph: str) -> str:
    """A paragraph, indented; its own line breaks stay, and what follows `- ` hangs."""
    return "\n".join(map(_wrapped_line, paragraph.split("\n")))


def _wrapped_line(line: str) -> str:
    own = re.match(r"(?:\d+\. |- | +)?", line)
    hang = " " * (2 + (own.end() if own is not None else 0))
    return wrap(line, "  ", hang)


def wrap(text: str, first: str = "", rest: str = "") -> str:
    """A text in lines, the first and the others indented; words stay whole."""
    return fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
