"""Letters: what mails say, in plain words, and the facts of the notice below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.outbox.phrases import Around, Said, one_line, short, value_text
from engine.outbox.words import WORDS

_SAID_ELSEWHERE = frozenset(
    (
        *("asked_by", "attach", "codes", "counts", "kind", "lines", "listed", "month", "most"),
        *("name", "partner", "path", "redemption", "step", "title", "used", "within"),
    )
)
"""What letters say in sentences or lists of their own, or not at all."""
_LABELS = {
    "author": "Changed by",
    "missing": "People who have to agree",
    "planned": "Planned for",
}
"""What facts are called where it is not by their names."""


class Letter(NamedTuple):
    """A mail's subject, one line, and its text."""

    subject: str
    text: str


def write(kind: str, said: Said, around: Around, more: Sequence[str] = ()) -> Letter:
    """The letter of a notice, with `more` paragraphs. Raises `KeyError` for a kind without one."""
    words = WORDS[kind](said, around)
    facts = "\n".join(_facts(said, around)) if words.facts else ""
    parts = [*words.paragraphs, facts, *more, "\n".join(around.signed)]
    return Letter(one_line(words.subject), "\n\n".join(each for each in parts if each) + "\n")


def too_large(name: str) -> str:
    """What stands in a letter for a paper that no mail can take."""
    return f"The file {name} is too large for a mail: ask us for it, and we send it in another way."


def _facts(said: Said, around: Around) -> Iterator[str]:
    for key, value in said.items():
        if key in _SAID_ELSEWHERE or value is None or isinstance(value, Mapping | list | bool):
            continue
        label = _LABELS.get(key, key.replace("_", " ").capitalize())
        text = short(value) if key == "client" else value_text(value, around)
        yield f"{label}: {text}"
