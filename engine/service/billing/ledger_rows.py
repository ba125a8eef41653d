"""The ledger, read from its rows: charges, and what reversals took back of them.

A correction is a charge of its own; its row among the reversals only says what it takes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)

from engine.calendar import format_instant
from engine.decisions.answers import ChargeAnswer, DiscountLine, Total
from engine.decisions.learnt import decode_as
from engine.decisions.lines import Totals, total_lines
from engine.money import Money, amount_text, parse_money, round_half_up
from engine.service.billing.bills import LedgerEntry
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import CHARGES, REVERSALS

Kind = Literal["charge", "correction", "reversal"]
Place = tuple[int, str, int]
"""Where an entry stands: its moment, its charge, and the number of the reversal."""

START: Place = (-(2**63), "", 0)
_LAST = 2**63 - 1

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
_ZERO: ColumnClause[int] = literal_column("0")
_CHARGED = select(
    CHARGES.c.at,
    CHARGES.c.charge,
    _ZERO.label("number"),
    CHARGES.c.currency,
    CHARGES.c.gross,
    CHARGES.c.discount,
    CHARGES.c.gross.label("whole"),
    _ZERO.label("before"),
    CHARGES.c.customer,
    CHARGES.c.corrects,
    CHARGES.c.invoice,
    CHARGES.c.answer,
).where(CHARGES.c.space == bindparam("space"), CHARGES.c.subscription == bindparam("subscription"))
_TAKEN_BACK = (
    select(
        REVERSALS.c.at,
        REVERSALS.c.charge,
        REVERSALS.c.number,
        CHARGES.c.currency,
        REVERSALS.c.gross,
        REVERSALS.c.discount,
        CHARGES.c.gross.label("whole"),
        _BEFORE.label("before"),
        CHARGES.c.customer,
        CHARGES.c.corrects,
        REVERSALS.c.invoice,
        CHARGES.c.answer,
    )
    .join(
        CHARGES, (CHARGES.c.space == REVERSALS.c.space) & (CHARGES.c.charge == REVERSALS.c.charge)
    )
    .where(
        CHARGES.c.space == bindparam("space"),
        CHARGES.c.subscription == bindparam("subscription"),
        REVERSALS.c.by_charge.is_(None),
    )
)


_ENTRIES = union_all(_CHARGED, _TAKEN_BACK).subquery()
_ORDER = ("at", "charge", "number")
_PAGE = Statement(
    select(_ENTRIES)
    .where(
        tuple_(*(_ENTRIES.c[name] for name in _ORDER))
        > tuple_(*(bindparam(f"after_{name}") for name in _ORDER))
    )
    .order_by(*(_ENTRIES.c[name] for name in _ORDER))
    .limit(bindparam("size"))
)
_STRETCH = Statement(
    select(_ENTRIES)
    .where(_ENTRIES.c.at >= bindparam("start"), _ENTRIES.c.at < bindparam("end"))
    .order_by(*(_ENTRIES.c[name] for name in _ORDER))
)
_INVOICED = Statement(
    select(_ENTRIES)
    .where(_ENTRIES.c.invoice == bindparam("number_of_invoice"))
    .order_by(*(_ENTRIES.c[name] for name in _ORDER))
)


class LedgerRow(NamedTuple):
    """One entry as the store has it.

    Amounts are minor units; of a reversal they are what it took back of the `whole` charge, of
    which so much was taken back `before`.
    """

    at: int
    charge: str
    number: int
    currency: str
    gross: int
    discount: int
    whole: int
    before: int
    customer: str | None
    corrects: str | None
    invoice: str | None
    answer: str

    @property
    def place(self) -> Place:
        """Where it stands in the ledger."""
        return self.at, self.charge, self.number

    @property
    def is_reversal(self) -> bool:
        """Whether it takes a charge back."""
        return self.number > 0

    @property
    def kind(self) -> Kind:
        """What it is called."""
        if self.is_reversal:
            return "reversal"
        return "charge" if self.corrects is None else "correction"

    def line(self) -> ChargeAnswer:
        """The answer that was given to the charge."""
        return decode_as(self.answer, ChargeAnswer)


def page(work: Work, subscription: str, after: Place, size: int) -> list[LedgerRow]:
    """So many entries of a subscription after a place."""
    at, charge, number = after
    return _rows(
        work,
        _PAGE,
        subscription=subscription,
        after_at=at,
        after_charge=charge,
        after_number=number,
        size=size,
    )


def stretch(work: Work, subscription: str, start: int | None, end: int | None) -> list[LedgerRow]:
    """The entries of a subscription from a start until before an end."""
    first = START[0] if start is None else start
    last = _LAST if end is None else end
    return _rows(work, _STRETCH, subscription=subscription, start=first, end=last)


def of_invoice(work: Work, subscription: str, invoice: str) -> list[LedgerRow]:
    """The entries of a subscription that an invoice holds."""
    return _rows(work, _INVOICED, subscription=subscription, number_of_invoice=invoice)


def _rows(work: Work, statement: Statement, **values: object) -> list[LedgerRow]:
    return [LedgerRow(*row) for row in work.tx.rows(statement, space=work.space, **values)]


def entry(row: LedgerRow) -> LedgerEntry:
    """An entry as answers show it, with every discount under its label."""
    line = row.line()
    sign = -1 if row.is_reversal else 1
    gross, discount = sign * row.gross, sign * row.discount
    lines = tuple(_taken_back(row, line)) if row.is_reversal else line.discounts or ()
    return LedgerEntry(
        row.kind,
        row.charge,
        format_instant(row.at),
        row.currency,
        amount_text(gross, row.currency),
        amount_text(discount, row.currency),
        amount_text(gross - discount, row.currency),
        lines,
        None if row.is_reversal else row.corrects,
        row.invoice,
    )


def _taken_back(row: LedgerRow, line: ChargeAnswer) -> Iterator[DiscountLine]:
    """What a reversal took back of each discount: the same shares that were given back then."""
    for each in line.discounts or ():
        whole = parse_money(each.amount, row.currency).minor
        back = _share(whole, row.before + row.gross, row) - _share(whole, row.before, row)
        if back:
            amount = amount_text(-back, row.currency)
            on = amount_text(-row.gross, row.currency)
            yield DiscountLine(each.code, each.coupon, each.version, amount, on, each.label)


def _share(discount: int, taken: int, row: LedgerRow) -> int:
    return round_half_up(discount * taken, row.whole)


def totals(rows: Iterable[LedgerRow]) -> tuple[Total, ...]:
    """The sums of entries, of each currency by itself."""
    found: Totals = []
    for row in rows:
        sign = -1 if row.is_reversal else 1
        found.append((Money(sign * row.gross, row.currency), sign * row.discount))
    return total_lines(found)
