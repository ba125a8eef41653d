"""What happened to a code, as the journal has it."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import bindparam, or_, select

from engine.calendar import format_instant, parse_instant
from engine.inventory.code_rows import InventoryCode
from engine.inventory.days import day_text
from engine.service.clients import client_name
from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import BATCHES, JOURNAL, REDEMPTIONS

_OF_CODE = Statement(
    select(JOURNAL.c.recorded, JOURNAL.c.who, JOURNAL.c.what, JOURNAL.c.payload)
    .where(
        JOURNAL.c.space == bindparam("space"),
        or_(
            JOURNAL.c.subject == bindparam("spelling"),
            JOURNAL.c.subject.in_(
                select(REDEMPTIONS.c.redemption).where(
                    REDEMPTIONS.c.space == bindparam("space"),
                    REDEMPTIONS.c.code == bindparam("code"),
                )
            ),
        ),
    )
    .order_by(JOURNAL.c.seq)
)
_BATCH = Statement(select(BATCHES.c.who).filter_by(**binds("space", "batch")))


class Happened(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that happened to a code: when, who did it, what, and the state before and after.

    What belongs to a person is left out once it was erased.
    """

    at: str
    who: str | None
    what: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


def history_of(work: Work, row: InventoryCode) -> tuple[Happened, ...]:
    """What happened to a code, the first first."""
    rows = work.tx.rows(_OF_CODE, space=work.space, spelling=row.spelling, code=row.code)
    found = (_happened(work, *each) for each in rows)
    return (_issued(work, row), *found)


def _issued(work: Work, row: InventoryCode) -> Happened:
    batch = work.tx.row(_BATCH, space=work.space, batch=row.batch or "")
    after = {"coupon": row.coupon, "batch": row.batch, "purchase": row.purchase}
    said = {name: value for name, value in after.items() if value is not None}
    who = None if batch is None else batch[0]
    return Happened(format_instant(row.issued), who, "issued", after=said)


def _happened(work: Work, recorded: int, who: str, what: str, payload: str | None) -> Happened:
    said = {} if payload is None else msgspec.json.decode(payload)
    before, after = (_told(work, said.get(name)) for name in ("before", "after"))
    return Happened(format_instant(recorded), who, what, before, after)


def _told(work: Work, said: Any) -> dict[str, Any] | None:  # noqa: ANN401 - as the journal has it
    """A state, with clients under the names that they have for who asks, and plans as days."""
    if not isinstance(said, dict):
        return None
    told = {**said}
    if isinstance(said.get("client"), str):
        told["client"] = client_name(work, said["client"])
    if isinstance(said.get("planned"), str):
        told["planned"] = day_text(work, parse_instant(said["planned"]))
    return told
