"""The rows of purchases, and of the codes that were bought."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, select

from engine.calendar import Instant
from engine.money import amount_text
from engine.service.codes.batches import Batch, the_batch
from engine.service.codes.code_state import end_of
from engine.service.errors import NotFound
from engine.service.work import Work
from engine.store.database import Row
from engine.store.statements import Statement, insertion
from engine.store.tables import CODES, PURCHASES

_COLUMNS = tuple(each for each in PURCHASES.c if each is not PURCHASES.c.space)
_ADD = insertion(PURCHASES)
_ONE = Statement(
    select(*_COLUMNS).where(
        PURCHASES.c.space == bindparam("space"), PURCHASES.c.purchase == bindparam("purchase")
    )
)
_CODES = Statement(
    select(
        CODES.c.code,
        CODES.c.spelling,
        CODES.c.coupon,
        CODES.c.batch,
        CODES.c.issued,
        CODES.c.expires,
        CODES.c.cancelled,
        CODES.c.replaced_by,
    )
    .where(
        CODES.c.space == bindparam("space"),
        CODES.c.purchase == bindparam("purchase"),
        # What came in exchange for a code was not bought.
        CODES.c.replaces.is_(None),
        CODES.c.code > bindparam("after"),
    )
    .order_by(CODES.c.code)
    .limit(bindparam("size"))
)


class SaidTier(msgspec.Struct, frozen=True):
    """A tier of the volume: from how many codes on which share is taken off, such as `5%`."""

    start: int = msgspec.field(name="from")
    off: str


class KeptLine(msgspec.Struct, frozen=True):
    """A line as it was bought; amounts are in the currency of the purchase.

    `listed` is the price of one code before the tier, which a quote has none of; `resale` is what
    the partner sells it on at by its markup.
    """

    coupon: str
    title: str
    count: int
    batch: str
    listed: str
    quoted: bool
    tier: SaidTier | None
    unit: str
    total: str
    resale: str | None


class Content(msgspec.Struct, frozen=True):
    """What a row keeps as JSON."""

    lines: tuple[KeptLine, ...]
    project: str | None = None
    note: str | None = None


_CONTENT = msgspec.json.Decoder(Content)


class PurchaseRow(NamedTuple):
    """A purchase; its total is in minor units."""

    purchase: str
    partner: str | None
    client: str | None
    customer: str | None
    email: str | None
    at: Instant
    currency: str
    total: int
    content: Content
    who: str

    @property
    def total_text(self) -> str:
        """The total as amounts are written."""
        return amount_text(self.total, self.currency)


class BoughtCode(NamedTuple):
    """A code that was bought, when its life is over, and whether it was taken back.

    One that was exchanged is cancelled, and `replaced_by` is what came for it.
    """

    code: str
    spelling: str
    coupon: str
    batch: str
    expires: Instant | None
    cancelled: Instant | None = None
    replaced_by: str | None = None


def add_purchase(work: Work, row: PurchaseRow) -> None:
    """Write a purchase down."""
    said: dict[str, Any] = {**row._asdict(), "content": msgspec.json.encode(row.content).decode()}
    work.tx.run(_ADD, space=work.space, **said)


def the_purchase(work: Work, number: str) -> PurchaseRow:
    """A purchase, which a partner sees only where it is its own. Raises `NotFound`."""
    row = work.tx.row(_ONE, space=work.space, purchase=number)
    found = None if row is None else read_row(row)
    if found is None or work.caller.partner not in (None, found.partner):
        raise NotFound(f"no purchase has the number `{number}`", "check its spelling")
    return found


def read_row(row: Row) -> PurchaseRow:
    """A purchase as the store has it."""
    said = dict(zip((each.name for each in _COLUMNS), row, strict=True))
    return PurchaseRow(**{**said, "content": _CONTENT.decode(said["content"])})


def batches_of(work: Work, row: PurchaseRow) -> list[Batch]:
    """The batches of a purchase, one for each line."""
    return [the_batch(work, line.batch) for line in row.content.lines]


def page_of_purchases(work: Work, said: dict[str, str], after: str, size: int) -> list[PurchaseRow]:
    """So many purchases after one, filtered by some columns."""
    wanted = {f"of_{name}": value for name, value in said.items()}
    rows = work.tx.rows(_wanted(*said), space=work.space, after=after, size=size, **wanted)
    return [read_row(row) for row in rows]


def page_of_codes(work: Work, number: str, after: str, size: int) -> list[BoughtCode]:
    """So many codes of a purchase after one, in their order."""
    rows = work.tx.rows(_CODES, space=work.space, purchase=number, after=after, size=size)
    return [
        BoughtCode(code, spelling, coupon, batch, end_of(work, coupon, issued, expires), *fate)
        for code, spelling, coupon, batch, issued, expires, *fate in rows
    ]


@cache
def _wanted(*names: str) -> Statement:
    where = [PURCHASES.c[name] == bindparam(f"of_{name}") for name in names]
    return Statement(
        select(*_COLUMNS)
        .where(
            PURCHASES.c.space == bindparam("space"),
            PURCHASES.c.purchase > bindparam("after"),
            *where,
        )
        .order_by(PURCHASES.c.purchase)
        .limit(bindparam("size"))
    )
