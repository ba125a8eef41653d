"""The use cases of each space that a process has been asked for."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from engine.codes.key_ring import read_key_ring
from engine.service.billing.billing import Billing
from engine.service.billing.charges import Charging
from engine.service.billing.evaluations import Evaluations
from engine.service.changes.changes import Changes
from engine.service.changes.coupons import Coupons
from engine.service.changes.rates import RatesBook
from engine.service.codes.batches_shown import Batches
from engine.service.codes.code_files import CodeFiles
from engine.service.codes.codes import Codes
from engine.service.codes.issuing import Issuing
from engine.service.codes.validation import Validations
from engine.service.guessing import FREE, Budget
from engine.service.keeping.decisions_kept import Decisions
from engine.service.keeping.erasing import Erasure
from engine.service.office import Clock, Office, system_clock
from engine.service.redeeming.accounts import Accounts
from engine.service.redeeming.redemptions import Redemptions
from engine.service.redeeming.subscriptions import Subscriptions
from engine.store.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """The use cases of one space, ready to be asked."""

    office: Office
    evaluations: Evaluations
    validations: Validations
    redemptions: Redemptions
    charging: Charging
    accounts: Accounts
    subscriptions: Subscriptions
    erasure: Erasure
    billing: Billing
    changes: Changes
    coupons: Coupons
    codes: Codes
    issuing: Issuing
    code_files: CodeFiles
    batches: Batches
    decisions: Decisions
    rates: RatesBook

    @classmethod
    def of(cls, office: Office) -> Desk:
        """The use cases of an office."""
        return cls(
            office,
            Evaluations(office),
            Validations(office),
            Redemptions(office),
            Charging(office),
            Accounts(office),
            Subscriptions(office),
            Erasure(office),
            Billing(office),
            Changes(office),
            Coupons(office),
            Codes(office),
            Issuing(office),
            CodeFiles(office),
            Batches(office),
            Decisions(office),
            RatesBook(office),
        )


class Desks:
    """A desk for each space of a database, made when it is first asked for.

    All seal their codes with the same keys, as the variable has them, and have the same budget
    for guesses.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock = system_clock,
        seal_keys: str = "",
        budget: Budget = FREE,
    ) -> None:
        self.database = database
        self._clock = clock
        self._seal_keys = seal_keys
        self._budget = budget
        self._lock = Lock()
        self._made: dict[str, Desk] = {}

    def of(self, space: str) -> Desk:
        """The desk of a space: always the same, as what it has loaded is worth keeping."""
        found = self._made.get(space)
        if found is not None:
            return found
        with self._lock:
            return self._made.setdefault(space, Desk.of(self._office(space)))

    def _office(self, space: str) -> Office:
        ring = read_key_ring(self._seal_keys, space)
        return Office(self.database, space, self._clock, ring, self._budget)
