"""Codes that grant subscriptions: when these begin, beside what the account has, and end."""

from __future__ import annotations

from typing import Any

import pytest

from engine.service.answers import Ended, Redemption, Refusal
from tests.service.desk import ME, fee, reasons
from tests.service.granting import Vault, careful, vault

__all__ = ["careful", "vault"]

LATER = "2026-06-15T08:00:00Z"
FIRST = ("2026-03-01", "2027-03-01", None)
NEXT = ("2027-03-01", "2028-03-01", None)


def refusal(answer: Any) -> Any:
    """The one reason of a refusal."""
    assert isinstance(answer, Refusal), answer
    (reason,) = answer.reasons
    return reason


def test_activating_grants_a_subscription_of_its_own_to_the_account(vault: Vault) -> None:
    code = vault.code()
    answer = vault.redeemed(code)
    assert answer.grants is not None
    assert answer.subscription == answer.grants.subscription == f"sub-{answer.id}"
    (has,) = vault.has()
    assert (has.subscription, has.account, has.code) == (answer.subscription, "cus-1", code)
    assert (has.plan, has.points, has.subaccounts, has.status) == ("professional", 50, 4, "running")
    assert vault.spans() == [FIRST]


def test_a_granted_subscription_may_be_named(vault: Vault) -> None:
    grant = vault.granted(vault.code(), subscription={"id": "sub-1"})
    assert (grant.subscription, vault.has()[0].subscription) == ("sub-1", "sub-1")


def test_nothing_is_known_to_run_without_a_customer(vault: Vault) -> None:
    first, second = (vault.granted(vault.code(), None) for _ in range(2))
    assert first.start == second.start
    assert first.subscription != second.subscription


def test_a_discount_grants_nothing(vault: Vault) -> None:
    answer = vault.redeemed("TEN", subscription={"id": "sub-1"})
    assert answer.grants is None
    assert vault.has() == []


# --- beside what the account has


def test_the_same_specification_goes_on_where_the_running_one_ends(vault: Vault) -> None:
    vault.granted(vault.code())
    vault.desk.at(LATER)
    answer = vault.redeemed(vault.code())
    assert answer.redeemed == LATER
    assert answer.grants is not None
    assert (answer.grants.start, answer.grants.until) == (
        "2027-03-01T12:00:00Z",
        "2028-03-01T12:00:00Z",
    )
    assert [each.status for each in vault.has()] == ["running", "upcoming"]


def test_renewals_are_a_chain_also_on_one_subscription(vault: Vault) -> None:
    for _ in range(3):
        vault.granted(vault.code(), subscription={"id": "sub-1"})
    assert vault.spans() == [FIRST, NEXT, ("2028-03-01", "2029-03-01", None)]
    assert {each.subscription for each in vault.has()} == {"sub-1"}


def test_a_specification_is_the_same_whichever_coupon_grants_it(vault: Vault) -> None:
    vault.granted(vault.code("pro"))
    assert vault.granted(vault.code("pro-again")).start == "2027-03-01T12:00:00Z"


def test_a_changed_grant_is_another_specification(vault: Vault) -> None:
    vault.granted(vault.code())
    old = vault.code()
    text = "coupon: pro\ntitle: P\nvalid: 12 months\ngrants: {plan: professional, points: 60}\n"
    vault.desk.changes.save("pro", f"{text}redemption: [at most 1 redemption per code]\n", ME)
    vault.desk.changes.enact("pro", ME)
    assert refusal(vault.ask(vault.code())).reason == "grant_active"
    assert vault.granted(old).start == "2027-03-01T12:00:00Z"


def test_another_specification_needs_a_word(vault: Vault) -> None:
    running = vault.granted(vault.code())
    reason = refusal(vault.ask(vault.code("enterprise")))
    assert reason.reason == "grant_active"
    assert reason.facts == {
        "running": [running.subscription],
        "running.until": "2027-03-01T12:00:00Z",
    }
    assert f"`{running.subscription}` (professional) runs until 1 March 2027, 13:00" in (
        reason.message
    )
    assert all(f'"running": "{word}"' in reason.remedy for word in ("after", "replace", "add"))
    assert vault.spans() == [FIRST]


def test_a_refusal_lasts_until_what_runs_ends(vault: Vault) -> None:
    vault.granted(vault.code())
    answer = vault.ask(vault.code("enterprise"))
    assert isinstance(answer, Refusal)
    assert answer.valid_until == "2027-03-01T12:00:00Z"
    vault.desk.at("2027-03-01T12:00:00Z")
    assert vault.granted(vault.code("enterprise")).start == "2027-03-01T12:00:00Z"


def test_after_begins_when_all_that_the_account_has_is_over(vault: Vault) -> None:
    vault.granted(vault.code())
    vault.granted(vault.code())
    assert vault.granted(vault.code("enterprise"), running="after").start == "2028-03-01T12:00:00Z"


def test_replace_ends_what_runs_at_that_moment(vault: Vault) -> None:
    old = vault.redeemed(vault.code())
    vault.desk.at(LATER)
    grant = vault.granted(vault.code("enterprise"), running="replace")
    assert (grant.start, grant.until) == (LATER, "2026-12-15T09:00:00Z")
    assert vault.spans() == [
        ("2026-03-01", "2027-03-01", "2026-06-15"),
        ("2026-06-15", "2026-12-15", None),
    ]
    assert [each.status for each in vault.has()] == ["ended", "running"]
    assert vault.shown(old.code).status == "activated"


def test_replace_leaves_what_is_to_come(vault: Vault) -> None:
    vault.granted(vault.code())
    vault.granted(vault.code())
    vault.desk.at(LATER)
    vault.granted(vault.code("enterprise"), running="replace")
    assert vault.spans()[-1] == NEXT


def test_add_runs_beside_the_others(vault: Vault) -> None:
    vault.granted(vault.code())
    vault.desk.at(LATER)
    assert vault.granted(vault.code("enterprise"), running="add").start == LATER
    assert [each.status for each in vault.has()] == ["running", "running"]


@pytest.mark.parametrize(("word", "start"), [("add", LATER), ("replace", LATER)])
def test_a_word_also_wins_for_the_same_specification(vault: Vault, word: str, start: str) -> None:
    vault.granted(vault.code())
    vault.desk.at(LATER)
    assert vault.granted(vault.code(), running=word).start == start


def test_a_renewal_goes_on_beside_what_was_added(vault: Vault) -> None:
    vault.granted(vault.code())
    vault.granted(vault.code("enterprise"), running="add")
    assert vault.granted(vault.code()).start == "2027-03-01T12:00:00Z"


@pytest.mark.parametrize("more", [{}, {"running": "after"}])
def test_nothing_comes_after_what_has_no_end(vault: Vault, more: dict[str, str]) -> None:
    vault.granted(vault.code("endless"))
    reason = refusal(vault.ask(vault.code("endless"), **more))
    assert reason.reason == "grant_active"
    assert "runs without an end" in reason.message
    assert '"running": "after"' not in reason.remedy
    assert list(reason.facts) == ["running"]
    assert vault.granted(vault.code("endless"), running="replace").until is None


def test_what_is_over_is_in_nobodys_way(vault: Vault) -> None:
    vault.granted(vault.code())
    vault.desk.at("2027-04-01T00:00:00Z")
    assert vault.granted(vault.code("enterprise")).start == "2027-04-01T00:00:00Z"


def test_what_another_account_has_is_in_nobodys_way(vault: Vault) -> None:
    vault.granted(vault.code(), "cus-2")
    assert vault.granted(vault.code("enterprise"), "cus-1").start == "2026-03-01T12:00:00Z"


def test_a_moment_before_the_running_one_began_makes_no_overlap(vault: Vault) -> None:
    vault.granted(vault.code())
    vault.granted(vault.code(), at="2026-02-01T00:00:00Z")
    assert vault.spans() == [FIRST, NEXT]
    reason = refusal(vault.ask(vault.code("enterprise"), at="2026-02-01T00:00:00Z"))
    assert "is to run from 1 March 2026, 13:00 Zurich until" in reason.message


def test_a_dry_run_says_when_it_would_begin_and_grants_nothing(vault: Vault) -> None:
    vault.granted(vault.code())
    tried = vault.redeemed(vault.code(), dry_run=True)
    assert tried.grants is not None
    assert (tried.grants.subscription, tried.grants.start) == (None, "2027-03-01T12:00:00Z")
    assert refusal(vault.ask(vault.code("enterprise"), dry_run=True)).reason == "grant_active"
    assert vault.spans() == [FIRST]


def test_a_code_is_activated_once(vault: Vault) -> None:
    code = vault.code()
    vault.granted(code)
    assert "limit_reached" in reasons(vault.ask(code, "cus-2"))
    assert vault.has("cus-2") == []


# --- holds


def test_what_is_held_grants_nothing_until_it_is_confirmed(vault: Vault) -> None:
    held = vault.redeemed(vault.code(), hold="15 minutes")
    assert held.grants is None
    assert vault.has() == []
    vault.desk.at("2026-03-01T12:10:00Z")
    confirmed = vault.desk.redemptions.confirm(str(held.id), {}, ME)
    assert isinstance(confirmed, Redemption)
    assert confirmed.grants is not None
    assert (confirmed.subscription, confirmed.grants.start) == (
        held.subscription,
        "2026-03-01T12:10:00Z",
    )
    assert [each.subscription for each in vault.has()] == [held.subscription]
    again = vault.desk.redemptions.confirm(str(held.id), {}, ME)
    assert isinstance(again, Redemption)
    assert again.grants == confirmed.grants


def test_confirming_asks_again_what_the_account_has(vault: Vault) -> None:
    held = vault.redeemed(vault.code("enterprise"), hold="15 minutes")
    vault.granted(vault.code())
    confirm = vault.desk.redemptions.confirm
    assert refusal(confirm(str(held.id), {}, ME)).reason == "grant_active"
    confirmed = confirm(str(held.id), {"running": "after"}, ME)
    assert isinstance(confirmed, Redemption)
    assert vault.spans()[-1] == ("2027-03-01", "2027-09-01", None)


def test_a_hold_remembers_its_word(vault: Vault) -> None:
    vault.granted(vault.code())
    assert refusal(vault.ask(vault.code("enterprise"), hold="1 hour")).reason == "grant_active"
    held = vault.redeemed(vault.code("enterprise"), hold="1 hour", running="add")
    assert isinstance(vault.desk.redemptions.confirm(str(held.id), {}, ME), Redemption)
    assert [each.status for each in vault.has()] == ["running", "running"]


def test_a_hold_that_ran_out_grants_when_it_is_redeemed_anew(vault: Vault) -> None:
    vault.granted(vault.code())
    held = vault.redeemed(vault.code("enterprise"), hold="15 minutes", running="add")
    vault.desk.at(LATER)
    anew = vault.desk.redemptions.confirm(str(held.id), {}, ME)
    assert isinstance(anew, Redemption)
    assert vault.spans()[-1] == ("2026-06-15", "2026-12-15", None)


def test_a_held_code_that_was_cancelled_grants_nothing(vault: Vault) -> None:
    code = vault.code()
    held = vault.redeemed(code, hold="15 minutes")
    vault.set(code, cancelled=1)
    assert reasons(vault.desk.redemptions.confirm(str(held.id), {}, ME)) == ["code_cancelled"]
    assert vault.has() == []


# --- what ends


def test_removing_ends_the_grant_and_a_later_one_keeps_its_dates(vault: Vault) -> None:
    first = vault.redeemed(vault.code())
    vault.granted(vault.code())
    vault.desk.at(LATER)
    assert isinstance(vault.desk.remove(first), Ended)
    assert vault.spans() == [("2026-03-01", "2027-03-01", "2026-06-15"), NEXT]
    assert [each.status for each in vault.has()] == ["ended", "upcoming"]


def test_what_is_removed_before_it_begins_never_does(vault: Vault) -> None:
    vault.granted(vault.code())
    renewal = vault.redeemed(vault.code())
    vault.desk.remove(renewal)
    assert [each.status for each in vault.has(at="2027-06-01T00:00:00Z")] == ["ended", "ended"]
    assert vault.granted(vault.code()).start == "2027-03-01T12:00:00Z"


def test_what_was_over_before_it_is_removed_stays_as_it_was(vault: Vault) -> None:
    first = vault.redeemed(vault.code())
    vault.desk.at("2027-06-01T00:00:00Z")
    vault.desk.remove(first)
    assert vault.spans() == [FIRST]


def test_a_removed_code_may_be_activated_again(vault: Vault) -> None:
    code = vault.code()
    vault.desk.remove(vault.redeemed(code))
    assert vault.shown(code).status == "unused"
    vault.granted(code, "cus-2")
    assert (vault.shown(code).account, vault.shown(code).status) == ("cus-2", "activated")


def test_a_moved_subscription_takes_its_grants_along(vault: Vault) -> None:
    answer = vault.redeemed(vault.code())
    vault.desk.subscriptions.move(str(answer.subscription), {"to": "sub-new"}, ME)
    assert [each.subscription for each in vault.has()] == ["sub-new"]
    shown = vault.desk.subscriptions.show("sub-new", ME)
    assert [each.code for each in shown.granted] == [answer.code]
    again = vault.desk.redemptions.confirm(str(answer.id), {}, ME)
    assert isinstance(again, Redemption)
    assert again.grants is not None
    assert again.grants.subscription == "sub-new"


def test_a_renamed_coupon_keeps_what_it_granted(vault: Vault) -> None:
    code = vault.code("endless")
    vault.granted(code)
    text = "coupon: eternal\nwas: endless\ntitle: E\ngrants: {plan: endless}\n"
    vault.desk.changes.save("endless", f"{text}redemption: [at most 1 redemption per code]\n", ME)
    vault.desk.changes.enact("endless", ME)
    assert [each.coupon for each in vault.has()] == ["eternal"]


# --- clients and approval


def test_an_assigned_code_is_activated_on_an_account_of_its_client_only(vault: Vault) -> None:
    vault.client("north", "cus-1", "cus-2")
    vault.client("south", "cus-3")
    code = vault.code()
    vault.set(code, client="north", assigned=5)
    for account in ("cus-3", "cus-9", None):
        reason = refusal(vault.ask(code, account))
        assert (reason.reason, "assigned to the client `north`" in reason.message) == (
            "other_customer",
            True,
        )
        assert reason.remedy.startswith("transfer it first")
    assert vault.granted(code, "cus-2").plan == "professional"


def test_an_unassigned_code_is_activated_on_any_account(vault: Vault) -> None:
    vault.client("north", "cus-1")
    vault.granted(vault.code(), "cus-9")


def test_every_reason_comes_back(vault: Vault) -> None:
    vault.client("south", "cus-3")
    vault.granted(vault.code())
    code = vault.code("enterprise")
    vault.set(code, client="south", cancelled=1)
    assert reasons(vault.ask(code)) == ["code_cancelled", "other_customer", "grant_active"]


def test_where_another_person_must_agree_a_code_is_not_redeemed_directly(careful: Vault) -> None:
    for more in ({}, {"hold": "1 hour"}, {"dry_run": True}):
        reason = refusal(careful.ask(careful.code(), **more))
        assert (reason.reason, reason.message) == (
            "approval_needed",
            "another person must agree before this code is activated",
        )
        assert reason.remedy == "a second person has to agree: ask whoever gave you the code"
    assert careful.has() == []
    careful.redeemed("TEN", subscription={"id": "sub-1"})


# --- onboarding


def test_attached_codes_are_activated_with_the_account_in_their_order(vault: Vault) -> None:
    codes = [vault.code(), "TEN", vault.code()]
    for code in codes:
        vault.desk.accounts.attach("cus-1", {"code": code}, ME)
    answer = vault.desk.accounts.activate("cus-1", {"subscription": {"id": "sub-1"}}, ME)
    assert [isinstance(each, Redemption) for each in answer.codes] == [True, True, True]
    assert vault.spans() == [FIRST, NEXT]
    assert [each.code for each in vault.has()] == [codes[0], codes[2]]
    assert vault.desk.discounts("sub-1", fee("c1")) == ["10.00"]


def test_another_specification_fails_alone_when_the_account_is_activated(vault: Vault) -> None:
    for coupon in ("pro", "enterprise"):
        vault.desk.accounts.attach("cus-1", {"code": vault.code(coupon)}, ME)
    answer = vault.desk.accounts.activate("cus-1", {"subscription": {"id": "sub-1"}}, ME)
    assert isinstance(answer.codes[0], Redemption)
    assert reasons(answer.codes[1]) == ["grant_active"]


def test_attached_codes_replace_what_ran_and_not_each_other(vault: Vault) -> None:
    vault.granted(vault.code("endless"))
    for coupon in ("pro", "enterprise"):
        vault.desk.accounts.attach("cus-1", {"code": vault.code(coupon)}, ME)
    vault.desk.at(LATER)
    body = {"subscription": {"id": "sub-1"}, "running": "replace"}
    vault.desk.accounts.activate("cus-1", body, ME)
    running = {each.plan for each in vault.has() if each.status == "running"}
    assert running == {"professional", "enterprise"}
