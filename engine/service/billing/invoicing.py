"""Making invoices: numbered without gaps, never changed, with what no invoice before them has."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import bindparam, select, update

from engine.calendar import EARLIEST, LATEST, Instant, format_instant, zone
from engine.catalogue.mail import is_address
from engine.decisions.decoding import convert
from engine.decisions.facts import InstantText, read_instant
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.learnt import decode_as
from engine.service.billing import ledger_rows
from engine.service.billing.bills import Invoice, InvoiceSummary
from engine.service.errors import Conflict, NotFound
from engine.service.notices import Notice
from engine.service.numbers import take_numbers
from engine.service.redeeming.stored_facts import stored
from engine.service.work import Work
from engine.store.statements import Statement, binds, insertion
from engine.store.tables import CHARGES, INVOICES, REVERSALS, SUBSCRIPTIONS

SERIES = "invoice"
_DIGITS = 8

_HERE = binds("space", "subscription")
_KNOWN = Statement(select(SUBSCRIPTIONS.c.subscription).filter_by(**_HERE))
_TAKE_CHARGES = Statement(
    update(CHARGES)
    .where(
        CHARGES.c.space == bindparam("in_space"),
        CHARGES.c.subscription == bindparam("of_subscription"),
        CHARGES.c.at >= bindparam("start"),
        CHARGES.c.at < bindparam("end"),
        CHARGES.c.invoice.is_(None),
    )
    .values(invoice=bindparam("number"))
)
_TAKE_REVERSALS = Statement(
    update(REVERSALS)
    .where(
        REVERSALS.c.space == bindparam("in_space"),
        REVERSALS.c.at >= bindparam("start"),
        REVERSALS.c.at < bindparam("end"),
        REVERSALS.c.invoice.is_(None),
        REVERSALS.c.by_charge.is_(None),
        REVERSALS.c.charge.in_(
            select(CHARGES.c.charge).where(
                CHARGES.c.space == bindparam("in_space"),
                CHARGES.c.subscription == bindparam("of_subscription"),
            )
        ),
    )
    .values(invoice=bindparam("number"))
)
_ADD = insertion(INVOICES)
_ONE = Statement(
    select(INVOICES.c.content, INVOICES.c.pdf).where(
        INVOICES.c.space == bindparam("space"), INVOICES.c.invoice == bindparam("invoice")
    )
)
_LIST = Statement(
    select(INVOICES.c.content)
    .filter_by(**_HERE)
    .where(INVOICES.c.invoice > bindparam("after"))
    .order_by(INVOICES.c.invoice)
    .limit(bindparam("size"))
)


class Stretch(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A request for an invoice: from an instant until before another, else from and to any.

    It is mailed to `email`, where one is given.
    """

    start: InstantText | None = msgspec.field(default=None, name="from")
    end: InstantText | None = msgspec.field(default=None, name="to")
    email: str | None = None


def make(work: Work, subscription: str, value: object) -> tuple[Invoice, str | None]:
    """Put what no invoice has of a stretch on a new one; the customer that it is about."""
    request = convert(value, Stretch)
    start = None if request.start is None else read_instant(request.start, "/from")
    end = None if request.end is None else read_instant(request.end, "/to")
    check_order(start, end)
    check_email(request.email)
    check_known(work, subscription)
    stored(work, subscription, lock=True)
    number = _next_number(work)
    _take(work, subscription, number, start, end)
    rows = ledger_rows.of_invoice(work, subscription, number)
    if not rows:
        raise Conflict(
            "nothing of this stretch is left to invoice", "give a longer stretch, or wait"
        )
    customers = [row.customer for row in rows if row.customer is not None]
    invoice = Invoice(
        number,
        work.space,
        subscription,
        customers[-1] if customers else None,
        format_instant(work.now),
        instant_text(start),
        instant_text(end),
        tuple(map(ledger_rows.entry, rows)),
        ledger_rows.totals(rows),
    )
    _keep(work, invoice)
    _tell(work, invoice, request.email)
    return invoice, invoice.customer


def _next_number(work: Work) -> str:
    """The number after the last; it is free again where the transaction comes to nothing."""
    (number,) = take_numbers(work, SERIES)
    return f"{number:0{_DIGITS}d}"


def _take(
    work: Work, subscription: str, number: str, start: Instant | None, end: Instant | None
) -> None:
    for statement in (_TAKE_CHARGES, _TAKE_REVERSALS):
        work.tx.run(
            statement,
            in_space=work.space,
            of_subscription=subscription,
            start=EARLIEST if start is None else start,
            end=LATEST if end is None else end,
            number=number,
        )


def _keep(work: Work, invoice: Invoice) -> None:
    # Loaded only where an invoice is made.
    from engine.service.billing.invoice_pdf import render

    work.tx.run(
        _ADD,
        space=work.space,
        invoice=invoice.number,
        subscription=invoice.subscription,
        issued=work.now,
        content=msgspec.json.encode(invoice).decode(),
        pdf=render(invoice, work.book.space.zone or zone("UTC")),
    )
    after = InvoiceSummary(invoice.number, invoice.subscription, invoice.issued, invoice.totals)
    work.note("invoiced", invoice.number, after=after, customer=invoice.customer)


def _tell(work: Work, invoice: Invoice, email: str | None) -> None:
    """Announce an invoice, which is attached to mails of it."""
    said = {
        "invoice": invoice.number,
        "subscription": invoice.subscription,
        "customer": invoice.customer,
        "issued": invoice.issued,
        "totals": [{"currency": each.currency, "net": each.net} for each in invoice.totals],
        "attach": {"invoice": invoice.number},
    }
    to = () if email is None else (email,)
    work.announce(
        Notice("invoice.issued", invoice.subscription, said, customer=invoice.customer, to=to)
    )


def find(work: Work, number: str) -> Invoice:
    """One invoice. Raises `NotFound`."""
    return decode_as(_row(work, number)[0], Invoice)


def find_pdf(work: Work, number: str) -> bytes:
    """One invoice as it was printed when it was made. Raises `NotFound`."""
    return bytes(_row(work, number)[1])


def listed(work: Work, subscription: str, after: str, size: int) -> list[InvoiceSummary]:
    """So many invoices of a subscription after a number."""
    rows = work.tx.rows(_LIST, space=work.space, subscription=subscription, after=after, size=size)
    return [decode_as(row[0], InvoiceSummary) for row in rows]


def _row(work: Work, number: str) -> tuple[Any, ...]:
    row = work.tx.row(_ONE, space=work.space, invoice=number)
    if row is None:
        raise NotFound(f"no invoice has the number `{number}`")
    return row


def check_known(work: Work, subscription: str) -> None:
    """Raises `NotFound` for a subscription that nobody has named yet."""
    if work.tx.row(_KNOWN, space=work.space, subscription=subscription) is None:
        raise NotFound(
            f"no subscription has the id `{subscription}`",
            "it is known from its first redemption or charge on",
        )


def check_email(email: str | None) -> None:
    """Raises `RequestError` for an address that no mail can be sent to."""
    if email is not None and not is_address(email):
        message = f"`{email}` is no address of email such as `hello@acme.example`"
        raise RequestError(Flaw("/email", message))


def check_order(start: Instant | None, end: Instant | None) -> None:
    """Raises `RequestError` where a stretch ends before it starts."""
    if start is not None and end is not None and start >= end:
        raise RequestError(Flaw("/to", "`to` is not after `from`"))


def instant_text(instant: Instant | None) -> str | None:
    """An instant as answers show it."""
    return None if instant is None else format_instant(instant)
