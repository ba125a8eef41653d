"""Telling who bought codes that they are there."""

from __future__ import annotations

from typing import Any

from engine.calendar import format_instant
from engine.inventory.purchase_rows import BoughtCode, PurchaseRow, page_of_codes
from engine.service.notices import Notice
from engine.service.work import Work

MOST_TOLD = 1000
"""So many codes a mail says; the receipt has all of them."""


def deliver(work: Work, row: PurchaseRow) -> None:
    """Announce the codes of a purchase, with its receipt, to the buyer."""
    codes = page_of_codes(work, row.purchase, "", MOST_TOLD)
    address = _address(work, row)
    work.announce(
        Notice(
            "codes.delivered",
            row.purchase,
            _data(row, codes),
            row.partner,
            row.customer,
            () if address is None else (address,),
        )
    )


def _address(work: Work, row: PurchaseRow) -> str | None:
    """Where the buyer is written to: as the purchase says, else as the partner's document does."""
    partner = work.book.partners.get(row.partner or "")
    return row.email or (None if partner is None else partner.contact.email)


def _data(row: PurchaseRow, codes: list[BoughtCode]) -> dict[str, Any]:
    ends = [each.expires for each in codes if each.expires is not None]
    lines = row.content.lines
    return {
        "purchase": row.purchase,
        "partner": row.partner,
        "customer": row.customer,
        "client": row.client,
        "count": sum(each.count for each in lines),
        "currency": row.currency,
        "total": row.total_text,
        "expires": format_instant(min(ends)) if ends else None,
        "lines": [
            {"coupon": e.coupon, "title": e.title, "count": e.count, "unit": e.unit} for e in lines
        ],
        "codes": [
            {
                "code": each.spelling,
                "coupon": each.coupon,
                "expires": None if each.expires is None else format_instant(each.expires),
            }
            for each in codes
        ],
        "attach": {"receipt": row.purchase},
    }
