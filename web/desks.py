"""The use cases of each space that a process has been asked for."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from engine.service.accounts import Accounts
from engine.service.billing import Billing
from engine.service.changes import Changes
from engine.service.charges import Charging
from engine.service.coupons import Coupons
from engine.service.decisions_kept import Decisions
from engine.service.erasing import Erasure
from engine.service.evaluations import Evaluations
from engine.service.office import Clock, Office, system_clock
from engine.service.rates import RatesBook
from engine.service.redemptions import Redemptions
from engine.service.subscriptions import Subscriptions
from engine.store.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """The use cases of one space, ready to be asked."""

    office: Office
    evaluations: Evaluations
    redemptions: Redemptions
    charging: Charging
    accounts: Accounts
    subscriptions: Subscriptions
    erasure: Erasure
    billing: Billing
    changes: Changes
    coupons: Coupons
    decisions: Decisions
    rates: RatesBook

    @classmethod
    def of(cls, office: Office) -> Desk:
        """The use cases of an office."""
        return cls(
            office,
            Evaluations(office),
            Redemptions(office),
            Charging(office),
            Accounts(office),
            Subscriptions(office),
            Erasure(office),
            Billing(office),
            Changes(office),
            Coupons(office),
            Decisions(office),
            RatesBook(office),
        )


class Desks:
    """A desk for each space of a database, made when it is first asked for."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self.database = database
        self._clock = clock
        self._lock = Lock()
        self._made: dict[str, Desk] = {}

    def of(self, space: str) -> Desk:
        """The desk of a space: always the same, as what it has loaded is worth keeping."""
        found = self._made.get(space)
        if found is not None:
            return found
        with self._lock:
            return self._made.setdefault(space, Desk.of(Office(self.database, space, self._clock)))
