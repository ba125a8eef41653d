"""A store in which everything that reports tell of has happened, and its rows in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Table, select

from engine.inventory.buying import Buying
from engine.reports.asked import Asked
from engine.reports.reports import Reports
from engine.reports.table import Report, plain
from engine.service.caller import Caller
from engine.store.database import Database
from engine.store.statements import Statement
from tests.inventory.stocking import ACME, ME, OTHER, Depot, depot_of

__all__ = ["ACME", "ME", "OTHER", "Filled", "filled"]

ANNA = {"responsible": {"name": "Anna Amsler", "email": "anna@acme.example"}}
BEN = {"responsible": {"name": "Ben Bucher"}}
START = "2026-03-01T12:00:00Z"


class Filled:
    """Codes that were bought, assigned, activated, extended, cancelled; and reports of them."""

    def __init__(self, depot: Depot) -> None:
        self.depot = depot
        self._buy()
        self._assign()
        self._use()

    def _buy(self) -> None:
        buying = Buying(self.depot.desk.office)
        lines = [{"coupon": "pro", "count": 12}]
        self.pro = buying.buy({"partner": "acme-energy", "lines": lines}, ME).codes
        self.core = self.depot.codes("core", 4)
        self.depot.at("2026-03-10T12:00:00Z")
        quoted = [{"coupon": "core", "count": 3, "price": "7.50", "currency": "CHF"}]
        buying.buy({"customer": "cus-9", "lines": quoted}, ME)
        self.depot.at(START)

    def _assign(self) -> None:
        acme = self.depot.as_(ACME)
        acme.client("muster", "m1", "m2", **ANNA)
        acme.own.projects.put("muster", "roof", {"title": "Roof", **BEN}, ACME)
        acme.client("quiet")
        self.depot.client("house", "h1", "h2", title="=House")
        codes = [each.code for each in self.pro]
        acme.do("assign", *codes[:4], client="muster", project="roof", planned="2026-04-01")
        acme.do("assign", codes[4], client="muster", planned="2027-06-01")
        self.depot.do("assign", *self.core[:3], client="house")

    def _use(self) -> None:
        codes = [each.code for each in self.pro]
        self.depot.at("2026-03-15T12:00:00Z").done("activate", codes[0], account="m1")
        # One code after the other on one account: the first is renewed.
        self.depot.at("2026-03-16T12:00:00Z").done("activate", codes[1], account="m1")
        self.depot.at("2026-04-02T12:00:00Z").done("activate", self.core[0], account="h1")
        self.depot.done("cancel", codes[5], because="lost")
        self.depot.done("extend", self.core[3], by="6 months", because="late")

    def at(self, moment: str) -> Filled:
        """The same at another moment."""
        self.depot.at(moment)
        return self

    def report(self, name: str, caller: Caller = ME, **asked: str) -> Report:
        return Reports(self.depot.desk.office).make(name, Asked(**asked), caller)

    def rows(self, name: str, caller: Caller = ME, **asked: str) -> list[dict[str, Any]]:
        """The rows of a report by the names of its columns."""
        return named(self.report(name, caller, **asked))

    def stored(self, table: Table) -> list[dict[str, Any]]:
        """All rows of a table."""
        with self.depot.desk.office.database.read() as tx:
            rows = tx.rows(Statement(select(table)))
        return [dict(zip(table.c.keys(), row, strict=True)) for row in rows]


def named(report: Report) -> list[dict[str, Any]]:
    """Rows by the names of their columns, as programs get them."""
    return [
        {each.name: plain(cell, each.kind) for each, cell in zip(report.columns, row, strict=True)}
        for row in report.rows
    ]


@pytest.fixture
def filled(database: Database) -> Iterator[Filled]:
    """A filled store; when a test is done its counters are counted again."""
    found = Filled(depot_of(database))
    yield found
    found.depot.desk.check()
