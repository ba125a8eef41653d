"""Guessing is slowed: what wrong codes cost, who pays for them, and when it is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.calendar import SECOND
from engine.codes.key_ring import KeyRing
from engine.service.billing.evaluations import Evaluations
from engine.service.caller import ALL, PUBLIC, Caller
from engine.service.codes.validation import Validations
from engine.service.guessing import FREE, Budget, SlowDown
from engine.service.office import Office
from engine.service.redeeming.redemptions import Redemptions
from tests.service.desk import fee
from tests.service.issuing import KEY, Mint, mint

__all__ = ["mint"]

HERE = Caller("shop", PUBLIC, address="192.0.2.1")
BUDGET = Budget(points=20, key_points=100, length=600 * SECOND)


class Public:
    """The use cases that anybody may ask, with a budget for guesses."""

    def __init__(self, mint: Mint, budget: Budget = BUDGET) -> None:
        own = mint.desk.office
        ring = KeyRing([KEY], "acme")
        office = Office(own.database, "acme", own.clock, ring, budget)
        self.validations, self.evaluations = Validations(office), Evaluations(office)
        self.redemptions = Redemptions(office)
        self.accounts = type(mint.desk.accounts)(office)

    def validate(self, *codes: str, caller: Caller = HERE, customer: str | None = None) -> None:
        more = {} if customer is None else {"customer": {"id": customer}}
        self.validations.validate({"codes": list(codes), **more}, caller)

    def guesses(self, code: str = "NOBODYKNOWSIT", **more: Any) -> int:
        """How many guesses are answered before one is slowed."""
        for number in range(200):
            try:
                self.validate(code, **more)
            except SlowDown:
                return number
        return 200


@pytest.fixture
def public(mint: Mint) -> Public:
    return Public(mint)


def test_wrong_codes_spend_the_budget(public: Public) -> None:
    assert public.guesses() == 5


def test_a_typing_error_costs_a_quarter(public: Public) -> None:
    assert public.guesses("0000-0000-0000-0001") == 20


@pytest.mark.parametrize("state", ["unknown", "foreign", "off", "taken"])
def test_what_is_wrong_with_a_code_makes_no_difference(
    mint: Mint, public: Public, state: str
) -> None:
    code = mint.one("brief", **({"customer": "cus-9"} if state == "foreign" else {}))
    if state == "off":
        mint.desk.changes.switch("code", code, because="lost", caller=Caller("me"), on=False)
    if state == "taken":
        mint.desk.redeem(code, "sub-9")
    assert public.guesses("SH-0000" if state == "unknown" else code) == 5


def test_a_right_code_costs_nothing(public: Public) -> None:
    assert public.guesses("SPRING") == 200


def test_a_code_whose_possession_is_proven_costs_nothing(mint: Mint, public: Public) -> None:
    code = mint.one("pro")
    mint.desk.redemptions.redeem({"code": code, "at": mint.desk.moment}, Caller("me"))
    assert public.guesses(code) == 200


def test_who_has_spent_the_budget_waits_with_right_codes_too(mint: Mint, public: Public) -> None:
    public.guesses()
    mint.desk.at("2026-03-01T12:03:20.5Z")
    with pytest.raises(SlowDown) as error:
        public.validate("SPRING")
    assert error.value.seconds == 400
    mint.desk.at("2026-03-01T12:10:00Z")
    public.validate("SPRING")


def test_a_request_is_no_way_to_guess_beyond_the_budget(public: Public) -> None:
    with pytest.raises(SlowDown):
        public.validate(*[f"NOBODY{number}" for number in range(6)])
    assert public.guesses() == 0


def test_a_request_within_the_budget_is_answered(public: Public) -> None:
    public.validate(*[f"NOBODY{number}" for number in range(5)], *["SPRING"] * 900)


@pytest.mark.parametrize(
    ("address", "is_slowed"),
    [
        ("192.0.2.1", True),
        ("192.0.2.2", False),
        ("::ffff:192.0.2.1", True),
        (None, False),
    ],
)
def test_an_address_is_slowed_and_its_neighbour_is_not(
    public: Public, address: str | None, *, is_slowed: bool
) -> None:
    public.guesses()
    other = Caller("other shop", PUBLIC, address=address)
    assert (public.guesses(caller=other) == 0) is is_slowed


def test_addresses_of_one_network_count_together(public: Public) -> None:
    for number in range(5):
        public.validate("NOPE", caller=at(f"2001:db8:0:1::{number}"))
    assert public.guesses(caller=at("2001:db8:0:1:ffff::")) == 0
    assert public.guesses(caller=at("2001:db8:0:2::")) == 5


def at(address: str) -> Caller:
    return Caller("shop", PUBLIC, address=address)


def test_a_customer_is_slowed_wherever_the_guesses_come_from(public: Public) -> None:
    for number in range(5):
        public.validate("NOPE", caller=at(f"192.0.2.{number}"), customer="cus-1")
    assert public.guesses(caller=at("198.51.100.1"), customer="cus-1") == 0
    assert public.guesses(caller=at("198.51.100.1"), customer="cus-2") == 5


def test_a_key_is_slowed_where_guesses_come_from_many_addresses(public: Public) -> None:
    answered = sum(public.guesses(caller=at(f"192.0.2.{number}")) for number in range(20))
    assert answered == 25


def test_who_may_see_reasons_is_not_slowed(public: Public) -> None:
    assert public.guesses(caller=Caller("office", ALL, address="192.0.2.1")) == 200
    assert public.guesses() == 5


def test_without_a_budget_nobody_is_slowed(mint: Mint) -> None:
    assert Public(mint, FREE).guesses() == 200


def redeem(public: Public) -> None:
    public.redemptions.redeem({"code": "NOPE", "subscription": {"id": "sub-1"}}, HERE)


def evaluate(public: Public) -> None:
    charge = fee("c-1", currency="EUR")
    public.evaluations.evaluate({"charges": [charge], "codes": ["NOPE"]}, HERE)


def activate(public: Public) -> None:
    public.accounts.attach("acc-1", {"code": "NOPE"}, HERE)
    public.accounts.activate("acc-1", {"subscription": {"id": "sub-1"}}, HERE)


def evaluate_attached(public: Public) -> None:
    public.accounts.attach("acc-1", {"code": "NOPE"}, HERE)
    charge = fee("c-1", currency="EUR")
    customer = {"id": "acc-1"}
    body = {"charges": [charge], "attached": True, "customer": customer}
    public.evaluations.evaluate(body, HERE)


@pytest.mark.parametrize("ask", [redeem, evaluate, activate, evaluate_attached])
def test_every_way_to_ask_for_a_code_counts(public: Public, ask: Callable[[Public], None]) -> None:
    for _ in range(5):
        ask(public)
    with pytest.raises(SlowDown):
        ask(public)
    assert public.guesses() == 0


def test_what_is_redeemed_is_no_guess_where_a_charge_has_no_use_for_it(
    mint: Mint, public: Public
) -> None:
    mint.desk.redeemed("SPRING", "sub-1")
    charge = fee("c-1", fee="setup", currency="EUR")
    body = {"charges": [charge], "subscription": {"id": "sub-1"}}
    for _ in range(9):
        public.evaluations.evaluate(body, HERE)


def test_who_was_counted_cannot_be_read(mint: Mint, public: Public) -> None:
    public.validate("NOPE", customer="cus-1")
    found = mint.rows("SELECT who, points FROM guesses ORDER BY who")
    assert [points for _, points in found] == [4, 4, 4]
    assert not any(said in str(found) for said in ("192.0.2.1", "cus-1", "shop"))


def test_an_erased_customer_is_counted_no_more(mint: Mint, public: Public) -> None:
    mint.one("pro", customer="cus-1")
    for customer in ("cus-1", "cus-2"):
        public.validate("NOPE", customer=customer)
    mint.desk.erasure.erase("cus-1", Caller("me"))
    assert mint.rows("SELECT count(*) FROM guesses WHERE who LIKE 'customer %'") == [(1,)]


def test_a_refusal_that_is_repeated_under_its_key_costs_no_more(public: Public) -> None:
    caller = replace(HERE, key="once")
    for _ in range(9):
        public.redemptions.redeem({"code": "NOPE", "subscription": {"id": "sub-1"}}, caller)
    assert public.guesses() == 4


def test_codes_that_are_activated_again_under_their_key_cost_no_more(public: Public) -> None:
    public.accounts.attach("acc-1", {"code": "NOPE"}, HERE)
    caller = replace(HERE, key="once")
    for _ in range(9):
        public.accounts.activate("acc-1", {"subscription": {"id": "sub-1"}}, caller)
    assert public.guesses() == 4
