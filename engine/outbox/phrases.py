"""What letters are put together from: their words, and how lists and moments read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from engine.calendar import parse_instant
from engine.language.moments import moment_text

Said: TypeAlias = Mapping[str, Any]
"""The data of a notice."""

_BREAKS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_LONGEST_LINE = 200


class Around(NamedTuple):
    """What letters are written with: who signs, whose clock they tell, where the service is."""

    signed: tuple[str, ...]
    zone: ZoneInfo
    public_url: str = ""


class Words(NamedTuple):
    """A subject, and paragraphs; `facts` says that the notice's facts are listed after them."""

    subject: str
    paragraphs: tuple[str, ...]
    facts: bool = True


def one_line(text: str) -> str:
    """A text as a header can hold it: without line breaks, and not for ever."""
    return _BREAKS.sub(" ", text).strip()[:_LONGEST_LINE]


def value_text(value: object, around: Around) -> str:
    """A value as people read it: an instant by the clock of the space."""
    text = one_line(str(value))
    try:
        return moment_text(parse_instant(text), around.zone)
    except ValueError:
        return text


def moment(said: Said, key: str, around: Around) -> str:
    """An instant of a notice; nothing where it has none."""
    found = said.get(key)
    return "" if found is None else value_text(found, around)


def codes_text(count: int) -> str:
    """So many codes."""
    return "1 code" if count == 1 else f"{count} codes"


def listed(said: Said, key: str, line: Callable[[Said], str]) -> str:
    """A list of a notice, a line for each entry."""
    entries: Sequence[Said] = said.get(key) or ()
    return "\n".join(f"  {one_line(line(each))}" for each in entries)


def short(name: object) -> str:
    """The name of a client as its partner calls it, without the partner's own."""
    return one_line(str(name).rpartition(":")[2])
