"""Reports over HTTP: formats, filters, and what a partner may see."""

from __future__ import annotations

import csv
import io

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from engine.reports import reports
from engine.service.caller import Scope
from tests.web.asking import Web


@pytest.fixture
def charged(web: Web) -> Web:
    """Three charges, two of them discounted."""
    web.redeem("SPRING", "sub-1")
    web.redeem("SWISS", "sub-1", customer={"id": "cus-1", "country": "CH"})
    web.charge("le-1", "le-2")
    web.charge("le-3", subscription="sub-2")
    return web


def test_the_reports_are_listed(web: Web) -> None:
    answer = web.ask("GET /v1/reports")
    listed = {each["name"]: each for each in answer.body["reports"]}
    assert set(listed) == {
        "inventory", "allocations", "activations", "expiring", "renewals",
        "deployments", "clients", "purchases", "groups", "discounts",
    }  # fmt: skip
    assert listed["discounts"]["filters"] == ["by", "from", "through"]
    assert "ics" in listed["expiring"]["formats"]
    assert "ics" not in listed["discounts"]["formats"]


def test_discounts_are_summed_up(charged: Web) -> None:
    answer = charged.ask("GET /v1/reports/discounts?by=coupon,month")
    assert answer.status == 200
    assert answer.body["rows"] == [
        {"coupon": "spring", "month": "2026-03", "gross": "200.00", "discount": "20.00",
         "net": "180.00", "currency": "CHF", "charges": 2, "applications": 2},
        {"coupon": "swiss", "month": "2026-03", "gross": "200.00", "discount": "36.00",
         "net": "164.00", "currency": "CHF", "charges": 2, "applications": 2},
    ]  # fmt: skip
    (total,) = answer.body["totals"]
    assert (total["gross"], total["discount"], total["charges"]) == ("200.00", "56.00", 2)


def test_a_report_comes_in_the_format_that_is_asked_for(charged: Web) -> None:
    said = charged.ask("GET /v1/reports/discounts?format=csv")
    assert said.headers["Content-Type"].startswith("text/csv")
    assert said.headers["Content-Disposition"] == "attachment; filename=discounts.csv"
    rows = [*csv.DictReader(io.StringIO(said.body.decode()))]
    assert [row["discount"] for row in rows] == ["20.00", "36.00"]
    accepted = charged.ask("GET /v1/reports/discounts", Accept="application/pdf")
    assert accepted.headers["Content-Type"] == "application/pdf"
    assert "spring" in PdfReader(io.BytesIO(accepted.body)).pages[0].extract_text()
    calendar = charged.ask("GET /v1/reports/expiring?format=ics")
    assert calendar.headers["Content-Type"].startswith("text/calendar")
    assert Calendar.from_ical(calendar.body)["version"] == "2.0"


@pytest.mark.parametrize(
    ("query", "parameter", "said"),
    [
        ("discounts?by=cupon", "by", "did you mean `coupon`?"),
        ("discounts?by=", "by", "they are `coupon`"),
        ("discounts?from=2026-03-02&through=2026-03-01", "from", "exchange them"),
        ("discounts?from=yesterday", "from", "is no day"),
        ("expiring?within=long", "within", "is no length of time"),
        ("discounts?format=xml", "format", "there are `json`, `csv`, `pdf`, `ics`"),
        ("discounts?format=jsn", "format", "did you mean `json`?"),
        ("discounts?format=ics", "format", "`expiring`, `renewals`, `deployments` have"),
        ("discounts?cursor=WzFd", "cursor", "has only one part"),
        ("expiring?cursor=WzFd&format=csv", "cursor", "only JSON comes in parts"),
        ("expiring?cursor=x", "cursor", "is no cursor of this list"),
    ],
)
def test_what_can_not_be_read_is_said_plainly(
    web: Web, query: str, parameter: str, said: str
) -> None:
    answer = web.ask(f"GET /v1/reports/{query}")
    assert (answer.status, answer.problem) == (400, "bad-request")
    (error,) = answer.body["errors"]
    assert error["parameter"] == parameter
    assert said in error["message"]


def test_unknown_reports_clients_and_partners_are_not_found(web: Web) -> None:
    for path, advice in (
        ("discount", "did you mean `discounts`?"),
        ("expiring?client=nobody", "check its name"),
        ("expiring?partner=nobody", "check its spelling"),
    ):
        answer = web.ask(f"GET /v1/reports/{path}")
        assert (answer.status, answer.problem) == (404, "not-found")
        assert advice in answer.body["advice"]


def test_more_than_a_pdf_holds_is_refused(charged: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "_OF_FORM", {"pdf": 1})
    answer = charged.ask("GET /v1/reports/discounts?format=pdf")
    assert (answer.status, answer.problem) == (400, "bad-request")
    assert "more than 1 rows" in answer.body["detail"]


def test_a_report_needs_a_key_that_may_read(web: Web) -> None:
    assert web.ask("GET /v1/reports/expiring", key=web.key(Scope.REDEEM)).status == 403
    assert web.ask("GET /v1/reports/expiring", key=None).status == 401
    assert web.ask("GET /v1/reports/expiring", key=web.key(Scope.READ)).status == 200
