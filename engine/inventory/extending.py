"""Extending the life of codes, also after it is over (behaviour.md, Pre-paid subscriptions).

Nothing refunds money for a code: an extension, or an exchange, with a fee that may be zero, is what
can be done instead.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from engine.calendar import Instant, format_instant, plus
from engine.decisions.flaws import Flaw, RequestError
from engine.inventory.acting import Action
from engine.inventory.changing_codes import announce, change_code
from engine.inventory.code_rows import InventoryCode
from engine.inventory.days import end_of_day, moment_text, read_end, read_length, zone_of
from engine.inventory.fees import read_fee
from engine.inventory.lines import CodeLine, DoneLine
from engine.inventory.standing import check_free
from engine.service.errors import Conflict
from engine.service.work import Work

Because = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class ExtendLine(CodeLine, frozen=True, kw_only=True):
    """Extend the life of codes: `through` a day, `until` an instant, or `by` a length of time.

    The day is included, all of it. A length counts from the end, or from now where a code has
    expired. `because` says why, and the `fee` is noted.
    """

    because: Because
    through: str | None = None
    until: str | None = None
    by: str | None = None
    fee: str | None = None


def _extend(work: Work, row: InventoryCode, line: ExtendLine) -> DoneLine:
    fee = read_fee(line.fee)
    if sum(each is not None for each in (line.through, line.until, line.by)) != 1:
        raise RequestError(Flaw("", "give one of `through`, `until` and `by`"))
    check_free(work, row, "extended")
    end = row.ends(work)
    if end is None:
        raise Conflict(f"`{row.spelling}` never expires", "there is nothing to extend")
    new = _new_end(work, line, end)
    if new <= max(end, work.now):
        later = "now" if end <= work.now else moment_text(end, zone_of(work))
        raise Conflict(
            f"`{row.spelling}` would end at {moment_text(new, zone_of(work))}",
            f"extend it beyond {later}",
        )
    after = change_code(
        work,
        row._replace(expires=end),
        "extended",
        {"expires": new},
        because=line.because,
        fee=None if fee is None else str(fee),
    )
    announce(work, "code.extended", after, expires=format_instant(new), fee=fee and str(fee))
    return DoneLine(line=0, code=row.spelling, outcome="done", expires=format_instant(new))


def _new_end(work: Work, line: ExtendLine, end: Instant) -> Instant:
    if line.through is not None:
        return end_of_day(work, line.through, "/through")
    if line.until is not None:
        return read_end(work, line.until, "/until")
    length = read_length(line.by or "", "/by")
    return plus(max(end, work.now), length, zone_of(work))


EXTEND = Action("extend", ExtendLine, _extend)
