"""A space with partners and pre-paid codes, and its inventory, asked in few words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from engine.calendar import parse_instant
from engine.codes.key_ring import KeyRing, SealKey
from engine.inventory.actions import ACTIONS
from engine.inventory.desk import InventoryDesk
from engine.inventory.filters import InventoryFilters
from engine.inventory.lines import Done, DoneLine
from engine.inventory.shown_codes import ListedCode, WholeCode
from engine.service.caller import Caller
from engine.service.codes.batches import Order, fill, open_batch
from engine.service.codes.code_rows import Stock
from engine.service.office import Office
from engine.service.work import Work
from engine.store.database import Database
from tests.service.desk import NOW, Desk

ME = Caller("ann")
ACME, OTHER = Caller("acme's", partner="acme-energy"), Caller("other's", partner="other")
KEY = SealKey("first", b"1" * 32)
SPACE = """\
space: acme
timezone: Europe/Zurich
currency: EUR
"""
POLICIES = """\
---
format: voucher
template: "{body:sealed(16, check)/4}"
alphabet: crockford32
fields: {spec: 12, issued: month(8), serial: 20}
seal: 35
---
coupon: pro
title: Professional
format: voucher
valid: 12 months
grants: {plan: professional, points: 50, subaccounts: 4, duration: 12 months}
redemption: [at most 1 redemption per code]
---
coupon: core
title: Core
format: voucher
valid: 12 months
grants: {plan: core, points: 10, duration: 12 months}
redemption: [at most 1 redemption per code]
---
coupon: business
title: For businesses
format: voucher
valid: 12 months
grants: {plan: enterprise, duration: 12 months}
redemption:
  - at most 1 redemption per code
  - customer.segment is business
---
coupon: spring
title: Spring
discount: 10%
codes: [SPRING]
redemption: [at most 5 redemptions per code]
application: [fee is period]
---
partner: acme-energy
title: Acme Energy
contact: {email: hello@acme.example}
prices: {list: {pro: 480 EUR}, volume: {10: 5%}, markup: 15%}
references: "{client}-{project}-{number:3}"
---
partner: other
title: Other Ltd
contact: {email: hello@other.example}
prices: {list: {pro: 500 EUR}}
"""


@dataclass
class Depot:
    """Asks the inventory, in few words; by itself as whoever runs the space."""

    desk: Desk
    caller: Caller = ME
    own: InventoryDesk = field(init=False)

    def __post_init__(self) -> None:
        self.own = InventoryDesk.of(self.desk.office)

    def as_(self, caller: Caller) -> Depot:
        """The same, asked by somebody else."""
        return Depot(self.desk, caller)

    def at(self, moment: str) -> Depot:
        """The same at another moment."""
        self.desk.at(moment)
        return self

    def codes(self, coupon: str = "pro", count: int = 1, **stock: str | None) -> list[str]:
        """New codes in somebody's inventory."""

        def work(task: Work) -> list[str]:
            batch = open_batch(task, coupon, Order(count, stock=Stock(**stock)))
            return fill(task, batch, count)[1]

        return self.desk.office.write(work, ME)

    def code(self, coupon: str = "pro", **stock: str | None) -> str:
        """A new code."""
        return self.codes(coupon, **stock)[0]

    def client(self, name: str, *accounts: str, **about: Any) -> str:
        """A client with accounts."""
        shown = self.own.clients.put(name, about, self.caller)
        for account in accounts:
            self.own.accounts.put(name, account, self.caller)
        return shown.client

    def do(self, action: str, *codes: str, key: str | None = None, **shared: Any) -> Done:
        """Do something to some codes."""
        return self.run(action, {"codes": list(codes), **shared}, key)

    def run(self, action: str, body: dict[str, Any], key: str | None = None) -> Done:
        """Do what a request says."""
        caller = Caller(self.caller.who, key=key, partner=self.caller.partner)
        return self.own.actions.run(ACTIONS[action], body, caller)

    def one(self, action: str, code: str, **shared: Any) -> DoneLine:
        """What became of the one line of a request."""
        (line,) = self.do(action, code, **shared).lines
        return line

    def done(self, action: str, code: str, **shared: Any) -> DoneLine:
        """The same, where it has to be done."""
        line = self.one(action, code, **shared)
        assert line.outcome == "done", line
        return line

    def refused(self, action: str, code: str, **shared: Any) -> str:
        """Why a line was refused."""
        line = self.one(action, code, **shared)
        assert line.outcome == "refused", line
        return str(line.message)

    def show(self, code: str) -> WholeCode:
        return self.own.codes.show(code, self.caller)

    def status(self, code: str) -> str:
        return self.show(code).code.status

    def listed(self, **filters: Any) -> tuple[ListedCode, ...]:
        return self.own.codes.list(InventoryFilters(**filters), None, 100, self.caller).codes

    def found(self, **filters: Any) -> list[str]:
        return [each.code for each in self.listed(**filters)]

    def happened(self, code: str) -> list[str]:
        """What happened to a code, in a word each."""
        return [each.what for each in self.show(code).history]


def depot_of(database: Database, space: str = SPACE) -> Depot:
    """The inventory of a database, whose policies are pushed."""
    time = {"now": parse_instant(NOW)}
    desk = Desk(Office(database, "acme", lambda: time["now"], KeyRing((KEY,), "acme")), time)
    desk.push(space + POLICIES)
    return Depot(desk)


@pytest.fixture
def depot(database: Database) -> Iterator[Depot]:
    """An inventory; when a test is done its counters are counted again."""
    found = depot_of(database)
    yield found
    found.desk.check()


@pytest.fixture
def careful(database: Database) -> Iterator[Depot]:
    """One of a space where another person must agree to each activation."""
    found = depot_of(database, SPACE + "approvals: {activations: 1}\n")
    yield found
    found.desk.check()
