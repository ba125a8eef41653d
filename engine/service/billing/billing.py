"""What is charged, discounted and taken back: the ledger, bills, and numbered invoices."""

from __future__ import annotations

from typing import Any

from engine.decisions.decoding import plain
from engine.service.billing import invoicing, ledger_rows
from engine.service.billing.bills import Bill, Invoice, Invoices, Ledger
from engine.service.billing.invoicing import check_known, check_order, instant_text
from engine.service.caller import Caller
from engine.service.cursors import read_cursor, write_cursor
from engine.service.moments import read_moment
from engine.service.office import Office
from engine.service.work import Work

Body = bytes | str | dict[str, Any]


class Billing:
    """The use cases of billing."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def ledger(self, subscription: str, cursor: str | None, limit: int, caller: Caller) -> Ledger:
        """The entries of a subscription in order, a part at a time. Raises `NotFound`."""
        after = ledger_rows.START if cursor is None else read_cursor(cursor, ledger_rows.Place)

        def read(work: Work) -> Ledger:
            check_known(work, subscription)
            rows = ledger_rows.page(work, subscription, after, limit + 1)
            shown, more = rows[:limit], len(rows) > limit
            following = write_cursor(shown[-1].place) if more else None
            return Ledger(subscription, tuple(map(ledger_rows.entry, shown)), following)

        return self.office.read(read, caller)

    def bill(self, subscription: str, start: str | None, end: str | None, caller: Caller) -> Bill:
        """The entries of a stretch of time and their sums. Raises `RequestError`, `NotFound`."""
        first = None if start is None else read_moment(start, "/from")
        last = None if end is None else read_moment(end, "/to")
        check_order(first, last)

        def read(work: Work) -> Bill:
            check_known(work, subscription)
            rows = ledger_rows.stretch(work, subscription, first, last)
            entries = tuple(map(ledger_rows.entry, rows))
            return Bill(
                subscription,
                instant_text(first),
                instant_text(last),
                entries,
                ledger_rows.totals(rows),
            )

        return self.office.read(read, caller)

    def invoice(self, subscription: str, body: Body, caller: Caller) -> Invoice:
        """Put what no invoice has of a stretch on a new one, with the next number.

        Raises `RequestError`, `NotFound`, and `Conflict` where nothing is left to invoice.
        """
        value = plain(body)
        request = ["invoice", subscription, value]
        return self.office.answer(
            lambda work: invoicing.make(work, subscription, value), caller, request, (Invoice,)
        )

    def invoices(
        self, subscription: str, cursor: str | None, limit: int, caller: Caller
    ) -> Invoices:
        """The invoices of a subscription in order, a part at a time. Raises `NotFound`."""
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def read(work: Work) -> Invoices:
            check_known(work, subscription)
            found = invoicing.listed(work, subscription, after, limit + 1)
            shown, more = tuple(found[:limit]), len(found) > limit
            following = write_cursor((shown[-1].number,)) if more else None
            return Invoices(subscription, shown, following)

        return self.office.read(read, caller)

    def find_invoice(self, number: str, caller: Caller) -> Invoice:
        """One invoice. Raises `NotFound`."""
        return self.office.read(lambda work: invoicing.find(work, number), caller)

    def invoice_pdf(self, number: str, caller: Caller) -> bytes:
        """One invoice as it was printed when it was made. Raises `NotFound`."""
        return self.office.read(lambda work: invoicing.find_pdf(work, number), caller)
