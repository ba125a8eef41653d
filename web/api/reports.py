"""Reports: what became of codes and discounts."""

from __future__ import annotations

from flask import Response

from engine.reports.as_json import ShownReport, shown
from engine.reports.asked import Asked
from engine.reports.reports import Form, ListedReports, form_of
from engine.service.caller import Scope
from web.call import Call, bad_parameter
from web.files import CALENDAR, CSV, PDF, file
from web.subjects import CURSOR, JSON, Parameter, Subject

SUBJECT = Subject("reports", "Reports")
_MEDIA: dict[str, Form] = {JSON: "json", CSV: "csv", PDF: "pdf", CALENDAR: "ics"}
_TEXT = {"type": "string", "minLength": 1, "maxLength": 255}
_DAY = {"type": "string", "format": "date"}
_QUERY = (
    CURSOR,
    Parameter("by", "Of discounts: what to sum up by, such as `coupon,month`.", _TEXT),
    Parameter("from", "The first day, in the space's zone.", _DAY),
    Parameter("through", "The last day.", _DAY),
    Parameter("client", "Only what is this client's.", _TEXT),
    Parameter("partner", "Only what is this partner's.", _TEXT),
    Parameter("within", "How far to look ahead, such as `60 days`, which it is without.", _TEXT),
    Parameter(
        "format",
        "How the report is written; without it, as `Accept` likes best.",
        {"type": "string", "enum": list(_MEDIA.values())},
    ),
)


@SUBJECT.call("GET", "/v1/reports", Scope.READ, {200: ListedReports}, partners=True)
def list_reports(call: Call) -> ListedReports:
    """List the reports, the filters that each takes, and its formats."""
    return call.desk.reports.list(call.caller)


@SUBJECT.call(
    "GET",
    "/v1/reports/{name}",
    Scope.READ,
    {200: ShownReport},
    query=_QUERY,
    media=tuple(_MEDIA),
    partners=True,
)
def make_report(call: Call, name: str) -> ShownReport | Response:
    """Make a report, as JSON, CSV, PDF or, where it has dates, as iCalendar.

    JSON has up to 10,000 rows at a time, and `next` for those after; CSV has all rows. A PDF of
    more than 2,000 rows, a calendar of more than 10,000, and sums of more rows than that, are
    refused: ask for less. A partner's key gets what is the partner's.
    """
    form, reports = _form(call), call.desk.reports
    asked, cursor = _asked(call), call.cursor()
    if form == "json":
        return shown(reports.make(name, asked, call.caller, cursor))
    if cursor is not None:
        raise bad_parameter(CURSOR.name, "only JSON comes in parts: leave `cursor` out")
    if form == "csv":
        parts = reports.csv(name, asked, call.caller)
        return file((each.encode() for each in parts), f"{name}.csv", CSV)
    if form == "pdf":
        return file([reports.pdf(name, asked, call.caller)], f"{name}.pdf", PDF)
    return file([reports.ics(name, asked, call.caller)], f"{name}.ics", CALENDAR)


def _form(call: Call) -> Form:
    text = call.parameter("format")
    return _MEDIA[call.prefers(*_MEDIA)] if text is None else form_of(text, *_MEDIA.values())


def _asked(call: Call) -> Asked:
    return Asked(
        call.parameter("by"),
        call.parameter("from"),
        call.parameter("through"),
        call.parameter("client"),
        call.parameter("partner"),
        call.parameter("within"),
    )
