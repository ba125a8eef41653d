"""Reports for a terminal: figures at the right, and no line longer than the terminal is wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.diagnostics.renderers.cells import cells
from engine.reports.table import Column, Report
from engine.reports.texts import about, row_texts, total_texts, without_empty

_GAP = "  "
_NARROWEST = 6
_CUT = "…"


def render(report: Report, width: int | None = None) -> str:
    """The text of a report; texts are cut to fit in a `width`, figures never."""
    return "\n".join(_lines(report, width)) + "\n"


def _lines(report: Report, width: int | None) -> Iterator[str]:
    yield report.title
    yield from (f"{name}: {value}" for name, value in about(report))
    yield ""
    if report.rows:
        yield from _table(report, width)
    else:
        yield "nothing"
    if report.note:
        yield from ("", report.note)


def _table(report: Report, width: int | None) -> Iterator[str]:
    columns = report.columns
    texts = [[each.title for each in columns]]
    texts += [row_texts(report, row) for row in report.rows]
    texts += [total_texts(report, row) for row in report.totals]
    if width is not None and _length(_widths(texts)) > width:
        columns, texts = without_empty(columns, texts)
    widths = _fitted(_widths(texts), columns, width)
    lines = [_line(each, widths, columns) for each in texts]
    rule = _GAP.join("-" * each for each in widths)
    rows = len(report.rows) + 1
    yield from (lines[0], rule, *lines[1:rows])
    if report.totals:
        yield from (rule, *lines[rows:])


def _widths(texts: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(_width, column)) for column in zip(*texts, strict=True)]


def _length(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _fitted(widths: list[int], columns: Sequence[Column], most: int | None) -> list[int]:
    """The widths with the widest texts made narrower, as long as the line is too long.

    Codes and moments are cut only where all else is.
    """
    found = list(widths)
    texts = [place for place, each in enumerate(columns) if not each.is_figure]
    loose = [at for at in texts if columns[at].kind == "text" and not columns[at].exact]
    for places in (loose, texts):
        _narrow(found, places, most)
    return found


def _narrow(widths: list[int], places: list[int], most: int | None) -> None:
    while places and most is not None and _length(widths) > most:
        widest = max(places, key=widths.__getitem__)
        if widths[widest] <= _NARROWEST:
            return
        widths[widest] -= 1


def _line(texts: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    padded = map(_padded, texts, widths, (each.is_figure for each in columns))
    return _GAP.join(padded).rstrip()


def _padded(text: str, width: int, right: bool) -> str:  # noqa: FBT001 - one of two sides
    shown = _cut(text, width)
    space = " " * (width - _width(shown))
    return space + shown if right else shown + space


def _cut(text: str, width: int) -> str:
    """What of a text fits, with nothing in it that could act on a terminal."""
    parts = cells(text)
    if sum(columns for _, columns in parts) <= width:
        return "".join(shown for shown, _ in parts)
    found, used = "", len(_CUT)
    for shown, columns in parts:
        used += columns
        if used > width:
            break
        found += shown
    return found + _CUT


def _width(text: str) -> int:
    return sum(columns for _, columns in cells(text))
