"""The courier: delivers what waits in every space, again and again or once.

In `coupon serve` it is one thread beside the server's processes, not one in each: they answer
requests, and however many there are, receivers are called no more often. It needs no other of its
kind to be away: leases in the store keep several from sending a message at once.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

from engine.calendar import SECOND
from engine.outbox.calling import Telephone
from engine.outbox.delivering import Delivery, Tally
from engine.outbox.mailing import Mailer, read_mailer
from engine.outbox.queue import Lane
from engine.outbox.schedule import announce_due
from engine.service.errors import ServiceError
from engine.service.office import Clock, Office, system_clock
from engine.service.settings import WEBHOOK_NETWORKS, networks_of
from engine.service.spaces import names
from engine.store.database import Database, StoreUnavailable

LANES = 8
"""So many receivers are called at the same time."""
POLL_SECONDS = 1.0
SCHEDULED_EVERY = 60 * SECOND
_LOG = logging.getLogger("coupon.outbox")


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
    """Delivers what waits in the spaces of a database."""

    def __init__(self, database: Database, means: Means, clock: Clock = system_clock) -> None:
        self._database = database
        self._means = means
        self._clock = clock
        self._offices: dict[str, Delivery] = {}
        self._running: dict[Lane, Future[Tally]] = {}
        self._scheduled = 0

    def follow(self, stop: Event) -> None:
        """Deliver until told to stop, and then finish what is being sent."""
        with ThreadPoolExecutor(LANES, "courier") as pool:
            while not stop.is_set():
                self._reaped()
                try:
                    self._round(pool, stop)
                except (ServiceError, StoreUnavailable) as error:
                    _LOG.warning("the outbox can't be looked at: %s", error)
                stop.wait(POLL_SECONDS)
        self._reaped()

    def deliver(self) -> Tally:
        """Announce what is due and deliver what waits, each message once."""
        stop, tally = Event(), Tally()
        self._announce()
        with ThreadPoolExecutor(LANES, "courier") as pool:
            while lanes := self._lanes():
                done = [pool.submit(self._of(lane.space).run, lane, stop) for lane in lanes]
                before = tally.tries
                for each in done:
                    tally.add(each.result())
                if tally.tries == before:
                    break
        return tally

    def _round(self, pool: ThreadPoolExecutor, stop: Event) -> None:
        if self._clock() - self._scheduled >= SCHEDULED_EVERY:
            self._announce()
            self._scheduled = self._clock()
        for lane in self._lanes():
            if lane not in self._running:
                self._running[lane] = pool.submit(self._of(lane.space).run, lane, stop)

    def _lanes(self) -> list[Lane]:
        return [lane for space in names(self._database) for lane in self._of(space).lanes()]

    def _announce(self) -> None:
        for space in names(self._database):
            announce_due(self._of(space).office)

    def _reaped(self) -> None:
        """Forget the lanes that have come to their end."""
        for lane, future in list(self._running.items()):
            if future.done():
                del self._running[lane]
                error = future.exception()
                if error is not None:
                    _LOG.error("%s of %s broke off", lane.receiver, lane.space, exc_info=error)

    def _of(self, space: str) -> Delivery:
        """The delivery of a space, whose office keeps what it has loaded."""
        found = self._offices.get(space)
        if found is None:
            office = Office(self._database, space, self._clock)
            found = Delivery(office, self._means.telephone, self._means.mailer)
            self._offices[space] = found
        return found
