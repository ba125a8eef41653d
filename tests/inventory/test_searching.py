"""Codes of the inventory found, shown and summed up."""

from __future__ import annotations

import csv
import io

import pytest

from engine.decisions.flaws import RequestError
from engine.inventory.filters import InventoryFilters
from engine.service.errors import NotFound
from tests.inventory.stocking import ACME, Depot, depot

__all__ = ["depot"]


def test_codes_are_found_by_each_filter(depot: Depot) -> None:
    depot.client("muster", "cus-1")
    depot.own.projects.put("muster", "roof", {}, depot.caller)
    plain, assigned, noted, used, gone = sorted(depot.codes(count=5))
    theirs = depot.code("core", partner="acme-energy", purchase="P-2026-00000001")
    depot.done("assign", assigned, client="muster", project="roof", planned="2026-05-01")
    depot.done("note", noted, text="Behind the 100% green stairs")
    depot.done("reference", noted, reference="site_7")
    depot.done("activate", used, account="cus-9")
    depot.done("cancel", gone, because="printed twice")
    depot.done("extend", plain, by="6 months", because="late")
    assert depot.found(status="unused") == sorted([plain, noted, theirs])
    assert depot.found(status="reserved", coupon="pro") == [assigned]
    assert depot.found(status="activated") == [used]
    assert depot.found(status="cancelled") == [gone]
    assert depot.found(coupon="core") == depot.found(partner="acme-energy") == [theirs]
    assert depot.found(purchase="P-2026-00000001") == [theirs]
    assert depot.found(client="muster") == [assigned]
    assert depot.found(client="muster", project="roof") == [assigned]
    assert depot.found(planned_before="2026-05-02", planned_after="2026-05-01") == [assigned]
    assert depot.found(planned_before="2026-05-01") == []
    assert depot.found(expires_after="2027-03-02") == [plain]
    assert plain not in depot.found(expires_before="2027-03-02")
    assert depot.found(reference="site_7") == depot.found(reference="site*") == [noted]
    assert depot.found(reference="site*", q="STAIRS") == [noted]
    assert depot.found(q="100%") == [noted]
    # Neither mark of a pattern means anything in what is looked for.
    assert depot.found(q="1%0") == depot.found(reference="s%*") == depot.found(q="site-7") == []
    assert plain in depot.found(q=plain[5:14].lower())
    depot.at("2027-03-02T00:00:00Z")
    assert depot.found(status="expired") == sorted([assigned, noted, theirs])


def test_a_list_has_whole_specifications_and_goes_on_by_its_cursor(depot: Depot) -> None:
    codes = sorted(depot.codes(count=3))
    first = depot.own.codes.list(InventoryFilters(), None, 2, depot.caller)
    assert [each.code for each in first.codes] == codes[:2]
    rest = depot.own.codes.list(InventoryFilters(), first.next, 2, depot.caller)
    assert ([each.code for each in rest.codes], rest.next) == (codes[2:], None)
    shown = first.codes[0]
    assert shown.grants is not None
    assert (shown.grants.plan, shown.grants.points, shown.grants.duration) == (
        "professional",
        50,
        "12 months",
    )
    assert (shown.status, shown.expires, shown.days_left) == ("unused", "2027-03-01T12:00:00Z", 365)
    assert (shown.title, shown.specification, shown.notes) == ("Professional", 1, 0)


def test_names_that_nothing_has_are_said(depot: Depot) -> None:
    for filters in ({"coupon": "no"}, {"partner": "no"}, {"client": "no"}):
        with pytest.raises(NotFound):
            depot.found(**filters)
    with pytest.raises(RequestError):
        depot.found(expires_before="soon")
    with pytest.raises(NotFound):
        depot.show("7KMQ-2R9T-0VXC-4H3B")
    with pytest.raises(NotFound):
        depot.show("SPRING")


def test_the_dashboard_sums_up_what_is_there(depot: Depot) -> None:
    depot.client("muster")
    soon, used, _ = depot.codes(count=3)
    depot.code("core", partner="acme-energy")
    depot.done("assign", soon, client="muster")
    depot.done("activate", used, account="cus-1")
    depot.at("2027-01-15T12:00:00Z")
    found = depot.own.codes.dashboard(depot.caller)
    assert (found.codes, found.by_status) == (4, {"unused": 2, "activated": 1, "reserved": 1})
    assert [(each.coupon, each.status, each.codes) for each in found.by_coupon] == [
        ("core", "unused", 1),
        ("pro", "activated", 1),
        ("pro", "reserved", 1),
        ("pro", "unused", 1),
    ]
    assert (found.expiring_soon, len(found.expiring)) == (3, 3)
    assert used not in [each.code for each in found.expiring]
    own = depot.as_(ACME).own.codes.dashboard(ACME)
    assert (own.codes, own.expiring_soon) == (1, 1)


def test_an_export_is_csv_that_spreadsheets_run_nothing_of(depot: Depot) -> None:
    code = depot.code()
    depot.done("reference", code, reference="=1+1")
    depot.done("activate", code, account="cus-1")
    text = "".join(depot.own.codes.export(InventoryFilters(status="activated"), depot.caller))
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["code"], row["reference"], row["plan"]) == (code, "'=1+1", "professional")
    assert (row["account"], row["until"]) == ("cus-1", "2027-03-01T12:00:00Z")
    assert row["subscription"].startswith("sub-")
    assert (
        "".join(depot.own.codes.export(InventoryFilters(status="expired"), depot.caller))
        == (text.splitlines(keepends=True)[0])
    )
