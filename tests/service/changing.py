"""A space on an in-memory store, whose folder is given as texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import text

from engine.calendar import Instant, parse_instant
from engine.service.book import Book
from engine.service.caller import Caller
from engine.service.changes.changed import Plan, Pushed
from engine.service.changes.changes import Changes
from engine.service.office import Office
from engine.store import journal
from engine.store.database import Database
from engine.store.statements import Statement, insertion
from engine.store.tables import REDEMPTIONS
from tests.databases import in_memory
from tests.policies import assembled

ANN, BEN, CID = Caller("ann"), Caller("ben"), Caller("cid")
SPACE = "space: acme\ntimezone: Europe/Zurich\n"
SPRING = """\
coupon: spring
title: Spring
discount: 10%
codes: [SPRING]
redemption: [at most 5 redemptions per code]
application: [fee is period]
"""
AUTUMN = SPRING.replace("spring", "autumn").replace("SPRING", "AUTUMN")
DEARER = SPRING.replace("10%", "20%")
NOW = parse_instant("2026-06-01T12:00:00Z")
HOUR = 3_600_000_000


@dataclass
class Acme:
    """A space, the clock of its office, and what is done there."""

    database: Database = field(default_factory=in_memory)
    now: Instant = NOW

    def __post_init__(self) -> None:
        self.office = Office(self.database, "acme", lambda: self.now)
        self.changes = Changes(self.office)

    def push(self, *documents: str, space: str = SPACE, caller: Caller = ANN) -> Pushed:
        """Push a folder with one file of these documents."""
        return self.push_files({"policy.yaml": "---\n".join([space, *documents])}, caller)

    def push_files(self, files: dict[str, str], caller: Caller = ANN) -> Pushed:
        """Push a folder with these files."""
        return self.changes.push(*assembled(files), caller)

    def book(self) -> Book:
        """What is in force, loaded anew."""
        return Office(self.database, "acme", lambda: self.now).read(lambda task: task.book, ANN)

    def plan(self, coupon: str = "spring") -> Plan:
        """The plan of a coupon."""
        return self.changes.plan(coupon, ANN).changes[0]

    def differences(self, coupon: str = "spring") -> list[tuple[str, str | None, str | None]]:
        """What the pending change of a coupon alters."""
        return [msgspec.structs.astuple(each) for each in self.plan(coupon).differences]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query answers."""
        with self.database.read() as tx:
            return tx.rows(Statement(text(query)))

    def run(self, statement: str) -> None:
        """Change the store behind the back of the service."""
        self.database.write(lambda tx: tx.run(Statement(text(statement))))

    def redeemed(self, subscription: str, facts: dict[str, str]) -> None:
        """Record a redemption of the code of spring, with the facts that limits need."""
        row = {
            "redemption": f"r-{subscription}",
            "coupon": "spring",
            "code": "SPRING",
            "spelling": "SPRING",
            "version": 1,
            "subscription": subscription,
            "redeemed": self.now,
            "facts": msgspec.json.encode(facts).decode(),
            "recorded": self.now,
        }
        values = {each.name: row.get(each.name) for each in REDEMPTIONS.c} | {"space": "acme"}
        self.database.write(lambda tx: tx.run(insertion(REDEMPTIONS), **values))

    def codes(self) -> dict[str, bool]:
        """Whether each code is switched on."""
        return {code: bool(on) for code, on in self.rows("SELECT code, active FROM codes")}

    def noted(self) -> list[tuple[str, str, str]]:
        """What the journal says was done, by whom, to what; its chain is whole."""
        with self.database.read() as tx:
            journal.verify(tx, "acme")
        return [
            (who, what, subject)
            for who, what, subject in self.rows(
                "SELECT who, what, subject FROM journal ORDER BY seq"
            )
        ]
