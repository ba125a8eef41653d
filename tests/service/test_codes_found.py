"""Codes are found however they are typed, live as long as they may, and grant what they say."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import bindparam, update

from engine.calendar import parse_instant
from engine.service.answers import Activated, Grant, Redemption
from engine.store.statements import Statement
from engine.store.tables import CODES
from tests.service.desk import ME, NOW, fee, reasons
from tests.service.issuing import KEY, POLICIES, Mint, mint, mint_of

__all__ = ["mint"]

LISTED = """\
---
coupon: partner
title: Partner
format: subscription
codes: [acc-8000-p1s0]
grants: {from: code, add-ons: [Map], duration: 30 days}
redemption: [by is merchant]
"""


def redeem(mint: Mint, code: str, **more: Any) -> Redemption:
    answer = mint.desk.redemptions.redeem({"code": code, "at": mint.desk.moment, **more}, ME)
    assert isinstance(answer, Redemption), answer
    return answer


def refused(mint: Mint, code: str, **more: Any) -> list[str]:
    answer = mint.desk.redemptions.redeem({"code": code, "at": mint.desk.moment, **more}, ME)
    return reasons(answer)


# --- spellings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code,
        lambda code: f"  {code.lower()} ",
        lambda code: code.replace("-", ""),
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: code.replace("-", "", 2).replace("1", "i"),
    ],
)
def test_a_sealed_code_is_found_however_it_is_typed(mint: Mint, typed: Any) -> None:
    code = mint.one("pro")
    assert redeem(mint, typed(code)).code == code


def test_a_custom_code_is_found_as_it_is_spelt_though_it_looks_like_a_random_one(
    mint: Mint,
) -> None:
    (code,) = mint.issue("spring", codes=["SPRINGSALE26"]).codes
    assert redeem(mint, " springsale26", subscription={"id": "sub-1"}).code == code
    assert refused(mint, "SPR1NGSALE26", subscription={"id": "sub-1"}) == ["code_unknown"]


def test_a_listed_code_is_written_as_its_format_does(mint: Mint) -> None:
    text = "format: trial\ntemplate: ACT-{n:hex(4)}\naccepts: ['ACT-{n:hex(4)}0']\n---\n"
    coupon = "coupon: trials\ntitle: T\nformat: trial\ncodes: [ACT-F0000]\ndiscount: 10%\n"
    mint.desk.push(f"space: acme\ntimezone: UTC\n---\n{text}{coupon}")
    for number, typed in enumerate(["ACT-F0000", "act-f000", "ACTF0000"[:3] + "-F000"]):
        found = redeem(mint, typed, subscription={"id": f"sub-{number}"})
        assert found.code == "ACT-F000"


def test_what_is_redeemed_is_found_however_it_is_typed(mint: Mint) -> None:
    code = mint.one("bonus")
    redeem(mint, code, subscription={"id": "sub-1"})
    typed = code.replace("-", "").lower()
    found = mint.desk.redemptions.find(typed, "sub-1", ME)
    assert found is not None
    assert found == mint.desk.redemptions.find(code, "sub-1", ME)


def test_a_code_waits_on_an_account_once_however_it_is_typed(mint: Mint) -> None:
    code = mint.one("bonus")
    for typed in (code, code.lower(), code.replace("-", "")):
        mint.desk.accounts.attach("acc-1", {"code": typed}, ME)
    assert mint.desk.accounts.attached("acc-1", ME).codes == (code,)
    answer = mint.desk.accounts.activate("acc-1", {"subscription": {"id": "sub-1"}}, ME)
    assert isinstance(answer, Activated)
    assert [each.code for each in answer.codes] == [code]


def test_an_evaluation_tries_codes_however_they_are_typed(mint: Mint) -> None:
    code = mint.one("bonus")
    charge = {**fee("c-1"), "currency": "EUR"}
    typed = code.replace("-", "").lower()
    assert mint.desk.evaluate("sub-1", charge, codes=[typed]) == ["10.00"]


def test_looking_at_an_own_spelling_reads_no_format(
    mint: Mint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError

    code = mint.one("bonus")
    with mint.desk.office.database.read() as tx:
        book = mint.desk.office.books.in_force(tx)
    for name in ("read", "readings", "others", "key", "strange"):
        monkeypatch.setattr(type(book.spellings), name, fail)
    assert redeem(mint, code.lower(), subscription={"id": "sub-1"}).code == code


# --- strangers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("0000-0000-0000-0000", "seal_invalid"),
        ("0000-0000-0000-0001", "code_malformed"),
        ("0000-0000-0000-000", "code_malformed"),
        ("0000-0000-0000-000U", "code_malformed"),
        ("ACC-G000-P1S1", "code_malformed"),
        ("ACC-F000-P1S1", "code_unknown"),
        ("NOBODYKNOWSIT", "code_unknown"),
    ],
)
def test_a_stranger_is_told_by_what_is_wrong_with_it(mint: Mint, typed: str, reason: str) -> None:
    assert refused(mint, typed, subscription={"id": "sub-1"}) == [reason]


def test_one_changed_symbol_is_a_typing_error_and_two_may_be_a_forgery(mint: Mint) -> None:
    code = mint.one("pro")
    other = "7" if code[0] != "7" else "8"
    assert refused(mint, other + code[1:]) == ["code_malformed"]


def test_nobody_tells_a_forgery_without_a_key(mint: Mint) -> None:
    keyless = mint_of(mint.desk.office.database)
    assert refused(keyless, "0000-0000-0000-0000") == ["code_unknown"]


def test_a_code_of_the_store_needs_no_key(mint: Mint) -> None:
    code = mint.one("pro")
    keyless = mint_of(mint.desk.office.database)
    assert redeem(keyless, code).code == code


def test_the_message_of_a_typing_error_says_what_is_wrong(mint: Mint) -> None:
    body = {"code": "0000-0000-0000-000U", "at": NOW}
    (reason,) = mint.desk.redemptions.redeem(body, ME).reasons  # type: ignore[union-attr]
    assert "`U`" in reason.message
    assert "`voucher`" in reason.message


# --- what is a code's own -----------------------------------------------------------------------


def test_a_code_with_a_window_of_its_own_is_refused_outside_of_it(mint: Mint) -> None:
    code = mint.one("bonus", window="from 2026-04-01 through 2026-04-30")
    body = {"code": code, "at": NOW, "subscription": {"id": "sub-1"}}
    answer = mint.desk.redemptions.redeem(body, ME)
    (reason,) = answer.reasons  # type: ignore[union-attr]
    assert (reason.reason, reason.rule) == ("not_yet", "from 2026-04-01 through 2026-04-30")
    assert reason.source == f"{code}:1:1"
    assert reason.remedy == "applies from 1 April 2026, 00:00 Zurich"
    assert answer.valid_until == "2026-03-31T22:00:00Z"
    mint.desk.at("2026-04-30T21:59:59Z")
    assert redeem(mint, code, subscription={"id": "sub-1"}).code == code
    mint.desk.at("2026-04-30T22:00:00Z")
    assert "ended" in refused(mint, code, subscription={"id": "sub-2"})


def test_the_trace_has_the_window_of_a_code(mint: Mint) -> None:
    code = mint.one("bonus", window="from 2026-04-01")
    body = {"code": code, "at": NOW, "subscription": {"id": "sub-1"}}
    answer = mint.desk.redemptions.redeem(body, ME)
    trace = mint.desk.decisions.show(answer.decision, ME).trace
    assert (trace[0].rule, trace[0].holds) == ("from 2026-04-01", False)


def test_an_evaluation_lasts_until_the_window_of_a_code_changes(mint: Mint) -> None:
    code = mint.one("bonus", window="through 2026-04-30")
    body = mint.desk.body("sub-1", charges=[fee("c-1", currency="EUR")], codes=[code])
    answer = mint.desk.evaluations.evaluate(body, ME)
    assert answer.valid_until == "2026-04-30T22:00:00Z"


def test_a_code_expires_after_the_life_that_its_coupon_gives_it(mint: Mint) -> None:
    code = mint.one("pro")
    mint.desk.at("2027-03-01T11:59:59Z")
    assert redeem(mint, code).code == code
    other = mint_of(mint.desk.office.database, KEY)
    other.desk.at("2026-03-01T12:00:00Z")
    late = other.one("pro")
    other.desk.at("2027-03-01T12:00:00Z")
    assert refused(other, late) == ["code_expired"]


def test_an_end_of_its_own_goes_before_the_life_that_a_coupon_gives(mint: Mint) -> None:
    code = mint.one("pro")
    extend(mint, code, "2028-01-01T00:00:00Z")
    mint.desk.at("2027-12-31T00:00:00Z")
    assert redeem(mint, code, customer={"id": "cus-1"}).code == code
    mint.desk.at("2028-01-01T00:00:00Z")
    body = {"code": code, "at": mint.desk.moment}
    answer = mint.desk.redemptions.redeem(body, ME)
    found = {each.reason: each.message for each in answer.reasons}  # type: ignore[union-attr]
    assert found["code_expired"] == "the code was valid until 1 January 2028, 01:00 Zurich"


def test_a_code_of_a_customer_is_nobody_elses(mint: Mint) -> None:
    code = mint.one("pro", customer="cus-1")
    assert refused(mint, code, customer={"id": "cus-2"}) == ["other_customer"]
    assert redeem(mint, code, customer={"id": "cus-1"}).code == code


def test_a_cancelled_code_says_so(mint: Mint) -> None:
    code = mint.one("pro")
    set_columns(mint, code, cancelled=1)
    assert refused(mint, code) == ["code_cancelled"]


def extend(mint: Mint, code: str, until: str) -> None:
    set_columns(mint, code, expires=parse_instant(until))


def set_columns(mint: Mint, code: str, **columns: int) -> None:
    """Set columns of a code as use cases do that are not there yet."""
    statement = Statement(update(CODES).where(CODES.c.code == bindparam("this")).values(**columns))
    mint.desk.office.database.write(lambda tx: tx.run(statement, this=code))


# --- grants -------------------------------------------------------------------------------------


def grant(mint: Mint, code: str, **more: Any) -> Grant:
    found = redeem(mint, code, **more).grants
    assert found is not None
    return found


def test_a_code_that_only_grants_makes_the_subscription_that_it_is_redeemed_on(mint: Mint) -> None:
    answer = redeem(mint, mint.one("pro"), customer={"id": "cus-1"})
    assert answer.grants is not None
    assert answer.subscription == answer.grants.subscription == f"sub-{answer.id}"
    assert (answer.grants.plan, answer.grants.points) == ("professional", 50)
    assert (answer.grants.start, answer.grants.until) == (NOW, "2027-03-01T12:00:00Z")


def test_a_code_grants_what_it_says_itself(mint: Mint) -> None:
    code = mint.one("account", fields={"features": "F008", "points": 30, "subaccounts": 4})
    found = grant(mint, code, subscription={"id": "sub-1"})
    assert found.features == ("Dashboards", "Archive", "Sensors", "Map")
    assert (found.hex, found.reserved, found.plan) == ("F008", (3,), None)
    assert (found.points, found.subaccounts) == (30, 4)


def test_the_plan_is_the_named_set_with_exactly_these_bits(mint: Mint) -> None:
    fields = {"features": "F000", "points": 1, "subaccounts": 0}
    assert grant(mint, mint.one("account", fields=fields)).plan == "Core"


def test_a_listed_code_is_read_when_it_is_redeemed(mint: Mint) -> None:
    mint.desk.push(POLICIES + LISTED)
    found = grant(mint, "acc-8000-p1s0", by="merchant")
    assert found.features == ("Dashboards", "Map")
    assert (found.hex, found.add_ons, found.points) == ("9000", ("Map",), 1)


def test_a_code_grants_what_it_was_issued_with(mint: Mint) -> None:
    before = mint.one("pro")
    mint.desk.push(POLICIES.replace("points: 50", "points: 70"))
    mint.desk.changes.enact("pro", ME)
    after = mint.one("pro")
    assert [grant(mint, code).points for code in (before, after)] == [50, 70]
