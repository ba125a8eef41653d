"""The exchange rates that the European Central Bank publishes: its history file, as CSV or zip.

A line has a day, and how much one euro bought in each currency of the first line, or `N/A`. The
figures of a day are in force from its start in UTC.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from fractions import Fraction

import msgspec

from engine.calendar import Instant, to_instant
from engine.decisions.flaws import Flaw, RequestError
from engine.money import MINOR_DIGITS, RateTable, parse_rate

BASE = "EUR"
MAX_BYTES = 64 * 1024 * 1024
_NO_FIGURE = ("N/A", "")
_NONE_OF_IT = "this is not the ECB's history file, `eurofxref-hist.csv`"


class BadLine(msgspec.Struct, frozen=True):
    """A line that can't be read, and why; the others count."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class History:
    """What a file says. `unknown` are currencies that amounts can't be in today."""

    table: RateTable
    rows: int
    unknown: tuple[str, ...]
    bad: tuple[BadLine, ...]


def read_history(data: bytes) -> History:
    """Read the file. Raises `RequestError` where it is none of the ECB's."""
    text = _text(data)
    try:
        head, *lines = csv.reader(io.StringIO(text))
    except (ValueError, csv.Error):
        raise RequestError(Flaw("", f"the file has no lines: {_NONE_OF_IT}")) from None
    head = [name.strip() for name in head]
    if head[:1] != ["Date"]:
        raise RequestError(Flaw("", f"the first line does not begin with `Date`: {_NONE_OF_IT}"))
    rows: dict[Instant, Mapping[str, Fraction]] = {}
    bad: list[BadLine] = []
    for number, fields in enumerate(lines, 2):
        try:
            _add(rows, head, [each.strip() for each in fields])
        except ValueError as error:
            bad.append(BadLine(number, str(error)))
    unknown = tuple(name for name in head[1:] if name and name not in MINOR_DIGITS)
    return History(RateTable(BASE, rows.items()), len(rows), unknown, tuple(bad))


def _text(data: bytes) -> str:
    if zipfile.is_zipfile(io.BytesIO(data)):
        data = _unpacked(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8: {_NONE_OF_IT}"
        raise RequestError(Flaw("", message)) from None


def _unpacked(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(_only(archive))
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as error:
        raise RequestError(Flaw("", f"the zip file can't be read: {error}")) from None


def _only(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The file inside, which is small enough to be read whole."""
    inside = [each for each in archive.infolist() if each.filename.endswith(".csv")]
    if len(inside) != 1:
        message = f"the zip file holds {len(inside)} CSV files, one is expected"
        raise RequestError(Flaw("", message))
    if inside[0].file_size > MAX_BYTES:
        raise RequestError(Flaw("", f"the file in the zip file is too large: {_NONE_OF_IT}"))
    return inside[0]


def _add(rows: dict[Instant, Mapping[str, Fraction]], head: list[str], fields: list[str]) -> None:
    """Add one line. Raises `ValueError` with the reason where it can't be read."""
    if len(fields) != len(head):
        raise ValueError(f"{len(fields)} fields stand here, the first line has {len(head)}")
    at = _day(fields[0])
    if at in rows:
        raise ValueError(f"`{fields[0]}` stands twice")
    rows[at] = dict(_figures(head, fields))


def _day(text: str) -> Instant:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is no day such as `2026-11-28`") from None
    return to_instant(datetime.combine(day, time(), UTC))


def _figures(head: list[str], fields: list[str]) -> Iterator[tuple[str, Fraction]]:
    for currency, text in zip(head[1:], fields[1:], strict=True):
        if currency not in MINOR_DIGITS or text in _NO_FIGURE:
            continue
        figure = parse_rate(text)
        if figure is None:
            raise ValueError(f"`{text}` of {currency} is no rate")
        yield currency, figure
