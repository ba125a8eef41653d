"""Several people who activate codes at the same moment: nothing is granted twice, nor overlaps."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

from engine.service.answers import Redemption, Refusal
from tests.service.desk import ME
from tests.service.granting import Vault, vault

__all__ = ["vault"]

AT_ONCE = 6


def at_once(vault: Vault, codes: Sequence[str], accounts: Sequence[str], **more: Any) -> list[Any]:
    """What comes of activating codes on accounts, all at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(
            pool.map(lambda code, account: vault.ask(code, account, **more), codes, accounts)
        )


def refused(answers: list[Any]) -> list[set[str]]:
    return [
        {each.reason for each in answer.reasons}
        for answer in answers
        if isinstance(answer, Refusal)
    ]


def test_codes_that_are_activated_at_once_on_one_account_are_a_chain(vault: Vault) -> None:
    codes = [vault.code() for _ in range(AT_ONCE)]
    answers = at_once(vault, codes, ["cus-1"] * AT_ONCE)
    assert refused(answers) == []
    has = vault.has()
    assert {each.code for each in has} == set(codes)
    assert all(first.until == second.start for first, second in pairwise(has))


def test_of_different_ones_at_once_one_is_granted_and_the_other_needs_a_word(vault: Vault) -> None:
    codes = [vault.code(), vault.code("enterprise")]
    answers = at_once(vault, codes, ["cus-1"] * 2)
    assert refused(answers) == [{"grant_active"}]
    assert len(vault.has()) == 1


def test_one_code_at_once_by_many_is_granted_to_one_and_the_others_read_why(vault: Vault) -> None:
    code, accounts = vault.code(), [f"cus-{number}" for number in range(AT_ONCE)]
    answers = at_once(vault, [code] * AT_ONCE, accounts)
    assert refused(answers) == [{"limit_reached"}] * (AT_ONCE - 1)
    (won,) = [each for each in answers if isinstance(each, Redemption)]
    has = [each for account in accounts for each in vault.has(account)]
    assert [each.subscription for each in has] == [won.subscription]
    assert vault.shown(code).subscription == won.subscription


def test_a_hold_that_many_confirm_at_once_grants_once(vault: Vault) -> None:
    held = vault.redeemed(vault.code(), hold="1 hour")
    confirm = vault.desk.redemptions.confirm
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: confirm(str(held.id), {}, ME), range(AT_ONCE)))
    assert {each.grants.start for each in answers if isinstance(each, Redemption)} == {
        "2026-03-01T12:00:00Z"
    }
    assert len(vault.has()) == 1


def test_what_is_replaced_at_once_is_replaced_by_one_after_the_other(vault: Vault) -> None:
    vault.granted(vault.code())
    codes = [vault.code("enterprise") for _ in range(3)]
    assert refused(at_once(vault, codes, ["cus-1"] * 3, running="replace")) == []
    assert [each.status for each in vault.has()].count("running") == 1
