"""Codes of the inventory: pre-paid ones, and those that somebody bought or has.

Whoever asks for a partner finds its own only; another's is not told from none at all.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, bindparam, or_, select

from engine.calendar import Instant
from engine.language.vocabulary import Fold
from engine.service.codes.code_state import end_of
from engine.service.codes.specifications import NOTHING
from engine.service.errors import NotFound
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import CODES

COLUMNS = (
    CODES.c.code,
    CODES.c.spelling,
    CODES.c.coupon,
    CODES.c.active,
    CODES.c.issued,
    CODES.c.customer,
    CODES.c.batch,
    CODES.c.expires,
    CODES.c.window,
    CODES.c.grants,
    CODES.c.spec,
    CODES.c.cancelled,
    CODES.c.partner,
    CODES.c.purchase,
    CODES.c.client,
    CODES.c.project,
    CODES.c.assigned,
    CODES.c.reference,
    CODES.c.planned,
    CODES.c.notes,
    CODES.c.replaces,
    CODES.c.replaced_by,
)
"""What an `InventoryCode` is made of."""


class Note(msgspec.Struct, frozen=True):
    """What somebody noted on a code."""

    at: str
    who: str
    text: str


_NOTES = msgspec.json.Decoder(tuple[Note, ...])


class InventoryCode(NamedTuple):
    """The row of a code."""

    code: str
    spelling: str
    coupon: str
    active: bool
    issued: Instant
    customer: str | None
    batch: str | None
    expires: Instant | None
    window: str | None
    grants: str | None
    spec: int | None
    cancelled: Instant | None
    partner: str | None
    purchase: str | None
    client: str | None
    project: str | None
    assigned: Instant | None
    reference: str | None
    planned: Instant | None
    notes: str | None
    replaces: str | None
    replaced_by: str | None

    @property
    def noted(self) -> tuple[Note, ...]:
        """What was noted on it, in order."""
        return () if self.notes is None else _NOTES.decode(self.notes)

    def ends(self, work: Work) -> Instant | None:
        """When its life is over."""
        return end_of(work, self.coupon, self.issued, self.expires)


def in_inventory() -> ColumnElement[bool]:
    """Whether a code is in somebody's inventory, or would grant a subscription."""
    return or_(
        CODES.c.grants != NOTHING,
        CODES.c.partner.is_not(None),
        CODES.c.purchase.is_not(None),
        CODES.c.client.is_not(None),
    )


_ONE = select(*COLUMNS).where(
    CODES.c.space == bindparam("space"), CODES.c.code == bindparam("code"), in_inventory()
)
_ANY = Statement(_ONE)
_OWN = Statement(_ONE.where(CODES.c.partner == bindparam("partner")))


def find_code(work: Work, text: str) -> InventoryCode | None:
    """The code that a text is, as it is written or as its format reads it."""
    own = {} if work.caller.partner is None else {"partner": work.caller.partner}
    statement = _OWN if own else _ANY
    for code in (Fold.CODE.apply(text), *work.spellings.others(text)):
        row = work.tx.row(statement, space=work.space, code=code, **own)
        if row is not None:
            return InventoryCode(*row)
    return None


def the_code(work: Work, text: str) -> InventoryCode:
    """The code that a text is. Raises `NotFound`."""
    found = find_code(work, text)
    if found is None:
        raise NotFound(f"no code `{text}` is in the inventory", "check its spelling")
    return found
