"""Telling ahead of time: how far it has got, so that everything is told once.

What ends is told a while before it does. For each such while the store keeps up to which end all
has been told, and moves it on in the transaction that tells: two processes that are at it tell
nothing twice, and one that was away makes up for it. Ends are looked at by the day, on the calendar
of the space, so that whoever is told of several things reads of them together.

What comes to be when its end has been passed over by then is told late. For this the store also
keeps up to which moment of coming to be all was looked at: told is what came before that moment and
ends before that end, each once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, and_, bindparam, select, update

from engine.calendar import (
    DAY,
    EARLIEST,
    SECOND,
    Duration,
    Instant,
    Unit,
    calendar_window,
    longest,
    plus,
    zone,
)
from engine.service.notices import Kind
from engine.service.work import Work
from engine.store.database import Contended
from engine.store.statements import Statement, insertion
from engine.store.tables import NOTICED

WHOLE = ""
"""The subject under which it is kept how far all of a space has been told."""
CAME = "came to be"
"""The subject under which it is kept up to when what comes to be was looked at."""
SETTLES = 60 * SECOND
"""So long after its moment what comes to be may still be on its way into the store."""
LOOKED_EVERY = 5 * 60 * SECOND
"""So often at most it is looked at what came to be."""
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
    """What is to be told now, and how long before its end.

    It is what ends from `start` until before `end`, and has been there from `since`, or came to be
    then, until before `before`.
    """

    step: Duration
    start: Instant
    end: Instant
    since: Instant
    before: Instant

    @property
    def binds(self) -> dict[str, int]:
        """The values that `ends_in` asks for."""
        return {name: getattr(self, name) for name in ("start", "end", "since", "before")}

    @property
    def is_late(self) -> bool:
        """Whether it is told because it came to be, and not because its end has come near."""
        return self.since > EARLIEST


def ends_in(end: Column[Any], came: Column[Any]) -> ColumnElement[bool]:
    """Whether a row is of a stretch, by the moments when it ends and when it came to be."""
    return and_(
        end >= bindparam("start"),
        end < bindparam("end"),
        came >= bindparam("since"),
        came < bindparam("before"),
    )


def zone_of(work: Work) -> ZoneInfo:
    """On whose calendar days begin."""
    return work.book.space.zone or zone("UTC")


def due(work: Work, kind: Kind, steps: Iterable[Duration]) -> Iterator[Stretch]:
    """What nobody was told of yet, for each step by itself, the shortest first, by the day.

    What a shorter step tells, a longer one that was missed does not tell as well.
    """
    start = work.now
    for step in sorted(set(steps), key=longest):
        unit = Unit.DAY if step.unit.is_calendar else Unit.HOUR
        end = calendar_window(plus(work.now, step, zone_of(work)), unit, zone_of(work))[1]
        yield from _late(work, kind, step, start)
        reached = noticed(work, kind, WHOLE, str(step)) or 0
        if reached < end:
            first = Instant(max(reached, start))
            day_ends = calendar_window(first, Unit.DAY, zone_of(work))[1]
            yield Stretch(step, first, min(day_ends, end), EARLIEST, _seen(work, kind, step))
        start = end


def _late(work: Work, kind: Kind, step: Duration, start: Instant) -> Iterator[Stretch]:
    """What came to be since all was looked at, and ends before the end that is reached."""
    seen, now = _seen(work, kind, step), Instant(work.now - SETTLES)
    reached = Instant(noticed(work, kind, WHOLE, str(step)) or 0)
    if now - seen >= LOOKED_EVERY:
        yield Stretch(step, start, reached, seen, min(Instant(seen + DAY), now))


def _seen(work: Work, kind: Kind, step: Duration) -> Instant:
    """Up to which moment of coming to be all was looked at; up to now where it never was."""
    found = noticed(work, kind, CAME, str(step))
    if found is None:
        found = work.now - SETTLES
        move(work, kind, CAME, str(step), found)
    return Instant(found)


def told(work: Work, kind: Kind, stretch: Stretch) -> None:
    """Keep that a stretch is told. Raises `Contended` where another was faster."""
    subject, to = (CAME, stretch.before) if stretch.is_late else (WHOLE, stretch.end)
    move(work, kind, subject, str(stretch.step), to)


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
