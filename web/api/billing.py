"""What was charged: ledger, bill and invoices, each discount with its label."""

from __future__ import annotations

from flask import Response

from engine.service.billing.bills import Bill, Invoice, Invoices, Ledger
from engine.service.billing.invoicing import Stretch
from engine.service.caller import Scope
from engine.service.errors import NotFound
from web.call import Call
from web.replies import Answered
from web.subjects import JSON, PAGED, Body, Parameter, Subject

SUBJECT = Subject("billing", "Ledger, bills and invoices")
PDF = "application/pdf"
_SUFFIX = ".pdf"
_INSTANT = {"type": "string", "format": "date-time"}
_STRETCH = (
    Parameter("from", "The start of the stretch; without it, the beginning.", _INSTANT),
    Parameter("to", "The end of the stretch, which is not part of it.", _INSTANT),
)
_HERE = "/v1/subscriptions/{subscription}"


@SUBJECT.call("GET", f"{_HERE}/ledger", Scope.READ, {200: Ledger}, query=PAGED)
def show_ledger(call: Call, subscription: str) -> Ledger:
    """List the charges and reversals of a subscription in the order of their moments."""
    return call.desk.billing.ledger(subscription, call.cursor(), call.limit(), call.caller)


@SUBJECT.call("GET", f"{_HERE}/bill", Scope.READ, {200: Bill}, query=_STRETCH)
def show_bill(call: Call, subscription: str) -> Bill:
    """Show what was charged in a stretch of time, and its sums."""
    start, end = call.parameter("from"), call.parameter("to")
    return call.desk.billing.bill(subscription, start, end, call.caller)


@SUBJECT.call(
    "POST",
    f"{_HERE}/invoices",
    Scope.CHARGE,
    {201: Invoice},
    body=Body(lambda _: Stretch, {}, optional=True),
)
def make_invoice(call: Call, subscription: str) -> Invoice:
    """Make a numbered invoice, which never changes, of what no invoice has yet.

    It is mailed to `email` as a PDF, where one is given.
    """
    return call.desk.billing.invoice(subscription, call.body(), call.caller)


@SUBJECT.call("GET", f"{_HERE}/invoices", Scope.READ, {200: Invoices}, query=PAGED)
def list_invoices(call: Call, subscription: str) -> Invoices:
    """List the invoices of a subscription, the first one first."""
    return call.desk.billing.invoices(subscription, call.cursor(), call.limit(), call.caller)


@SUBJECT.call("GET", f"{_HERE}/invoices/{{invoice}}", Scope.READ, {200: Invoice}, media=(JSON, PDF))
def show_invoice(call: Call, subscription: str, invoice: str) -> Invoice | Response:
    """Show an invoice; as a PDF where the request accepts that, or the number ends with `.pdf`."""
    number = invoice.removesuffix(_SUFFIX)
    found = call.desk.billing.find_invoice(number, call.caller)
    if found.subscription != subscription:
        raise NotFound(f"no invoice of `{subscription}` has the number `{number}`")
    if number == invoice and call.prefers(JSON, PDF) == JSON:
        return found
    return Answered(call.desk.billing.invoice_pdf(number, call.caller), mimetype=PDF)
