"""`code.expiring`: codes that were not used, a while before they expire."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, null, select

from engine.calendar import format_instant
from engine.inventory.code_rows import in_inventory
from engine.outbox.ahead import Stretch, due, ends_in, told
from engine.outbox.holders import Holder, addresses
from engine.service.codes.masking import masked
from engine.service.notices import Notice
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import CODES, REDEMPTIONS

MOST_LISTED = 100
"""So many codes one notice lists; it counts all."""
_KIND: Any = "code.expiring"
_USED = exists().where(
    REDEMPTIONS.c.space == CODES.c.space,
    REDEMPTIONS.c.code == CODES.c.code,
    REDEMPTIONS.c.until.is_(None),
    REDEMPTIONS.c.ended.is_(None),
)
_ENDING = and_(
    CODES.c.space == bindparam("in_space"),
    ends_in(CODES.c.expires, CODES.c.issued),
    CODES.c.active,
    CODES.c.cancelled.is_(None),
    in_inventory(),
    ~_USED,
)
# Who bought a code is told while nobody else has it.
_BUYER = case(
    (and_(CODES.c.partner.is_(None), CODES.c.client.is_(None)), CODES.c.purchase), else_=null()
)
_HOLDER = (CODES.c.partner, CODES.c.client, _BUYER)
_HOLDERS = Statement(
    select(*_HOLDER, func.count()).where(_ENDING).group_by(*_HOLDER).order_by(*_HOLDER)
)
_OF_HOLDER = Statement(
    select(CODES.c.spelling, CODES.c.coupon, CODES.c.expires, CODES.c.reference, CODES.c.project)
    .where(
        _ENDING,
        *(
            each.is_not_distinct_from(bindparam(name))
            for each, name in zip(_HOLDER, Holder._fields, strict=True)
        ),
    )
    .order_by(CODES.c.expires, CODES.c.code)
    .limit(MOST_LISTED)
)


def announce_expiring(work: Work) -> bool:
    """Tell each holder of the codes that are to expire within a step; whether there is more.

    One transaction tells of one day's of one step, each holder in one notice.
    """
    for stretch in due(work, _KIND, work.book.space.expiring):
        _announce(work, stretch)
        told(work, _KIND, stretch)
        return True
    return False


def _announce(work: Work, stretch: Stretch) -> None:
    where = {"in_space": work.space, **stretch.binds}
    for *holder, count in work.tx.rows(_HOLDERS, **where):
        _tell(work, Holder(*holder), stretch, count)


def _tell(work: Work, holder: Holder, stretch: Stretch, count: int) -> None:
    where = {"in_space": work.space, **stretch.binds}
    rows = work.tx.rows(_OF_HOLDER, **where, **holder._asdict())
    listed = [
        {
            "code": masked(spelling),
            "coupon": coupon,
            "expires": format_instant(expires),
            "reference": reference,
            "project": project,
        }
        for spelling, coupon, expires, reference, project in rows
    ]
    projects = frozenset(row[4] for row in rows if row[4] is not None)
    said = {
        **holder._asdict(),
        "within": str(stretch.step),
        "count": count,
        "listed": listed,
    }
    to = addresses(work, holder, projects)
    work.announce(Notice(_KIND, holder.name, said, holder.partner, to=to))
