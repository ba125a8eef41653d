"""The queries of discounts: what charges were discounted, and what was taken back of them.

Each sums up in the store. A charge that several coupons discounted counts once in each row that it
stands in, so it is first summed up by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    null,
    select,
    tuple_,
)

from engine.reports.sums import exact_sum
from engine.store.statements import Statement
from engine.store.tables import APPLICATIONS, CHARGES, REVERSALS

Groups = tuple[tuple[str, str], ...]
"""The coupons of groups, each with its group."""

_ONCE = frozenset({"coupon", "code"})
"""Dimensions of which a charge has each value once at most: it is discounted once by a coupon."""
_OTHER = REVERSALS.alias("other")
_ONE: ColumnElement[int] = literal_column("1", BigInteger)
_ZERO: ColumnElement[int] = literal_column("0", BigInteger)
_DISCOUNTED = APPLICATIONS.join(
    CHARGES,
    and_(CHARGES.c.space == APPLICATIONS.c.space, CHARGES.c.charge == APPLICATIONS.c.charge),
)
_SAME_CHARGE = and_(CHARGES.c.space == REVERSALS.c.space, CHARGES.c.charge == REVERSALS.c.charge)
_TAKEN_BACK = REVERSALS.join(CHARGES, _SAME_CHARGE).join(
    APPLICATIONS,
    and_(APPLICATIONS.c.space == REVERSALS.c.space, APPLICATIONS.c.charge == REVERSALS.c.charge),
)
_IS_ONLY = and_(
    REVERSALS.c.number == _ONE,
    ~exists().where(
        _OTHER.c.space == REVERSALS.c.space,
        _OTHER.c.charge == REVERSALS.c.charge,
        _OTHER.c.number > _ONE,
    ),
)
_WHOLE = case((APPLICATIONS.c.reversed, _ONE), else_=_ZERO)


def _is_last() -> ColumnElement[bool]:
    """Whether nothing was taken back of the charge after a reversal."""
    return ~exists().where(
        _OTHER.c.space == REVERSALS.c.space,
        _OTHER.c.charge == REVERSALS.c.charge,
        _OTHER.c.number > REVERSALS.c.number,
    ).correlate(REVERSALS)


def _within(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(column >= bindparam("start"), column < bindparam("end"))


def _keys(dimensions: Sequence[str], groups: Groups) -> list[ColumnElement[Any]]:
    """What rows are told apart by, each under the name of its dimension."""
    known: Mapping[str, ColumnElement[Any]] = {
        "coupon": APPLICATIONS.c.coupon,
        "code": APPLICATIONS.c.code,
        "product": CHARGES.c.product,
        "plan": CHARGES.c.plan,
        "component": CHARGES.c.component,
        "fee": CHARGES.c.fee,
        "group": case(dict(groups), value=APPLICATIONS.c.coupon) if groups else cast(null(), Text),
    }
    return [known[each].label(f"by_{each}") for each in dimensions]


@lru_cache(maxsize=256)
def granted(dimensions: tuple[str, ...], groups: Groups) -> Statement:
    """What was taken off charges whose moments lie in a stretch of time.

    Rows are the dimensions, the currency, gross and discount in two halves each, how many charges,
    and how many applications.
    """
    found = (
        select(
            *_keys(dimensions, groups),
            CHARGES.c.currency,
            # Not the column itself: in its order SQLite would read the charges of all time.
            CHARGES.c.charge.concat("").label("charge"),
            CHARGES.c.gross,
            APPLICATIONS.c.amount.label("discount"),
            _ONE.label("whole"),
        )
        .select_from(_DISCOUNTED)
        .where(CHARGES.c.space == bindparam("space"), _within(CHARGES.c.at))
    )
    return _summed(found, dimensions)


@lru_cache(maxsize=256)
def taken_back_once(dimensions: tuple[str, ...], groups: Groups) -> Statement:
    """The same of what was taken back, of charges of which something was taken back once.

    A charge and its applications are counted where all of it was taken back.
    """
    found = (
        select(
            *_keys(dimensions, groups),
            CHARGES.c.currency,
            REVERSALS.c.charge,
            REVERSALS.c.gross,
            APPLICATIONS.c.returned.label("discount"),
            _WHOLE.label("whole"),
        )
        .select_from(_TAKEN_BACK)
        .where(REVERSALS.c.space == bindparam("space"), _within(REVERSALS.c.at), _IS_ONLY)
    )
    return _summed(found, dimensions)


def _summed(found: Select[Any], dimensions: Sequence[str]) -> Statement:
    """The sums of rows with a discount each."""
    names = [*(f"by_{name}" for name in dimensions), "currency"]
    each = found.add_columns(found.selected_columns.whole.label("applications")).subquery()
    if not _ONCE & set(dimensions):
        each = _by_charge(each, names)
    keys = [each.c[name] for name in names]
    amounts = (cast(each.c[name], BigInteger) for name in ("gross", "discount"))
    halves = [half for amount in amounts for half in exact_sum(amount)]
    counts = [cast(func.sum(each.c[name]), BigInteger) for name in ("whole", "applications")]
    return Statement(select(*keys, *halves, *counts).group_by(*keys))


def _by_charge(each: Subquery, names: Sequence[str]) -> Subquery:
    """A row for each charge, where several discounts of it may stand in one row of a report."""
    one = [each.c[name] for name in (*names, "charge", "gross")]
    return (
        select(
            *one,
            func.sum(each.c.discount).label("discount"),
            func.max(each.c.whole).label("whole"),
            func.sum(each.c.whole).label("applications"),
        )
        .group_by(*one)
        .subquery()
    )


_EARLIER = REVERSALS.alias("earlier")
_BEFORE = (
    select(cast(func.coalesce(func.sum(_EARLIER.c.gross), 0), BigInteger))
    .where(
        _EARLIER.c.space == REVERSALS.c.space,
        _EARLIER.c.charge == REVERSALS.c.charge,
        _EARLIER.c.number < REVERSALS.c.number,
    )
    .scalar_subquery()
)
_PLACE = (REVERSALS.c.charge, REVERSALS.c.number, APPLICATIONS.c.coupon)


@lru_cache(maxsize=256)
def taken_back_in_parts(dimensions: tuple[str, ...], groups: Groups) -> Statement:
    """A page of what was taken back in one of several parts: a row for each part and discount.

    Rows are the dimensions, the currency, what the part took back of the charge, what those before
    it did, the charge, the discount, whether the last part took back the rest, and the place.
    """
    after = tuple_(*(bindparam(f"after_{each.name}", type_=each.type) for each in _PLACE))
    return Statement(
        select(
            *_keys(dimensions, groups),
            CHARGES.c.currency,
            REVERSALS.c.gross,
            _BEFORE,
            CHARGES.c.gross,
            APPLICATIONS.c.amount,
            case((and_(APPLICATIONS.c.reversed, _is_last()), _ONE), else_=_ZERO),
            *_PLACE,
        )
        .select_from(_TAKEN_BACK)
        .where(
            REVERSALS.c.space == bindparam("space"),
            _within(REVERSALS.c.at),
            ~_IS_ONLY,
            tuple_(*_PLACE) > after,
        )
        .order_by(*_PLACE)
        .limit(bindparam("size"))
    )


_IS_DISCOUNTED = and_(CHARGES.c.discount > _ZERO, CHARGES.c.corrects.is_(None))
CHARGED = Statement(
    select(CHARGES.c.currency, *exact_sum(CHARGES.c.gross), func.count())
    .where(CHARGES.c.space == bindparam("space"), _within(CHARGES.c.at), _IS_DISCOUNTED)
    .group_by(CHARGES.c.currency)
)
"""What the charges come to that were discounted in a stretch of time, each once, and their number.

Rows are the currency, the sum in two halves, and the count.
"""
UNCHARGED = Statement(
    select(
        CHARGES.c.currency,
        *exact_sum(REVERSALS.c.gross),
        func.count(case((and_(CHARGES.c.reversed == CHARGES.c.gross, _is_last()), _ONE))),
    )
    .select_from(REVERSALS.join(CHARGES, _SAME_CHARGE))
    .where(REVERSALS.c.space == bindparam("space"), _within(REVERSALS.c.at), _IS_DISCOUNTED)
    .group_by(CHARGES.c.currency)
)
"""The same of what was taken back of them, and how many were taken back wholly."""


def _first(column: ColumnElement[Any], space: ColumnElement[Any]) -> Statement:
    return Statement(select(func.min(column)).where(space == bindparam("space"), _within(column)))


FIRST_CHARGE = _first(CHARGES.c.at, CHARGES.c.space)
FIRST_REVERSAL = _first(REVERSALS.c.at, REVERSALS.c.space)
"""The first moment in a stretch of time, null where there is none."""
