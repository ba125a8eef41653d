"""Reports as text, CSV, JSON, PDF and calendars, each read back."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from engine.calendar import Instant, parse_instant, zone
from engine.money import Money
from engine.reports import as_csv, as_ics, as_json, as_pdf, as_text
from engine.reports.dated import Dated
from engine.reports.table import Column, Report, Row

ZURICH = zone("Europe/Zurich")
COLUMNS = (
    Column("code", "Code", exact=True),
    Column("client", "Client", absent="none"),
    Column("until", "Until", "instant", "without end"),
    Column("planned", "Planned", "day"),
    Column("count", "Codes", "count"),
    Column("total", "Total", "money"),
    Column("currency", "Currency"),
)
DATED = Dated("expiring", "until", "code", "Last day of {code} for {client}")


def _row(code: str = "K7MQ-2R9T", client: str | None = "house", **more: object) -> Row:
    cells: dict[str, object] = {
        "code": code,
        "client": client,
        "until": parse_instant("2026-11-30T23:00:00Z"),
        "planned": date(2026, 4, 1),
        "count": 12,
        "total": Money(-123456, "USD"),
        "currency": "USD",
    }
    return tuple((cells | more).values())  # type: ignore[arg-type]


def _report(*rows: Row, zone: ZoneInfo = ZURICH, totals: tuple[Row, ...] = ()) -> Report:
    made = Instant(parse_instant("2026-03-01T12:00:00Z"))
    filters = (("client", "house"),)
    return Report("sample", "Sample", "acme", made, zone, filters, COLUMNS, rows, totals)


# --- CSV ----------------------------------------------------------------------------------------


def _read(*parts: Report) -> list[list[str]]:
    return [*csv.reader(io.StringIO("".join(as_csv.render(parts))))]


def test_csv_names_the_columns_once_however_many_parts_there_are() -> None:
    found = _read(_report(_row()), _report(_row("B")), _report())
    assert found == [
        ["code", "client", "until", "planned", "count", "total", "currency"],
        ["K7MQ-2R9T", "house", "2026-11-30T23:00:00Z", "2026-04-01", "12", "-1234.56", "USD"],
        ["B", "house", "2026-11-30T23:00:00Z", "2026-04-01", "12", "-1234.56", "USD"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'x"])
def test_a_text_in_csv_is_no_formula(text: str) -> None:
    assert _read(_report(_row(client=text)))[1][1] == f"'{text}"


def test_line_ends_in_csv_are_all_the_same() -> None:
    assert _read(_report(_row(client="\rx\r\ny\rz")))[1][1] == "'\nx\ny\nz"


def test_csv_keeps_commas_quotes_and_line_breaks() -> None:
    odd = 'Muster, "Söhne"\n& Co.'
    assert _read(_report(_row(client=odd)))[1][1] == odd


def test_an_empty_cell_says_what_is_absent() -> None:
    empty = _row(client=None, until=None, planned=None, count=None, total=None)
    assert _read(_report(empty))[1] == ["K7MQ-2R9T", "none", "without end", "", "", "", "USD"]


# --- JSON ---------------------------------------------------------------------------------------


def test_json_has_types_names_and_exact_amounts() -> None:
    total = (None, None, None, None, 12, Money(-123456, "USD"), "USD")
    said = json.loads(as_json.render(_report(_row(client=None), totals=(total,))))
    assert said["rows"] == [
        {
            "code": "K7MQ-2R9T",
            "client": None,
            "until": "2026-11-30T23:00:00Z",
            "planned": "2026-04-01",
            "count": 12,
            "total": "-1234.56",
            "currency": "USD",
        }
    ]
    assert said["totals"][0]["total"] == "-1234.56"
    assert said["columns"][5] == {"name": "total", "title": "Total", "kind": "money"}
    assert (said["report"], said["zone"], said["made"], said["filters"], said["next"]) == (
        "sample", "Europe/Zurich", "2026-03-01T12:00:00Z", {"client": "house"}, None,
    )  # fmt: skip


# --- text ---------------------------------------------------------------------------------------


def test_text_aligns_figures_at_the_right() -> None:
    total = (None, None, None, None, 1012, Money(-123956, "USD"), "USD")
    rows = (_row(), _row("B", count=1000, total=Money(-500, "USD")))
    assert as_text.render(_report(*rows, totals=(total,))) == (
        "Sample\n"
        "space: acme\n"
        "made: 2026-03-01 13:00, Europe/Zurich\n"
        "client: house\n"
        "\n"
        "Code       Client  Until             Planned     Codes     Total  Currency\n"
        "---------  ------  ----------------  ----------  -----  --------  --------\n"
        "K7MQ-2R9T  house   2026-12-01 00:00  2026-04-01     12  -1234.56  USD\n"
        "B          house   2026-12-01 00:00  2026-04-01   1000     -5.00  USD\n"
        "---------  ------  ----------------  ----------  -----  --------  --------\n"
        "total                                             1012  -1239.56  USD\n"
    )


def test_text_fits_the_terminal_and_never_cuts_a_figure() -> None:
    long = _row(client="a client with a very long name indeed, and more of it")
    lines = as_text.render(_report(long), 80).splitlines()
    assert max(map(len, lines)) <= 80
    assert "-1234.56" in lines[-1]
    assert "…" in lines[-1]
    assert "-1234.56" in as_text.render(_report(long), 10)


def test_what_is_empty_is_left_out_before_anything_is_cut() -> None:
    bare = _row("K7MQ-2R9T-0VXC-4H3B", client="a very long name of a client", planned=None)
    lines = as_text.render(_report(bare), 72).splitlines()
    assert "Planned" not in lines[-3]
    assert "K7MQ-2R9T-0VXC-4H3B" in lines[-1]
    assert max(map(len, lines)) <= 72
    assert "Planned" in as_text.render(_report(bare))


def test_wide_letters_take_two_columns() -> None:
    lines = as_text.render(_report(_row(client="中文"), _row(client="abcd"))).splitlines()
    assert lines[-2].index("2026-12-01") == lines[-1].index("2026-12-01") - 2


def test_nothing_in_a_text_acts_on_a_terminal() -> None:
    assert "<U+001B>" in as_text.render(_report(_row(client="\x1b[2J")))


def test_a_report_of_nothing_says_so() -> None:
    assert as_text.render(_report()).endswith("\n\nnothing\n")


# --- PDF ----------------------------------------------------------------------------------------


def _pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def test_a_pdf_says_every_row_on_numbered_pages() -> None:
    rows = tuple(_row(f"CODE-{number:03}") for number in range(80))
    total = (None, None, None, None, 960, Money(-9876480, "USD"), "USD")
    data = as_pdf.render(_report(*rows, totals=(total,)))
    pages = _pages(data)
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in text
        assert "Planned" in text
    whole = "\n".join(pages)
    assert all(f"CODE-{number:03}" in whole for number in range(80))
    assert "-98764.80" in whole
    assert "2026-03-01 13:00, Europe/Zurich" in whole
    assert data == as_pdf.render(_report(*rows, totals=(total,)))


def test_a_pdf_is_drawn_within_its_margins() -> None:
    for client in ("house", "a client whose name is so long that the page lies on its side"):
        with PdfDocument(as_pdf.render(_report(_row(client=client)))) as document:
            drawn = document[0].render(scale=1).to_pil().convert("L")
        width, height = drawn.size
        assert (width > height) == (client != "house")
        left, _, right, _ = drawn.point(lambda grey: 255 - grey).getbbox()
        # The margins are 20 mm, which is 56 points.
        assert 45 < left < 75
        assert 45 < width - right < 75


def test_paper_breaks_texts_between_words_and_no_code() -> None:
    long = "Muster Söhne Energie Handel Aktiengesellschaft in Winterthur und Umgebung " * 2
    row = _row("K7MQ-2R9T-0VXC-4H3B", client=long)
    (text,) = _pages(as_pdf.render(_report(row)))
    for word in ("K7MQ-2R9T-0VXC-4H3B", "2026-12-01", "Aktiengesellschaft", "-1234.56"):
        assert word in text


def test_a_pdf_of_nothing_says_so() -> None:
    (text,) = _pages(as_pdf.render(_report()))
    assert "Nothing is to be reported" in text


# --- calendars ----------------------------------------------------------------------------------


def test_a_calendar_has_an_event_on_the_last_day_of_each() -> None:
    found = Calendar.from_ical(as_ics.render(_report(_row(), _row("B", until=None)), DATED))
    (event,) = found.walk("VEVENT")
    # The end is midnight in Zurich: the last day is the one before.
    assert event["dtstart"].dt == date(2026, 11, 30)
    assert event["dtend"].dt == date(2026, 12, 1)
    assert event["uid"] == "expiring-K7MQ-2R9T@acme"
    assert event["summary"] == "Last day of K7MQ-2R9T for house"
    assert "Client: house" in event["description"]
    assert event["dtstamp"].dt.isoformat() == "2026-03-01T12:00:00+00:00"
    assert found["x-wr-timezone"] == "Europe/Zurich"
    assert found["prodid"]


def test_the_day_of_an_event_is_that_of_the_space_zone() -> None:
    late = _row(until=parse_instant("2026-11-30T22:30:00Z"))
    days = []
    for name in ("UTC", "Europe/Zurich", "Asia/Tokyo"):
        data = as_ics.render(_report(late, zone=zone(name)), DATED)
        (event,) = Calendar.from_ical(data).walk("VEVENT")
        days.append(event["dtstart"].dt.day)
    assert days == [30, 30, 1]


def test_an_event_keeps_its_identity_when_its_day_changes() -> None:
    first = as_ics.render(_report(_row()), DATED)
    moved = replace(_report(_row(until=parse_instant("2027-01-05T00:00:00Z"))), made=Instant(0))
    events = [
        Calendar.from_ical(each).walk("VEVENT")[0] for each in (first, as_ics.render(moved, DATED))
    ]
    assert events[0]["uid"] == events[1]["uid"]
    assert events[0]["dtstart"].dt != events[1]["dtstart"].dt


def test_a_planned_day_is_the_day_of_its_event() -> None:
    planned = Dated("deployment", "planned", "code", "Activate {code}, really; now")
    (event,) = Calendar.from_ical(as_ics.render(_report(_row()), planned)).walk("VEVENT")
    assert event["dtstart"].dt == date(2026, 4, 1)
    assert event["summary"] == "Activate K7MQ-2R9T, really; now"
