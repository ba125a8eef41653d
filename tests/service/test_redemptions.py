"""Redeeming, holding, removing: what is kept, what it counts, and why it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decisions.flaws import RequestError
from engine.service.answers import Ended, Redemption, Refusal
from engine.service.caller import ALL, Caller, Scope
from engine.service.errors import Forbidden, KeyReused, NotFound
from tests.service.desk import ME, NOW, Desk, desk, fee, reasons

__all__ = ["desk"]

ONE_EACH = """\
space: acme
timezone: Europe/Zurich
---
coupon: welcome
discount: 10%
codes: [WELCOME, Hello]
redemption:
  - at most 1 redemption per code
---
coupon: other
discount: 5 USD
codes: [OTHER]
redemption:
  - not together with welcome
---
coupon: gift
grants: {plan: professional, duration: 1 month, points: 50}
codes: [GIFT]
redemption:
  - at most 2 redemptions per code
"""


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.push(ONE_EACH)
    return desk


def test_a_code_is_redeemed_however_it_is_typed(shop: Desk) -> None:
    answer = shop.redeemed(" hello ", "s1", by="merchant")
    assert (answer.code, answer.coupon, answer.version) == ("Hello", "welcome", 1)
    assert (answer.subscription, answer.redeemed) == ("s1", NOW)


def test_what_is_redeemed_discounts_from_the_next_charge_on(shop: Desk) -> None:
    assert shop.discounts("s1", fee("c0")) == ["0.00"]
    shop.redeemed("WELCOME", "s1")
    assert shop.discounts("s1", fee("c1")) == ["10.00"]
    assert shop.discounts("s2", fee("c2")) == ["0.00"]


def test_every_reason_comes_back(shop: Desk) -> None:
    shop.redeemed("WELCOME", "s1")
    assert shop.refused("WELCOME", "s1") == ["already_redeemed", "limit_reached"]
    assert shop.refused("HELLO", "s1") == ["already_redeemed"]
    assert shop.refused("OTHER", "s1") == ["not_combinable"]
    assert shop.refused("NOPE", "s1") == ["code_unknown"]


def test_a_removed_redemption_gives_its_place_back_and_discounts_no_more(shop: Desk) -> None:
    first = shop.redeemed("WELCOME", "s1")
    assert shop.refused("WELCOME", "s2") == ["limit_reached"]
    removed = shop.remove(first)
    assert isinstance(removed, Ended)
    assert removed.how == "removed"
    assert shop.discounts("s1", fee("c1")) == ["0.00"]
    shop.redeemed("WELCOME", "s2")


def test_a_redemption_is_removed_once(shop: Desk) -> None:
    first = shop.redeemed("WELCOME", "s1")
    shop.remove(first)
    assert reasons(shop.remove(first)) == ["not_redeemed"]
    shop.redeemed("WELCOME", "s1")


def test_what_was_never_redeemed_is_not_found(shop: Desk) -> None:
    with pytest.raises(NotFound, match="no redemption has the id `nope`"):
        shop.redemptions.remove("nope", {}, ME)


def test_a_dry_run_answers_and_changes_nothing(shop: Desk) -> None:
    tried = shop.redeemed("WELCOME", "s1", dry_run=True)
    assert tried.id is None
    assert shop.refused("NOPE", "s1", dry_run=True) == ["code_unknown"]
    shop.redeemed("WELCOME", "s1")


def test_a_discount_needs_a_subscription_to_be_redeemed_on(shop: Desk) -> None:
    answer = shop.redemptions.redeem({"code": "WELCOME"}, ME)
    assert reasons(answer) == ["fact_missing"]


def test_a_grant_makes_its_own_subscription(shop: Desk) -> None:
    answer = shop.redemptions.redeem({"code": "GIFT"}, ME)
    assert isinstance(answer, Redemption)
    assert answer.grants is not None
    assert answer.subscription == answer.grants.subscription
    assert (answer.grants.plan, answer.grants.points) == ("professional", 50)
    assert answer.grants.until == "2026-04-01T11:00:00Z"


def test_a_code_that_only_grants_is_redeemed_once_on_a_subscription(shop: Desk) -> None:
    shop.redeemed("GIFT", "s1")
    assert shop.refused("GIFT", "s1") == ["already_redeemed"]


# --- moments and keys


def test_another_moment_needs_the_scope_backdate(shop: Desk) -> None:
    plain = Caller("shop", ALL - {Scope.BACKDATE})
    body: dict[str, Any] = {"code": "WELCOME", "subscription": {"id": "s1"}}
    with pytest.raises(Forbidden, match="which is not about now"):
        shop.redemptions.redeem({**body, "at": "2026-03-01T11:50:00Z"}, plain)
    answer = shop.redemptions.redeem({**body, "at": "2026-03-01T11:56:00Z"}, plain)
    assert isinstance(answer, Redemption)


def test_the_same_key_and_request_answer_the_same(shop: Desk) -> None:
    keyed = Caller("shop", key="k1")
    body = {"code": "WELCOME", "subscription": {"id": "s1"}}
    first = shop.redemptions.redeem(body, keyed)
    assert shop.redemptions.redeem(body, keyed) == first
    assert isinstance(first, Redemption)


def test_a_refusal_is_repeated_too(shop: Desk) -> None:
    keyed = Caller("shop", key="k1")
    body = {"code": "NOPE", "subscription": {"id": "s1"}}
    first = shop.redemptions.redeem(body, keyed)
    assert isinstance(first, Refusal)
    assert shop.redemptions.redeem(body, keyed) == first


def test_the_same_key_with_another_request_is_refused(shop: Desk) -> None:
    keyed = Caller("shop", key="k1")
    shop.redemptions.redeem({"code": "WELCOME", "subscription": {"id": "s1"}}, keyed)
    with pytest.raises(KeyReused, match="came with another request"):
        shop.redemptions.redeem({"code": "WELCOME", "subscription": {"id": "s2"}}, keyed)


def test_a_request_that_cannot_be_read_points_at_what_is_wrong(shop: Desk) -> None:
    with pytest.raises(RequestError, match="/hold: `soon` is no length of time"):
        shop.redeem("WELCOME", "s1", hold="soon")
    with pytest.raises(RequestError, match="/hold: `2 months` is too long"):
        shop.redeem("WELCOME", "s1", hold="2 months")
    with pytest.raises(RequestError, match="`code` is missing"):
        shop.redemptions.redeem({}, ME)
    with pytest.raises(RequestError, match="/subscription/id: text that is not empty"):
        shop.redeem("WELCOME", "")


def test_decisions_are_kept_with_every_verdict(shop: Desk) -> None:
    shop.redeemed("WELCOME", "s1")
    refusal = shop.redeem("WELCOME", "s2")
    kept = shop.decisions.show(refusal.decision, ME)
    assert kept.kind == "refusal"
    assert [(each.rule, each.holds) for each in kept.trace] == [
        ("at most 1 redemption per code", False)
    ]
    with pytest.raises(NotFound, match="no decision `nope` is kept"):
        shop.decisions.show("nope", ME)


# --- holds


def test_a_hold_takes_a_place_and_discounts_nothing(shop: Desk) -> None:
    held = shop.redeemed("WELCOME", "s1", hold="15 minutes")
    assert held.until == "2026-03-01T12:15:00Z"
    assert shop.refused("WELCOME", "s2") == ["limit_reached"]
    assert shop.discounts("s1", fee("c1")) == ["0.00"]


def test_a_confirmed_hold_discounts(shop: Desk) -> None:
    held = shop.redeemed("WELCOME", "s1", hold="15 minutes")
    confirmed = shop.redemptions.confirm(str(held.id), {}, ME)
    assert isinstance(confirmed, Redemption)
    assert (confirmed.id, confirmed.until) == (held.id, None)
    shop.at("2026-03-01T13:00:00Z")
    assert shop.discounts("s1", fee("c1")) == ["10.00"]
    assert shop.redemptions.confirm(str(held.id), {}, ME) != confirmed


def test_a_released_hold_gives_its_place_back(shop: Desk) -> None:
    held = shop.redeemed("WELCOME", "s1", hold="15 minutes")
    released = shop.redemptions.release(str(held.id), {}, ME)
    assert isinstance(released, Ended)
    assert released.how == "released"
    shop.redeemed("WELCOME", "s2")
    assert reasons(shop.redemptions.confirm(str(held.id), {}, ME)) == ["hold_ended"]
    assert reasons(shop.redemptions.release(str(held.id), {}, ME)) == ["hold_ended"]


def test_a_hold_that_ran_out_gives_its_place_to_whoever_comes(shop: Desk) -> None:
    shop.redeemed("WELCOME", "s1", hold="15 minutes")
    shop.at("2026-03-01T12:15:00Z")
    assert shop.evaluate("s2", fee("c1"), codes=["WELCOME"]) == ["10.00"]
    shop.redeemed("WELCOME", "s2")
    assert shop.refused("WELCOME", "s3") == ["limit_reached"]


def test_a_hold_that_ran_out_is_confirmed_if_a_place_is_left(shop: Desk) -> None:
    held = shop.redeemed("WELCOME", "s1", hold="15 minutes")
    shop.at("2026-03-01T12:20:00Z")
    anew = shop.redemptions.confirm(str(held.id), {}, ME)
    assert isinstance(anew, Redemption)
    assert (anew.redeemed, anew.until) == ("2026-03-01T12:20:00Z", None)


def test_a_hold_that_ran_out_ends_where_no_place_is_left(shop: Desk) -> None:
    held = shop.redeemed("WELCOME", "s1", hold="15 minutes")
    shop.at("2026-03-01T12:20:00Z")
    shop.redeemed("WELCOME", "s2")
    answer = shop.redemptions.confirm(str(held.id), {}, ME)
    assert reasons(answer) == ["hold_ended", "limit_reached"]


def test_an_event_dated_ahead_takes_no_place_from_a_hold(shop: Desk) -> None:
    held = shop.redeemed("WELCOME", "s1", hold="4 minutes")
    assert shop.refused("WELCOME", "s2", at="2026-03-01T12:04:30Z") == ["limit_reached"]
    assert isinstance(shop.redemptions.confirm(str(held.id), {}, ME), Redemption)


def test_a_hold_that_ran_out_is_confirmed_on_its_own_subscription(shop: Desk) -> None:
    held = shop.redeemed("WELCOME", "s1", hold="15 minutes")
    shop.at("2026-03-01T12:20:00Z")
    with pytest.raises(RequestError, match="/subscription/id: the hold is of `s1`"):
        shop.redemptions.confirm(str(held.id), {"subscription": {"id": "s9"}}, ME)


def test_a_redemption_is_no_hold_to_release(shop: Desk) -> None:
    redeemed = shop.redeemed("WELCOME", "s1")
    assert reasons(shop.redemptions.release(str(redeemed.id), {}, ME)) == ["hold_ended"]


# --- limits of redemptions

LIMITS = """\
space: acme
timezone: Europe/Zurich
---
coupon: rolling
discount: 10%
codes: [ROLL]
redemption:
  - at most 2 redemptions per coupon in any 7 days
---
coupon: monthly
discount: 10%
codes: [MONTH]
redemption:
  - at most 1 redemption per customer per month
---
coupon: sticky
discount: 10%
codes: [STICKY]
redemption:
  - at most 1 redemption per coupon, counting removed
"""


@pytest.fixture
def limited(desk: Desk) -> Desk:
    desk.push(LIMITS)
    return desk


def test_a_rolling_limit_looks_at_later_events_too(limited: Desk) -> None:
    limited.redeemed("ROLL", "s1", at="2026-03-10T00:00:00Z")
    limited.redeemed("ROLL", "s2", at="2026-03-12T00:00:00Z")
    assert limited.refused("ROLL", "s3", at="2026-03-08T00:00:00Z") == ["limit_reached"]
    limited.redeemed("ROLL", "s3", at="2026-03-05T00:00:00Z")
    assert limited.refused("ROLL", "s4", at="2026-03-11T00:00:00Z") == ["limit_reached"]


def test_a_calendar_limit_begins_anew_in_its_zone(limited: Desk) -> None:
    customer = {"customer": {"id": "c1"}}
    limited.redeemed("MONTH", "s1", at="2026-03-31T21:59:59Z", **customer)
    assert limited.refused("MONTH", "s2", at="2026-03-01T00:00:00Z", **customer) == [
        "limit_reached"
    ]
    limited.redeemed("MONTH", "s2", at="2026-03-31T22:00:00Z", **customer)


def test_counting_removed_keeps_the_place(limited: Desk) -> None:
    limited.remove(limited.redeemed("STICKY", "s1"))
    assert limited.refused("STICKY", "s2") == ["limit_reached"]


def test_a_released_hold_was_never_a_redemption(limited: Desk) -> None:
    held = limited.redeemed("STICKY", "s1", hold="1 hour")
    limited.redemptions.release(str(held.id), {}, ME)
    limited.redeemed("STICKY", "s2")
