"""The report of discounts: what was taken off, by any dimensions."""

from __future__ import annotations

from engine.calendar import EARLIEST, LATEST
from engine.money import Money
from engine.reports.asked import Wanted
from engine.reports.bounds import check_size
from engine.reports.discount_sums import MONTH, Figures, Key, Stretch, sums, totals
from engine.reports.listing import Found, Part
from engine.reports.table import Column, Row
from engine.service.work import Work

_ABSENT = {"group": "no group", "coupon": "", "code": "", MONTH: ""}
_NOT_RECORDED = "not recorded"
_SHARED = frozenset({"coupon", "code", "group"})
"""Dimensions in which one charge may stand in several rows."""
_NOTE = (
    "A charge that several of them discounted stands in the row of each; the totals count it once."
)
_FIGURES = (
    Column("gross", "Gross", "money"),
    Column("discount", "Discount", "money"),
    Column("net", "Net", "money"),
    Column("currency", "Currency"),
    Column("charges", "Charges", "count"),
    Column("applications", "Discounts", "count"),
)


def find(work: Work, wanted: Wanted, part: Part) -> Found:
    """Discounts by the dimensions that are wanted; the charges are those that were discounted."""
    stretch = stretch_of(wanted)
    found = sums(work, wanted.by, stretch, wanted.zone)
    check_size(len(found), part, "by")
    in_all = totals(work, found, stretch)
    note = _NOTE if _SHARED & set(wanted.by) else ""
    return Found(
        _columns(wanted.by),
        tuple(_row(key, found[key]) for key in sorted(found, key=_order)),
        tuple(_row((*(None for _ in wanted.by), *key), in_all[key]) for key in sorted(in_all)),
        note,
    )


def stretch_of(wanted: Wanted) -> Stretch:
    """The stretch of time that is wanted."""
    start = EARLIEST if wanted.start is None else wanted.start
    return Stretch(start, LATEST if wanted.end is None else wanted.end)


def _columns(by: tuple[str, ...]) -> tuple[Column, ...]:
    named = (
        Column(each, each.capitalize(), absent=_ABSENT.get(each, _NOT_RECORDED)) for each in by
    )
    return *named, *_FIGURES


def _row(key: Key, figures: Figures) -> Row:
    *values, currency = key
    amounts = (figures.gross, figures.discount, figures.gross - figures.discount)
    money = (Money(each, currency or "") for each in amounts)
    return *values, *money, currency, figures.charges, figures.applications


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((each is None, each or "") for each in key)
