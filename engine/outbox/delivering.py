"""Delivering what waits in a space: one try of one message after the other."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from engine.outbox import queue
from engine.outbox.calling import Telephone
from engine.outbox.calls import Calls
from engine.outbox.mailing import Mailer
from engine.outbox.queue import Lane, Message, Outcome
from engine.outbox.webhook_rows import end_webhook
from engine.service.caller import Caller
from engine.service.office import Office
from engine.service.posting import MAIL
from engine.store.database import StoreUnavailable, Transaction

COURIER = Caller("courier")
MOST = 100
"""So many messages a lane sends at a stretch, so that others have their turn."""
STRETCH = 10.0
"""So many seconds after which a lane begins no other message, however slow its receiver is."""
LOG = logging.getLogger("coupon.outbox")


class Sender(Protocol):
    """Tries messages of a lane."""

    def send(self, message: Message) -> Outcome:
        """Try a message; what became of it."""


@dataclass(slots=True)
class Tally:
    """How many messages were delivered, are tried again later, and were given up."""

    delivered: int = 0
    put_off: int = 0
    failed: int = 0

    @property
    def tries(self) -> int:
        """How many messages were tried."""
        return self.delivered + self.put_off + self.failed

    def add(self, other: Tally) -> None:
        """Add what was counted elsewhere."""
        self.delivered += other.delivered
        self.put_off += other.put_off
        self.failed += other.failed


class Delivery:
    """Delivers what waits in a space. Without a mailer mails wait on."""

    def __init__(self, office: Office, telephone: Telephone, mailer: Mailer | None) -> None:
        self.office = office
        self._telephone = telephone
        self._mailer = mailer

    def lanes(self) -> list[Lane]:
        """Where something waits that can be sent."""
        now, mail = self.office.clock(), self._mailer is not None
        with self.office.database.read() as tx:
            return queue.lanes(tx, self.office.space, now, mail=mail)

    def run(self, lane: Lane, stop: Event) -> Tally:
        """Send the messages of a lane, until none is left or its receiver is out of reach.

        What is being tried when it is told to stop is tried to the end. Raises `StoreUnavailable`:
        then what was sent last may be sent once more, when its lease has run out.
        """
        tally, database = Tally(), self.office.database
        ends = time.monotonic() + STRETCH
        with self._sender(lane) as sender:
            message = database.write(lambda tx: queue.take(tx, lane, self.office.clock()))
            while message is not None:
                outcome = _tried(sender, message)
                is_over = stop.is_set() or time.monotonic() >= ends
                message = self._settle(lane, message, outcome, tally, is_over=is_over)
        return tally

    @contextmanager
    def _sender(self, lane: Lane) -> Iterator[Sender]:
        if lane.channel != MAIL:
            yield Calls(self.office, self._telephone)
            return
        assert self._mailer is not None, "without a mailer there is no lane of mails"  # noqa: S101
        with self._mailer.session(self.office) as session:
            yield session

    def _settle(
        self, lane: Lane, message: Message, outcome: Outcome, tally: Tally, *, is_over: bool
    ) -> Message | None:
        """Note what became of a message; the one to try next."""
        if outcome.gone:
            tally.failed += self._ended(lane, outcome)
            return None
        is_over = is_over or outcome.rests or tally.tries + 1 >= MOST

        def work(tx: Transaction) -> tuple[bool, Message | None]:
            now = self.office.clock()
            given_up = queue.settle(tx, lane, message, outcome, now)
            return given_up, None if is_over else queue.take(tx, lane, now)

        given_up, following = self.office.database.write(work)
        if outcome.why is None:
            tally.delivered += 1
        else:
            tally.failed += given_up
            tally.put_off += not given_up
            LOG.warning("%s %s: %s", message.kind, message.id, outcome.why)
        return following

    def _ended(self, lane: Lane, outcome: Outcome) -> int:
        """Switch a webhook off that wants no more; how many messages are given up with it."""
        why = outcome.why or ""
        LOG.warning("webhook %s is switched off: %s", lane.receiver, why)
        return self.office.write(
            lambda task: end_webhook(task, lane.receiver, why), COURIER, alone=True
        )


def _tried(sender: Sender, message: Message) -> Outcome:
    try:
        return sender.send(message)
    except StoreUnavailable:
        raise
    # Whatever is wrong with one message must not stop the others.
    except Exception as error:
        LOG.exception("%s %s can't be sent", message.kind, message.id)
        return Outcome(f"it can't be made: {type(error).__name__}")
