"""Sums of amounts that may not fit in the numbers of a database: exact all the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, literal_column

_BASE = 10**9
_SPLIT: ColumnElement[int] = literal_column(str(_BASE), BigInteger)


def exact_sum(column: ColumnElement[Any]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Two columns that `whole` puts together: a sum of 64-bit numbers in two halves.

    Division takes the sign of the number on both databases, so that the halves agree.
    """
    return _total(column // _SPLIT), _total(column % _SPLIT)


def whole(high: int, low: int) -> int:
    """The sum of which two halves were asked for."""
    return high * _BASE + low


def _total(column: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)
