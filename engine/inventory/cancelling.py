"""Cancelling codes that nobody activated. It gives no money back."""

from __future__ import annotations

from engine.inventory.acting import Action
from engine.inventory.changing_codes import announce, change_code
from engine.inventory.code_rows import InventoryCode
from engine.inventory.extending import Because
from engine.inventory.lines import CodeLine, DoneLine
from engine.inventory.standing import check_free
from engine.service.work import Work


class CancelLine(CodeLine, frozen=True, kw_only=True):
    """Cancel codes for good; `because` says why. No money is given back."""

    because: Because


def _cancel(work: Work, row: InventoryCode, line: CancelLine) -> DoneLine:
    check_free(work, row, "cancelled")
    after = change_code(work, row, "cancelled", {"cancelled": work.now}, because=line.because)
    announce(work, "code.cancelled", after, because=line.because)
    return DoneLine(line=0, code=row.spelling, outcome="done")


CANCEL = Action("cancel", CancelLine, _cancel)
