"""Assigning codes to clients and projects, transferring them, and their references."""

from __future__ import annotations

import pytest

from engine.decisions.flaws import RequestError
from tests.inventory.stocking import ACME, Depot, depot

__all__ = ["depot"]


@pytest.fixture(autouse=True)
def clients(depot: Depot) -> None:
    """Two clients of the space, and one of a partner."""
    depot.client("muster", "cus-1", responsible={"name": "Ada", "email": "ada@muster.example"})
    depot.client("meier")
    depot.own.projects.put("muster", "roof", {}, depot.caller)
    depot.client("solar", partner="acme-energy")
    depot.own.projects.put("solar", "roof", {}, depot.caller)


def test_an_assigned_code_is_reserved_for_its_client_and_project(depot: Depot) -> None:
    code = depot.code()
    depot.done("assign", code, client="muster", project="roof", planned="2026-12-01")
    shown = depot.show(code).code
    assert (shown.status, shown.client, shown.project) == ("reserved", "muster", "roof")
    assert (shown.planned, shown.assigned) == ("2026-12-01", "2026-03-01T12:00:00Z")
    history = depot.show(code).history
    assert [each.what for each in history] == ["issued", "assigned"]
    assert history[1].who == "ann"
    assert history[1].after == {
        "client": "muster",
        "project": "roof",
        "planned": "2026-12-01",
    }


def test_a_day_after_the_end_of_its_life_warns(depot: Depot) -> None:
    line = depot.done("assign", depot.code(), client="muster", planned="2027-03-02")
    assert line.warnings == (
        "it is planned for 2027-03-02, and expires on 2027-03-01: extend it, or plan it earlier",
    )


def test_what_can_not_be_assigned_is_said_plainly(depot: Depot) -> None:
    code = depot.code()
    assert depot.refused("assign", code, client="nobody") == "no client is called `nobody`"
    assert depot.refused("assign", code) == "`client` is missing"
    assert depot.refused("assign", code, client="meier", project="roof") == (
        "the client `meier` has no project `roof`"
    )
    assert depot.refused("assign", code, client="meier", planned="soon") == (
        "planned: `soon` is no time: a day such as `2027-02-01`, or an instant with an offset, "
        "is expected"
    )
    assert depot.refused("assign", "SPRING", client="meier") == (
        "no code `SPRING` is in the inventory"
    )
    depot.at("2027-06-01T00:00:00Z")
    assert depot.refused("assign", code, client="meier") == (
        f"`{code}` expired at 2027-03-01T12:00:00Z"
    )


def test_a_code_stays_with_its_client_until_it_is_transferred(depot: Depot) -> None:
    code = depot.code()
    assert depot.refused("transfer", code, client="meier") == f"`{code}` is assigned to nobody"
    depot.done("assign", code, client="muster", project="roof")
    assert depot.refused("assign", code, client="meier") == (
        f"`{code}` is assigned to `muster` already"
    )
    depot.done("transfer", code, client="meier")
    assert (depot.show(code).code.client, depot.show(code).code.project) == ("meier", None)
    depot.done("unassign", code)
    assert depot.status(code) == "unused"
    assert depot.happened(code) == ["issued", "assigned", "transferred", "unassigned"]
    assert depot.one("unassign", code).outcome == "unchanged"


def test_assigning_the_same_again_changes_nothing(depot: Depot) -> None:
    code = depot.code()
    depot.done("assign", code, client="muster")
    assert depot.one("assign", code, client="muster").outcome == "unchanged"


def test_an_activated_code_is_not_transferred(depot: Depot) -> None:
    code = depot.code()
    depot.done("assign", code, client="muster")
    depot.done("activate", code, account="cus-1")
    for action in ("transfer", "assign"):
        assert "was activated: it can't be" in depot.refused(action, code, client="meier")
    assert "was activated" in depot.refused("unassign", code)


def test_a_partners_code_goes_to_clients_of_the_partner_only(depot: Depot) -> None:
    code = depot.code(partner="acme-energy")
    other = "a client of no partner"
    assert depot.refused("assign", code, client="muster").endswith(f"and `muster` {other}")
    assert depot.as_(ACME).refused("assign", code, client="muster") == (
        "no client is called `muster`"
    )
    theirs = depot.code(partner="other")
    assert depot.refused("assign", theirs, client="acme-energy:solar") == (
        f"`{theirs}` is of `other`, and `acme-energy:solar` a client of `acme-energy`"
    )
    depot.done("assign", code, client="solar", project="roof")
    assert depot.show(code).code.client == "acme-energy:solar"
    assert depot.refused("assign", depot.code(), client="solar") != ""


def test_references_follow_the_pattern_and_count_for_each_project(depot: Depot) -> None:
    codes = depot.codes(count=3, partner="acme-energy")
    done = depot.do("assign", *codes[:2], client="solar", project="roof")
    assert [each.reference for each in done.lines] == ["solar-roof-001", "solar-roof-002"]
    by_hand = depot.done(
        "assign", codes[2], client="solar", project="roof", reference="solar-roof-003"
    )
    assert by_hand.reference == "solar-roof-003"
    (more,) = depot.codes(partner="acme-energy")
    assert depot.done("assign", more, client="solar", project="roof").reference == "solar-roof-004"


def test_a_pattern_that_lacks_something_gives_no_reference(depot: Depot) -> None:
    line = depot.done("assign", depot.code(partner="acme-energy"), client="solar")
    assert line.reference is None
    assert line.warnings == (
        "it has no reference: `{client}-{project}-{number:3}` needs a project",
    )


def test_a_reference_by_hand_must_match_the_pattern(depot: Depot) -> None:
    code = depot.code(partner="acme-energy")
    depot.done("assign", code, client="solar", project="roof")
    assert depot.refused("reference", code, reference="whatever") == (
        "reference: `whatever` does not follow `{client}-{project}-{number:3}`: write one such as "
        "`solar-roof-001`"
    )
    assert depot.done("reference", code, reference="solar-roof-117").reference == "solar-roof-117"
    assert depot.done("reference", code, reference=None).reference is None


def test_two_codes_have_no_reference_in_common(depot: Depot) -> None:
    first, second, gone = depot.codes(count=3)
    depot.done("reference", first, reference="cabinet 7")
    for action, more in (("reference", {}), ("assign", {"client": "muster"})):
        line = depot.one(action, second, reference="cabinet 7", **more)
        assert (line.outcome, line.message, line.advice) == (
            "refused",
            f"`cabinet 7` is the reference of `{first}` already",
            "give another one",
        )
    assert depot.one("reference", first, reference="cabinet 7").outcome == "unchanged"
    # What is another partner's says nothing of it, and what is cancelled needs it no more.
    theirs = depot.code(partner="other")
    depot.done("reference", theirs, reference="cabinet 7")
    depot.done("reference", gone, reference="cabinet 8")
    depot.done("cancel", gone, because="twice")
    depot.done("reference", second, reference="cabinet 8")


def test_without_a_pattern_a_reference_may_be_anything(depot: Depot) -> None:
    code = depot.code()
    depot.done("reference", code, reference="cabinet 7")
    depot.done("assign", code, client="muster")
    assert depot.show(code).code.reference == "cabinet 7"


def test_notes_are_kept_with_who_wrote_them_also_after_activation(depot: Depot) -> None:
    code = depot.code()
    depot.done("note", code, text="behind the stairs")
    depot.done("activate", code, account="cus-1")
    depot.done("note", code, text="works")
    found = depot.show(code)
    assert [(each.who, each.text) for each in found.notes] == [
        ("ann", "behind the stairs"),
        ("ann", "works"),
    ]
    assert found.code.notes == 2


def test_a_plan_can_be_made_and_taken_back(depot: Depot) -> None:
    code = depot.code()
    depot.done("plan", code, planned="2026-05-01")
    assert depot.show(code).code.planned == "2026-05-01"
    depot.done("plan", code, planned=None)
    assert depot.show(code).code.planned is None


def test_a_request_has_codes_or_lines(depot: Depot) -> None:
    for body in ({}, {"codes": ["A"], "lines": [{"code": "A"}]}, {"codes": []}):
        with pytest.raises(RequestError):
            depot.run("plan", body)


def test_a_lines_own_fields_win(depot: Depot) -> None:
    first, second = depot.codes(count=2)
    lines = [{"code": first}, {"code": second, "client": "meier"}]
    depot.run("assign", {"lines": lines, "client": "muster"})
    assert [depot.show(each).code.client for each in (first, second)] == ["muster", "meier"]
