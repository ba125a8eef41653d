"""What stands against doing something to a code."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlalchemy import select

from engine.calendar import format_instant
from engine.inventory.code_rows import InventoryCode
from engine.service.codes.code_state import used
from engine.service.errors import Conflict
from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import ACTIVATIONS

_WAITING = Statement(
    select(
        ACTIVATIONS.c.code,
        ACTIVATIONS.c.account,
        ACTIVATIONS.c.request,
        ACTIVATIONS.c.who,
        ACTIVATIONS.c.asked,
        ACTIVATIONS.c.approvals,
    ).filter_by(**binds("space", "code"))
)


class WaitingRow(NamedTuple):
    """An activation that waits for other people: who asked for it, and who agreed."""

    code: str
    account: str
    request: str
    who: str
    asked: int
    approvals: str

    @property
    def agreed(self) -> tuple[str, ...]:
        """Who agreed, in order."""
        return msgspec.json.decode(self.approvals, type=tuple[str, ...])


def waiting(work: Work, row: InventoryCode) -> WaitingRow | None:
    """What waits for the approval of other people of a code."""
    found = work.tx.row(_WAITING, space=work.space, code=row.code)
    return None if found is None else WaitingRow(*found)


def check_usable(work: Work, row: InventoryCode, what: str) -> None:
    """Raise `Conflict` where a code was activated or cancelled; `what` can't be done then."""
    if row.cancelled is not None:
        came = f": `{row.replaced_by}` came for it" if row.replaced_by is not None else ""
        moment = format_instant(row.cancelled)
        raise Conflict(f"`{row.spelling}` was cancelled at {moment}{came}", "take another code")
    if used(work, row.code).redeemed:
        raise Conflict(
            f"`{row.spelling}` was activated: it can't be {what} any more",
            "what is activated stays with its account; take another code",
        )


def check_free(work: Work, row: InventoryCode, what: str) -> None:
    """The same, and where somebody holds the code, or waits for approval to activate it."""
    check_usable(work, row, what)
    asked = waiting(work, row)
    if asked is not None:
        raise Conflict(
            f"`{row.spelling}` waits for approval to be activated on `{asked.account}`",
            "decline that first",
        )
    if used(work, row.code).held:
        raise Conflict(f"`{row.spelling}` is held for a checkout", "release the hold first")


def check_alive(work: Work, row: InventoryCode) -> None:
    """Raise `Conflict` where the life of a code is over."""
    end = row.ends(work)
    if end is not None and end <= work.now:
        raise Conflict(
            f"`{row.spelling}` expired at {format_instant(end)}",
            "extend it, or exchange it for another",
        )
