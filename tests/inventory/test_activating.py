"""Activating codes: one transaction each, once, on an account of their client."""

from __future__ import annotations

from tests.inventory.stocking import ACME, OTHER, Depot, depot

__all__ = ["depot"]


def test_a_code_is_redeemed_granted_and_linked_in_one_step(depot: Depot) -> None:
    code = depot.code()
    line = depot.done("activate", code, account="cus-1")
    assert (line.begins, line.until) == ("2026-03-01T12:00:00Z", "2027-03-01T12:00:00Z")
    shown = depot.show(code).code
    assert shown.status == "activated"
    assert shown.subscription is not None
    assert shown.subscription.subscription == line.subscription
    assert shown.subscription.account == "cus-1"
    assert depot.happened(code) == ["issued", "redeemed"]


def test_a_code_is_activated_once(depot: Depot) -> None:
    code = depot.code()
    first = depot.done("activate", code, account="cus-1")
    refused = depot.one("activate", code, account="cus-2")
    assert refused.message == (
        f"`{code}` was activated before on `cus-1`, with `{first.subscription}`"
    )
    assert refused.advice == "an activated subscription can't be moved: take another code"


def test_activating_again_on_the_same_account_changes_nothing(depot: Depot) -> None:
    code = depot.code()
    first = depot.done("activate", code, account="cus-1")
    again = depot.one("activate", code, account="cus-1")
    assert (again.outcome, again.subscription) == ("unchanged", first.subscription)


def test_an_expired_code_is_refused_with_its_end(depot: Depot) -> None:
    code = depot.code()
    line = depot.at("2027-03-02T12:00:00Z").one("activate", code, account="cus-1")
    assert line.outcome == "refused"
    assert [each.reason for each in line.reasons] == ["code_expired"]


def test_an_assigned_code_is_activated_on_an_account_of_its_client_only(depot: Depot) -> None:
    depot.client("muster", "cus-1")
    code = depot.code()
    depot.done("assign", code, client="muster")
    line = depot.one("activate", code, account="cus-9")
    assert [each.reason for each in line.reasons] == ["other_customer"]
    assert "transfer it first" in str(line.advice)
    depot.done("activate", code, account="cus-1")


def test_rules_ask_for_facts_that_a_line_gives(depot: Depot) -> None:
    code = depot.code("business")
    line = depot.one("activate", code, account="cus-1")
    assert [each.reason for each in line.reasons] == ["fact_missing"]
    depot.done("activate", code, account="cus-1", facts={"customer": {"segment": "business"}})


def test_another_specification_needs_a_word(depot: Depot) -> None:
    pro, core = depot.code("pro"), depot.code("core")
    depot.done("activate", pro, account="cus-1")
    line = depot.one("activate", core, account="cus-1")
    assert [each.reason for each in line.reasons] == ["grant_active"]
    later = depot.done("activate", core, account="cus-1", running="after")
    assert later.begins == "2027-03-01T12:00:00Z"


def test_lines_are_activated_one_by_one_and_harm_no_other(depot: Depot) -> None:
    first, second = depot.codes(count=2)
    done = depot.run(
        "activate",
        {
            "lines": [
                {"code": first, "account": "cus-1"},
                {"code": "nothing", "account": "cus-2"},
                {"code": first.lower(), "account": "cus-3"},
                {"code": second},
                {"code": second, "account": "cus-4"},
                "no line",
            ]
        },
    )
    assert [(each.outcome, each.message) for each in done.lines] == [
        ("done", None),
        ("refused", "no code `nothing` is in the inventory"),
        ("refused", "the same code stands in line 1: give it once"),
        ("refused", "`account` is missing"),
        ("done", None),
        ("refused", "an object is expected"),
    ]
    assert (done.done, done.refused) == (2, 4)


def test_a_line_that_was_refused_spoils_none_for_the_same_code(depot: Depot) -> None:
    code, other = depot.codes(count=2)
    depot.client("solar", "cus-1")
    depot.done("assign", code, client="solar")
    accounts = ("cus-9", "cus-1", "cus-1")
    lines = [{"code": code, "account": account} for account in accounts]
    done = depot.run("activate", {"lines": lines}, "key-1")
    assert [each.outcome for each in done.lines] == ["refused", "done", "refused"]
    assert done.lines[2].message == "the same code stands in line 2: give it once"
    assert depot.run("activate", {"lines": lines}, "key-1") == done
    planned = [{"code": other, "planned": day} for day in ("soon", "2026-09-01", "2026-09-02")]
    lines = depot.run("plan", {"lines": planned}).lines
    assert [each.outcome for each in lines] == ["refused", "done", "refused"]


def test_the_same_key_answers_the_same_and_activates_nothing_twice(depot: Depot) -> None:
    first, second = depot.codes(count=2)
    body = {"codes": [first, second, "nothing"], "account": "cus-1"}
    once = depot.run("activate", body, "key-1")
    assert [each.outcome for each in once.lines] == ["done", "done", "refused"]
    assert depot.run("activate", body, "key-1") == once
    # The second code goes on where the first one ends.
    assert once.lines[1].begins == once.lines[0].until


def test_a_partner_ends_nothing_that_is_not_its_own_and_learns_nothing_of_it(
    depot: Depot,
) -> None:
    theirs = depot.code("core", partner="other")
    depot.as_(OTHER).done("activate", theirs, account="cus-1")
    mine = depot.code("pro", partner="acme-energy")
    acme = depot.as_(ACME)
    line = acme.one("activate", mine, account="cus-1")
    assert line.message == "the account has a subscription already"
    assert line.reasons[0].facts == {}
    refused = acme.refused("activate", mine, account="cus-1", running="replace")
    assert refused == "the account has a subscription that can't be replaced here"
    acme.done("activate", mine, account="cus-1", running="add")
