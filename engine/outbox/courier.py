"""The courier: delivers what waits in every space, again and again or once.

In `coupon serve` it is one thread beside the server's processes, not one in each: they answer
requests, and however many there are, receivers are called no more often. It needs no other of its
kind to be away: leases in the store keep several from sending a message at once.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Event

from engine.calendar import SECOND
from engine.outbox.calling import Telephone
from engine.outbox.delivering import LOG, Delivery, Tally
from engine.outbox.mailing import Mailer, read_mailer
from engine.outbox.queue import Lane
from engine.outbox.schedule import announce_due
from engine.outbox.workers import Workers
from engine.service.office import Clock, Office, system_clock
from engine.service.posting import MAIL, WEBHOOK
from engine.service.settings import WEBHOOK_NETWORKS, networks_of
from engine.service.spaces import names
from engine.store.database import Database

CALLERS, MAILERS = 6, 2
"""So many receivers are called at the same time, and so many spaces' mails are sent beside."""
LINGERS = 5.0
"""So many seconds what is being sent has to finish when the service stops."""
POLL_SECONDS = 1.0
SCHEDULED_EVERY = 60 * SECOND


@dataclass(frozen=True, slots=True)
class Means:
    """How messages are sent. Without a mailer mails wait."""

    telephone: Telephone
    mailer: Mailer | None = None


def read_means(environment: Mapping[str, str] = os.environ) -> Means:
    """How messages are sent, as the environment says. Raises `BadSetting`."""
    networks = networks_of(WEBHOOK_NETWORKS, environment)
    return Means(Telephone(networks), read_mailer(environment))


class Courier:
    """Delivers what waits in the spaces of a database. What goes wrong in one harms no other."""

    def __init__(self, database: Database, means: Means, clock: Clock = system_clock) -> None:
        self._database = database
        self._means = means
        self._clock = clock
        self._offices: dict[str, Delivery] = {}
        self._running: set[Lane] = set()
        self._scheduled = 0

    def follow(self, stop: Event) -> None:
        """Deliver until told to stop, and give what is being sent a few seconds to finish.

        What has not finished then is sent again when its lease has run out.
        """
        workers = {WEBHOOK: Workers(CALLERS, "courier"), MAIL: Workers(MAILERS, "courier of mail")}
        while not stop.is_set():
            self._round(workers, stop)
            stop.wait(POLL_SECONDS)
        ends = time.monotonic() + LINGERS
        for each in workers.values():
            if not each.finish(max(0.0, ends - time.monotonic())):
                LOG.warning("what was being sent is left: it is sent again by whoever is next")

    def deliver(self) -> Tally:
        """Announce what is due and deliver what waits, each message once.

        Raises what went wrong first, once all the rest is done.
        """
        stop, tally, failed = Event(), Tally(), list[Exception]()
        self._announce(failed)
        with ThreadPoolExecutor(CALLERS + MAILERS, "courier") as pool:
            while lanes := self._lanes(failed):
                before = tally.tries
                done = [pool.submit(self._run, lane, stop, failed) for lane in lanes]
                for each in done:
                    tally.add(each.result())
                if tally.tries == before:
                    break
        if failed:
            raise failed[0]
        return tally

    def _round(self, workers: dict[str, Workers], stop: Event) -> None:
        now = self._clock()
        if now - self._scheduled >= SCHEDULED_EVERY:
            # First, so that what can't be announced is not tried again at once.
            self._scheduled = now
            self._announce([])
        for lane in self._lanes([]):
            if lane not in self._running:
                self._running.add(lane)
                workers[lane.channel].submit(partial(self._job, lane, stop))

    def _job(self, lane: Lane, stop: Event) -> None:
        try:
            if not stop.is_set():
                self._run(lane, stop, [])
        finally:
            self._running.discard(lane)

    def _run(self, lane: Lane, stop: Event, failed: list[Exception]) -> Tally:
        """Send the messages of a lane."""
        with _noted(failed, f"{lane.receiver} of {lane.space} broke off"):
            return self._of(lane.space).run(lane, stop)
        return Tally()

    def _lanes(self, failed: list[Exception]) -> list[Lane]:
        found: list[Lane] = []
        for space in self._spaces(failed):
            with _noted(failed, f"the outbox of {space} can't be looked at"):
                found += self._of(space).lanes()
        return found

    def _announce(self, failed: list[Exception]) -> None:
        for space in self._spaces(failed):
            with _noted(failed, f"what is due in {space} can't be announced"):
                announce_due(self._of(space).office)

    def _spaces(self, failed: list[Exception]) -> list[str]:
        with _noted(failed, "the spaces can't be listed"):
            return list(names(self._database))
        return []

    def _of(self, space: str) -> Delivery:
        """The delivery of a space, whose office keeps what it has loaded."""
        found = self._offices.get(space)
        if found is None:
            office = Office(self._database, space, self._clock)
            found = Delivery(office, self._means.telephone, self._means.mailer)
            self._offices[space] = found
        return found


@contextmanager
def _noted(failed: list[Exception], what: str) -> Iterator[None]:
    """Log whatever goes wrong, and go on."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - one mistake must not silence all spaces
        LOG.exception("%s", what)
        failed.append(error)
