"""The report of groups: seats, members and what they were given."""

from __future__ import annotations

import csv
from collections import Counter

from sqlalchemy import select

from engine.reports import as_text
from engine.reports.asked import Asked
from engine.reports.reports import Reports
from engine.store.statements import Statement
from engine.store.tables import MEMBERS
from tests.groups.belonging import ADA, Belonging, xyz
from tests.reports.filled import named
from tests.service.desk import ME, fee

__all__ = ["xyz"]


def _rows(xyz: Belonging, **asked: str) -> dict[str, dict[str, object]]:
    report = Reports(xyz.office).make("groups", Asked(**asked), ME)
    return {str(row["coupon"]): row for row in named(report)}


def test_each_way_has_its_seats_members_and_discount(xyz: Belonging) -> None:
    xyz.admitted("u1", email=ADA)
    xyz.admitted("u2", ip="192.0.2.77")
    xyz.join("XYZCOUPONCODE", "u3")
    xyz.at("2026-04-01T00:00:00Z").admitted("u4", email="eve@xyz.example")
    xyz.leave("u4")
    paid = {"id": "of-u3", "product": "Group users", "plan": "xyz-users"}
    for name, amount, currency in (("a", "20.00", "USD"), ("b", "5.00", "EUR")):
        charge = {**fee(name, amount), "currency": currency}
        request = {"at": xyz.moment, "subscription": paid, "charges": [charge]}
        xyz.charging.charge(request, ME)
    report = Reports(xyz.office).make("groups", Asked(), ME)
    rows = named(report)
    for row in rows:
        if row["way"] is not None and row["taken"] is not None:
            assert (row["seats"], row["taken"], row["free"]) == xyz.seats(row["coupon"])
    with xyz.office.database.read() as tx:
        members = tx.rows(Statement(select(MEMBERS.c.coupon, MEMBERS.c.left)))
    joined = Counter(coupon for coupon, _ in members)
    standing = Counter(coupon for coupon, left in members if left is None)
    found = {row["coupon"]: row for row in rows if row["members"] is not None}
    assert {name: row["joined"] for name, row in found.items() if row["joined"]} == joined
    assert {name: row["members"] for name, row in found.items() if row["members"]} == standing
    assert found["xyz-email-domain"]["departed"] == 1
    given = [(row["coupon"], row["discount"], row["currency"]) for row in rows if row["discount"]]
    assert given == [("xyz-code", "5.00", "EUR"), ("xyz-code", "20.00", "USD")]
    assert report.totals[0][6:9] == (3, 4, 1)
    assert [str(row[-2]) for row in report.totals] == ["5.00 EUR", "20.00 USD"]


def test_who_came_and_left_is_of_the_days_asked_for(xyz: Belonging) -> None:
    xyz.admitted("u1", email=ADA)
    xyz.at("2026-04-01T10:00:00Z").leave("u1")
    march = _rows(xyz, through="2026-03-31")["xyz-email-domain"]
    april = _rows(xyz, start="2026-04-01")["xyz-email-domain"]
    assert (march["joined"], march["departed"]) == (1, 0)
    assert (april["joined"], april["departed"]) == (0, 1)


def test_figures_are_figures_in_files_and_have_names_of_their_own(xyz: Belonging) -> None:
    found = Reports(xyz.office)
    head, *lines = csv.reader("".join(found.csv("groups", Asked(), ME)).splitlines())
    assert {"seats", "taken", "free", "departed"} <= {*head}
    assert "left" not in head
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    assert "" in {row["seats"] for row in rows}
    for name in ("seats", "taken", "free", "departed"):
        assert all(row[name].isdecimal() or not row[name] for row in rows)
    assert "no limit" in as_text.render(found.whole("groups", Asked(), ME, "text"))
