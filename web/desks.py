"""The use cases of each space that a process has been asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.codes.key_ring import read_key_ring
from engine.groups.desk import GroupDesk
from engine.inventory.desk import InventoryDesk
from engine.inventory.purchase_desk import PurchaseDesk
from engine.outbox.webhooks import Webhooks
from engine.reports.reports import Reports
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
from engine.service.settings import Network
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
    webhooks: Webhooks
    reports: Reports
    groups: GroupDesk
    inventory: InventoryDesk
    purchases: PurchaseDesk

    @classmethod
    def of(
        cls,
        office: Office,
        networks: Sequence[Network] = (),
        signing: Ed25519PrivateKey | None = None,
    ) -> Desk:
        """The use cases of an office.

        Webhooks may be in some private networks; a key signs what QR codes say.
        """
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
            Webhooks(office, networks),
            Reports(office),
            GroupDesk.of(office),
            InventoryDesk.of(office),
            PurchaseDesk.of(office, signing),
        )


class Desks:
    """A desk for each space of a database, made when it is first asked for.

    All seal their codes with the same keys, as the variable has them, have the same budget for
    guesses, call webhooks in the same private networks, and sign with the same key.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock = system_clock,
        seal_keys: str = "",
        budget: Budget = FREE,
        networks: Sequence[Network] = (),
        signing: Ed25519PrivateKey | None = None,
    ) -> None:
        self.database = database
        self._clock = clock
        self._seal_keys = seal_keys
        self._budget = budget
        self._networks = tuple(networks)
        self._signing = signing
        self._lock = Lock()
        self._made: dict[str, Desk] = {}

    def of(self, space: str) -> Desk:
        """The desk of a space: always the same, as what it has loaded is worth keeping."""
        found = self._made.get(space)
        if found is not None:
            return found
        with self._lock:
            made = Desk.of(self._office(space), self._networks, self._signing)
            return self._made.setdefault(space, made)

    def _office(self, space: str) -> Office:
        ring = read_key_ring(self._seal_keys, space)
        return Office(self.database, space, self._clock, ring, self._budget)
