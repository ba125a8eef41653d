"""The rows of webhooks: read, written, switched off."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, case, delete, func, select, update

from engine.outbox import queue
from engine.service.storing import bump
from engine.service.work import Work
from engine.store.database import Transaction
from engine.store.statements import Statement, insertion
from engine.store.tables import WEBHOOKS

_COLUMNS = (
    WEBHOOKS.c.webhook,
    WEBHOOKS.c.url,
    WEBHOOKS.c.events,
    WEBHOOKS.c.secret,
    WEBHOOKS.c.partner,
    WEBHOOKS.c.active,
    WEBHOOKS.c.created,
)
_SPACE = WEBHOOKS.c.space == bindparam("in_space")
_THIS = (_SPACE, WEBHOOKS.c.webhook == bindparam("id"))
_ONE = Statement(select(*_COLUMNS).where(*_THIS))
_LIST = Statement(
    select(*_COLUMNS)
    .where(_SPACE, WEBHOOKS.c.webhook > bindparam("after"))
    .order_by(WEBHOOKS.c.webhook)
    .limit(bindparam("size"))
)
_LIST_OF_PARTNER = Statement(
    select(*_COLUMNS)
    .where(
        _SPACE,
        WEBHOOKS.c.webhook > bindparam("after"),
        WEBHOOKS.c.partner == bindparam("of_partner"),
    )
    .order_by(WEBHOOKS.c.webhook)
    .limit(bindparam("size"))
)
_COUNT = Statement(
    select(
        func.count(), func.count(case((WEBHOOKS.c.partner == bindparam("of_partner"), 1)))
    ).where(_SPACE)
)
_ADD = insertion(WEBHOOKS)
_SET = Statement(
    update(WEBHOOKS)
    .where(*_THIS)
    .values(
        url=bindparam("to_url"),
        events=bindparam("to_events"),
        secret=bindparam("to_secret"),
        active=bindparam("to_active"),
    )
)
_DROP = Statement(delete(WEBHOOKS).where(*_THIS))


class WebhookRow(NamedTuple):
    """A webhook as the store has it; `events` and `secret` are JSON."""

    webhook: str
    url: str
    events: str
    secret: str
    partner: str | None
    active: bool
    created: int


def find_webhook(tx: Transaction, space: str, webhook: str) -> WebhookRow | None:
    """A webhook by its id."""
    row = tx.row(_ONE, in_space=space, id=webhook)
    return None if row is None else WebhookRow(*row)


def list_webhooks(
    tx: Transaction, space: str, partner: str | None, after: str, size: int
) -> list[WebhookRow]:
    """So many webhooks after an id: all, or those of a partner."""
    page = {"in_space": space, "after": after, "size": size}
    if partner is None:
        return [WebhookRow(*row) for row in tx.rows(_LIST, **page)]
    return [WebhookRow(*row) for row in tx.rows(_LIST_OF_PARTNER, **page, of_partner=partner)]


def count_webhooks(tx: Transaction, space: str, partner: str | None) -> tuple[int, int]:
    """How many webhooks there are, and how many of them are a partner's."""
    row = tx.row(_COUNT, in_space=space, of_partner=partner or "")
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


def add_webhook(work: Work, row: WebhookRow) -> None:
    """Write a new webhook, which every process learns of."""
    work.tx.run(_ADD, space=work.space, **row._asdict())
    bump(work)


def set_webhook(work: Work, row: WebhookRow) -> None:
    """Write what has changed about a webhook."""
    work.tx.run(
        _SET,
        in_space=work.space,
        id=row.webhook,
        to_url=row.url,
        to_events=row.events,
        to_secret=row.secret,
        to_active=row.active,
    )
    bump(work)


def drop_webhook(work: Work, webhook: str) -> None:
    """Take a webhook away, and give up what waits for it."""
    work.tx.run(_DROP, in_space=work.space, id=webhook)
    queue.give_up(work.tx, work.space, webhook, work.now, "the webhook was deleted")
    bump(work)


def end_webhook(work: Work, webhook: str, why: str) -> int:
    """Switch a webhook off that wants no more, and give up what waits for it: how many messages."""
    row = find_webhook(work.tx, work.space, webhook)
    if row is not None and row.active:
        set_webhook(work, row._replace(active=False))
        work.note("webhook switched off", webhook, after={"because": why})
    return queue.give_up(work.tx, work.space, webhook, work.now, why)
