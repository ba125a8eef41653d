"""The messages that wait: which is next, who is at work on it, and what became of it.

Any process may deliver. Who does takes a lease by a write on a condition, which one of several
succeeds in; the lease of a process that died runs out. A message is not tried while an earlier one
of the same receiver and subject waits.
"""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, null, or_, select, update

from engine.calendar import SECOND
from engine.service.posting import MAIL, MAILED_FOR, WEBHOOK
from engine.store.database import Transaction
from engine.store.statements import Statement
from engine.store.tables import OUTBOX, WEBHOOKS

MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
PAUSES = (
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
)
"""How long a message waits after each try that failed; after one more it is given up."""
LEASES = {WEBHOOK: 2 * MINUTE, MAIL: 15 * MINUTE}
"""How long nobody else tries a message: well longer than any try takes."""
REST = 5 * MINUTE
"""So long at most a receiver that can't be reached is left alone."""

_EARLIER = OUTBOX.alias("earlier")
_SPACE = OUTBOX.c.space == bindparam("in_space")
_THIS = and_(_SPACE, OUTBOX.c.message == bindparam("id"))
_MINE = and_(_THIS, OUTBOX.c.lease == bindparam("mine"))
_WAITS = and_(
    OUTBOX.c.due <= bindparam("now"),
    or_(OUTBOX.c.leased_until.is_(None), OUTBOX.c.leased_until <= bindparam("now")),
)
_FIRST = ~exists().where(
    _EARLIER.c.space == OUTBOX.c.space,
    _EARLIER.c.receiver == OUTBOX.c.receiver,
    _EARLIER.c.subject == OUTBOX.c.subject,
    _EARLIER.c.due.is_not(None),
    _EARLIER.c.message < OUTBOX.c.message,
)
_COLUMNS = (
    OUTBOX.c.message,
    OUTBOX.c.channel,
    OUTBOX.c.receiver,
    OUTBOX.c.kind,
    OUTBOX.c.subject,
    OUTBOX.c.body,
    OUTBOX.c.partner,
    OUTBOX.c.created,
    OUTBOX.c.tries,
)


def _next(of: ColumnElement[bool]) -> Statement:
    found = select(*_COLUMNS).where(_SPACE, of, _WAITS, _FIRST)
    # Of those that waited for their receiver together the one that failed goes last.
    return Statement(found.order_by(OUTBOX.c.due, OUTBOX.c.tries, OUTBOX.c.message).limit(1))


_OFF = exists().where(
    WEBHOOKS.c.space == OUTBOX.c.space,
    WEBHOOKS.c.webhook == OUTBOX.c.receiver,
    ~WEBHOOKS.c.active,
)
_NEXT = {
    WEBHOOK: _next(and_(OUTBOX.c.receiver == bindparam("of"), OUTBOX.c.channel == WEBHOOK, ~_OFF)),
    MAIL: _next(OUTBOX.c.channel == bindparam("of")),
}
_MAIL_WAITS = Statement(
    select(OUTBOX.c.message).where(_SPACE, OUTBOX.c.channel == MAIL, _WAITS).limit(1)
)
_WEBHOOKS_WAIT = Statement(
    select(WEBHOOKS.c.webhook)
    .where(
        WEBHOOKS.c.space == bindparam("in_space"),
        WEBHOOKS.c.active,
        exists().where(
            OUTBOX.c.space == WEBHOOKS.c.space, OUTBOX.c.receiver == WEBHOOKS.c.webhook, _WAITS
        ),
    )
    .order_by(WEBHOOKS.c.webhook)
)
_LEASE = Statement(
    update(OUTBOX)
    .where(_THIS, _WAITS)
    .values(lease=bindparam("mine"), leased_until=bindparam("until"))
)
_FREE: dict[str, Any] = {"lease": null(), "leased_until": null()}
_DELIVERED = Statement(
    update(OUTBOX)
    .where(_MINE)
    .values(**_FREE, due=null(), delivered=bindparam("at"), tries=bindparam("n"), error=null())
)
_AGAIN = Statement(
    update(OUTBOX)
    .where(_MINE)
    .values(**_FREE, due=bindparam("then"), tries=bindparam("n"), error=bindparam("why"))
)
_FAILED = Statement(
    update(OUTBOX)
    .where(_MINE)
    .values(
        **_FREE, due=null(), failed=bindparam("at"), tries=bindparam("n"), error=bindparam("why")
    )
)


def _postponed(of: ColumnElement[bool]) -> Statement:
    free = (OUTBOX.c.due < bindparam("then"), OUTBOX.c.lease.is_(None))
    return Statement(update(OUTBOX).where(_SPACE, of, *free).values(due=bindparam("then")))


_POSTPONE = {
    WEBHOOK: _postponed(OUTBOX.c.receiver == bindparam("of")),
    MAIL: _postponed(OUTBOX.c.channel == bindparam("of")),
}
_WAITING = Statement(
    select(func.count(), func.max(OUTBOX.c.error)).where(
        _SPACE, OUTBOX.c.receiver == bindparam("to"), OUTBOX.c.due.is_not(None)
    )
)
_MAIL_WAITING = Statement(
    select(func.count(), func.max(OUTBOX.c.error)).where(
        _SPACE,
        OUTBOX.c.receiver == bindparam("to"),
        OUTBOX.c.due.is_not(None),
        OUTBOX.c.body.contains(bindparam("mark")),
    )
)
_GIVE_UP = Statement(
    update(OUTBOX)
    .where(_SPACE, OUTBOX.c.receiver == bindparam("to"), OUTBOX.c.due.is_not(None))
    .values(**_FREE, due=null(), failed=bindparam("at"), error=bindparam("why"))
)


class Lane(NamedTuple):
    """Messages that one thread sends one after the other: those to a webhook, or all mails."""

    space: str
    channel: str
    receiver: str


class Message(NamedTuple):
    """A message that is ours to send, as long as its lease lasts."""

    lease: str
    id: str
    channel: str
    receiver: str
    kind: str
    subject: str
    body: str
    partner: str | None
    created: int
    tries: int


class Outcome(NamedTuple):
    """What became of a try: why it failed, if it did.

    `rests` says that the receiver is out of reach, and left alone for a while; `gone` that it wants
    no more.
    """

    why: str | None = None
    rests: bool = False
    gone: bool = False


def lanes(tx: Transaction, space: str, now: int, *, mail: bool) -> list[Lane]:
    """Where something waits to be sent; `mail` says whether mails can be sent at all."""
    rows = tx.rows(_WEBHOOKS_WAIT, in_space=space, now=now)
    found = [Lane(space, WEBHOOK, webhook) for (webhook,) in rows]
    if mail and tx.row(_MAIL_WAITS, in_space=space, now=now) is not None:
        found.append(Lane(space, MAIL, MAIL))
    return found


def take(tx: Transaction, lane: Lane, now: int) -> Message | None:
    """The next message of a lane, under a lease of ours; None where none waits."""
    while True:
        row = tx.row(_NEXT[lane.channel], in_space=lane.space, of=lane.receiver, now=now)
        if row is None:
            return None
        mine = secrets.token_hex(8)
        until = now + LEASES[lane.channel]
        here = {"in_space": lane.space, "id": row[0]}
        if tx.run(_LEASE, **here, now=now, mine=mine, until=until) == 1:
            return Message(mine, *row)


def settle(tx: Transaction, lane: Lane, message: Message, outcome: Outcome, now: int) -> bool:
    """Note what became of a message that is still ours; whether it was given up.

    It is tried again after a pause, and given up after the last.
    """
    ours = {"in_space": lane.space, "id": message.id, "mine": message.lease}
    n = message.tries + 1
    if outcome.why is None:
        tx.run(_DELIVERED, **ours, at=now, n=n)
        return False
    if outcome.rests:
        _rest(tx, lane, message, now)
    if message.tries < len(PAUSES):
        then = now + PAUSES[message.tries]
        tx.run(_AGAIN, **ours, then=then, n=n, why=outcome.why)
        return False
    return tx.run(_FAILED, **ours, at=now, n=n, why=outcome.why) == 1


def _rest(tx: Transaction, lane: Lane, message: Message, now: int) -> None:
    """Leave a receiver alone that could not be reached: whatever else waits for it waits on."""
    pause = min(PAUSES[min(message.tries, len(PAUSES) - 1)], REST)
    tx.run(_POSTPONE[lane.channel], in_space=lane.space, of=lane.receiver, then=now + pause)


def give_up(tx: Transaction, space: str, receiver: str, now: int, why: str) -> int:
    """Give up whatever waits for a receiver; how many messages that was."""
    return tx.run(_GIVE_UP, in_space=space, to=receiver, at=now, why=why)


def waiting_for(
    tx: Transaction, space: str, place: tuple[str, str], webhook: str
) -> tuple[int, str | None]:
    """How many messages wait for a webhook where it is told, and why one of them was not taken."""
    channel, receiver = place
    if channel == WEBHOOK:
        row = tx.row(_WAITING, in_space=space, to=receiver)
    else:
        mark = f'"{MAILED_FOR}":"{webhook}"'
        row = tx.row(_MAIL_WAITING, in_space=space, to=receiver, mark=mark)
    return (0, None) if row is None else (int(row[0]), row[1])
