"""Where what a webhook is told goes, and taking along what waits when that changes."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import bindparam, null, select, update

from engine.outbox.webhook_rows import WebhookRow
from engine.service.posting import MAILED_FOR, WEBHOOK, receiver_of
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import OUTBOX

_WAITING = Statement(
    select(OUTBOX.c.message, OUTBOX.c.body)
    .where(
        OUTBOX.c.space == bindparam("in_space"),
        OUTBOX.c.receiver == bindparam("of"),
        OUTBOX.c.due.is_not(None),
    )
    .order_by(OUTBOX.c.message)
)
_REDIRECT = Statement(
    update(OUTBOX)
    .where(OUTBOX.c.space == bindparam("in_space"), OUTBOX.c.message == bindparam("id"))
    .values(
        channel=bindparam("by"),
        receiver=bindparam("to"),
        body=bindparam("said"),
        due=bindparam("now"),
        tries=0,
        error=null(),
    )
)


def place_of(row: WebhookRow) -> tuple[str, str]:
    """By which channel, and where, a webhook is told: one that is off has what waits at itself."""
    return receiver_of(row.webhook, row.url) if row.active else (WEBHOOK, row.webhook)


def redirect(work: Work, webhook: str, before: tuple[str, str], after: tuple[str, str]) -> None:
    """Have what waits for a webhook go where it is told now.

    What waits for the same address, but not for the webhook, stays where it is.
    """
    if before == after:
        return
    channel, receiver = after
    here = {"in_space": work.space, "by": channel, "to": receiver, "now": work.now}
    waiting = work.tx.rows(_WAITING, in_space=work.space, of=before[1])
    said = {message: msgspec.json.decode(body) for message, body in waiting}
    changed = [
        {**here, "id": message, "said": _addressed(each, webhook, channel)}
        for message, each in said.items()
        if before[0] == WEBHOOK or each.get(MAILED_FOR) == webhook
    ]
    work.tx.run_many(_REDIRECT, changed)


def _addressed(said: dict[str, Any], webhook: str, channel: str) -> str:
    told = {key: each for key, each in said.items() if key != MAILED_FOR}
    mark = {} if channel == WEBHOOK else {MAILED_FOR: webhook}
    return msgspec.json.encode({**told, **mark}).decode()
