"""What can be done for a code that can't be used: extending, exchanging, cancelling it."""

from __future__ import annotations

from sqlalchemy import func, select

from engine.inventory.actions import ACTIONS
from engine.store.statements import Statement
from engine.store.tables import BATCHES
from tests.inventory.stocking import Depot, depot

__all__ = ["depot"]
WHY = {"because": "late hardware"}
_BATCHES = Statement(select(func.count()).select_from(BATCHES))


def test_a_code_is_extended_by_a_length_from_its_end(depot: Depot) -> None:
    code = depot.code()
    line = depot.done("extend", code, by="3 months", fee="20.00 EUR", **WHY)
    assert line.expires == "2027-06-01T11:00:00Z"
    last = depot.show(code).history[-1]
    assert (last.what, last.who) == ("extended", "ann")
    assert last.before == {"expires": "2027-03-01T12:00:00Z"}
    assert last.after == {
        "expires": "2027-06-01T11:00:00Z",
        "because": "late hardware",
        "fee": "20.00 EUR",
    }


def test_an_expired_code_is_extended_from_now_and_works_again(depot: Depot) -> None:
    code = depot.code()
    depot.at("2027-08-01T12:00:00Z")
    assert depot.status(code) == "expired"
    assert depot.done("extend", code, by="1 month", **WHY).expires == "2027-09-01T12:00:00Z"
    assert depot.status(code) == "unused"
    depot.done("activate", code, account="cus-1")


def test_a_code_is_extended_through_a_day_of_the_space_or_until_an_instant(depot: Depot) -> None:
    first, second = depot.codes(count=2)
    assert depot.done("extend", first, through="2027-12-24", **WHY).expires == (
        "2027-12-24T23:00:00Z"
    )
    until = "2027-12-24T12:00:00+01:00"
    assert depot.done("extend", second, until=until, **WHY).expires == "2027-12-24T11:00:00Z"


BAD = (
    ({}, "give one of `through`, `until` and `by`"),
    ({"through": "2027-12-24", "by": "1 month"}, "give one of `through`, `until` and `by`"),
    ({"through": "2026-11-30"}, "would end at 2026-12-01"),
    ({"until": "2026-12-01T12:30:00.25+01:00"}, "would end at 2026-12-01T12:30:00+01:00"),
    (
        {"until": "2027-12-24"},
        "until: `2027-12-24` is a whole day: give `through` with it to include it, or "
        "`2027-12-23T23:00:00Z` here to stop as it begins",
    ),
    ({"through": "2027-12-24T12:00:00Z"}, "through: `2027-12-24T12:00:00Z` is no day"),
    ({"through": "9999-12-31"}, "through: `9999-12-31` is no day"),
    ({"by": "soon"}, "by: `soon` is no length of time such as `3 months`"),
    ({"by": "1 month", "fee": "20"}, "fee: `20` names no currency"),
    ({"by": "1 month", "fee": "20.001 EUR"}, "fee: `20.001 EUR` has more decimals"),
    ({"by": "1 month", "fee": "x EUR"}, "fee: `x EUR` is no amount"),
    ({"by": "1 month", "fee": "-1.00 EUR"}, "no money is given back for a code"),
)


def test_what_can_not_be_extended_so_is_said(depot: Depot) -> None:
    code = depot.code()
    for asked, message in BAD:
        assert message in depot.refused("extend", code, **asked, **WHY)
    assert depot.refused("extend", code, by="1 month") == "`because` is missing"
    assert depot.happened(code) == ["issued"]


def test_nothing_is_extended_or_exchanged_after_activation_or_cancellation(depot: Depot) -> None:
    used, gone = depot.codes(count=2)
    depot.done("activate", used, account="cus-1")
    depot.done("cancel", gone, **WHY)
    for code, why in ((used, "was activated"), (gone, "was cancelled")):
        assert why in depot.refused("extend", code, by="1 month", **WHY)
        assert why in depot.refused("exchange", code, to="core", **WHY)
        assert why in depot.refused("cancel", code, **WHY)


def test_a_cancelled_code_is_not_activated(depot: Depot) -> None:
    code = depot.code()
    depot.done("cancel", code, **WHY)
    assert depot.status(code) == "cancelled"
    assert "was cancelled" in depot.refused("activate", code, account="cus-1")
    answer = depot.desk.redemptions.redeem({"code": code, "customer": {"id": "c"}}, depot.caller)
    assert [each.reason for each in answer.reasons] == ["code_cancelled"]  # type: ignore[union-attr]


def test_an_exchanged_code_is_cancelled_and_another_has_its_place(depot: Depot) -> None:
    depot.client("solar", partner="acme-energy")
    depot.own.projects.put("solar", "roof", {}, depot.caller)
    old = depot.code("core", partner="acme-energy", purchase="P-1")
    depot.done("assign", old, client="solar", project="roof", planned="2026-09-01")
    line = depot.done("exchange", old, to="pro", fee="300.00 EUR", because="a larger site")
    new = str(line.replaced_by)
    before, after = depot.show(old).code, depot.show(new).code
    assert (before.status, before.replaced_by, after.replaces) == ("cancelled", new, old)
    assert (after.coupon, after.partner, after.client, after.project) == (
        "pro",
        "acme-energy",
        "acme-energy:solar",
        "roof",
    )
    assert (after.purchase, after.reference, after.planned) == (
        "P-1",
        "solar-roof-001",
        "2026-09-01",
    )
    for code, what in ((old, "exchanged"), (new, "came in exchange")):
        last = depot.show(code).history[-1]
        assert last.what == what
        assert last.after is not None
        assert (last.after["because"], last.after["fee"]) == ("a larger site", "300.00 EUR")


def test_an_expired_code_is_exchanged_for_one_with_a_life_of_its_own(depot: Depot) -> None:
    old = depot.code("core")
    line = depot.at("2027-08-01T12:00:00Z").done("exchange", old, to="pro", **WHY)
    assert line.expires == "2028-08-01T12:00:00Z"


def test_an_exchange_that_gives_nothing_else_leaves_all_as_it_was(depot: Depot) -> None:
    old = depot.code("core")
    for to, message in (
        ("nothing", "no coupon is called `nothing`"),
        ("spring", "`spring` grants no subscription"),
        ("core", "grants what `core` grants"),
    ):
        assert message in depot.refused("exchange", old, to=to, **WHY)
    assert depot.status(old) == "unused"
    assert depot.found() == [old]
    # Not even a batch is left that somebody could resume.
    with depot.desk.office.database.read() as tx:
        assert tx.rows(_BATCHES) == [(1,)]


def test_the_same_exchange_with_the_same_key_issues_one_code(depot: Depot) -> None:
    old = depot.code("core")
    body = {"codes": [old], "to": "pro", **WHY}
    first = depot.run("exchange", body, "k-1")
    assert depot.run("exchange", body, "k-1") == first
    assert len(depot.found()) == 2
    refused = {"codes": [old], "to": "core", **WHY}
    once = depot.run("exchange", refused, "k-2")
    assert depot.run("exchange", refused, "k-2") == once


def test_nothing_gives_money_back() -> None:
    assert not [name for name in ACTIONS if "refund" in name or "return" in name]
