"""What is said of purchases, in the shapes of JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from engine.calendar import format_instant
from engine.inventory.purchase_rows import BoughtCode, KeptLine, PurchaseRow, SaidTier, batches_of
from engine.service.clients import client_name
from engine.service.codes.batches import Batch
from engine.service.work import Work


class PurchasedLine(msgspec.Struct, frozen=True):
    """So many codes of a coupon, of which `issued` have come to be, in a batch of their own.

    `unit` is what one costs: `listed`, the price of the list or a quote, less the tier. `resale`
    is what the partner sells one on at. `grants` is what each was issued with, in the words of a
    document; null where they give a discount.
    """

    coupon: str
    title: str
    count: int
    issued: int
    batch: str
    listed: str
    quoted: bool
    tier: SaidTier | None
    unit: str
    total: str
    resale: str | None
    grants: dict[str, Any] | None


class PurchasedCode(msgspec.Struct, frozen=True):
    """A code that was bought, and until when it can be activated."""

    code: str
    coupon: str
    batch: str
    expires: str | None


class Purchase(msgspec.Struct, frozen=True):
    """A purchase that has `issued` of the `wanted` codes by now; all amounts in its currency."""

    purchase: str
    at: str
    partner: str | None
    customer: str | None
    client: str | None
    project: str | None
    email: str | None
    note: str | None
    currency: str
    total: str
    wanted: int
    issued: int
    lines: tuple[PurchasedLine, ...]
    author: str

    @property
    def is_whole(self) -> bool:
        """Whether it has all its codes."""
        return self.issued >= self.wanted


class Bought(Purchase, frozen=True):
    """A purchase, and the codes that this request issued."""

    codes: tuple[PurchasedCode, ...]


class ShownPurchase(Purchase, frozen=True):
    """A purchase, and its codes in their order, until `next`."""

    codes: tuple[PurchasedCode, ...]
    next: str | None


class Purchases(msgspec.Struct, frozen=True):
    """Purchases, the first one first, until `next`."""

    purchases: tuple[Purchase, ...]
    next: str | None


def said_of(work: Work, row: PurchaseRow) -> dict[str, Any]:
    """The fields of a purchase as it is now."""
    batches = batches_of(work, row)
    return {
        "purchase": row.purchase,
        "at": format_instant(row.at),
        "partner": row.partner,
        "customer": row.customer,
        "client": client_name(work, row.client),
        "project": row.content.project,
        "email": row.email,
        "note": row.content.note,
        "currency": row.currency,
        "total": row.total_text,
        "wanted": sum(each.wanted for each in batches),
        "issued": sum(each.issued for each in batches),
        "lines": tuple(map(_line, row.content.lines, batches)),
        "author": row.who,
    }


def said_codes(codes: Sequence[BoughtCode]) -> tuple[PurchasedCode, ...]:
    """Codes as they are answered."""
    return tuple(
        PurchasedCode(
            each.spelling,
            each.coupon,
            each.batch,
            None if each.expires is None else format_instant(each.expires),
        )
        for each in codes
    )


def _line(line: KeptLine, batch: Batch) -> PurchasedLine:
    grants = None if batch.grants is None else msgspec.json.decode(batch.grants)
    said = msgspec.structs.asdict(line)
    return PurchasedLine(**said, issued=batch.issued, grants=grants)
