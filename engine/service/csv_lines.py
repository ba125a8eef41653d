"""The lines of CSV files: each is read by itself, so that a broken one harms no other.

A text that a spreadsheet would take for a formula is written with a `'` before it. Files are
written with commas; those of spreadsheets that write `;` instead are read as well.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from engine.calendar import Instant, parse_instant
from engine.decisions.facts import PlainId
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.misfits import misfits
from engine.diagnostics.suggest import did_you_mean

LONGEST = 255
"""So many characters an id has at most."""
_FORMULA = tuple("=+-@\t\r'")
_EXAMPLE = "an instant with an offset such as `2026-11-28T10:00:00+01:00`"


class Columns(NamedTuple):
    """The columns that a file may have, and those of them that it needs."""

    known: Sequence[str]
    needed: Sequence[str]


class RawLine(NamedTuple):
    """The fields of a line by the names of its columns, or what is wrong with it."""

    number: int
    fields: dict[str, str]
    wrong: str | None = None

    def said(self) -> dict[str, str]:
        """Its fields. Raises `ValueError` with what is wrong."""
        if self.wrong is not None:
            raise ValueError(self.wrong)
        return self.fields


def raw_lines(data: bytes, columns: Columns) -> Iterator[RawLine]:
    """Every line of a file but its first and empty ones; columns that it lacks are empty.

    Raises `RequestError` where its first line names no such columns.
    """
    names = [_known(name, columns) for name in column_names(data)]
    _check_columns(names, columns)
    empty = dict.fromkeys(columns.known, "")
    rows = islice(_rows(_text(data)), 1, None)
    return (_line(number, row, names, empty) for number, row in rows if row)


def column_names(data: bytes) -> list[str]:
    """The names that the first line of a file gives its columns. Raises `RequestError`."""
    _, head = next(_rows(_text(data)), (1, []))
    if isinstance(head, str):
        raise RequestError(Flaw("", f"this is no CSV file: {head}"))
    return [name.strip() for name in head]


def needed(name: str, text: str) -> str:
    """A field that is not empty. Raises `ValueError`."""
    if not text:
        raise ValueError(f"`{name}` is empty")
    return text


def short(name: str, text: str) -> str:
    """A field that is no longer than an id. Raises `ValueError`."""
    if len(text) > LONGEST:
        raise ValueError(f"`{name}` is longer than {LONGEST} characters")
    return text


def plain_id(name: str, text: str) -> str:
    """A field with an id that the paths of calls can have. Raises `ValueError`."""
    short(name, needed(name, text))
    for flaw in misfits(text, PlainId, ""):
        raise ValueError(f"`{name}`: {flaw.message}")
    return text


def instant(name: str, text: str) -> Instant:
    """The instant of a field. Raises `ValueError`."""
    try:
        return parse_instant(text)
    except ValueError:
        raise ValueError(f"`{name}` is `{text}`, not {_EXAMPLE}") from None


def written(rows: Iterable[Iterable[str]]) -> str:
    """Rows as the lines of a file."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(rows)
    return target.getvalue()


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unsafe(text: str) -> str:
    """A text that was made safe, as it was."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError(Flaw("", f"byte {error.start + 1} is not UTF-8")) from None


def _rows(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """The rows with the numbers of their first lines; in the place of a broken one, what is wrong.

    A quote that is not closed harms no line but its own.
    """
    lines = io.StringIO(text, newline="\n").readlines()
    between = _between(lines[0]) if lines else ","
    place = 0
    while place < len(lines):
        rest = map(lines.__getitem__, range(place, len(lines)))
        reader = csv.reader(rest, delimiter=between, strict=True)
        try:
            row = next(reader)
            yield place + 1, row
            place += reader.line_num
        except csv.Error as error:
            yield place + 1, str(error)
            place += 1


def _between(head: str) -> str:
    """What stands between the fields, by the first line: names of columns have neither."""
    return ";" if ";" in head and "," not in head else ","


def _known(name: str, columns: Columns) -> str:
    """The column that a name is, however its letters are written."""
    return next((each for each in columns.known if each.lower() == name.lower()), name)


def _check_columns(names: list[str], columns: Columns) -> None:
    known = f"the columns are {', '.join(f'`{name}`' for name in columns.known)}"
    for name in columns.needed:
        if name not in names:
            raise RequestError(Flaw("", f"the column `{name}` is missing: {known}"))
    for name in names:
        if name not in columns.known:
            near = did_you_mean(name, columns.known)
            raise RequestError(Flaw("", f"no column is called `{name}`: {near or known}"))
        if names.count(name) > 1:
            raise RequestError(Flaw("", f"the column `{name}` stands twice"))


def _line(number: int, row: list[str] | str, names: list[str], empty: dict[str, str]) -> RawLine:
    if isinstance(row, str):
        return RawLine(number, {}, f"this is no line of CSV: {row}")
    if len(row) != len(names):
        wrong = f"{len(row)} fields stand here, the first line has {len(names)}"
        return RawLine(number, {}, wrong)
    values = (value.strip() for value in row)
    return RawLine(number, empty | dict(zip(names, values, strict=True)))
