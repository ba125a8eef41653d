"""Lists of users: each line is read by itself, so that a wrong one harms no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from engine.catalogue.mail import is_address
from engine.decisions.decoding import convert
from engine.decisions.facts import Id
from engine.decisions.flaws import Flaw, RequestError
from engine.service.csv_lines import Columns, RawLine, column_names, needed, raw_lines, short

MOST = 10_000
"""So many users are imported at once."""
_COLUMNS = ("customer", "email")


class UserEntry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A user of a group: a customer, and an address where one is known."""

    customer: Id
    email: str | None = None


class UserEntries(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Users to be imported, each by itself."""

    users: list[Any]


class UserLine(NamedTuple):
    """A line that could be read; `note` says what is strange about it."""

    number: int
    customer: str
    email: str | None
    note: str | None = None


class BadUserLine(NamedTuple):
    """A line that could not be read, and why."""

    number: int
    customer: str | None
    message: str


Lines = Sequence[UserLine | BadUserLine]


class UserFile(NamedTuple):
    """The lines of a file, and the columns of it that say nothing here."""

    lines: Lines
    ignored: tuple[str, ...]


def read_users(data: bytes) -> UserFile:
    """The users in a CSV file. Raises `RequestError` where it is none, or has too many lines."""
    names = column_names(data)
    ignored = tuple(name for name in names if name.lower() not in _COLUMNS)
    raw = raw_lines(data, Columns((*_COLUMNS, *ignored), _COLUMNS[:1]))
    return UserFile(_noted(_bounded(map(_line, raw))), ignored)


def read_entries(value: object) -> Lines:
    """The users of a request, counted from 1. Raises `RequestError`."""
    entries = convert(value, UserEntries).users
    return _noted(_bounded(_entry(number, each) for number, each in enumerate(entries, 1)))


def _bounded(lines: Iterable[UserLine | BadUserLine]) -> Lines:
    found = list(lines)
    if len(found) > MOST:
        message = f"{len(found)} users stand here, at most {MOST} are imported at once"
        raise RequestError(Flaw("/users", message))
    if not found:
        raise RequestError(Flaw("/users", "no user stands here"))
    return found


def _line(raw: RawLine) -> UserLine | BadUserLine:
    customer = raw.fields.get("customer") or None
    try:
        said = raw.said()
        return _checked(raw.number, needed("customer", said["customer"]), said["email"] or None)
    except ValueError as error:
        return BadUserLine(raw.number, customer, str(error))


def _entry(number: int, value: object) -> UserLine | BadUserLine:
    named = value.get("customer") if isinstance(value, dict) else None
    customer = named if isinstance(named, str) else None
    try:
        entry = convert(value, UserEntry)
        return _checked(number, entry.customer, entry.email)
    except RequestError as error:
        flaw = error.flaws[0]
        said = f"{flaw.pointer}: {flaw.message}".removeprefix(": ")
        return BadUserLine(number, customer, said)
    except ValueError as error:
        return BadUserLine(number, customer, str(error))


def _checked(number: int, customer: str, email: str | None) -> UserLine:
    """A line whose fields can be what they are to be. Raises `ValueError`."""
    if not short("customer", customer).isprintable():
        raise ValueError("`customer` holds a character that can't be seen")
    if email is not None and not is_address(email):
        raise ValueError(f"`{email}` is no email address such as `ada@xyz.example`")
    return UserLine(number, customer, None if email is None else email.lower())


def _noted(lines: Lines) -> Lines:
    """The lines, each that repeats an earlier one with a note of that."""
    return list(_with_notes(lines))


def _with_notes(lines: Lines) -> Iterator[UserLine | BadUserLine]:
    customers: dict[str, UserLine] = {}
    addresses: dict[str, UserLine] = {}
    for line in lines:
        if isinstance(line, BadUserLine):
            yield line
            continue
        first = customers.setdefault(line.customer, line)
        same = addresses.setdefault(line.email, line) if line.email is not None else line
        yield line._replace(note=_note(line, first, same))


def _note(line: UserLine, first: UserLine, same: UserLine) -> str | None:
    if first is not line:
        return f"`{line.customer}` stands in line {first.number} already{_other(line, first)}"
    if same is not line:
        return f"the address stands in line {same.number} too, of `{same.customer}`"
    return None


def _other(line: UserLine, first: UserLine) -> str:
    """How the address of a line differs from that of the line which counts."""
    if first.email == line.email:
        return ""
    if line.email is None:
        return ", there with an address"
    return ", there without an address" if first.email is None else ", with another address"
