"""What is in the outbox: what waits and why, what was given up, and trying that again."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec
from sqlalchemy import ColumnElement, bindparam, null, select, update

from engine.calendar import format_instant
from engine.service.caller import Caller
from engine.service.cursors import read_cursor, write_cursor
from engine.service.errors import Conflict, NotFound
from engine.service.office import Office
from engine.service.posting import MAIL
from engine.service.settings import SMTP_URL
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import OUTBOX

State: TypeAlias = Literal["waiting", "delivered", "failed"]
STATES: tuple[State, ...] = ("waiting", "delivered", "failed")

_SPACE = OUTBOX.c.space == bindparam("in_space")
_THIS = (_SPACE, OUTBOX.c.message == bindparam("id"))
_COLUMNS = (
    OUTBOX.c.message,
    OUTBOX.c.kind,
    OUTBOX.c.channel,
    OUTBOX.c.receiver,
    OUTBOX.c.subject,
    OUTBOX.c.created,
    OUTBOX.c.due,
    OUTBOX.c.tries,
    OUTBOX.c.delivered,
    OUTBOX.c.failed,
    OUTBOX.c.error,
)


def _page(of: ColumnElement[bool]) -> Statement:
    found = select(*_COLUMNS).where(_SPACE, of, OUTBOX.c.message > bindparam("after"))
    return Statement(found.order_by(OUTBOX.c.message).limit(bindparam("size")))


_PAGES = {
    "waiting": _page(OUTBOX.c.due.is_not(None)),
    "delivered": _page(OUTBOX.c.delivered.is_not(None)),
    "failed": _page(OUTBOX.c.failed.is_not(None)),
}
_ONE = Statement(select(*_COLUMNS).where(*_THIS))
_AGAIN = {"due": bindparam("now"), "tries": 0, "failed": null()}
_RETRY = Statement(update(OUTBOX).where(*_THIS, OUTBOX.c.delivered.is_(None)).values(_AGAIN))
_RETRY_ALL = Statement(update(OUTBOX).where(_SPACE, OUTBOX.c.failed.is_not(None)).values(_AGAIN))


class ListedMessage(msgspec.Struct, frozen=True):
    """A message of the outbox. `because` says why it was not delivered yet."""

    id: str
    state: State
    kind: str
    channel: str
    receiver: str
    subject: str
    created: str
    tries: int
    next: str | None
    because: str | None


class ListedMessages(msgspec.Struct, frozen=True):
    """A part of the outbox; `next` is the cursor of the part after it."""

    messages: tuple[ListedMessage, ...]
    next: str | None


class Retried(msgspec.Struct, frozen=True):
    """How many messages are tried again at once."""

    messages: int


class Outbox:
    """The outbox of a space. `mails` says whether a server is set that mails go to."""

    def __init__(self, office: Office, *, mails: bool) -> None:
        self._office = office
        self._mails = mails

    def list(self, state: State, cursor: str | None, limit: int, caller: Caller) -> ListedMessages:
        """So many messages after a cursor, the oldest first."""
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def work(task: Work) -> ListedMessages:
            found = {"in_space": task.space, "after": after, "size": limit + 1}
            rows = task.tx.rows(_PAGES[state], **found)
            shown = tuple(self._shown(state, *row) for row in rows[:limit])
            more = write_cursor((shown[-1].id,)) if len(rows) > limit else None
            return ListedMessages(shown, more)

        return self._office.read(work, caller)

    def retry(self, message: str | None, caller: Caller) -> Retried:
        """Try a message again at once, or all that were given up.

        Raises `NotFound`, and `Conflict` for one that was delivered.
        """

        def work(task: Work) -> Retried:
            if message is None:
                done = task.tx.run(_RETRY_ALL, in_space=task.space, now=task.now)
            else:
                done = self._retry(task, message)
            if done:
                task.note("outbox retried", message or task.space, after={"messages": done})
            return Retried(done)

        return self._office.write(work, caller)

    def _retry(self, task: Work, message: str) -> int:
        done = task.tx.run(_RETRY, in_space=task.space, id=message, now=task.now)
        if done:
            return done
        if task.tx.row(_ONE, in_space=task.space, id=message) is None:
            raise NotFound(f"no message has the id `{message}`", "`coupon outbox list` shows them")
        raise Conflict(f"the message `{message}` was delivered", "it is not sent twice")

    def _shown(
        self,
        state: State,
        message: str,
        kind: str,
        channel: str,
        receiver: str,
        subject: str,
        created: int,
        due: int | None,
        tries: int,
        _delivered: int | None,
        _failed: int | None,
        error: str | None,
    ) -> ListedMessage:
        if state == "waiting" and channel == MAIL and not self._mails:
            error = f"{SMTP_URL.variable} names no server that sends mail"
        return ListedMessage(
            message,
            state,
            kind,
            channel,
            receiver,
            subject,
            format_instant(created),
            tries,
            None if due is None else format_instant(due),
            error,
        )
