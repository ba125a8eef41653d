"""The report of purchases: who bought how many codes, and for how much."""

from __future__ import annotations

from functools import cache

from sqlalchemy import bindparam, func, select

from engine.money import Money
from engine.reports.asked import Wanted
from engine.reports.listing import Found, Listing, Part
from engine.reports.sums import exact_sum, whole
from engine.reports.table import Column, Row
from engine.service.work import Work
from engine.store.database import Row as Stored
from engine.store.statements import Statement
from engine.store.tables import CODES, PURCHASES

_CODES = (
    select(func.count())
    .where(
        CODES.c.space == PURCHASES.c.space,
        CODES.c.purchase == PURCHASES.c.purchase,
        # What came in exchange for a code was not bought.
        CODES.c.replaces.is_(None),
    )
    .correlate(PURCHASES)
    .scalar_subquery()
)
_FILTERS = {
    "client": PURCHASES.c.client == bindparam("client"),
    "partner": PURCHASES.c.partner == bindparam("partner"),
    "start": PURCHASES.c.at >= bindparam("start"),
    "end": PURCHASES.c.at < bindparam("end"),
}


def _purchase(row: Stored, _: Wanted) -> Row:
    partner, client, customer, codes, currency, total, who, at, number = row
    return at, number, partner, client, customer, who, codes, Money(total, currency), currency


_LISTING = Listing(
    (
        Column("at", "Bought", "instant"),
        Column("purchase", "Purchase"),
        Column("partner", "Partner"),
        Column("client", "Client"),
        Column("customer", "Customer"),
        Column("who", "Recorded by"),
        Column("codes", "Codes", "count"),
        Column("total", "Total", "money"),
        Column("currency", "Currency"),
    ),
    lambda _: select(
        PURCHASES.c.partner,
        PURCHASES.c.client,
        PURCHASES.c.customer,
        _CODES,
        PURCHASES.c.currency,
        PURCHASES.c.total,
        PURCHASES.c.who,
    ).where(PURCHASES.c.space == bindparam("space")),
    (PURCHASES.c.at, PURCHASES.c.purchase),
    _FILTERS,
    _purchase,
)


def find(work: Work, wanted: Wanted, part: Part) -> Found:
    """Purchases in the order of their moments, and what was paid in each currency."""
    found = _LISTING.find(work, wanted, part)
    return found._replace(totals=tuple(_totals(work, wanted)))


def _totals(work: Work, wanted: Wanted) -> list[Row]:
    said = {name: value for name in _FILTERS if (value := getattr(wanted, name)) is not None}
    rows = work.tx.rows(_sums(*said), space=work.space, **said)
    return [_total(*row) for row in rows]


def _total(currency: str, codes: int, high: int, low: int) -> Row:
    paid = Money(whole(high, low), currency)
    return None, None, None, None, None, None, codes, paid, currency


@cache
def _sums(*names: str) -> Statement:
    """What purchases that are filtered by some columns come to, in each currency."""
    bought = (
        select(PURCHASES.c.currency, PURCHASES.c.total, _CODES.label("codes"))
        .where(PURCHASES.c.space == bindparam("space"), *(_FILTERS[name] for name in names))
        .subquery()
    )
    return Statement(
        select(bought.c.currency, func.sum(bought.c.codes), *exact_sum(bought.c.total))
        .group_by(bought.c.currency)
        .order_by(bought.c.currency)
    )
