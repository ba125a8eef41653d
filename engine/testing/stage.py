"""Where scenarios run: the services over a store in memory, as new for each of them."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, delete, update

from engine.calendar import Instant
from engine.catalogue.catalogue import Catalogue
from engine.catalogue.yaml_reader import read
from engine.codes.key_ring import SECRET_BYTES, KeyRing, SealKey
from engine.groups.groups import Groups
from engine.service.billing.charges import Charging
from engine.service.billing.evaluations import Evaluations
from engine.service.caller import Caller
from engine.service.changes.changes import Changes
from engine.service.codes.issuing import Issuing
from engine.service.office import Office
from engine.service.redeeming.accounts import Accounts
from engine.service.redeeming.redemptions import Redemptions
from engine.store.database import Database, Transaction
from engine.store.statements import Statement
from engine.store.tables import CODES, METADATA

SPACE = "scenarios"
_BEGINNING = Instant(0)

_ISSUE = Statement(update(CODES).values(issued=bindparam("at")))
_FORGET = Statement(delete(CODES).where(CODES.c.coupon == bindparam("coupon")))


_SECRET = bytes(range(SECRET_BYTES))
"""Seals the codes of scenarios: whoever runs them need not have the keys of the service."""


class Services:
    """The use cases on one store, at the moment that the clock is set to."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.redemptions = Redemptions(office)
        self.charging = Charging(office)
        self.evaluations = Evaluations(office)
        self.accounts = Accounts(office)
        self.changes = Changes(office)
        self.issuing = Issuing(office)
        self.groups = Groups(office)


class Stage:
    """The policies of a catalogue in a store, which each scenario finds as they were read.

    They are read once; a scenario gets a copy of the store, and shares what is compiled.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.approvals = catalogue.space.approvals if catalogue.space is not None else 0
        self.now = _BEGINNING
        self._read = _memory()
        self._play = _memory()
        office = self._office(self._read)
        sources = [read(name, text.encode()) for name, text in catalogue.files.items()]
        Changes(office).push(catalogue, sources, Caller("files"))
        with self._read.read() as tx:
            office.books.in_force(tx)
        self._books = office.books

    def close(self) -> None:
        """Close both stores."""
        self._read.close()
        self._play.close()

    def begin(self, at: Instant, coupons: Iterable[str] | None = None) -> Services:
        """The services as the policies are first read at a moment.

        Where some coupons are chosen, nobody knows the codes of the others.
        """
        _connection(self._read).backup(_connection(self._play))
        chosen = set(self.catalogue.coupons if coupons is None else coupons)

        def work(tx: Transaction) -> None:
            tx.run(_ISSUE, at=at)
            for name in self.catalogue.coupons.keys() - chosen:
                tx.run(_FORGET, coupon=name)

        self._play.write(work)
        self.now = at
        return Services(self._office(self._play))

    def _office(self, database: Database) -> Office:
        ring = KeyRing([SealKey("scenarios", _SECRET)], SPACE)
        office = Office(database, SPACE, lambda: self.now, ring)
        if database is self._play:
            # What a scenario enacts is its own, so each has books of its own.
            office.books = copy.copy(self._books)
        return office


def _memory() -> Database:
    database = Database("sqlite://")
    METADATA.create_all(database.engine)
    return database


def _connection(database: Database) -> Any:  # noqa: ANN401 - the driver's
    """The one connection of a store in memory."""
    pooled = database.engine.raw_connection()
    try:
        return pooled.driver_connection
    finally:
        pooled.close()
