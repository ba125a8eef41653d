"""`inventory.review`: each month, what became of the codes of each client and partner."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, exists, func, select

from engine.calendar import Duration, Unit, local_time, plus
from engine.inventory.code_rows import in_inventory
from engine.outbox.ahead import WHOLE, move, noticed, zone_of
from engine.outbox.holders import Holder, addresses
from engine.service.codes.code_state import status_column
from engine.service.notices import Notice
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import CLIENTS, CODES, NOTICED

CHUNK = 50
"""So many clients one transaction tells."""
SOON = Duration(3, Unit.MONTH)
_KIND: Any = "inventory.review"
_STARTED = "started"
_DONE = exists().where(
    NOTICED.c.space == CLIENTS.c.space,
    NOTICED.c.kind == _KIND,
    NOTICED.c.subject == CLIENTS.c.client,
    NOTICED.c.step == bindparam("month"),
)
_CLIENTS = Statement(
    select(CLIENTS.c.client, CLIENTS.c.partner)
    .where(CLIENTS.c.space == bindparam("in_space"), ~_DONE)
    .order_by(CLIENTS.c.client)
    .limit(CHUNK)
)
_LEFT = ("unused", "reserved")
STATUSES = (*_LEFT, "redeemed", "activated", "expired", "cancelled")


def _counted(work: Work, of: ColumnElement[bool]) -> Statement:
    soon = case((CODES.c.expires <= bindparam("soon"), 1), else_=0)
    each = (
        select(status_column(work).label("status"), soon.label("soon"))
        .where(CODES.c.space == bindparam("in_space"), of, in_inventory())
        .subquery()
    )
    grouped = select(each.c.status, func.count(), func.sum(each.c.soon)).group_by(each.c.status)
    return Statement(grouped)


def announce_reviews(work: Work) -> bool:
    """Tell of this month's inventories; whether there is more to tell.

    A space whose first month this is has nothing to review yet.
    """
    month = f"{local_time(work.now, zone_of(work)):%Y-%m}"
    if noticed(work, _KIND, WHOLE, month) is not None:
        return False
    if noticed(work, _KIND, WHOLE, _STARTED) is None:
        move(work, _KIND, WHOLE, _STARTED, work.now)
        move(work, _KIND, WHOLE, month, work.now)
        return False
    rows = work.tx.rows(_CLIENTS, in_space=work.space, month=month)
    for client, partner in rows:
        _announce(work, Holder(partner, client), month)
    if len(rows) == CHUNK:
        return True
    for partner in work.book.partners:
        _announce(work, Holder(partner, None), month)
    move(work, _KIND, WHOLE, month, work.now)
    return False


def _announce(work: Work, holder: Holder, month: str) -> None:
    """Tell a holder who has codes what became of them."""
    if holder.client is not None:
        move(work, _KIND, holder.client, month, work.now)
    counts = _counts(work, holder)
    if any(counts.values()):
        said: dict[str, object] = {
            "partner": holder.partner,
            "client": holder.client,
            "month": month,
        }
        said["counts"] = counts
        to = addresses(work, holder) if holder.client is None else _of_client(work, holder)
        work.announce(Notice(_KIND, holder.name, said, holder.partner, to=to))


def _of_client(work: Work, holder: Holder) -> tuple[str, ...]:
    """Who looks after a client's codes; its partner has a review of all of its own."""
    return addresses(work, holder._replace(partner=None))


def _counts(work: Work, holder: Holder) -> dict[str, int]:
    """How many codes a holder has, by what became of them, and how many soon expire unused."""
    of = CODES.c.partner if holder.client is None else CODES.c.client
    soon = plus(work.now, SOON, zone_of(work))
    whose = holder.client or holder.partner
    counted = _counted(work, of == bindparam("whose"))
    rows = work.tx.rows(counted, in_space=work.space, whose=whose, soon=soon)
    found = {status: (int(count), int(ending)) for status, count, ending in rows}
    counts = {status: found.get(status, (0, 0))[0] for status in STATUSES}
    counts["expiring_within_3_months"] = sum(found.get(each, (0, 0))[1] for each in _LEFT)
    return counts
