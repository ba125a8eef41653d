"""A receipt on paper."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from engine.inventory.purchase_rows import BoughtCode, KeptLine, PurchaseRow
from engine.inventory.receipts import MOST, Receipt
from engine.paper.letters import FONT, MONO
from engine.paper.pages import paper
from engine.paper.rows import Cells
from engine.paper.styles import AMOUNT, HEAD, HEAD_AMOUNT, INSIDE, TITLE, said
from engine.paper.tables import ruled
from engine.paper.values import day, minute

_LINES = (82 * mm, 18 * mm, 32 * mm, 38 * mm)
_CODES = (62 * mm, 46 * mm, 62 * mm)
_NO_REFUND = (
    "Codes are not refunded for money, used or not. A code that has not been activated may be "
    "exchanged for another subscription or extended, for a fee that may be zero."
)
_UNLISTED = (
    "This purchase has more than {most} codes, which are delivered as a file: "
    "`coupon codes export --batch {batch}` writes them."
)


def render(receipt: Receipt) -> bytes:
    """The PDF of a receipt."""
    return paper(f"Receipt {receipt.row.purchase}", receipt.space, _parts(receipt))


def _parts(receipt: Receipt) -> Iterator[Flowable]:
    row = receipt.row
    yield said(f"Receipt {row.purchase}", TITLE)
    for name, value in _particulars(receipt):
        yield said(f"{name}: {value}")
    yield Spacer(1, 8 * mm)
    yield _lines(row)
    yield Spacer(1, 3 * mm)
    yield _total(row)
    yield Spacer(1, 4 * mm)
    yield said(_NO_REFUND, INSIDE)
    for index, line in enumerate(row.content.lines):
        yield from _codes(receipt, index, line)


def _particulars(receipt: Receipt) -> Iterator[tuple[str, str]]:
    row = receipt.row
    yield "Seller", receipt.space
    yield "Date", day(row.at, receipt.zone)
    yield "Buyer", receipt.buyer
    if row.email is not None:
        yield "Email", row.email
    if row.client is not None:
        yield "For", " / ".join(filter(None, (row.client, row.content.project)))
    if row.content.note is not None:
        yield "Note", row.content.note


def _lines(row: PurchaseRow) -> Table:
    rows = [
        [
            said("Codes", HEAD),
            said("Count", HEAD_AMOUNT),
            said("Price of one", HEAD_AMOUNT),
            said("Total", HEAD_AMOUNT),
        ]
    ]
    for line in row.content.lines:
        figures = (str(line.count), f"{line.unit} {row.currency}", f"{line.total} {row.currency}")
        rows.append([said(_about(line, row)), *(said(each, AMOUNT) for each in figures)])
    return ruled(rows, _LINES)


def _about(line: KeptLine, row: PurchaseRow) -> str:
    """A line, and how its price came to be."""
    if line.quoted:
        return f"{line.title}, at a quote"
    if line.tier is None:
        return line.title
    listed = f"{line.listed} {row.currency}"
    off = f"less {line.tier.off} from {line.tier.start} codes on in the whole purchase"
    return f"{line.title}: {listed} {off}"


def _total(row: PurchaseRow) -> Table:
    figures = [said("Total", HEAD), said(f"{row.total_text} {row.currency}", HEAD_AMOUNT)]
    return Table([figures], colWidths=(sum(_LINES[:2]), sum(_LINES[2:])))


def _codes(receipt: Receipt, index: int, line: KeptLine) -> Iterator[Flowable]:
    batch = receipt.batches[index]
    yield Spacer(1, 7 * mm)
    yield said(f"{batch.issued} of {line.count} codes: {line.title}", HEAD)
    for each in receipt.words[index]:
        yield said(each, INSIDE)
    if receipt.codes is None:
        yield said(_UNLISTED.format(most=MOST, batch=batch.batch))
        return
    rows = [
        (each.spelling, line.title, _until(each, receipt))
        for each in receipt.codes
        if each.batch == batch.batch
    ]
    yield Spacer(1, 2 * mm)
    yield Cells(("Code", "For", "Valid until"), rows, _CODES, (MONO, FONT, FONT))


def _until(code: BoughtCode, receipt: Receipt) -> str:
    """Until when a code is valid, or why it is not."""
    if code.replaced_by is not None:
        return f"exchanged for {code.replaced_by}"
    if code.cancelled is not None:
        return "cancelled"
    if code.expires is None:
        return "no end of its own"
    until = minute(code.expires, receipt.zone)
    return f"{until}, extended" if code.spelling in receipt.extended else until
