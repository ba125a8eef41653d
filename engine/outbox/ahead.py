"""Telling ahead of time: how far it has got, so that everything is told once.

What ends is told a while before it does. For each such while the store keeps up to which end all
has been told, and moves it on in the transaction that tells: two processes that are at it tell
nothing twice, and one that was away makes up for it. Ends are looked at by the day, on the calendar
of the space, so that whoever is told of several things reads of them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from engine.calendar import Duration, Instant, Unit, calendar_window, longest, plus, zone
from engine.service.notices import Kind
from engine.service.work import Work
from engine.store.database import Contended
from engine.store.statements import Statement, insertion
from engine.store.tables import NOTICED

WHOLE = ""
"""The subject under which it is kept how far all of a space has been told."""
_THIS = (
    NOTICED.c.space == bindparam("in_space"),
    NOTICED.c.kind == bindparam("of"),
    NOTICED.c.subject == bindparam("on"),
    NOTICED.c.step == bindparam("by"),
)
_FIND = Statement(select(NOTICED.c.at).where(*_THIS))
_MOVE = Statement(
    update(NOTICED).where(*_THIS, NOTICED.c.at == bindparam("last")).values(at=bindparam("to"))
)
_ADD = insertion(NOTICED)


class Stretch(NamedTuple):
    """Ends that are to be told now: from an instant until before another, and how long before."""

    step: Duration
    start: Instant
    end: Instant


def zone_of(work: Work) -> ZoneInfo:
    """On whose calendar days begin."""
    return work.book.space.zone or zone("UTC")


def due(work: Work, kind: Kind, steps: Iterable[Duration]) -> Iterator[Stretch]:
    """The ends that nobody was told of yet, for each step by itself, the shortest first.

    What a shorter step tells, a longer one that was missed does not tell as well.
    """
    start = work.now
    for step in sorted(set(steps), key=longest):
        unit = Unit.DAY if step.unit.is_calendar else Unit.HOUR
        end = calendar_window(plus(work.now, step, zone_of(work)), unit, zone_of(work))[1]
        told = noticed(work, kind, WHOLE, str(step)) or 0
        if told < end:
            yield Stretch(step, Instant(max(told, start)), end)
        start = end


def noticed(work: Work, kind: Kind, subject: str, step: str) -> int | None:
    """When somebody was told, or up to which end all were; None where nobody was yet."""
    row = work.tx.row(_FIND, in_space=work.space, of=kind, on=subject, by=step)
    return None if row is None else int(row[0])


def move(work: Work, kind: Kind, subject: str, step: str, to: int) -> None:
    """Keep that all was told up to an end. Raises `Contended` where another was faster."""
    last = noticed(work, kind, subject, step)
    if last is None:
        work.tx.run(_ADD, space=work.space, kind=kind, subject=subject, step=step, at=to)
        return
    where = {"in_space": work.space, "of": kind, "on": subject, "by": step}
    if work.tx.run(_MOVE, **where, last=last, to=to) != 1:
        raise Contended
