"""What was discounted in a stretch of time, summed up by any dimensions, currencies apart.

The moment of a discount is that of its charge; what is taken back of it, by a reversal or a
correction, counts below zero at the moment at which it is. So a month that is over stays as it is,
and the sums are those of the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from engine.calendar import EARLIEST, LATEST, Instant, Unit, calendar_window, local_time
from engine.money import round_half_up
from engine.reports import discount_queries as queries
from engine.reports.sums import whole
from engine.service.work import Work
from engine.store.database import Row as Stored

PAGE = 5_000
"""So many parts of reversals are read at a time."""
MONTH = "month"
Key: TypeAlias = tuple[str | None, ...]
"""A value for each dimension, then the currency."""


class Figures(NamedTuple):
    """Amounts in minor units: what the discounted charges came to, and what was taken off."""

    gross: int = 0
    discount: int = 0
    charges: int = 0
    applications: int = 0

    def plus(self, other: Figures, sign: int = 1) -> Figures:
        """The sum with others, or what is left without them."""
        return Figures(*(mine + sign * its for mine, its in zip(self, other, strict=True)))


NOTHING = Figures()
Sums: TypeAlias = dict[Key, Figures]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time: its first instant, and the one after its last."""

    start: Instant = EARLIEST
    end: Instant = LATEST


def sums(work: Work, dimensions: tuple[str, ...], stretch: Stretch, zone: ZoneInfo) -> Sums:
    """The figures of a stretch by some dimensions, of which months are those of a zone."""
    if MONTH not in dimensions:
        return _of_stretch(work, dimensions, stretch)
    place = dimensions.index(MONTH)
    others = dimensions[:place] + dimensions[place + 1 :]
    return {
        (*key[:place], label, *key[place:]): figures
        for label, month in _months(work, stretch, zone)
        for key, figures in _of_stretch(work, others, month).items()
    }


def totals(work: Work, found: Sums, stretch: Stretch) -> Sums:
    """The totals of the figures of a stretch, by currency.

    Each discount stands in one row; a charge may stand in several, and is counted once here.
    """
    in_all: Sums = {}
    for key, figures in found.items():
        _add(in_all, key[-1:], figures._replace(gross=0, charges=0))
    where = {"space": work.space, "start": stretch.start, "end": stretch.end}
    for statement, sign in ((queries.CHARGED, 1), (queries.UNCHARGED, -1)):
        for currency, high, low, count in work.tx.rows(statement, **where):
            _add(in_all, (currency,), Figures(whole(high, low), 0, count, 0), sign)
    return {key: figures for key, figures in in_all.items() if figures != NOTHING}


def _months(work: Work, stretch: Stretch, zone: ZoneInfo) -> Iterator[tuple[str, Stretch]]:
    """The months in which there is something, as far as they lie in a stretch."""
    rest = stretch
    while (first := _first(work, rest)) is not None:
        start, end = calendar_window(first, Unit.MONTH, zone)
        label = local_time(start, zone).strftime("%Y-%m")
        yield label, Stretch(max(start, stretch.start), min(end, stretch.end))
        if end >= stretch.end:
            return
        rest = replace(rest, start=end)


def _first(work: Work, stretch: Stretch) -> Instant | None:
    """The first moment of a stretch at which something was charged or taken back."""
    where = {"space": work.space, "start": stretch.start, "end": stretch.end}
    rows = (work.tx.row(each, **where) for each in (queries.FIRST_CHARGE, queries.FIRST_REVERSAL))
    found = [row[0] for row in rows if row is not None and row[0] is not None]
    return min(found, default=None)


def _of_stretch(work: Work, dimensions: tuple[str, ...], stretch: Stretch) -> Sums:
    groups = _groups(work) if "group" in dimensions else ()
    where = {"space": work.space, "start": stretch.start, "end": stretch.end}
    found: Sums = {}
    for row in work.tx.rows(queries.granted(dimensions, groups), **where):
        _add(found, *_read(row))
    for row in work.tx.rows(queries.taken_back_once(dimensions, groups), **where):
        _add(found, *_read(row), sign=-1)
    for key, figures in _parts(_pages(work, dimensions, groups, stretch)):
        _add(found, key, figures, sign=-1)
    return {key: figures for key, figures in found.items() if figures != NOTHING}


def _groups(work: Work) -> queries.Groups:
    """The coupons by which people come into groups."""
    every = work.book.groups.values()
    return tuple(sorted((way.coupon, group.name) for group in every for way in group.ways))


def _read(row: Stored) -> tuple[Key, Figures]:
    *key, gross_high, gross_low, high, low, charges, applications = row
    gross, discount = whole(gross_high, gross_low), whole(high, low)
    return tuple(key), Figures(gross, discount, charges, applications)


def _add(found: Sums, key: Key, figures: Figures, sign: int = 1) -> None:
    found[key] = found.get(key, NOTHING).plus(figures, sign)


# --- what was taken back in several parts ---------------------------------------------------------


class _Part(NamedTuple):
    """What one part took back of one discount, in minor units."""

    key: Key
    gross: int
    before: int
    whole: int
    discount: int
    is_last: int
    charge: str
    number: int
    coupon: str

    @property
    def back(self) -> int:
        """How much of the discount: shares of all that was taken back so far add up to it."""
        return self._share(self.before + self.gross) - self._share(self.before)

    def _share(self, taken: int) -> int:
        return round_half_up(self.discount * taken, self.whole)


def _pages(
    work: Work, dimensions: tuple[str, ...], groups: queries.Groups, stretch: Stretch
) -> Iterator[_Part]:
    statement, last = queries.taken_back_in_parts(dimensions, groups), ("", 0, "")
    keys = len(dimensions) + 1
    while True:
        rows = work.tx.rows(
            statement,
            space=work.space,
            start=stretch.start,
            end=stretch.end,
            size=PAGE,
            **dict(zip(("after_charge", "after_number", "after_coupon"), last, strict=True)),
        )
        parts = [_Part(tuple(row[:keys]), *row[keys:]) for row in rows]
        yield from parts
        if len(parts) < PAGE:
            return
        last = parts[-1].charge, parts[-1].number, parts[-1].coupon


def _parts(parts: Iterable[_Part]) -> Iterator[tuple[Key, Figures]]:
    """What each part took back; the charge counts once in each row that it stands in."""
    at, seen = None, set[Key]()
    for part in parts:
        place = part.charge, part.number
        if place != at:
            at, seen = place, set()
        is_new = part.key not in seen
        seen.add(part.key)
        gross, charges = (part.gross, part.is_last) if is_new else (0, 0)
        yield part.key, Figures(gross, part.back, charges, part.is_last)
