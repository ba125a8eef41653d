"""Why a text is no code of a format, in words: the place, and what was expected there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from engine.codes.automata import State
from engine.codes.fields import Date, Flags, Int
from engine.codes.patterns import SEPARATOR
from engine.codes.spellings import MAX_LENGTH, Fixed, Part, Placed
from engine.codes.unread import WIDEST, Unread
from engine.diagnostics.twins import described, twin
from engine.language.terms import listed

WRONG_CHECK = "a symbol is wrong, or two are swapped: the check symbol does not fit"

_NO_CHARACTER = "\0"
"""Stands in no code."""


def about_size(typed: str) -> str:
    """What is wrong with a text that is empty, or longer than any code."""
    return f"a code has at most {MAX_LENGTH} characters" if typed else "the code is empty"


def about_text(unread: Unread, typed: str, parts: Sequence[Part]) -> str:
    """What is wrong with a text at the first place where no code goes on so.

    `typed` is the text in the case of whoever typed it, `parts` are those of the template.
    """
    return _about_length(unread.text, parts) or _about_value(unread) or _about_place(unread, typed)


def _about_length(text: str, parts: Sequence[Part]) -> str:
    """The number of symbols, where a code is nothing else."""
    only, symbols = parts[0], text.replace(SEPARATOR, "")
    if len(parts) > 1 or not isinstance(only, Placed):
        return ""
    least, most = only.type.shortest, only.type.longest
    if least <= len(symbols) <= most or set(symbols).difference(only.type.letters):
        return ""
    count = f"{most}" if least == most else f"{least} to {most}"
    return f"{count} symbols are expected, not {len(symbols)}"


def _about_value(unread: Unread) -> str:
    """A number, a day or a set of features that can't be."""
    if unread.stop == len(unread.text):
        return ""
    faults = (_fault(unread, number) for number in (*unread.forward[-1], *_next(unread)))
    return next(filter(None, faults), "")


def _fault(unread: Unread, number: int) -> str:
    """What the field of a state says of its characters, where it could have the next one."""
    part = unread.automaton.states[number].part
    if not isinstance(part, Placed) or not isinstance(part.type, Int | Date | Flags):
        return ""
    reach = unread.forward[-1].get(number)
    begin = unread.stop if reach is None else reach.begin
    found = part.type.meant(unread.text[begin:])
    if begin + len(found) <= unread.stop:
        return ""
    return f"`{found}` at place {begin + 1} {part.type.fault(found)}"


def _about_place(unread: Unread, typed: str) -> str:
    """The character that can't stand where it does, or that some are missing at the end."""
    stop, expected = unread.stop, listed(_expected(unread), "or")
    if stop == len(typed):
        return f"the code ends after `{typed}`, where {expected} must follow"
    found = _shown(typed[stop])
    return f"{found} at place {stop + 1} can't stand there, where {expected} is expected"


def _expected(unread: Unread) -> Sequence[str]:
    states = [unread.automaton.states[number] for number in _next(unread)]
    phrases = [_phrase(state) for state in states if not _separates(state)]
    if not unread.automaton.finals.isdisjoint(unread.forward[-1]):
        phrases.append("the end of the code")
    return list(dict.fromkeys(phrases)) or [f"`{SEPARATOR}`"]


def _next(unread: Unread) -> Iterator[int]:
    """The states that may come next."""
    follow = unread.automaton.follow
    return (after for state in unread.forward[-1] for after in follow[state])


def _separates(state: State) -> bool:
    """Whether it is between groups, and so need not be said to be possible."""
    return isinstance(state.part, Placed) and state.field is None


def _phrase(state: State) -> str:
    if isinstance(state.part, Fixed):
        return f"`{state.part.text[state.offset :]}`"
    assert state.part is not None, "only the start belongs to no part"  # noqa: S101
    return state.part.type.one


def _shown(character: str) -> str:
    if character == " ":
        return "a space"
    return f"`{character}`" if character.isprintable() else described(character)


# --- other alphabets ----------------------------------------------------------------------------


def in_ascii(typed: str) -> str | None:
    """The text with the characters that were most likely meant.

    None where too many were not: what must be replaced then is wider than any slip.
    """
    if typed.isascii():
        return typed
    meant, first = [], len(typed)
    for place, each in enumerate(typed):
        found = each if each.isascii() else twin(each)
        if found is None:
            first = min(first, place)
            if place - first >= WIDEST:
                return None
        meant.append(found or _NO_CHARACTER)
    return "".join(meant)


def about_foreign(typed: str) -> tuple[str, int]:
    """What is wrong with the first character of a text that is not ASCII, and its place."""
    place, letter = next((at, each) for at, each in enumerate(typed, 1) if not each.isascii())
    found = f"`{letter}` at place {place} is {described(letter)}"
    if unicodedata.category(letter)[0] in "CZ":
        found = f"the character at place {place} is {described(letter)}"
    meant = twin(letter)
    if meant is not None:
        return f"{found}, which looks like `{meant.upper()}`", place
    return f"{found}, and codes have ASCII characters only", place
