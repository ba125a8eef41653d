"""Numbers that a space gives out one after the other: each series by itself, none twice."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import NUMBERS

_TAKE = Statement(
    lambda insert: (
        insert(NUMBERS)
        .values(space=bindparam("space"), series=bindparam("series"), last=bindparam("count"))
        .on_conflict_do_update(
            index_elements=["space", "series"], set_={"last": NUMBERS.c.last + bindparam("count")}
        )
        .returning(NUMBERS.c.last)
    )
)
_LAST = Statement(select(NUMBERS.c.last).filter_by(**binds("space", "series")))
_RAISE = Statement(
    lambda insert: (
        insert(NUMBERS)
        .values(space=bindparam("space"), series=bindparam("series"), last=bindparam("to"))
        .on_conflict_do_update(
            index_elements=["space", "series"],
            set_={"last": bindparam("to")},
            where=NUMBERS.c.last < bindparam("to"),
        )
    )
)


def take_numbers(work: Work, series: str, count: int = 1) -> range:
    """The next numbers of a series, which begins with 1.

    Others wait for them until the commit; where it comes to nothing they are free again.
    """
    row = work.tx.row(_TAKE, space=work.space, series=series, count=count)
    assert row is not None, "the statement returns its row"  # noqa: S101
    return range(row[0] - count + 1, row[0] + 1)


def last_number(work: Work, series: str) -> int:
    """The last number of a series that was given out, 0 where none was."""
    row = work.tx.row(_LAST, space=work.space, series=series)
    return 0 if row is None else int(row[0])


def pass_number(work: Work, series: str, number: int) -> None:
    """Let a series go on after a number that came from elsewhere."""
    work.tx.run(_RAISE, space=work.space, series=series, to=number)
