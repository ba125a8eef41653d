"""Writing what is announced to the outbox, in the transaction that did it.

Messages are numbered by their moments in the order of commits: who is told of several things of one
subject is told in their order, whatever the clocks of several machines say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from engine.calendar import Instant, format_instant
from engine.service.moments import fresh_id, moment_in
from engine.service.notices import BUYERS_ONLY, Notice
from engine.service.work import Work
from engine.store.statements import Statement, insertion
from engine.store.tables import OUTBOX

MAIL, WEBHOOK = "mail", "webhook"
MAILTO = "mailto:"
MAILED_FOR = "webhook"
"""What in a mail's body names the webhook that alone it is sent for."""

_ADD = insertion(OUTBOX)
_LAST = Statement(
    select(OUTBOX.c.message)
    .where(OUTBOX.c.space == bindparam("space"))
    .order_by(OUTBOX.c.message.desc())
    .limit(1)
)


def post(work: Work, now: Instant) -> None:
    """Write a message for each who is told of what was announced.

    To be called under the seal, which keeps the order of messages that of commits.
    """
    told = [(notice, *to) for notice in work.notices for to in receivers(work, notice)]
    if told:
        _write(work, now, told)


def post_test(work: Work, webhook: str, url: str, now: Instant) -> str:
    """Write a message to one webhook that says it is a test; the id of the message."""
    notice = Notice("webhook.test", webhook, {"webhook": webhook})
    (message,) = _write(work, now, [(notice, *receiver_of(webhook, url), webhook)])
    return message


def receivers(work: Work, notice: Notice) -> Iterator[tuple[str, str, str | None]]:
    """By which channel, where, and for which webhook alone a notice is told: each address once."""
    heard = [each for each in work.book.listeners if each.hears(notice.kind, notice.partner)]
    found: dict[tuple[str, str], str | None] = {}
    for each in heard:
        found.setdefault(receiver_of(each.webhook, each.url), each.webhook)
    found.update(dict.fromkeys((MAIL, address) for address in notice.to))
    yield from ((*place, webhook) for place, webhook in found.items())


def receiver_of(webhook: str, url: str) -> tuple[str, str]:
    """By which channel, and where, a webhook is told."""
    is_mail = url.startswith(MAILTO)
    return (MAIL, url.removeprefix(MAILTO)) if is_mail else (WEBHOOK, webhook)


def _write(
    work: Work, now: Instant, told: Sequence[tuple[Notice, str, str, str | None]]
) -> list[str]:
    first = max(now, _last_moment(work) + 1)
    rows = [_row(work, Instant(first + place), *each) for place, each in enumerate(told)]
    work.tx.run_many(_ADD, rows)
    return [str(row["message"]) for row in rows]


def _last_moment(work: Work) -> int:
    row = work.tx.row(_LAST, space=work.space)
    return 0 if row is None else moment_in(row[0])


def _row(
    work: Work, moment: Instant, notice: Notice, channel: str, receiver: str, webhook: str | None
) -> dict[str, object]:
    data = notice.data if receiver in notice.to else _public(notice.data)
    said = {"type": notice.kind, "timestamp": format_instant(work.now), "data": data}
    if channel == MAIL and webhook is not None:
        said[MAILED_FOR] = webhook
    return {
        "space": work.space,
        "message": fresh_id(moment),
        "receiver": receiver,
        "channel": channel,
        "kind": notice.kind,
        "subject": notice.subject,
        "body": msgspec.json.encode(said).decode(),
        "customer": notice.customer,
        "partner": notice.partner,
        "created": work.now,
        "due": work.now,
        "tries": 0,
        "lease": None,
        "leased_until": None,
        "delivered": None,
        "failed": None,
        "error": None,
    }


def _public(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in data.items() if key not in BUYERS_ONLY}
