"""Customers are let into groups for what they are, and take one seat each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine.decisions.flaws import RequestError
from engine.groups.answers import Admitted
from engine.service.answers import Redemption
from engine.service.billing.import_lines import read_lines
from engine.service.billing.imports import Imports
from engine.service.caller import Caller
from engine.service.errors import Conflict, NotFound
from engine.store.database import Database
from tests.groups.belonging import ADA, POLICIES, Belonging, belonging, quick, quick_database, xyz
from tests.service.desk import ME, fee, reasons

__all__ = ["quick", "quick_database", "xyz"]

ROUNDS = 8


def test_an_address_of_the_domain_lets_in(xyz: Belonging) -> None:
    answer = xyz.admitted("u1", email="Ada@XYZ.example")
    assert (answer.coupon, answer.version, answer.new) == ("xyz-email-domain", 1, True)
    assert xyz.member("u1").email == ADA


@pytest.mark.parametrize("subscription", ["a/b", "a\tb"])
def test_nobody_is_let_in_on_a_subscription_that_no_path_can_have(
    quick: Belonging, subscription: str
) -> None:
    with pytest.raises(RequestError, match="/subscription/id"):
        quick.ask("u1", email=ADA, subscription={"id": subscription})
    assert quick.members() == []


@pytest.mark.parametrize("address", ["192.0.2.77", "2001:db8::5", "::ffff:192.0.2.1"])
def test_an_address_of_the_networks_lets_in(quick: Belonging, address: str) -> None:
    assert quick.admitted("u1", ip=address).coupon == "xyz-networks"


def test_a_refusal_has_the_reasons_of_every_automatic_way(quick: Belonging) -> None:
    answer = quick.ask("u1", email="ada@elsewhere.example", ip="198.51.100.1")
    assert [(each.reason, each.rule) for each in answer.reasons] == [
        ("condition_not_met", "customer.email.domain is xyz.example"),
        (
            "condition_not_met",
            'customer.ip is in 192.0.2.0/24 or customer.ip is in "2001:db8::/32"',
        ),
    ]
    assert quick.denied("u2") == ["fact_missing", "fact_missing"]
    assert quick.members() == []


def test_the_decision_of_an_admission_and_of_a_refusal_is_kept(quick: Belonging) -> None:
    admitted, refused = quick.admitted("u1", ip="192.0.2.1"), quick.ask("u2")
    kept = quick.decisions.show(admitted.decision, ME)
    assert kept.kind == "admit"
    assert {each.code for each in kept.trace} == {"xyz-email-domain", "xyz-networks"}
    assert quick.decisions.show(refused.decision, ME).kind == "refusal"


def test_who_is_in_the_group_is_answered_the_same_again(xyz: Belonging) -> None:
    first = xyz.admitted("u1", email=ADA)
    for again in (xyz.admitted("u1", email=ADA), xyz.admitted("u1"), xyz.admitted("u1", ip="::1")):
        assert (again.new, again.subscription, again.redemption) == (
            False,
            first.subscription,
            first.redemption,
        )
    assert xyz.seats("xyz-email-domain") == (None, 1, None)


def test_the_subscription_is_the_one_that_is_named(quick: Belonging) -> None:
    assert quick.admitted("u1", email=ADA, subscription={"id": "s1"}).subscription == "s1"


def test_charges_of_a_member_need_not_say_again_whose_and_of_what_they_are(xyz: Belonging) -> None:
    where = xyz.admitted("u1", email=ADA).subscription
    assert xyz.discounts(where, fee("c1", "20.00"), fee("c2", "20.00")) == ["20.00", "20.00"]
    assert xyz.subscriptions.show(where, ME).facts == {
        "customer": {"id": "u1"},
        "subscription": {"id": where, "product": "Group users", "plan": "xyz-users"},
    }


def test_stored_facts_of_the_subscription_stay_beside_those_of_the_group(quick: Belonging) -> None:
    known = {"customer": {"id": "u1", "country": "CH"}, "subscription": {"status": "new"}}
    quick.subscriptions.put("s1", known, ME)
    quick.admitted("u1", email=ADA, subscription={"id": "s1"})
    facts = quick.subscriptions.show("s1", ME).facts
    assert facts["customer"] == {"id": "u1", "country": "CH"}
    assert facts["subscription"]["status"] == "new"
    assert facts["subscription"]["product"] == "Group users"


def test_the_subscription_of_another_customer_or_product_is_not_taken(quick: Belonging) -> None:
    quick.admitted("u1", email=ADA, subscription={"id": "s1"})
    with pytest.raises(Conflict, match="`s1` is another customer's"):
        quick.ask("u2", email=ADA, subscription={"id": "s1"})
    quick.subscriptions.put("s2", {"subscription": {"product": "pro"}}, ME)
    with pytest.raises(Conflict, match="the product of the subscription `s2` is `pro`"):
        quick.ask("u2", email=ADA, subscription={"id": "s2"})


def test_a_group_that_there_is_not_lets_nobody_in(quick: Belonging) -> None:
    with pytest.raises(NotFound, match="no group is called `abc`"):
        quick.ask("u1", "abc")


def test_a_request_without_a_customer_is_refused(quick: Belonging) -> None:
    with pytest.raises(RequestError, match=r"/customer/id: `customer\.id` is missing"):
        quick.own.groups.admit("xyz", {"customer": {"email": ADA}}, ME)
    with pytest.raises(RequestError, match="/by"):
        quick.own.groups.admit("xyz", {"customer": {"id": "u1"}, "by": "merchant"}, ME)


def test_a_group_without_automatic_ways_says_so(quick_database: Database) -> None:
    codes = POLICIES[: POLICIES.index("  - unique")]
    answer = belonging(quick_database, codes).ask("u1", email=ADA)
    assert reasons(answer) == ["condition_not_met"]
    assert answer.reasons[0].remedy.startswith("redeem a code of the group")


def test_a_way_that_is_switched_off_lets_nobody_in(quick: Belonging) -> None:
    quick.changes.switch("coupon", "xyz-email-domain", on=False, because="closed", caller=ME)
    assert quick.denied("u1", email=ADA) == ["coupon_inactive", "fact_missing"]
    assert not quick.way("xyz-email-domain").active


def test_the_same_key_answers_the_same(quick: Belonging) -> None:
    caller = Caller("tests", key="k1")
    first = quick.ask("u1", by=caller, email=ADA)
    quick.leave("u1")
    assert quick.ask("u1", by=caller, email=ADA) == first


# --- codes of the group -------------------------------------------------------------------------


def test_redeeming_the_shared_code_makes_a_member(xyz: Belonging) -> None:
    answer = xyz.join("xyzcouponcode", "u1")
    assert isinstance(answer, Redemption)
    found = xyz.member("u1")
    assert (found.coupon, found.subscription, found.redemption) == ("xyz-code", "of-u1", answer.id)
    assert xyz.seats("xyz-code") == (2, 1, 1)
    body = {"subscription": _users("of-u1"), "charges": [fee("c1", "20.00")]}
    assert xyz.charging.charge(body, ME).totals[0].net == "0.00"


def test_no_more_seats_are_taken_than_there_are(xyz: Belonging) -> None:
    answers = [xyz.join("XYZCOUPONCODE", f"u{number}") for number in range(3)]
    assert reasons(answers[2]) == ["limit_reached"]
    assert xyz.seats("xyz-code") == (2, 2, 0)


def test_who_is_in_by_one_way_takes_no_seat_by_another(quick: Belonging) -> None:
    quick.admitted("u1", email=ADA)
    refused = quick.join("XYZCOUPONCODE", "u1")
    assert reasons(refused) == ["already_redeemed"]
    assert refused.reasons[0].message == (
        "the customer is a member of `xyz` already, by xyz-email-domain"
    )
    assert quick.seats("xyz-code") == (2, 0, 2)


def test_a_hold_of_the_code_keeps_a_seat_and_makes_a_member_when_confirmed(xyz: Belonging) -> None:
    hold = _held(xyz, "u1")
    assert xyz.members() == []
    assert xyz.seats("xyz-code") == (2, 1, 1)
    xyz.redemptions.confirm(hold, {}, ME)
    assert (xyz.members(), xyz.member("u1").redemption) == (["u1"], hold)


def test_a_hold_of_who_came_in_by_another_way_is_not_confirmed(xyz: Belonging) -> None:
    hold = _held(xyz, "u1")
    xyz.admitted("u1", email=ADA)
    assert reasons(xyz.redemptions.confirm(hold, {}, ME)) == ["already_redeemed"]
    assert xyz.member("u1").coupon == "xyz-email-domain"


def test_a_code_that_is_only_tried_makes_no_member(quick: Belonging) -> None:
    body = {"code": "XYZCOUPONCODE", "customer": {"id": "u1"}, "subscription": _users("s1")}
    quick.redemptions.redeem({**body, "dry_run": True}, ME)
    assert quick.members() == []


def test_an_attached_code_makes_a_member_when_the_account_is_activated(
    quick: Belonging,
) -> None:
    quick.accounts.attach("u1", {"code": "XYZCOUPONCODE"}, ME)
    quick.accounts.activate("u1", {"customer": {"id": "u1"}, "subscription": _users("s1")}, ME)
    assert quick.member("u1").subscription == "s1"


def test_a_redemption_that_is_moved_in_makes_a_member(xyz: Belonging) -> None:
    lines = read_lines(
        b"code,subscription,customer,redeemed\n"
        b"XYZCOUPONCODE,s1,u1,2026-02-01T00:00:00Z\n"
        b"XYZCOUPONCODE,s2,u1,2026-02-01T00:00:00Z\n"
    )
    answers = list(Imports(xyz.office).take(lines, ME))
    assert [each.outcome for each in answers] == ["imported", "refused"]
    assert answers[1].message == "the customer is a member of `xyz` already, by xyz-code"
    assert (xyz.member("u1").subscription, xyz.member("u1").joined) == (
        "s1",
        "2026-02-01T00:00:00Z",
    )


# --- leaving ------------------------------------------------------------------------------------


def test_who_leaves_frees_the_seat_and_pays_from_the_next_charge_on(xyz: Belonging) -> None:
    where = xyz.admitted("u1", email=ADA).subscription
    assert xyz.discounts(where, fee("c1", "20.00")) == ["20.00"]
    left = xyz.at("2026-03-02T00:00:00Z").leave("u1")
    assert (left.subscription, left.left) == (where, "2026-03-02T00:00:00Z")
    assert xyz.discounts(where, fee("c2", "20.00")) == ["0.00"]
    assert xyz.member("u1").left == left.left
    assert xyz.seats("xyz-email-domain") == (None, 0, None)


def test_leaving_again_answers_the_same(quick: Belonging) -> None:
    quick.admitted("u1", email=ADA)
    first = quick.leave("u1")
    assert quick.at("2026-03-05T00:00:00Z").leave("u1") == first


def test_who_never_was_in_the_group_can_not_leave_it(quick: Belonging) -> None:
    with pytest.raises(NotFound, match="`u1` is no member of a group `xyz`"):
        quick.leave("u1")


def test_a_removed_redemption_ends_the_membership(xyz: Belonging) -> None:
    redeemed = xyz.join("XYZCOUPONCODE", "u1")
    xyz.remove(redeemed)
    assert xyz.members(standing=True) == []
    assert xyz.members(standing=False) == ["u1"]


def test_who_comes_back_takes_a_seat_again(xyz: Belonging) -> None:
    first = xyz.admitted("u1", email=ADA)
    xyz.leave("u1")
    back = xyz.admitted("u1", ip="192.0.2.1")
    assert back.new
    assert back.redemption != first.redemption
    assert (xyz.member("u1").coupon, xyz.member("u1").left) == ("xyz-networks", None)


def test_a_moved_subscription_is_still_the_member_s(xyz: Belonging) -> None:
    where = xyz.admitted("u1", email=ADA).subscription
    xyz.subscriptions.move(where, {"to": "s9"}, ME)
    assert xyz.member("u1").subscription == "s9"
    assert xyz.leave("u1").subscription == "s9"


def test_an_erased_customer_keeps_the_seat_under_a_name_that_nobody_has(xyz: Belonging) -> None:
    xyz.admitted("u1", email=ADA)
    xyz.erasure.erase("u1", ME)
    (name,) = xyz.members()
    assert name.startswith("erased-")
    assert xyz.member(name).email is None
    assert xyz.seats("xyz-email-domain") == (None, 1, None)


# --- at the same time ---------------------------------------------------------------------------


def test_many_requests_for_one_customer_make_one_member(xyz: Belonging) -> None:
    def admit(number: int) -> Admitted:
        ways = ({"email": ADA}, {"ip": "192.0.2.1"})
        answer = xyz.ask("u1", **ways[number % 2])
        assert isinstance(answer, Admitted)
        return answer

    answers = together(admit, ROUNDS)
    assert len({each.redemption for each in answers}) == 1
    assert [each.new for each in answers].count(True) == 1
    taken = [way.taken for way in xyz.shown().ways]
    assert (sum(taken), xyz.members()) == (1, ["u1"])


def test_a_code_and_an_admission_at_once_give_one_seat(xyz: Belonging) -> None:
    def come(number: int) -> Any:
        return xyz.ask("u1", email=ADA) if number % 2 else xyz.join("XYZCOUPONCODE", "u1")

    together(come, ROUNDS)
    assert sum(way.taken for way in xyz.shown().ways) == 1
    assert xyz.members() == ["u1"]


def test_many_customers_at_once_take_no_more_seats_than_there_are(xyz: Belonging) -> None:
    answers = together(lambda number: xyz.join("XYZCOUPONCODE", f"u{number}"), ROUNDS)
    assert sum(isinstance(each, Redemption) for each in answers) == 2
    assert xyz.seats("xyz-code") == (2, 2, 0)
    assert len(xyz.members()) == 2


def test_leaving_at_once_gives_one_seat_back(xyz: Belonging) -> None:
    xyz.join("XYZCOUPONCODE", "u1")
    answers = together(lambda _: xyz.leave("u1"), ROUNDS)
    assert len({each.left for each in answers}) == 1
    assert xyz.seats("xyz-code") == (2, 0, 2)


def together(work: Callable[[int], Any], times: int) -> list[Any]:
    """What so many threads get that do something at the same time."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(work, range(times)))


def _users(subscription: str) -> dict[str, str]:
    return {"id": subscription, "product": "Group users", "plan": "xyz-users"}


def _held(desk: Belonging, customer: str) -> str:
    body = {
        "at": desk.moment,
        "code": "XYZCOUPONCODE",
        "hold": "15 minutes",
        "customer": {"id": customer},
        "subscription": _users(f"of-{customer}"),
    }
    answer = desk.redemptions.redeem(body, ME)
    assert isinstance(answer, Redemption)
    return str(answer.id)


def test_users_get_what_the_version_in_force_of_the_way_says(quick: Belonging) -> None:
    def plan(answer: Admitted) -> object:
        return quick.subscriptions.show(answer.subscription, ME).facts["subscription"]["plan"]

    quick.push(POLICIES.replace("plan: xyz-users", "plan: xyz-pro"))
    assert plan(quick.admitted("u1", ip="192.0.2.1")) == "xyz-users"
    quick.changes.enact("xyz-networks", Caller("bob"))
    assert plan(quick.admitted("u2", ip="192.0.2.1")) == "xyz-pro"
    assert plan(quick.admitted("u3", email=ADA)) == "xyz-users"
