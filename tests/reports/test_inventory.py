"""Reports of the inventory, each recounted from the rows of the store in plain Python."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from engine.calendar import DAY, format_instant, parse_instant
from engine.decisions.flaws import RequestError
from engine.reports import reports
from engine.reports.asked import Asked
from engine.reports.reports import Reports
from engine.service.caller import Caller
from engine.service.errors import Forbidden, NotFound
from engine.store.tables import CODES, GRANTS, PURCHASES
from tests.reports.filled import ACME, ME, OTHER, Filled, filled, named

__all__ = ["filled"]


_STATUSES = ("unused", "reserved", "redeemed", "activated", "expired", "cancelled")
OFF = "switched_off"


def _in_stock(filled: Filled) -> list[dict[str, Any]]:
    return [each for each in filled.stored(CODES) if not each["listed"]]


def test_the_inventory_counts_codes_by_client_coupon_and_status(filled: Filled) -> None:
    expected = Counter(
        (each["client"], each["coupon"], filled.depot.status(each["spelling"]))
        for each in _in_stock(filled)
    )
    found = {
        (row["client"], row["coupon"], status): row[status]
        for row in filled.rows("inventory")
        for status in _STATUSES
        if row[status]
    }
    assert found == dict(expected)
    report = filled.report("inventory")
    by_status = Counter(dict.fromkeys(_STATUSES, 0))
    for (_, _, status), count in expected.items():
        by_status[status] += count
    assert report.totals == ((None, None, *by_status.values(), 0, sum(expected.values())),)


def test_codes_that_are_switched_off_are_not_counted_as_unused(filled: Filled) -> None:
    before = _of_nobody(filled, "core")
    code = filled.depot.found(coupon="core", status="unused")[0]
    filled.depot.desk.changes.switch("code", code, on=False, because="lost", caller=ME)
    after = _of_nobody(filled, "core")
    assert (after["unused"], after["switched_off"]) == (before["unused"] - 1, 1)
    assert after["codes"] == before["codes"] == sum(after[each] for each in (*_STATUSES, OFF))
    board = filled.depot.own.codes.dashboard(ME)
    assert board.by_status[OFF] == 1
    assert board.codes == sum(board.by_status.values())


def _of_nobody(filled: Filled, coupon: str) -> dict[str, Any]:
    rows = filled.rows("inventory")
    (found,) = [row for row in rows if (row["client"], row["coupon"]) == (None, coupon)]
    return found


def test_codes_expire_in_the_inventory_when_their_year_is_over(filled: Filled) -> None:
    rows = filled.at("2027-03-02T00:00:00Z").rows("inventory")
    unassigned = {row["coupon"]: row for row in rows if row["client"] is None}
    assert unassigned["pro"]["expired"] == 6
    # One was extended, and three were bought nine days later.
    assert (unassigned["core"]["expired"], unassigned["core"]["unused"]) == (0, 4)


def test_allocations_say_whom_codes_are_for_and_who_is_responsible(filled: Filled) -> None:
    rows = filled.rows("allocations")
    stored = [each for each in _in_stock(filled) if each["client"] is not None]
    assert len(rows) == len(stored) == 8
    by_code = {each["spelling"]: each for each in stored}
    for row in rows:
        code = by_code[row["code"]]
        assert (row["client"], row["project"]) == (code["client"], code["project"])
        assert (row["coupon"], row["reference"]) == (code["coupon"], code["reference"])
        assert row["assigned"] == format_instant(code["assigned"])
        assert row["status"] == filled.depot.status(row["code"])
    people = {(row["client"], row["project"]): row["responsible"] for row in rows}
    assert people == {
        ("acme-energy:muster", "roof"): "Ben Bucher",
        ("acme-energy:muster", None): "Anna Amsler",
        ("house", None): None,
    }
    assert {row["planned"] for row in rows} == {"2026-04-01", "2027-06-01", None}


def test_allocations_are_those_of_a_client_and_of_some_days(filled: Filled) -> None:
    assert {row["client"] for row in filled.rows("allocations", client="house")} == {"house"}
    assert filled.rows("allocations", start="2026-03-02") == []
    assert len(filled.rows("allocations", start="2026-03-01", through="2026-03-01")) == 8


def test_activations_say_what_was_granted_on_which_account(filled: Filled) -> None:
    grants = {each["redemption"]: each for each in filled.stored(GRANTS)}
    rows = filled.rows("activations")
    assert len(rows) == len(grants) == 3
    assert [(row["account"], row["coupon"]) for row in rows] == [
        ("m1", "pro"), ("m1", "pro"), ("h1", "core"),
    ]  # fmt: skip
    expected = [
        (each["subscription"], format_instant(each["begins"]), format_instant(each["until"]))
        for each in sorted(grants.values(), key=lambda each: int(each["recorded"]))
    ]
    assert [(row["subscription"], row["from"], row["until"]) for row in rows] == expected
    assert rows[0]["until"] == rows[1]["from"]
    assert rows[0]["activated"] == "2026-03-15T12:00:00Z"


def test_activations_are_those_between_two_days(filled: Filled) -> None:
    found = filled.rows("activations", start="2026-03-16", through="2026-04-01")
    assert [row["activated"] for row in found] == ["2026-03-16T12:00:00Z"]


def test_codes_expire_soon_that_are_open_and_end_within_the_days_asked_for(filled: Filled) -> None:
    now = parse_instant("2027-01-15T00:00:00Z")
    filled.at("2027-01-15T00:00:00Z")
    for days in (30, 50, 60):
        expected = {
            each["spelling"]: format_instant(each["expires"])
            for each in _in_stock(filled)
            if now < each["expires"] <= now + days * DAY
            and filled.depot.status(each["spelling"]) in ("unused", "reserved")
        }
        rows = filled.rows("expiring", within=f"{days} days")
        assert {row["code"]: row["expires"] for row in rows} == expected
    assert [row["expires"] for row in rows] == sorted(row["expires"] for row in rows)
    assert filled.rows("expiring") == rows


def test_renewals_are_due_where_nothing_goes_on(filled: Filled) -> None:
    rows = filled.at("2027-03-10T12:00:00Z").rows("renewals", within="1 month")
    assert [(row["account"], row["until"]) for row in rows] == [("h1", "2027-04-02T12:00:00Z")]
    later = filled.at("2028-03-01T12:00:00Z").rows("renewals")
    # What was activated after another has its own end.
    assert [(row["account"], row["until"]) for row in later] == [("m1", "2028-03-15T12:00:00Z")]


def test_deployments_are_planned_and_not_yet_done(filled: Filled) -> None:
    rows = filled.rows("deployments")
    assert [(row["planned"], row["client"], row["warning"]) for row in rows] == [
        ("2026-04-01", "acme-energy:muster", None),
        ("2026-04-01", "acme-energy:muster", None),
        ("2027-06-01", "acme-energy:muster", "after it expires"),
    ]
    assert len(filled.rows("deployments", start="2026-04-02")) == 1
    assert len(filled.rows("deployments", through="2026-04-01")) == 2


def test_clients_have_their_allocations_activations_and_renewals(filled: Filled) -> None:
    filled.at("2027-03-10T12:00:00Z")
    rows = {row["client"]: row for row in filled.rows("clients", within="1 month")}
    names = ("accounts", "allocated", "open", "activated", "renewals")
    assert {client: tuple(row[name] for name in names) for client, row in rows.items()} == {
        "acme-energy:muster": (2, 5, 0, 2, 0),
        "acme-energy:quiet": (0, 0, 0, 0, 0),
        "house": (2, 3, 0, 1, 1),
    }
    assert rows["acme-energy:muster"]["responsible"] == "Anna Amsler"


def test_purchases_have_their_totals_in_each_currency(filled: Filled) -> None:
    report = filled.report("purchases")
    stored = {each["purchase"]: each for each in filled.stored(PURCHASES)}
    rows = named(report)
    assert [(row["purchase"], row["codes"]) for row in rows] == [*zip(stored, (12, 3), strict=True)]
    assert [(row["total"], row["currency"]) for row in rows] == [
        ("5472.00", "EUR"), ("22.50", "CHF"),
    ]  # fmt: skip
    assert [str(row[-2]) for row in report.totals] == ["22.50 CHF", "5472.00 EUR"]
    assert [row["partner"] for row in filled.rows("purchases", start="2026-03-02")] == [None]
    assert [row["purchase"] for row in filled.rows("purchases", partner="acme-energy")] == [
        rows[0]["purchase"]
    ]


def test_a_code_that_came_in_exchange_was_not_bought(filled: Filled) -> None:
    before = filled.rows("purchases")
    filled.depot.done("exchange", filled.pro[7].code, to="core", because="wish")
    assert filled.rows("purchases") == before
    assert filled.report("purchases").totals[-1][6] == 12


# --- whose rows ---------------------------------------------------------------------------------

_FOR_PARTNERS = (
    "inventory", "allocations", "activations", "expiring",
    "renewals", "deployments", "clients", "purchases",
)  # fmt: skip


def test_a_partner_sees_what_is_its_own(filled: Filled) -> None:
    for name in _FOR_PARTNERS:
        asked = {"within": "2 years"} if name in ("expiring", "renewals", "clients") else {}
        own, others = filled.rows(name, ACME, **asked), filled.rows(name, OTHER, **asked)
        assert own
        assert others == []
        assert filled.rows(name, partner="acme-energy", **asked) == [_called(each) for each in own]
        assert filled.rows(name, ACME, partner="acme-energy", **asked) == own
        with pytest.raises(NotFound, match="no partner is called `other`"):
            filled.rows(name, ACME, partner="other", **asked)


def _called(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a partner as whoever runs the space sees it."""
    client = row.get("client")
    return row if client is None else {**row, "client": f"acme-energy:{client}"}


def test_a_partner_names_its_clients_as_it_calls_them(filled: Filled) -> None:
    rows = filled.rows("allocations", ACME, client="muster")
    assert {row["client"] for row in rows} == {"muster"}
    for caller, name in ((OTHER, "muster"), (ACME, "house"), (ME, "nobody")):
        with pytest.raises(NotFound, match=f"no client is called `{name}`"):
            filled.rows("allocations", caller, client=name)


def test_what_is_the_space_s_is_not_for_partners(filled: Filled) -> None:
    for name in ("discounts", "groups"):
        with pytest.raises(Forbidden, match="whole space"):
            filled.report(name, ACME)
    listed = Reports(filled.depot.desk.office).list(ACME).reports
    assert tuple(each.name for each in listed) == _FOR_PARTNERS


# --- parts and bounds ---------------------------------------------------------------------------


def test_a_long_report_comes_in_parts(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = filled.rows("allocations")
    monkeypatch.setattr(reports, "MOST", 3)
    asking = Reports(filled.depot.desk.office)
    found, cursor = [], None
    for size in (3, 3, 2):
        part = asking.make("allocations", Asked(), ME, cursor)
        assert len(part.rows) == size
        found += named(part)
        cursor = part.following
    assert (found, cursor) == (whole, None)
    written = "".join(asking.csv("allocations", Asked(), ME)).splitlines()
    assert len(written) == len(set(written)) == 9
    with pytest.raises(RequestError, match="more than 3 rows: ask for less of it, or for CSV"):
        asking.whole("allocations", Asked(), ME, "text")


def test_a_cursor_of_another_list_is_refused(filled: Filled) -> None:
    asking = Reports(filled.depot.desk.office)
    for name, cursor in (
        ("allocations", "nonsense"),
        ("allocations", "WzFd"),
        ("inventory", "W10"),
    ):
        with pytest.raises(RequestError) as refused:
            asking.make(name, Asked(), ME, cursor)
        assert refused.value.flaws[0].pointer == "/cursor"


# --- bad input ----------------------------------------------------------------------------------


_UNREADABLE: list[tuple[str, dict[str, str], str, str]] = [
    (
        "allocations",
        {"start": "2026-03-02", "through": "2026-03-01"},
        "/from",
        "`from` is 2026-03-02, which is after `through`, 2026-03-01: exchange them",
    ),
    ("allocations", {"start": "2026-13-01"}, "/from", "`2026-13-01` is no day: write one such"),
    ("allocations", {"through": "1 March"}, "/through", "`1 March` is no day: write one such"),
    ("allocations", {"through": "0001-01-01"}, "/through", "`0001-01-01` is no day"),
    ("expiring", {"within": "soon"}, "/within", "`soon` is no length of time such as"),
    ("expiring", {"by": "coupon"}, "/by", "the report `expiring` has no filter `by`: it takes"),
    ("discounts", {"by": "cupon"}, "/by", "nothing is summed up by `cupon`: did you mean `cou"),
    ("discounts", {"by": "x"}, "/by", "nothing is summed up by `x`: they are `coupon`, `code`"),
    ("discounts", {"by": "fee,fee"}, "/by", "`fee` stands twice"),
    ("discounts", {"client": "house"}, "/client", "has no filter `client`"),
]


def test_a_filter_that_can_not_be_read_is_refused(filled: Filled) -> None:
    for name, asked, pointer, message in _UNREADABLE:
        with pytest.raises(RequestError) as refused:
            filled.report(name, **asked)
        assert refused.value.flaws[0].pointer == pointer
        assert message in refused.value.flaws[0].message


def test_a_report_that_there_is_not_is_refused_with_the_likely_one(filled: Filled) -> None:
    with pytest.raises(NotFound) as refused:
        filled.report("expirings")
    assert refused.value.advice == "did you mean `expiring`?"
    with pytest.raises(NotFound) as refused:
        filled.report("sales")
    assert refused.value.advice.startswith("there are `inventory`, `allocations`")


def test_every_report_says_when_it_was_made_and_of_what(filled: Filled) -> None:
    filled.at("2026-05-01T00:00:00Z")
    report = filled.report("expiring", Caller("somebody"), client="house")
    assert (report.space, format_instant(report.made)) == ("acme", "2026-05-01T00:00:00Z")
    assert report.filters == (("client", "house"), ("within", "60 days"))
    assert report.zone.key == "Europe/Zurich"
