"""Approving activations, where the space asks for other people to agree; and declining them."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, update

from engine.inventory.acting import Action
from engine.inventory.activating import FORGET, ActivateLine, perform, waits
from engine.inventory.code_rows import InventoryCode
from engine.inventory.lines import CodeLine, DoneLine
from engine.inventory.standing import WaitingRow, check_usable, waiting
from engine.service.errors import Conflict
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import ACTIVATIONS

_AGREE = Statement(
    update(ACTIVATIONS)
    .where(ACTIVATIONS.c.space == bindparam("in_space"), ACTIVATIONS.c.code == bindparam("of_code"))
    .values(approvals=bindparam("agreed"))
)


class ApproveLine(CodeLine, frozen=True, kw_only=True):
    """Agree to the activation of codes, as another person than who asked for it."""


class DeclineLine(CodeLine, frozen=True, kw_only=True):
    """Decline the activation of codes, or take back what one asked for oneself."""

    because: str | None = None


def _approve(work: Work, row: InventoryCode, _: ApproveLine) -> DoneLine:
    asked, who = _the_waiting(work, row), work.caller.who
    check_usable(work, row, "activated")
    if who == asked.who:
        raise Conflict(f"`{who}` asked for it", "another person must agree")
    agreed = tuple(dict.fromkeys((*asked.agreed, who)))
    missing = work.book.space.activations - len(agreed)
    if missing > 0:
        return _agree(work, row, asked, agreed, missing)
    line = msgspec.json.decode(asked.request, type=ActivateLine)
    done = perform(work, row, line, approved=True)
    if done.outcome == "done":
        work.tx.run(FORGET, space=work.space, code=row.code)
        work.note("approved", row.spelling, _said(asked), {"agreed": agreed}, asked.account)
    return done


def _agree(
    work: Work, row: InventoryCode, asked: WaitingRow, agreed: tuple[str, ...], missing: int
) -> DoneLine:
    """Keep that one more person agrees, where others have yet to."""
    if agreed != asked.agreed:
        text = msgspec.json.encode(agreed).decode()
        work.tx.run(_AGREE, in_space=work.space, of_code=row.code, agreed=text)
        work.note("agreed", row.spelling, _said(asked), {"agreed": agreed}, asked.account)
    return waits(row, asked.account, missing)


def _decline(work: Work, row: InventoryCode, line: DeclineLine) -> DoneLine:
    asked = _the_waiting(work, row)
    work.tx.run(FORGET, space=work.space, code=row.code)
    after = None if line.because is None else {"because": line.because}
    work.note("declined", row.spelling, _said(asked), after, asked.account)
    return DoneLine(line=0, code=row.spelling, outcome="done")


def _the_waiting(work: Work, row: InventoryCode) -> WaitingRow:
    found = waiting(work, row)
    if found is None:
        raise Conflict(f"`{row.spelling}` waits for nobody's approval", "ask for its activation")
    return found


def _said(asked: WaitingRow) -> object:
    return {"account": asked.account, "who": asked.who, "agreed": asked.agreed}


APPROVE = Action("approve", ApproveLine, _approve, alone=True)
DECLINE = Action("decline", DeclineLine, _decline)
