"""A space whose coupons are issued in every way, and a ring of keys that seals its codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from engine.calendar import parse_instant
from engine.codes.key_ring import KeyRing, SealKey
from engine.language.vocabulary import Fold
from engine.service.codes.batches_shown import Batches
from engine.service.codes.code_files import CodeFiles
from engine.service.codes.codes import Codes, Filters, ShownCode
from engine.service.codes.issuing import Issued, Issuing
from engine.service.office import Office
from engine.store.database import Database
from engine.store.journal import verify
from engine.store.statements import Statement
from tests.service.desk import ME, NOW, Desk

POLICIES = """\
space: acme
timezone: Europe/Zurich
---
features: rayleighconnect
width: 16
bits: {15: Dashboards, 14: Archive, 13: Sensors, 12: Map}
reserved: [3]
named: {Core: F000}
---
format: voucher
template: "{body:sealed(16, check)/4}"
alphabet: crockford32
fields: {spec: 12, issued: month(8), serial: 20}
seal: 35
---
format: tiny
template: "{body:sealed(8)}"
fields: {spec: 2, issued: month(2), serial: 2}
seal: 34
---
format: subscription
template: ACC-{features:flags(rayleighconnect)}-P{points:int}S{subaccounts:int}
---
format: short
template: SH-{code:random(4)}
---
coupon: spring
title: Spring
discount: 10%
codes: [SPRING]
redemption: [at most 1 redemption per code]
application: [fee is period]
---
coupon: pro
title: Professional
format: voucher
valid: 12 months
grants: {plan: professional, points: 50, duration: 12 months}
redemption: [at most 1 redemption per code]
---
coupon: bonus
title: Bonus
format: voucher
discount: 10 EUR
redemption: [at most 1 redemption per code]
application: [fee is period]
---
coupon: few
title: Few
format: tiny
grants: {plan: few}
redemption: [at most 1 redemption per code]
---
coupon: account
title: Account
format: subscription
grants: {from: code, duration: 12 months}
allow: [guessable-format]
redemption: [at most 1 redemption per code]
---
coupon: brief
title: Brief
format: short
discount: 5%
redemption: [at most 1 redemption per code]
application: [fee is period]
"""
KEY = SealKey("first", b"1" * 32)


@dataclass
class Mint:
    """Issues codes, in few words."""

    desk: Desk

    def __post_init__(self) -> None:
        office = self.desk.office
        self.issuing, self.codes = Issuing(office), Codes(office)
        self.batches, self.files = Batches(office), CodeFiles(office)

    def issue(self, coupon: str, **request: Any) -> Issued:
        return self.issuing.issue(coupon, request, ME)

    def one(self, coupon: str, **request: Any) -> str:
        """One code of a coupon."""
        (code,) = self.issue(coupon, **request).codes
        return code

    def show(self, code: str) -> ShownCode:
        return self.codes.show(code, ME)

    def listed(self, **filters: Any) -> list[str]:
        found = self.codes.list(Filters(**filters), None, 100, ME).codes
        return [each.code for each in found]

    def exported(self, **filters: Any) -> str:
        return "".join(self.files.export(Filters(**filters), ME))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query answers."""
        with self.desk.office.database.read() as tx:
            return tx.rows(Statement(text(query)))

    def noted(self, what: str) -> list[str]:
        """What the journal says that was done so."""
        with self.desk.office.database.read() as tx:
            verify(tx, "acme")
        query = f"SELECT payload FROM journal WHERE what = '{what}' ORDER BY seq"  # noqa: S608
        return [payload for (payload,) in self.rows(query)]


def mint_of(database: Database, *keys: SealKey) -> Mint:
    """A mint over a database, with the keys that seal its codes."""
    time = {"now": parse_instant(NOW)}
    ring = KeyRing(keys, "acme")
    desk = Desk(Office(database, "acme", lambda: time["now"], ring), time)
    return Mint(desk)


@pytest.fixture
def mint(database: Database) -> Iterator[Mint]:
    """A mint whose policies are pushed; when a test is done its counters are counted again."""
    found = mint_of(database, KEY)
    found.desk.push(POLICIES)
    yield found
    found.desk.check()


def keys_of(codes: list[str]) -> list[str]:
    """Codes as they are compared."""
    return [Fold.CODE.apply(code) for code in codes]
