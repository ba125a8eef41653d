"""Moving a subscription to a new id: its rows, attached codes, stored facts and counts."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Table, bindparam, delete, exists, select, update

from engine.service.errors import Conflict, NotFound
from engine.service.redeeming.stored_facts import find, store
from engine.service.usage.recount import recount
from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import (
    APPLICATIONS,
    ATTACHED,
    CHARGES,
    GRANTS,
    INVOICES,
    MEMBERS,
    REDEMPTIONS,
    SUBSCRIPTIONS,
)

ID = "subscription.id"


def _of(table: Table) -> Any:  # noqa: ANN401 - a condition
    return (table.c.space == bindparam("space")) & (table.c.subscription == bindparam("old"))


_TAKEN = Statement(
    select(
        exists().where(
            SUBSCRIPTIONS.c.space == bindparam("space"),
            SUBSCRIPTIONS.c.subscription == bindparam("to"),
        )
        | exists().where(
            ATTACHED.c.space == bindparam("space"), ATTACHED.c.account == bindparam("to")
        )
    )
)
_COUPONS = Statement(
    select(REDEMPTIONS.c.coupon)
    .where(_of(REDEMPTIONS))
    .union(select(APPLICATIONS.c.coupon).where(_of(APPLICATIONS)))
)
_ONCE = Statement(
    update(REDEMPTIONS)
    .where(_of(REDEMPTIONS), REDEMPTIONS.c.once.is_not(None))
    .values(once=bindparam("to"))
)
_MOVES = [
    Statement(update(table).where(_of(table)).values(subscription=bindparam("to")))
    for table in (REDEMPTIONS, CHARGES, APPLICATIONS, INVOICES, MEMBERS, GRANTS)
]
_ATTACHED = Statement(
    update(ATTACHED)
    .where(ATTACHED.c.space == bindparam("space"), ATTACHED.c.account == bindparam("old"))
    .values(account=bindparam("to"))
)
_FORGET = Statement(delete(SUBSCRIPTIONS).where(_of(SUBSCRIPTIONS)))
_KEPT = [
    (
        Statement(select(*table.primary_key.columns, table.c.facts).where(_of(table))),
        Statement(
            update(table)
            .filter_by(**binds(*table.primary_key.columns.keys()))
            .values(facts=bindparam("kept"))
        ),
        table.primary_key.columns.keys(),
    )
    for table in (REDEMPTIONS, APPLICATIONS)
]


def move(work: Work, subscription: str, to: str) -> None:
    """Move everything of a subscription to an id that nothing has yet.

    Raises `NotFound` where there is no such subscription, `Conflict` where the new id is taken.
    """
    facts = find(work, subscription)
    if facts is None:
        raise NotFound(f"nothing is known of a subscription `{subscription}`")
    taken = work.tx.row(_TAKEN, space=work.space, to=to)
    if to == subscription or (taken is not None and taken[0]):
        raise Conflict(
            f"the subscription `{to}` has redemptions, charges, facts or codes of its own",
            "move to an id that nothing has yet",
        )
    where = {"space": work.space, "old": subscription}
    coupons = [name for (name,) in work.tx.rows(_COUPONS, **where)]
    _rename_facts(work, subscription, to)
    work.tx.run(_ONCE, **where, to=to)
    for statement in (*_MOVES, _ATTACHED):
        work.tx.run(statement, **where, to=to)
    work.tx.run(_FORGET, **where)
    own = {**facts.get("subscription", {}), "id": to}
    customer = facts.get("customer", {}).get("id")
    store(work, to, {**facts, "subscription": own} if facts else {}, customer)
    for name in sorted(coupons):
        recount(work.tx, work.space, work.book.coupons[name].ready)
    work.note("moved", subscription, {"subscription": subscription}, {"subscription": to}, customer)


def _rename_facts(work: Work, subscription: str, to: str) -> None:
    """Give the kept facts of rows the new id."""
    for read, write, key in _KEPT:
        for *where, text in work.tx.rows(read, space=work.space, old=subscription):
            facts = {**msgspec.json.decode(text), ID: to}
            kept = msgspec.json.encode(facts).decode()
            work.tx.run(write, **dict(zip(key, where, strict=True)), kept=kept)
