"""An invoice on paper: A4, as many pages as it needs, the same bytes for the same invoice."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from engine.decisions.answers import DiscountLine, Total
from engine.paper.pages import paper
from engine.paper.styles import AMOUNT, HEAD, HEAD_AMOUNT, INSIDE, TEXT, TITLE, said
from engine.paper.tables import ruled
from engine.paper.values import day_of, moment_of
from engine.service.billing.bills import Invoice, LedgerEntry

_COLUMNS = (24 * mm, 98 * mm, 48 * mm)
_WORDS = {"charge": "", "correction": "Correction of", "reversal": "Reversal of"}


def render(invoice: Invoice, zone: ZoneInfo) -> bytes:
    """The PDF of an invoice; days are those of a zone."""
    return paper(f"Invoice {invoice.number}", invoice.space, _parts(invoice, zone))


def _parts(invoice: Invoice, zone: ZoneInfo) -> Iterator[Flowable]:
    yield said(f"Invoice {invoice.number}", TITLE)
    for name, value in _particulars(invoice, zone):
        yield said(f"{name}: {value}")
    yield Spacer(1, 8 * mm)
    yield _entries(invoice, zone)
    yield Spacer(1, 6 * mm)
    yield _totals(invoice.totals)
    yield Spacer(1, 6 * mm)
    yield said("Amounts are as charged; no tax is computed here.", INSIDE)


def _particulars(invoice: Invoice, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    yield "Issued by", invoice.space
    yield "Issued", day_of(invoice.issued, zone)
    if invoice.customer is not None:
        yield "Customer", invoice.customer
    yield "Subscription", invoice.subscription
    if invoice.start is not None:
        yield "From", moment_of(invoice.start, zone)
    if invoice.end is not None:
        yield "Until before", moment_of(invoice.end, zone)


def _entries(invoice: Invoice, zone: ZoneInfo) -> Table:
    head = [said("Date", HEAD), said("Charge", HEAD), said("Amount", HEAD_AMOUNT)]
    rows: list[list[Flowable]] = [[*head]]
    for entry in invoice.entries:
        rows.append(_entry(entry, zone))
        rows += [_discount(each, entry.currency) for each in entry.discounts]
    return ruled(rows, _COLUMNS)


def _entry(entry: LedgerEntry, zone: ZoneInfo) -> list[Flowable]:
    about = entry.charge if entry.corrects is None else f"{entry.corrects} ({entry.charge})"
    kind = f"{_WORDS[entry.kind]} {about}".strip()
    amount = said(f"{entry.gross} {entry.currency}", AMOUNT)
    return [said(day_of(entry.at, zone)), said(kind), amount]


def _discount(line: DiscountLine, currency: str) -> list[Flowable]:
    label = f"{line.label} ({line.code})"
    return [said(""), said(label, INSIDE), said(f"{_taken(line.amount)} {currency}", AMOUNT)]


def _taken(amount: str) -> str:
    """A discount as it changes the sum: what is taken off stands below zero."""
    return amount[1:] if amount.startswith("-") else f"-{amount}"


def _totals(totals: tuple[Total, ...]) -> Table:
    rows = []
    for total in totals:
        rows += [
            _total("Sum", total.gross, total.currency, TEXT, AMOUNT),
            _total("Discounts", _taken(total.discount), total.currency, TEXT, AMOUNT),
            _total("Total", total.net, total.currency, HEAD, HEAD_AMOUNT),
        ]
    return Table(rows, colWidths=_COLUMNS)


def _total(
    name: str, amount: str, currency: str, text: ParagraphStyle, figure: ParagraphStyle
) -> list[Flowable]:
    return [said(""), said(name, text), said(f"{amount} {currency}", figure)]
