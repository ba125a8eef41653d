"""What people write on codes: notes, references, and the day of their activation."""

from __future__ import annotations

from typing import Annotated

import msgspec

from engine.calendar import format_instant
from engine.inventory.acting import Action
from engine.inventory.assigning import Reference, warnings
from engine.inventory.changing_codes import change_code
from engine.inventory.code_rows import InventoryCode, Note
from engine.inventory.days import read_day
from engine.inventory.lines import CodeLine, DoneLine
from engine.inventory.reference_patterns import check_reference
from engine.inventory.standing import check_usable
from engine.service.errors import Conflict
from engine.service.work import Work

MOST_NOTES = 200
NoteText = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class NoteLine(CodeLine, frozen=True, kw_only=True):
    """Add a note to codes, whatever became of them."""

    text: NoteText


class ReferenceLine(CodeLine, frozen=True, kw_only=True):
    """Give codes a reference by hand, which must follow the pattern; without one, take it away."""

    reference: Reference | None = None


class PlanLine(CodeLine, frozen=True, kw_only=True):
    """Plan the day on which codes are to be activated; without one, plan none."""

    planned: str | None = None


def _note(work: Work, row: InventoryCode, line: NoteLine) -> DoneLine:
    if len(row.noted) >= MOST_NOTES:
        raise Conflict(f"`{row.spelling}` has {MOST_NOTES} notes, and no room for more")
    noted = Note(format_instant(work.now), work.caller.who, line.text)
    notes = msgspec.json.encode((*row.noted, noted)).decode()
    change_code(work, row, "noted", {"notes": notes}, text=line.text)
    return DoneLine(line=0, code=row.spelling, outcome="done")


def _reference(work: Work, row: InventoryCode, line: ReferenceLine) -> DoneLine:
    if line.reference is not None:
        check_reference(work, row, line.reference)
    if line.reference == row.reference:
        return DoneLine(line=0, code=row.spelling, outcome="unchanged", reference=row.reference)
    change_code(work, row, "referenced", {"reference": line.reference})
    return DoneLine(line=0, code=row.spelling, outcome="done", reference=line.reference)


def _plan(work: Work, row: InventoryCode, line: PlanLine) -> DoneLine:
    planned = None if line.planned is None else read_day(work, line.planned, "/planned")
    check_usable(work, row, "planned")
    if planned == row.planned:
        return DoneLine(line=0, code=row.spelling, outcome="unchanged")
    after = change_code(work, row, "planned", {"planned": planned})
    found = warnings(work, after)
    return DoneLine(line=0, code=row.spelling, outcome="done", warnings=found)


NOTE = Action("note", NoteLine, _note)
REFERENCE = Action("reference", ReferenceLine, _reference)
PLAN = Action("plan", PlanLine, _plan)
