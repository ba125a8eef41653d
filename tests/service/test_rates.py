"""Rates come row by row, or as the ECB's history file, and act at once."""

from __future__ import annotations

import io
import zipfile

import pytest

from engine.decisions.flaws import RequestError
from engine.money import Money, convert
from engine.service.caller import Caller
from engine.service.changes.rates import RateRow, RatesBook
from engine.service.errors import Conflict, KeyReused
from engine.store.database import Database
from tests.service.changing import ANN, Acme

HISTORY = """\
Date,USD,JPY,CYP,CHF,
2026-06-02,1.1512,171.25,N/A,0.9401,
2026-06-01,1.1498,170.9,0.58,N/A,
"""
ROW = {"at": "2026-06-01T00:00:00Z", "rates": {"USD": "1.10", "CHF": 0}}


@pytest.fixture
def acme() -> Acme:
    found = Acme()
    found.push()
    return found


@pytest.fixture
def rates(acme: Acme) -> RatesBook:
    return RatesBook(acme.office)


def add(rates: RatesBook, *rows: dict[str, object], base: str = "EUR") -> int:
    return rates.add({"base": base, "rows": list(rows)}, ANN).figures


def row(at: str, **figures: object) -> dict[str, object]:
    return {"at": at, "rates": figures}


def packed(**files: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return target.getvalue()


def test_rows_act_at_once_in_every_process(acme: Acme, rates: RatesBook) -> None:
    assert add(rates, row("2026-06-01T00:00:00Z", USD="1.25", CHF="0.95")) == 2
    found = acme.book().rates_at(acme.now)
    assert convert(Money(1000, "EUR"), "USD", found) == 1250
    assert add(rates, row("2026-06-01T00:00:00Z", USD="1.20")) == 1
    assert convert(Money(1000, "EUR"), "USD", acme.book().rates_at(acme.now)) == 1200
    assert convert(Money(1000, "EUR"), "CHF", acme.book().rates_at(acme.now)) == 950


def test_the_same_rows_again_change_nothing(acme: Acme, rates: RatesBook) -> None:
    add(rates, row("2026-06-01T00:00:00Z", USD="1.25"))
    before = acme.book().revision
    assert add(rates, row("2026-06-01T02:00:00+02:00", USD="1.250")) == 0
    assert acme.book().revision == before


def test_rows_are_listed_in_parts_the_last_first(rates: RatesBook) -> None:
    assert rates.list(None, 10, ANN).base is None
    add(rates, *(row(f"2026-06-0{day}T00:00:00Z", USD="1.1", CHF="0.9") for day in range(1, 6)))
    first = rates.list(None, 2, ANN)
    assert first.rows[0] == RateRow("2026-06-05T00:00:00Z", {"CHF": "0.9", "USD": "1.1"})
    days, cursor = [each.at[8:10] for each in first.rows], first.next
    while cursor is not None:
        part = rates.list(cursor, 2, ANN)
        days += [each.at[8:10] for each in part.rows]
        cursor = part.next
    assert days == ["05", "04", "03", "02", "01"]


def test_either_database_keeps_the_same_rates(database: Database) -> None:
    acme = Acme(database)
    acme.push()
    rates = RatesBook(acme.office)
    add(rates, *(row(f"2026-06-0{day}T00:00:00Z", USD="1.1", CHF="0.9") for day in range(1, 4)))
    assert rates.import_history(HISTORY.encode(), ANN).figures == 5
    first = rates.list(None, 2, ANN)
    rest = rates.list(first.next, 2, ANN)
    days = [each.at[8:10] for part in (first, rest) for each in part.rows]
    assert days == ["03", "02", "01"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"base": "EURO", "rows": []}, "/base: `EURO` is no currency of ISO 4217"),
        ({"base": "EUR", "rows": [row("2026-06-01T00:00:00Z", XYZ=1)]}, "/rows/0/rates/XYZ: `XYZ`"),
        ({"base": "EUR", "rows": [row("2026-06-01T00:00:00Z", USD=0)]}, "a rate is more than zero"),
        ({"base": "EUR", "rows": [row("2026-06-01T00:00:00Z", USD="-1")]}, "more than zero"),
        (
            {"base": "EUR", "rows": [row("2026-06-01T00:00:00Z", USD="1e3")]},
            "/rows/0/rates/USD: `1e3` is no decimal number",
        ),
        ({"base": "EUR", "rows": [row("2026-06-01", USD="1")]}, "/rows/0/at: `2026-06-01` is not"),
        (
            {"base": "EUR", "rows": [row("2026-06-01T00:00:00Z"), row("2026-06-01T00:00:00Z")]},
            "/rows/1/at: `2026-06-01T00:00:00Z` stands twice",
        ),
        ({"base": "EUR"}, "`rows` is missing"),
        ({"base": "EUR", "rows": [], "row": 1}, "/row: nothing is called `row` here"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_and_nothing_added(
    rates: RatesBook, body: dict[str, object], said: str
) -> None:
    with pytest.raises(RequestError, match=said):
        rates.add(body, ANN)
    assert rates.list(None, 10, ANN).rows == ()


def test_rates_of_another_base_are_refused(rates: RatesBook) -> None:
    add(rates, row("2026-06-01T00:00:00Z", USD="1.25"))
    with pytest.raises(Conflict, match="what one unit of EUR buys, these what one of USD does"):
        add(rates, row("2026-06-01T00:00:00Z", CHF="0.9"), base="USD")


def test_an_idempotency_key_answers_the_same(rates: RatesBook) -> None:
    caller, body = Caller("ann", key="k"), {"base": "EUR", "rows": [row("2026-06-01T00:00:00Z")]}
    assert rates.add(body, caller) == rates.add(body, caller)
    with pytest.raises(KeyReused):
        rates.add({"base": "EUR", "rows": []}, caller)


@pytest.mark.parametrize("data", [HISTORY.encode(), packed(**{"eurofxref-hist.csv": HISTORY})])
def test_the_history_of_the_ecb_is_read_as_csv_or_zip(
    acme: Acme, rates: RatesBook, data: bytes
) -> None:
    done = rates.import_history(data, ANN)
    assert (done.base, done.rows, done.unknown, done.bad) == ("EUR", 2, ("CYP",), ())
    assert rates.list(None, 10, ANN).rows == (
        RateRow("2026-06-02T00:00:00Z", {"CHF": "0.9401", "JPY": "171.25", "USD": "1.1512"}),
        RateRow("2026-06-01T00:00:00Z", {"JPY": "170.9", "USD": "1.1498"}),
    )
    assert rates.import_history(data, ANN).figures == 0
    assert convert(Money(10_000, "EUR"), "JPY", acme.book().rates_at(acme.now)) == 17_090


def test_a_bad_line_is_named_and_harms_no_other(rates: RatesBook) -> None:
    lines = [
        "Date,USD,JPY,",
        "2026-06-05,1.1,160,",
        "5 June,1.1,160,",
        "2026-06-04,1.1,",
        "2026-06-05,1.2,161,",
        "2026-06-03,-1,160,",
        "",
        "2026-06-02,1.2,161,",
    ]
    done = rates.import_history("\n".join(lines).encode(), ANN)
    assert [(each.line, each.message) for each in done.bad] == [
        (3, "`5 June` is no day such as `2026-11-28`"),
        (4, "3 fields stand here, the first line has 4"),
        (5, "`2026-06-05` stands twice"),
        (6, "`-1` of USD is no rate"),
        (7, "0 fields stand here, the first line has 4"),
    ]
    assert done.rows == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file has no lines"),
        (b"code,subscription\n", "the first line does not begin with `Date`"),
        (b"\xff\xfe", "byte 1 is not UTF-8"),
        (packed(), "the zip file holds 0 CSV files, one is expected"),
        (packed(**{"a.csv": HISTORY, "b.csv": HISTORY}), "the zip file holds 2 CSV files"),
        (packed(**{"a.csv": "0" * (64 * 1024 * 1024 + 1)}), "in the zip file is too large"),
        (
            packed(**{"a.csv": HISTORY}).replace(b"a.csv", b"b.csv", 1),
            "the zip file can't be read: ",
        ),
    ],
)
def test_a_file_that_is_none_of_the_ecb_is_refused(
    rates: RatesBook, data: bytes, said: str
) -> None:
    with pytest.raises(RequestError, match=said):
        rates.import_history(data, ANN)
