"""Reports for calendars: iCalendar (RFC 5545), an all-day event for each row.

Days are those of the space's zone. An event keeps its identity from one file to the next, so that
a calendar that reads both has it once.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from engine.calendar import SECOND
from engine.reports.dated import Dated
from engine.reports.table import Report, Row, day_of, said

_PRODUCT = "-//Coupon Policy//Reports//EN"


def render(report: Report, dated: Dated) -> bytes:
    """The calendar of a report."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{report.title}, {report.space}")
    calendar.add("x-wr-timezone", report.zone.key)
    for row in report.rows:
        event = _event(report, dated, row)
        if event is not None:
            calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _event(report: Report, dated: Dated, row: Row) -> Event | None:
    cells = {column.name: cell for column, cell in zip(report.columns, row, strict=True)}
    day = _day(cells[dated.day], report)
    if day is None:
        return None
    event = Event()
    texts = _texts(report, row)
    event.add("uid", f"{dated.kind}-{cells[dated.key]}@{report.space}")
    event.add("dtstamp", _moment(report.made))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", dated.text.format_map(texts))
    event.add("description", "\n".join(_details(report, texts)))
    event.add("transp", "TRANSPARENT")
    return event


def _day(cell: object, report: Report) -> date | None:
    if isinstance(cell, date):
        return cell
    # What ends at midnight has the day before as its last one.
    return day_of(cell - 1, report.zone) if isinstance(cell, int) else None


def _texts(report: Report, row: Row) -> dict[str, str]:
    cells = zip(report.columns, row, strict=True)
    return {column.name: said(cell, column, report.zone) for column, cell in cells}


def _details(report: Report, texts: dict[str, str]) -> list[str]:
    """What else stands in the row, a line for each column that has something."""
    return [f"{each.title}: {texts[each.name]}" for each in report.columns if texts[each.name]]


def _moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant // SECOND, UTC)
