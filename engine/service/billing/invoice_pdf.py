"""An invoice on paper: A4, as many pages as it needs, the same bytes for the same invoice.

Text is set in Bitstream Vera, which reportlab brings: it has the letters of Western European
languages. A character that it lacks is shown by its number, such as `[U+4E2D]`, never left out.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from reportlab.lib.colors import Color
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from engine.calendar import local_time, parse_instant
from engine.decisions.answers import DiscountLine, Total
from engine.service.billing.bills import Invoice, LedgerEntry

_FONT, _BOLD = "Vera", "VeraBd"
_FAINT = Color(0.45, 0.45, 0.45)
_MARGIN = 20 * mm
_COLUMNS = (24 * mm, 98 * mm, 48 * mm)
_WORDS = {"charge": "", "correction": "Correction of", "reversal": "Reversal of"}

_REGULAR = TTFont(_FONT, f"{_FONT}.ttf")
registerFont(_REGULAR)
registerFont(TTFont(_BOLD, f"{_BOLD}.ttf"))
registerFontFamily(_FONT, normal=_FONT, bold=_BOLD, italic=_FONT, boldItalic=_BOLD)

_TEXT = ParagraphStyle("text", fontName=_FONT, fontSize=9, leading=12, splitLongWords=True)
_INSIDE = ParagraphStyle("inside", parent=_TEXT, leftIndent=4 * mm, textColor=_FAINT)
_AMOUNT = ParagraphStyle("amount", parent=_TEXT, alignment=TA_RIGHT)
_HEAD = ParagraphStyle("head", parent=_TEXT, fontName=_BOLD)
_HEAD_AMOUNT = ParagraphStyle("head amount", parent=_AMOUNT, fontName=_BOLD)
_TITLE = ParagraphStyle("title", parent=_TEXT, fontName=_BOLD, fontSize=18, leading=26)


def render(invoice: Invoice, zone: ZoneInfo) -> bytes:
    """The PDF of an invoice; days are those of a zone."""
    target = BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        title=_shown(f"Invoice {invoice.number}"),
        author=_shown(invoice.space),
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN + 8 * mm,
        invariant=1,
    )
    document.build(list(_parts(invoice, zone)), canvasmaker=_numbered(invoice))
    return target.getvalue()


def _parts(invoice: Invoice, zone: ZoneInfo) -> Iterator[Flowable]:
    yield _said(f"Invoice {invoice.number}", _TITLE)
    for name, value in _particulars(invoice, zone):
        yield _said(f"{name}: {value}")
    yield Spacer(1, 8 * mm)
    yield _entries(invoice, zone)
    yield Spacer(1, 6 * mm)
    yield _totals(invoice.totals)
    yield Spacer(1, 6 * mm)
    yield _said("Amounts are as charged; no tax is computed here.", _INSIDE)


def _particulars(invoice: Invoice, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    yield "Issued by", invoice.space
    yield "Issued", _day(invoice.issued, zone)
    if invoice.customer is not None:
        yield "Customer", invoice.customer
    yield "Subscription", invoice.subscription
    if invoice.start is not None:
        yield "From", _moment(invoice.start, zone)
    if invoice.end is not None:
        yield "Until before", _moment(invoice.end, zone)


def _entries(invoice: Invoice, zone: ZoneInfo) -> Table:
    head = [_said("Date", _HEAD), _said("Charge", _HEAD), _said("Amount", _HEAD_AMOUNT)]
    rows: list[list[Flowable]] = [[*head]]
    for entry in invoice.entries:
        rows.append(_entry(entry, zone))
        rows += [_discount(each, entry.currency) for each in entry.discounts]
    table = Table(rows, colWidths=_COLUMNS, repeatRows=1, splitInRow=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.7, _FAINT),
                ("LINEBELOW", (0, -1), (-1, -1), 0.7, _FAINT),
                ("TOPPADDING", (0, 1), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 1), (-1, -1), 2),
            ]
        )
    )
    return table


def _entry(entry: LedgerEntry, zone: ZoneInfo) -> list[Flowable]:
    about = entry.charge if entry.corrects is None else f"{entry.corrects} ({entry.charge})"
    said = f"{_WORDS[entry.kind]} {about}".strip()
    amount = _said(f"{entry.gross} {entry.currency}", _AMOUNT)
    return [_said(_day(entry.at, zone)), _said(said), amount]


def _discount(line: DiscountLine, currency: str) -> list[Flowable]:
    label = f"{line.label} ({line.code})"
    return [_said(""), _said(label, _INSIDE), _said(f"{_taken(line.amount)} {currency}", _AMOUNT)]


def _taken(amount: str) -> str:
    """A discount as it changes the sum: what is taken off stands below zero."""
    return amount[1:] if amount.startswith("-") else f"-{amount}"


def _totals(totals: tuple[Total, ...]) -> Table:
    rows = []
    for total in totals:
        rows += [
            _total("Sum", total.gross, total.currency, _TEXT, _AMOUNT),
            _total("Discounts", _taken(total.discount), total.currency, _TEXT, _AMOUNT),
            _total("Total", total.net, total.currency, _HEAD, _HEAD_AMOUNT),
        ]
    return Table(rows, colWidths=_COLUMNS)


def _total(
    name: str, amount: str, currency: str, text: ParagraphStyle, figure: ParagraphStyle
) -> list[Flowable]:
    return [_said(""), _said(name, text), _said(f"{amount} {currency}", figure)]


def _said(text: str, style: ParagraphStyle = _TEXT) -> Paragraph:
    return Paragraph(html.escape(_shown(text), quote=False), style)


def _shown(text: str) -> str:
    """A text in which every character can be seen on paper."""
    known = _REGULAR.face.charToGlyph
    return "".join(
        each if ord(each) in known and each.isprintable() else f"[U+{ord(each):04X}]"
        for each in text
    )


def _day(instant: str, zone: ZoneInfo) -> str:
    return local_time(parse_instant(instant), zone).date().isoformat()


def _moment(instant: str, zone: ZoneInfo) -> str:
    local = local_time(parse_instant(instant), zone)
    return f"{local.isoformat(' ')} {zone.key}"


def _numbered(invoice: Invoice) -> type[Canvas]:
    """A canvas that knows at its end how many pages there are, and writes it on each."""

    class Numbered(Canvas):
        def __init__(self, *given: Any, **options: Any) -> None:  # noqa: ANN401 - reportlab's
            super().__init__(*given, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                self._foot(f"Invoice {invoice.number} · page {number} of {len(self._pages)}")
                super().showPage()
            super().save()

        def _foot(self, text: str) -> None:
            self.setFont(_FONT, 8)
            self.setFillColor(_FAINT)
            self.drawRightString(A4[0] - _MARGIN, 12 * mm, text)

    return Numbered
