"""A code is activated once and by its client alone, whatever the rules of its coupon say."""

from __future__ import annotations

from typing import Any

import pytest

from engine.service.answers import Redemption, Refusal
from engine.service.caller import Caller, Scope
from engine.store.database import Database
from tests.inventory.stocking import ACME, ME, POLICIES, SPACE, Depot, depot_of

FRONT = Caller("front", frozenset({Scope.REDEEM}))
MORE = """\
---
coupon: free
title: Without a rule
format: voucher
valid: 12 months
grants: {plan: free, duration: 1 month}
---
coupon: typed
title: A promotion
codes: [PROMO]
grants: {plan: free, duration: 1 month}
---
coupon: gold
title: For gold
format: voucher
valid: 12 months
grants: {plan: gold, duration: 12 months}
redemption: [subscription.plan is gold]
---
coupon: percent
title: Ten off
format: voucher
valid: 12 months
discount: 10%
application: [fee is period]
"""


@pytest.fixture
def depot(database: Database) -> Depot:
    """An inventory with coupons that have no rule against being redeemed again."""
    found = depot_of(database)
    found.desk.push(SPACE + POLICIES + MORE)
    return found


def asked(depot: Depot, code: str, customer: str, by: Caller = ME, **more: Any) -> Any:
    body = {"code": code, "customer": {"id": customer}, **more}
    return depot.desk.redemptions.redeem(body, by)


def said(answer: Any) -> list[tuple[str, str]]:
    assert isinstance(answer, Refusal), answer
    return [(each.reason, each.message) for each in answer.reasons]


def test_a_code_without_a_rule_grants_once(depot: Depot) -> None:
    code = depot.code("free")
    assert isinstance(asked(depot, code, "cus-1"), Redemption)
    for more in ({}, {"dry_run": True}, {"hold": "1 hour"}):
        assert said(asked(depot, code, "cus-2", **more)) == [
            ("already_redeemed", "this code was activated before on `cus-1`")
        ]
    assert said(asked(depot, code, "cus-2", FRONT)) == [
        ("already_redeemed", "this code was activated before")
    ]
    (whole,) = depot.desk.office.read(lambda work: _validated(work, code), ME)
    assert (whole.answer.valid, whole.answer.reason) == (False, "already_redeemed")


def _validated(work: Any, code: str) -> Any:
    from engine.service.codes.scrutiny import Scrutiny

    return Scrutiny(work, None).of([code])


def test_a_held_code_is_held_from_others_until_the_hold_ends(depot: Depot) -> None:
    code = depot.code("free")
    held = asked(depot, code, "cus-1", hold="1 hour")
    refused = asked(depot, code, "cus-2", FRONT)
    assert said(refused) == [("already_redeemed", "this code is held for a checkout")]
    assert held.until == refused.valid_until == "2026-03-01T13:00:00Z"
    depot.at("2026-03-01T13:00:00Z")
    assert isinstance(asked(depot, code, "cus-2"), Redemption)


def test_a_hold_is_confirmed_though_it_holds_the_code(depot: Depot) -> None:
    held = asked(depot, depot.code("free"), "cus-1", hold="1 hour")
    assert isinstance(depot.desk.redemptions.confirm(str(held.id), {}, ME), Redemption)


def test_a_code_that_a_document_lists_grants_to_many(depot: Depot) -> None:
    for customer in ("cus-1", "cus-2", "cus-3"):
        assert isinstance(asked(depot, "PROMO", customer), Redemption)


def test_what_is_shown_of_a_code_is_what_stands(depot: Depot) -> None:
    first, code = depot.codes(count=2)
    depot.done("activate", first, account="cus-1")
    before = depot.done("activate", code, account="cus-1")
    depot.desk.redemptions.remove(str(before.redemption), {}, ME)
    # It begins earlier than what was removed, which would have gone on after the first.
    after = depot.done("activate", code, account="cus-2")
    again = depot.one("activate", code, account="cus-2")
    assert (again.outcome, again.subscription) == ("unchanged", after.subscription)
    assert depot.refused("activate", code, account="cus-1") == (
        f"`{code}` was activated before on `cus-2`, with `{after.subscription}`"
    )
    shown = depot.show(code).code.subscription
    assert shown is not None
    assert (shown.subscription, shown.account) == (after.subscription, "cus-2")


def test_an_activation_is_of_no_subscription_that_is_there(depot: Depot) -> None:
    facts = {"customer": {"id": "victim"}, "subscription": {"plan": "silver"}}
    depot.desk.subscriptions.put("sub-foreign", facts, ME)
    code = depot.code("gold", partner="acme-energy")
    for who in (ME, ACME):
        acme = depot.as_(who)
        for subscription in ("sub-foreign", "sub-nothing"):
            named = {"subscription": {"id": subscription}}
            assert acme.refused("activate", code, account="mine", facts=named) == (
                "facts/subscription/id: an activation makes its own subscription: "
                "leave `subscription.id` out"
            )
    depot.done("activate", code, account="mine", facts={"subscription": {"plan": "gold"}})


def test_an_assigned_discount_is_redeemed_by_its_client_only(depot: Depot) -> None:
    depot.client("solar", "cus-1", partner="acme-energy")
    code = depot.code("percent", partner="acme-energy", client="acme-energy:solar")
    for customer in ("cus-9", None):
        who = {} if customer is None else {"customer": {"id": customer}}
        body = {"code": code, "subscription": {"id": "sub-1"}, **who}
        answer = depot.desk.redemptions.redeem(body, ME)
        assert said(answer) == [
            ("other_customer", "this code is assigned to the client `acme-energy:solar`")
        ]
    assert isinstance(asked(depot, code, "cus-1", subscription={"id": "sub-1"}), Redemption)


def test_a_partner_reads_its_own_name_of_a_client(depot: Depot) -> None:
    depot.client("solar", "cus-1", partner="acme-energy")
    code = depot.code(partner="acme-energy", client="acme-energy:solar")
    assert depot.as_(ACME).refused("activate", code, account="cus-9") == (
        "this code is assigned to the client `solar`"
    )
