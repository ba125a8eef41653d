"""Validating: what there is to say of codes, to whom, and that nothing is changed."""

from __future__ import annotations

import random
import string
import time
from typing import Any

import pytest
from sqlalchemy import bindparam, update

from engine.codes import formats
from engine.codes.alphabet import SYMBOLS
from engine.codes.key_ring import SealKey
from engine.codes.slips import Typed, as_typed
from engine.decisions import own_rules
from engine.decisions.flaws import RequestError
from engine.language.parser import parse_rule
from engine.language.syntax import Rule
from engine.service.caller import PUBLIC, Caller, Scope
from engine.service.codes.code_lines import read_code_lines
from engine.service.codes.validated import CodeGrants, ValidatedCode
from engine.service.codes.validation import Validations
from engine.service.guessing import Budget
from engine.service.office import Office
from engine.store.statements import Statement
from engine.store.tables import CODES
from tests.databases import in_memory
from tests.service.desk import ME, NOW
from tests.service.issuing import KEY, POLICIES, Mint, mint, mint_of

__all__ = ["mint"]

PUBLIC_CALLER = Caller("anybody", PUBLIC)
MORE = """\
---
coupon: soon
title: Soon
discount: 10%
codes: [SOON]
redemption: [from 2026-04-01, at most 5 redemptions per code]
application: [fee is period]
---
coupon: swiss
title: Swiss
discount: 10%
codes: [SWISS]
redemption: [customer.country is CH, at most 1 redemption per customer]
application: [fee is period]
---
coupon: random
title: Random
discount: 10%
redemption: [at most 1 redemption per code]
application: [fee is period]
"""


@pytest.fixture
def alone() -> Mint:
    """A mint over a store in memory."""
    found = mint_of(in_memory(), KEY)
    found.desk.push(POLICIES)
    return found


def validated(
    mint: Mint, *codes: str, caller: Caller = ME, **more: Any
) -> tuple[ValidatedCode, ...]:
    return Validations(mint.desk.office).validate({"codes": list(codes), **more}, caller).codes


def one(mint: Mint, code: str, caller: Caller = ME, **more: Any) -> ValidatedCode:
    (found,) = validated(mint, code, caller=caller, **more)
    return found


def redeem(mint: Mint, code: str, subscription: str = "sub-1", **more: Any) -> None:
    body = {"code": code, "at": mint.desk.moment, "subscription": {"id": subscription}, **more}
    mint.desk.redemptions.redeem(body, ME)


def cancel(mint: Mint, code: str) -> None:
    """Cancel a code as no use case does yet."""
    statement = Statement(
        update(CODES).where(CODES.c.code == bindparam("this")).values(cancelled=1)
    )
    mint.desk.office.database.write(lambda tx: tx.run(statement, this=code))


def test_a_code_is_told_with_what_is_in_it_and_how_long_it_lasts(mint: Mint) -> None:
    code = mint.one("pro")
    assert one(mint, code.lower().replace("-", "")) == ValidatedCode(
        code,
        valid=True,
        proof="seal",
        format="voucher",
        fields={},
        status="unused",
        issued=NOW,
        expires="2027-03-01T12:00:00Z",
        days_left=365,
        coupon="pro",
        version=1,
        title="Professional",
        grants=CodeGrants(plan="professional", points=50, duration="12 months"),
    )


def test_fields_and_features_are_read_in_a_code(mint: Mint) -> None:
    code = mint.one("account", fields={"features": "F008", "points": 30, "subaccounts": 4})
    found = one(mint, code)
    assert found.fields == {"features": "F008", "points": 30, "subaccounts": 4}
    assert found.features == ("Dashboards", "Archive", "Sensors", "Map")
    assert found.grants is not None
    assert (found.grants.hex, found.grants.reserved, found.named) == ("F008", (3,), None)


def test_what_a_format_reads_is_told_of_a_stranger_too(mint: Mint) -> None:
    found = one(mint, "acc-f000-p1s0")
    assert (found.valid, found.reason, found.code) == (False, "code_unknown", "ACC-F000-P1S0")
    assert (found.format, found.named, found.status) == ("subscription", "Core", None)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("0000-0000-0000-0000", "seal_invalid"),
        ("0000-0000-0000-0001", "code_malformed"),
        ("NOBODYKNOWSIT", "code_unknown"),
        ("SOON", "not_yet"),
    ],
)
def test_why_a_code_is_not_valid_has_a_name_and_a_sentence(
    mint: Mint, code: str, reason: str
) -> None:
    mint.desk.push(POLICIES + MORE)
    found = one(mint, code)
    assert (found.valid, found.reason) == (False, reason)
    assert found.message


def test_a_code_that_is_used_up_is_not_valid(mint: Mint) -> None:
    code = mint.one("pro")
    redeem(mint, code)
    found = one(mint, code)
    assert (found.valid, found.reason, found.status) == (False, "limit_reached", "activated")


def test_a_discount_that_was_redeemed_was_not_activated(mint: Mint) -> None:
    code = mint.one("bonus")
    redeem(mint, code)
    assert one(mint, code).status == "redeemed"


def test_a_code_that_is_held_is_reserved_as_long_as_the_hold_lasts(mint: Mint) -> None:
    code = mint.one("pro")
    redeem(mint, code, hold="15 minutes")
    found = one(mint, code)
    assert (found.valid, found.reason, found.status) == (False, "limit_reached", "reserved")
    mint.desk.at("2026-03-01T12:15:00Z")
    found = one(mint, code)
    assert (found.valid, found.status) == (True, "unused")


def test_the_state_of_a_code_is_told(mint: Mint) -> None:
    mint.desk.push(POLICIES + MORE)
    expired, cancelled, off = mint.issue("pro", count=3).codes
    cancel(mint, cancelled)
    mint.desk.changes.switch("code", off, on=False, because="lost", caller=ME)
    found = validated(mint, cancelled, off)
    assert [(each.reason, each.status) for each in found] == [
        ("code_cancelled", "cancelled"),
        ("code_inactive", "unused"),
    ]
    mint.desk.at("2027-03-01T12:00:00Z")
    late = one(mint, expired)
    assert (late.reason, late.status, late.days_left) == ("code_expired", "expired", 0)


def test_only_what_stands_against_a_code_itself_makes_it_invalid(mint: Mint) -> None:
    mint.desk.push(POLICIES + MORE)
    assert one(mint, "SWISS").valid
    redeem(mint, "SWISS", customer={"id": "cus-1", "country": "CH"})
    assert one(mint, "SWISS").valid
    assert one(mint, "SWISS", customer={"id": "cus-1"}).reason == "limit_reached"


def test_a_code_of_a_customer_is_valid_for_that_one(mint: Mint) -> None:
    code = mint.one("pro", customer="cus-1")
    assert one(mint, code).valid
    assert one(mint, code, customer={"id": "cus-1"}).valid
    assert one(mint, code, customer={"id": "cus-2"}).reason == "other_customer"


def test_codes_are_answered_in_the_order_given_and_as_often(mint: Mint) -> None:
    code = mint.one("pro")
    found = validated(mint, "NOBODYKNOWSIT", code, "SPRING", code.lower(), "")
    assert [each.code for each in found] == ["NOBODYKNOWSIT", code, "SPRING", code, ""]
    assert [each.valid for each in found] == [False, True, True, True, False]


def test_a_custom_code_is_in_no_format_by_chance(mint: Mint) -> None:
    (code,) = mint.issue("spring", codes=["SPRINGSALE26"]).codes
    found = one(mint, code)
    assert found.valid
    assert (found.format, found.fields, found.proof) == (None, None, None)


@pytest.mark.parametrize("way", ["custom", "imported", "fields"])
def test_symbols_that_somebody_chose_prove_nothing(mint: Mint, way: str) -> None:
    mint.desk.push(POLICIES + MORE)
    code = "BACK-DEAR-2026"
    if way == "custom":
        mint.issue("random", codes=[code])
    elif way == "imported":
        data = f"code,coupon\n{code},random\n".encode()
        assert [each.outcome for each in mint.files.take(read_code_lines(data), ME)] == ["imported"]
    else:
        assert mint.one("random", fields={"code": code.replace("-", "")}) == code
    redeem(mint, code)
    assert one(mint, code).proof is None
    assert one(mint, code, PUBLIC_CALLER) == ValidatedCode(code, **UNIFORM)  # type: ignore[arg-type]


def test_an_export_that_comes_back_proves_nothing_by_its_random_codes(mint: Mint) -> None:
    mint.desk.push(POLICIES + MORE)
    code = mint.one("random")
    assert one(mint, code).proof == "random"
    data = mint.exported(coupon="random").encode()
    statement = Statement(CODES.delete().where(CODES.c.code == bindparam("this")))
    mint.desk.office.database.write(lambda tx: tx.run(statement, this=code))
    list(mint.files.take(read_code_lines(data), ME))
    found = one(mint, code)
    assert (found.valid, found.proof) == (True, None)


def test_the_answer_lasts_until_time_changes_it(mint: Mint) -> None:
    mint.desk.push(POLICIES + MORE)
    validations = Validations(mint.desk.office)
    code = mint.one("pro", window="through 2026-05-31")
    for codes, until in [
        ([code], "2026-05-31T22:00:00Z"),
        ([code, "SOON"], "2026-03-31T22:00:00Z"),
        (["SPRING"], None),
    ]:
        assert validations.validate({"codes": codes}, ME).valid_until == until


def test_validating_writes_nothing(mint: Mint) -> None:
    code = mint.one("pro")
    counted = "SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM decisions)"
    before = mint.rows(counted)
    validated(mint, code, "NOBODYKNOWSIT")
    assert mint.rows(counted) == before


def test_at_most_a_thousand_codes_are_answered_at_once(mint: Mint) -> None:
    with pytest.raises(RequestError) as error:
        validated(mint, *["SPRING"] * 1001)
    assert error.value.flaws[0].pointer == "/codes"


# --- the public ---------------------------------------------------------------------------------

UNIFORM = {"valid": False, "reason": "refused", "message": "the code can't be used here"}


def test_possession_that_is_proven_gets_the_full_answer(mint: Mint) -> None:
    mint.desk.push(POLICIES + MORE)
    for coupon, proof in [("pro", "seal"), ("random", "random")]:
        code = mint.one(coupon)
        redeem(mint, code)
        found = one(mint, code, PUBLIC_CALLER)
        assert (found.proof, found.reason, found.coupon) == (proof, "limit_reached", coupon)


def test_a_right_seal_that_nobody_issued_here_is_told(mint: Mint) -> None:
    code = mint.one("pro")
    statement = Statement(CODES.delete().where(CODES.c.code == bindparam("this")))
    mint.desk.office.database.write(lambda tx: tx.run(statement, this=code))
    found = one(mint, code, PUBLIC_CALLER)
    assert (found.proof, found.reason) == ("seal", "code_unknown")


@pytest.mark.parametrize("keys", [(), (SealKey("other", b"2" * 32),)])
def test_a_seal_that_no_key_opens_proves_nothing(mint: Mint, keys: tuple[SealKey, ...]) -> None:
    code = mint.one("pro")
    others = mint_of(mint.desk.office.database, *keys)
    found = one(others, code)
    assert (found.valid, found.proof) == (True, None)


def test_a_code_lasts_as_long_as_it_was_issued_for(mint: Mint) -> None:
    code = mint.one("pro")
    before = one(mint, code).expires
    mint.desk.push(POLICIES.replace("valid: 12 months", "valid: 1 month"))
    mint.desk.changes.enact("pro", ME)
    assert one(mint, code).expires == before
    assert one(mint, mint.one("pro")).expires != before


def test_a_code_that_can_be_used_now_gets_the_full_answer(mint: Mint) -> None:
    assert one(mint, "spring", PUBLIC_CALLER) == one(mint, "spring")


def test_all_other_codes_get_one_refusal(mint: Mint) -> None:
    mint.desk.push(POLICIES + MORE)
    taken = mint.one("brief")
    redeem(mint, taken)
    foreign = mint.one("brief", customer="cus-1")
    off = mint.one("brief")
    mint.desk.changes.switch("code", off, on=False, because="lost", caller=ME)
    codes = ["NOBODYKNOWSIT", "SOON", "0000-0000-0000-0000", taken, foreign, off, "SH-ZZZZ"]
    for code, found in zip(codes, validated(mint, *codes, caller=PUBLIC_CALLER), strict=True):
        assert found == ValidatedCode(code, **UNIFORM)  # type: ignore[arg-type]


def test_a_refusal_does_not_tell_when_it_ends(mint: Mint) -> None:
    mint.desk.push(POLICIES + MORE)
    answer = Validations(mint.desk.office).validate({"codes": ["SOON", "NONE"]}, PUBLIC_CALLER)
    assert answer.valid_until is None


def test_a_typing_error_is_told_to_everybody_whether_or_not_the_text_is_a_code(mint: Mint) -> None:
    mistyped = "SH-ABCU"
    before = one(mint, mistyped, PUBLIC_CALLER)
    assert before.reason == "code_malformed"
    mint.issue("spring", codes=[mistyped])
    assert one(mint, mistyped, PUBLIC_CALLER).valid
    mint.desk.changes.switch("code", mistyped, on=False, because="lost", caller=ME)
    assert one(mint, mistyped, PUBLIC_CALLER) == before


def test_a_key_that_may_see_reasons_sees_them(mint: Mint) -> None:
    mint.desk.push(POLICIES + MORE)
    caller = Caller("office", PUBLIC | {Scope.REASONS})
    assert one(mint, "SOON", caller).reason == "not_yet"


# --- many at once -------------------------------------------------------------------------------


def test_a_thousand_codes_are_validated_with_few_statements(mint: Mint) -> None:
    codes = mint.issue("pro", count=400, window="through 2026-11-30").codes
    redeem(mint, codes[7])
    texts = [*codes, *(code.replace("-", "").lower() for code in codes), *["ZZZZZ"] * 200]
    begun = time.perf_counter()
    found = validated(mint, *texts)
    assert time.perf_counter() - begun < 3
    assert [each.valid for each in found] == [
        *(place != 7 for place in range(400)),
        *(place != 7 for place in range(400)),
        *[False] * 200,
    ]


def test_a_window_is_read_once_for_all_codes_that_have_it(
    mint: Mint, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = mint.issue("pro", count=50, window="through 2026-10-31").codes
    own_rules._window.cache_clear()
    read: list[str] = []

    def parse(text: str) -> Rule:
        read.append(text)
        return parse_rule(text)

    monkeypatch.setattr(own_rules, "parse_rule", parse)
    assert all(each.valid for each in validated(mint, *codes))
    assert read == ["through 2026-10-31"]


def test_what_is_no_code_is_worked_out_once_in_a_request(
    mint: Mint, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []

    def look_at(text: str) -> Typed:
        looked_at.append(text)
        return as_typed(text)

    monkeypatch.setattr(formats, "as_typed", look_at)
    budget = Budget(points=100, key_points=100)
    own = mint.desk.office
    office = Office(own.database, "acme", own.clock, own.ring, budget)
    texts = ["SH-ABCU", "nobody knows it", "АСС-F000"]
    Validations(office).validate({"codes": texts}, PUBLIC_CALLER)
    assert sorted(looked_at) == sorted(texts)


GARBAGE = {
    "text": lambda draw: "".join(draw.choices(string.printable, k=40)),
    "symbols": lambda draw: "".join(draw.choices(SYMBOLS, k=20)),
    "other alphabets": lambda draw: "".join(chr(draw.randrange(0x370, 0xD7FF)) for _ in range(255)),
    "one letter of another": lambda draw: "А" + "".join(draw.choices(SYMBOLS, k=11)),
    "typing errors": lambda draw: "ACC-G" + "".join(draw.choices(SYMBOLS, k=3)) + "-P1S1",
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_a_thousand_texts_that_are_no_codes_cost_little(alone: Mint, kind: str) -> None:
    draw = random.Random(kind)  # noqa: S311
    texts = [GARBAGE[kind](draw) for _ in range(1000)]
    begun = time.process_time()
    found = validated(alone, *texts, caller=PUBLIC_CALLER)
    assert time.process_time() - begun < 1.5
    assert not any(each.valid for each in found)


def test_a_text_that_is_longer_than_any_code_costs_nothing(alone: Mint) -> None:
    text = "".join(chr(0x4E00 + place % 20_000) for place in range(100_000))
    begun = time.process_time()
    assert not one(alone, text).valid
    assert time.process_time() - begun < 0.2
