"""The report of groups: the seats of each way in, who came and left, and what it cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, case, func, select

from engine.calendar import EARLIEST, LATEST
from engine.groups.shown import way_view
from engine.money import Money
from engine.reports.asked import Wanted
from engine.reports.bounds import check_size
from engine.reports.discount_sums import sums
from engine.reports.discounts import stretch_of
from engine.reports.listing import Found, Part
from engine.reports.table import Column, Row
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import MEMBERS

_COLUMNS = (
    Column("group", "Group"),
    Column("way", "Way in"),
    Column("coupon", "Coupon"),
    Column("seats", "Seats", "count", "no limit"),
    Column("taken", "Taken", "count"),
    Column("free", "Free", "count", "no limit"),
    Column("members", "Members", "count"),
    Column("joined", "Joined", "count"),
    Column("departed", "Departed", "count"),
    Column("discount", "Discount", "money"),
    Column("currency", "Currency"),
)
_MEMBER_COLUMNS = (6, 7, 8)


def _within(moment: ColumnElement[Any]) -> ColumnElement[int]:
    return func.count(case(((moment >= bindparam("start")) & (moment < bindparam("end")), 1)))


_MEMBERS = Statement(
    select(
        MEMBERS.c.coupon,
        func.count(case((MEMBERS.c.left.is_(None), 1))),
        _within(MEMBERS.c.joined),
        _within(MEMBERS.c.left),
    )
    .where(MEMBERS.c.space == bindparam("space"))
    .group_by(MEMBERS.c.coupon)
)


class _Came(NamedTuple):
    """How many are members now, and how many came and left in the stretch that is wanted."""

    members: int = 0
    joined: int = 0
    departed: int = 0


def find(work: Work, wanted: Wanted, part: Part) -> Found:
    """Each way into each group; further currencies of its discounts have rows of their own."""
    rows = tuple(_rows(work, wanted))
    check_size(len(rows), part, "from")
    return Found(_COLUMNS, rows, tuple(_totals(rows)))


def _rows(work: Work, wanted: Wanted) -> Iterator[Row]:
    came, discounts = _members(work, wanted), _discounts(work, wanted)
    for name, group in sorted(work.book.groups.items()):
        for way in group.ways:
            here = (name, way.kind, way.coupon)
            view = way_view(work, way)
            seats = (view.seats, view.taken, view.left)
            figures = (*seats, *came.get(way.coupon, _Came()))
            yield from _with_money(here, figures, discounts.get(way.coupon, []))


def _with_money(here: Row, figures: Row, money: Sequence[Money]) -> Iterator[Row]:
    """A row with its figures, and one more without them for each further currency."""
    first = money[0] if money else None
    yield *here, *figures, first, None if first is None else first.currency
    for each in money[1:]:
        yield *here, *(None for _ in figures), each, each.currency


def _members(work: Work, wanted: Wanted) -> dict[str, _Came]:
    rows = work.tx.rows(
        _MEMBERS,
        space=work.space,
        start=EARLIEST if wanted.start is None else wanted.start,
        end=LATEST if wanted.end is None else wanted.end,
    )
    return {coupon: _Came(*counts) for coupon, *counts in rows}


def _discounts(work: Work, wanted: Wanted) -> dict[str, list[Money]]:
    """What the coupons took off, in each currency."""
    found: dict[str, list[Money]] = {}
    by_coupon = sums(work, ("coupon",), stretch_of(wanted), wanted.zone)
    for (coupon, currency), figures in sorted(by_coupon.items()):
        money = Money(figures.discount, currency or "")
        found.setdefault(coupon or "", []).append(money)
    return found


def _totals(rows: tuple[Row, ...]) -> Iterator[Row]:
    """All members, and what they saved in each currency."""
    if rows:
        members, joined, departed = (_sum(rows, place) for place in _MEMBER_COLUMNS)
        saved: dict[str, int] = {}
        for money in (row[-2] for row in rows):
            if isinstance(money, Money):
                saved[money.currency] = saved.get(money.currency, 0) + money.minor
        sums_of_all = [Money(saved[each], each) for each in sorted(saved)]
        figures = (None, None, None, members, joined, departed)
        yield from _with_money((None, None, None), figures, sums_of_all)


def _sum(rows: tuple[Row, ...], place: int) -> int:
    return sum(cell for row in rows if isinstance(cell := row[place], int))
