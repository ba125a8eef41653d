"""Rows of exchange rates, which act when they are read."""

from __future__ import annotations

from fractions import Fraction

from sqlalchemy import bindparam, select, update

from engine.money import RateTable
from engine.service.errors import Conflict
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import RATES, SPACES

_DECIMALS = 18

_BASE = Statement(select(SPACES.c.base).where(SPACES.c.space == bindparam("space")))
_SET_BASE = Statement(
    update(SPACES).where(SPACES.c.space == bindparam("space")).values(base=bindparam("to"))
)
_RATED = Statement(
    update(SPACES)
    .where(SPACES.c.space == bindparam("space"))
    .values(revision=SPACES.c.revision + 1, rated=SPACES.c.revision + 1)
)
_KNOWN = Statement(
    select(RATES.c.at, RATES.c.currency, RATES.c.figure).where(RATES.c.space == bindparam("space"))
)
_PUT = Statement(
    lambda insert: (
        insert(RATES)
        .values({each.name: bindparam(each.name) for each in RATES.c})
        .on_conflict_do_update(
            index_elements=["space", "at", "currency"], set_={"figure": bindparam("figure")}
        )
    )
)


def take_rates(task: Work, table: RateTable) -> int:
    """Add rows of rates, or correct those of the same instants; how many figures changed.

    Rows that the table does not have stay. Raises `Conflict` where the base is another one.
    """
    row = task.tx.row(_BASE, space=task.space)
    base = row[0] if row is not None else None
    if base is not None and base != table.base:
        raise Conflict(
            f"the rates of the space say what one unit of {base} buys, these what one of "
            f"{table.base} does",
            f"write the rates with `base: {base}`",
        )
    if base is None:
        task.tx.run(_SET_BASE, space=task.space, to=table.base)
    changed = _put(task, table)
    if changed or base is None:
        # Tells every process that the rates in force are others.
        task.tx.run(_RATED, space=task.space)
    return changed


def _put(task: Work, table: RateTable) -> int:
    rows = task.tx.rows(_KNOWN, space=task.space)
    known = {(at, currency): Fraction(text) for at, currency, text in rows}
    changed = {
        (at, currency): figure_text(figure)
        for at, figures in table.rows()
        for currency, figure in figures.items()
        if currency != table.base and known.get((at, currency)) != figure
    }
    for (at, currency), figure in changed.items():
        task.tx.run(_PUT, space=task.space, at=at, currency=currency, figure=figure)
    if changed:
        before = [[*key, figure_text(known[key])] for key in changed if key in known]
        task.note("rates", table.base, before, [[*key, text] for key, text in changed.items()])
    return len(changed)


def figure_text(figure: Fraction) -> str:
    """A figure as decimal text, without zeros at its end."""
    whole, part = divmod(figure.numerator * 10**_DECIMALS // figure.denominator, 10**_DECIMALS)
    return f"{whole}.{part:0{_DECIMALS}d}".rstrip("0").rstrip(".")
