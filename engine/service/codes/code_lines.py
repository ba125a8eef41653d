"""The lines of a CSV file of codes, as they are exported and as another system has them.

Columns are `code`, `coupon`, `customer`, `issued`, `expires`, `active`, `batch` and `window`; only
the first two have to be there. A text that a spreadsheet would take for a formula, such as
`=1+1`, is written with a `'` before it, which is taken off again when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.calendar import Instant, format_instant
from engine.service.csv_lines import (
    Columns,
    RawLine,
    instant,
    needed,
    raw_lines,
    safe,
    short,
    unsafe,
    written,
)

COLUMNS = ("code", "coupon", "customer", "issued", "expires", "active", "batch", "window")
NEEDED = ("code", "coupon")
BATCH_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z"
_ACTIVE = {"": True, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code, and what it gets; without `issued` it is issued when the line is taken."""

    number: int
    code: str
    coupon: str
    customer: str | None = None
    issued: Instant | None = None
    expires: Instant | None = None
    active: bool = True
    batch: str | None = None
    window: str | None = None

    def text_fields(self) -> list[str]:
        """The fields as they are written."""
        return [
            self.code,
            self.coupon,
            self.customer or "",
            _instant_text(self.issued),
            _instant_text(self.expires),
            "true" if self.active else "false",
            self.batch or "",
            self.window or "",
        ]


@dataclass(frozen=True, slots=True)
class BadCodeLine:
    """A line that can't be read, and why."""

    number: int
    message: str


def read_code_lines(data: bytes) -> list[CodeLine | BadCodeLine]:
    """Every line of a file. Raises `RequestError` where its first line names no such columns."""
    return [_line(each) for each in raw_lines(data, Columns(COLUMNS, NEEDED))]


def _line(raw: RawLine) -> CodeLine | BadCodeLine:
    try:
        said = {name: unsafe(value) for name, value in raw.said().items()}
        return read_code_line(raw.number, said)
    except ValueError as error:
        return BadCodeLine(raw.number, str(error))


def read_code_line(number: int, fields: dict[str, str]) -> CodeLine:
    """One line by the names of its columns. Raises `ValueError` with the reason."""
    said = dict.fromkeys(COLUMNS, "") | fields
    return CodeLine(
        number,
        said["code"],
        needed("coupon", said["coupon"]),
        short("customer", said["customer"]) or None,
        _instant("issued", said["issued"]),
        _instant("expires", said["expires"]),
        _active(said["active"]),
        _batch(said["batch"]),
        said["window"] or None,
    )


def write_code_lines(lines: Iterable[CodeLine]) -> str:
    """Lines of a CSV file, without its first."""
    return written([safe(each) for each in line.text_fields()] for line in lines)


def write_head() -> str:
    """The first line of a CSV file."""
    return written([COLUMNS])


# --- fields -------------------------------------------------------------------------------------


def _instant(name: str, text: str) -> Instant | None:
    return instant(name, text) if text else None


def _active(text: str) -> bool:
    if text not in _ACTIVE:
        raise ValueError(f"`active` is `{text}`: it is true, false or empty")
    return _ACTIVE[text]


def _batch(text: str) -> str | None:
    if text and re.match(BATCH_NAME, text) is None:
        raise ValueError(f"`{text}` can't name a batch: letters, digits, `.`, `_` and `-` can")
    return text or None


def _instant_text(moment: Instant | None) -> str:
    return "" if moment is None else format_instant(moment)
