"""The rows of codes: what is known of a code from its issue on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, select

from engine.calendar import Instant
from engine.decisions.own_rules import code_ends
from engine.language.vocabulary import Fold
from engine.service.work import Work
from engine.store.statements import Statement, Values, binds
from engine.store.tables import CODES

ADD = Statement(
    lambda insert: insert(CODES).values(**binds(*CODES.c.keys())).on_conflict_do_nothing()
)
"""Adds a row, unless its code is taken."""
OWNED = (CODES.c.spelling, CODES.c.coupon, CODES.c.batch, CODES.c.customer)
"""What an `Owner` is made of."""
_OWNER = Statement(
    select(*OWNED).where(CODES.c.space == bindparam("space"), CODES.c.code == bindparam("code"))
)


class Stock(NamedTuple):
    """Whose inventory a code is in, by its purchase, and whom it is assigned to from its issue."""

    partner: str | None = None
    purchase: str | None = None
    client: str | None = None
    project: str | None = None


NO_STOCK = Stock()
"""A code that nobody has bought."""


@dataclass(frozen=True, slots=True)
class Issue:
    """What all codes that are issued together get; `given` is true where texts were given."""

    coupon: str
    batch: str | None = None
    customer: str | None = None
    expires: int | None = None
    window: str | None = None
    grants: str | None = None
    spec: int | None = None
    active: bool = True
    listed: bool = False
    issued: int | None = None
    given: bool | None = None
    stock: Stock = NO_STOCK


def new_row(work: Work, spelling: str, issue: Issue) -> Values:
    """The row of a code that comes into being now, unless it did before."""
    issued = Instant(work.now if issue.issued is None else issue.issued)
    return {
        "space": work.space,
        "code": Fold.CODE.apply(spelling),
        "spelling": spelling,
        "coupon": issue.coupon,
        "active": issue.active,
        "listed": issue.listed,
        "issued": issued,
        "customer": issue.customer,
        "batch": issue.batch,
        "expires": _end(work, issue, issued),
        "window": issue.window,
        "grants": issue.grants,
        "spec": issue.spec,
        "cancelled": None,
        "given": issue.given,
        "assigned": None if issue.stock.client is None else issued,
        "reference": None,
        "planned": None,
        "notes": None,
        "replaces": None,
        "replaced_by": None,
        **issue.stock._asdict(),
    }


def _end(work: Work, issue: Issue, issued: Instant) -> int | None:
    """When the life of a code is over.

    What was sold for twelve months stays good for as long, whatever its coupon says later; a code
    that a document lists goes with its document.
    """
    if issue.expires is not None or issue.listed:
        return issue.expires
    return code_ends(work.book.coupons[issue.coupon].ready, issued)


class Owner(NamedTuple):
    """Whose a code is that is taken."""

    spelling: str
    coupon: str
    batch: str | None
    customer: str | None


def owner_of(work: Work, code: str) -> Owner | None:
    """Whose a code is, by its text as codes are compared; None where it is free."""
    row = work.tx.row(_OWNER, space=work.space, code=code)
    return None if row is None else Owner(*row)
