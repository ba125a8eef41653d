"""What accounts have: each granted subscription, the sum of what runs, and who may see it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.decisions.flaws import RequestError
from engine.service.errors import NotFound
from tests.service.desk import ME
from tests.service.granting import Vault, vault

__all__ = ["vault"]


def test_features_are_named_and_shown_as_digits(vault: Vault) -> None:
    vault.granted(vault.code("sensors"))
    (has,) = vault.has()
    assert (has.features, has.hex, has.add_ons) == (
        ("Archive", "Sensors", "Map"),
        "7000",
        ("Archive",),
    )
    assert (has.start, has.until) == ("2026-03-01T12:00:00Z", "2026-04-01T11:00:00Z")


def test_the_sum_is_of_all_that_runs_until_the_first_end(vault: Vault) -> None:
    for coupon in ("pro", "enterprise", "sensors"):
        vault.granted(vault.code(coupon), running="add")
    vault.granted(vault.code("pro"))
    total = vault.entitlements().running
    assert (total.points, total.subaccounts) == (150, 4)
    assert set(total.plans) == {"professional", "enterprise"}
    assert set(total.features) == {"Archive", "Sensors", "Map"}
    assert (total.add_ons, total.until) == (("Archive",), "2026-04-01T11:00:00Z")


def test_a_moment_may_be_asked_for(vault: Vault) -> None:
    vault.granted(vault.code())
    vault.granted(vault.code())
    for moment, states in (
        ("2026-02-28T00:00:00Z", ["upcoming", "upcoming"]),
        ("2026-03-01T12:00:00Z", ["running", "upcoming"]),
        ("2027-03-01T12:00:00Z", ["ended", "running"]),
        ("2028-03-01T12:00:00Z", ["ended", "ended"]),
    ):
        found = vault.entitlements(at=moment)
        assert (found.at, [each.status for each in found.subscriptions]) == (moment, states)
        assert found.running.points == 50 * states.count("running")


def test_without_a_moment_it_is_now(vault: Vault) -> None:
    vault.desk.at("2026-05-01T00:00:00Z")
    assert vault.desk.accounts.entitlements("cus-1", None, ME).at == "2026-05-01T00:00:00Z"


def test_who_has_nothing_has_an_empty_sum(vault: Vault) -> None:
    found = vault.entitlements("nobody")
    assert (found.subscriptions, found.running.points, found.running.until) == ((), 0, None)


def test_what_is_no_moment_is_said(vault: Vault) -> None:
    with pytest.raises(RequestError, match="/at: `soon` is not an instant with an offset"):
        vault.entitlements(at="soon")


def test_a_partner_sees_what_was_issued_to_it_of_its_clients_accounts(vault: Vault) -> None:
    vault.client("north", "cus-1", partner="acme-energy")
    vault.client("south", "cus-2", partner="other")
    own, foreign = vault.code(), vault.code("enterprise")
    vault.set(own, partner="acme-energy")
    vault.granted(own)
    vault.granted(foreign, running="add")
    partner = replace(ME, partner="acme-energy")
    found = vault.desk.accounts.entitlements("cus-1", None, partner)
    assert [each.code for each in found.subscriptions] == [own]
    assert found.running.points == 50
    for account in ("cus-2", "nobody"):
        with pytest.raises(NotFound, match=f"no client has an account `{account}`"):
            vault.desk.accounts.entitlements(account, None, partner)


def test_a_subscription_is_shown_with_its_code_and_account(vault: Vault) -> None:
    answer = vault.redeemed(vault.code())
    (granted,) = vault.desk.subscriptions.show(str(answer.subscription), ME).granted
    assert (granted.code, granted.account, granted.status) == (answer.code, "cus-1", "running")


def test_a_code_is_shown_with_what_it_activated_and_what_the_inventory_knows(vault: Vault) -> None:
    vault.client("north", "cus-1", partner="acme-energy")
    code = vault.code()
    note = '[{"at":"2026-01-01T00:00:00Z","who":"ann","text":"for the annex"}]'
    vault.set(
        code,
        partner="acme-energy",
        purchase="P-2026-00000001",
        client="north",
        project="annex",
        assigned=1_000_000,
        reference="north-annex-001",
        planned=2_000_000,
        notes=note,
    )
    shown = vault.shown(code)
    assert (shown.status, shown.since, shown.subscription) == (
        "reserved",
        "1970-01-01T00:00:01Z",
        None,
    )
    answer = vault.redeemed(code)
    shown = vault.shown(code)
    assert (shown.status, shown.since) == ("activated", "2026-03-01T12:00:00Z")
    assert (shown.subscription, shown.account) == (answer.subscription, "cus-1")
    assert (shown.partner, shown.client, shown.project) == ("acme-energy", "north", "annex")
    assert (shown.purchase, shown.reference) == ("P-2026-00000001", "north-annex-001")
    assert (shown.planned, shown.notes[0].text) == ("1970-01-01T00:00:02Z", "for the annex")
