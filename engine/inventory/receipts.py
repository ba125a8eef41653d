"""Receipts: what was bought at which prices, and every code of it as it is now."""

from __future__ import annotations

from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, exists, select

from engine.calendar import zone
from engine.inventory.in_words import in_words
from engine.inventory.purchase_rows import (
    BoughtCode,
    PurchaseRow,
    batches_of,
    page_of_codes,
    the_purchase,
)
from engine.service.caller import Caller
from engine.service.codes.batches import Batch
from engine.service.codes.specifications import read_grants
from engine.service.office import Office
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import CODES, JOURNAL

MOST = 10_000
"""So many codes a receipt lists; those of a larger purchase are exported by batch."""
_EXTENDED = Statement(
    select(CODES.c.spelling).where(
        CODES.c.space == bindparam("space"),
        CODES.c.purchase == bindparam("purchase"),
        exists().where(
            JOURNAL.c.space == CODES.c.space,
            JOURNAL.c.subject == CODES.c.spelling,
            JOURNAL.c.what == "extended",
        ),
    )
)


class Receipt(NamedTuple):
    """What a receipt says; `words` are what the codes of each line are for.

    `codes` are None where they are too many for paper; the ends of those that are `extended` were
    moved after they were issued.
    """

    row: PurchaseRow
    space: str
    buyer: str
    zone: ZoneInfo
    batches: list[Batch]
    words: list[tuple[str, ...]]
    codes: list[BoughtCode] | None
    extended: frozenset[str]


class Receipts:
    """The use case of receipts."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def pdf(self, number: str, caller: Caller) -> bytes:
        """The receipt of a purchase, the same bytes as long as nothing of it changes.

        Raises `NotFound`; a partner has those of its own purchases.
        """
        return _printed(self._office.read(lambda work: _read(work, number), caller))


def receipt_pdf(work: Work, number: str) -> bytes:
    """The receipt of a purchase, to be sent with its codes. Raises `NotFound`."""
    return _printed(_read(work, number))


def _printed(receipt: Receipt) -> bytes:
    # Loaded only where something is printed.
    from engine.inventory.receipt_paper import render

    return render(receipt)


def _read(work: Work, number: str) -> Receipt:
    row = the_purchase(work, number)
    batches = batches_of(work, row)
    partner = work.book.partners.get(row.partner or "")
    buyer = row.customer or row.partner or ""
    codes = page_of_codes(work, number, "", MOST + 1)
    return Receipt(
        row,
        work.space,
        buyer if partner is None else f"{partner.title} ({buyer})",
        work.book.space.zone or zone("UTC"),
        batches,
        [_words(work, each) for each in batches],
        None if codes[MOST:] else codes,
        frozenset() if codes[MOST:] else _extended(work, number),
    )


def _extended(work: Work, number: str) -> frozenset[str]:
    rows = work.tx.rows(_EXTENDED, space=work.space, purchase=number)
    return frozenset(spelling for (spelling,) in rows)


def _words(work: Work, batch: Batch) -> tuple[str, ...]:
    """What each code of a batch was issued with, in words."""
    sets = work.book.spellings.feature_sets
    grants = None if batch.grants is None else read_grants(batch.grants, sets)
    return in_words(work.book.coupons[batch.coupon].ready.policy, grants)
