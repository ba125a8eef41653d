"""What became of a code is told alike of one code and of many."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from engine.calendar import DAY
from engine.language.vocabulary import Fold
from engine.service.codes.code_state import Status, status_column
from engine.service.codes.validation import Validations
from engine.service.work import Work
from engine.store.statements import Statement, insertion
from engine.store.tables import ACTIVATIONS, CODES
from tests.service.desk import ME
from tests.service.granting import POLICIES, Vault, vault

__all__ = ["vault"]

LISTED = POLICIES.replace(
    "codes: [TEN]",
    "codes: [TEN]\nvalid: 1 month",
)
USES = ("nothing", "redeemed", "held", "lapsed", "removed")
_WAIT = insertion(ACTIVATIONS)


def wait(vault: Vault, code: str) -> None:
    """Have a code wait for approval."""
    row = {"account": "cus-1", "request": "{}", "who": "ann", "asked": 7_000_000, "approvals": "[]"}
    vault.run(_WAIT, code=Fold.CODE.apply(code), **row)


def use(vault: Vault, code: str, how: str) -> None:
    """Use a code in a way, on an account of its own."""
    account = f"of {code}"
    if how == "held":
        vault.redeemed(code, account, subscription={"id": account}, hold="1 hour")
    elif how == "lapsed":
        at = "2026-03-01T10:00:00Z"
        vault.redeemed(code, account, subscription={"id": account}, hold="1 hour", at=at)
    elif how != "nothing":
        answer = vault.redeemed(code, account, subscription={"id": account})
        if how == "removed":
            vault.desk.remove(answer)


def many(vault: Vault) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Codes in every state that there is, each with how it came to it."""
    now = vault.desk.time["now"]
    ways = itertools.product(
        ("pro", "ten"), USES, (False, True), (False, True), (None, now, now + 1), (False, True)
    )
    for coupon, how, assigned, waiting, expires, cancelled in ways:
        code = vault.code(coupon)
        use(vault, code, how)
        client = "north" if assigned else None
        vault.set(code, client=client, expires=expires, cancelled=1 if cancelled else None)
        if waiting:
            wait(vault, code)
        yield code, (coupon, how, assigned, waiting, expires, cancelled)


def statuses(vault: Vault) -> dict[str, Status]:
    """What the store says of all codes at once."""

    def read(work: Work) -> dict[str, Status]:
        found = Statement(select(CODES.c.spelling, status_column(work)))
        return dict(work.tx.rows(found))

    return vault.desk.office.read(read, ME)


def test_one_and_many_agree_in_every_state(vault: Vault) -> None:
    made = dict(many(vault))
    found = statuses(vault)
    differ = [
        (made[code], found[code], vault.shown(code).status)
        for code in made
        if found[code] != vault.shown(code).status
    ]
    assert differ == []
    assert {found[code] for code in made} == {
        "unused",
        "reserved",
        "redeemed",
        "activated",
        "expired",
        "cancelled",
    }


@pytest.mark.parametrize(
    ("days", "expected"), [(0, "unused"), (27, "unused"), (28, "expired"), (400, "expired")]
)
def test_a_listed_code_lives_as_long_as_its_coupon_says(
    vault: Vault, days: int, expected: str
) -> None:
    text = LISTED[LISTED.index("coupon: ten") :]
    vault.desk.changes.save("ten", text, ME)
    vault.desk.changes.enact("ten", ME)
    now = vault.desk.time["now"]
    vault.set("TEN", issued=now - days * DAY)
    # February has 28 days.
    assert (statuses(vault)["TEN"], vault.shown("TEN").status) == (expected, expected)


def validated(vault: Vault, code: str, **more: Any) -> Any:
    (answer,) = Validations(vault.desk.office).validate({"codes": [code], **more}, ME).codes
    return answer


def test_an_assigned_code_is_valid_as_far_as_the_code_itself_goes(vault: Vault) -> None:
    vault.client("north", "cus-2")
    code = vault.code()
    vault.set(code, client="north", assigned=3_000_000)
    found = validated(vault, code)
    assert (found.valid, found.status, found.since) == (True, "reserved", "1970-01-01T00:00:03Z")
    assert (found.days_left, found.grants.points) == (365, 50)
    assert validated(vault, code, customer={"id": "cus-2"}).valid
    assert validated(vault, code, customer={"id": "cus-1"}).reason == "other_customer"


def test_a_code_that_waits_for_approval_is_reserved_since_it_was_asked_for(vault: Vault) -> None:
    code = vault.code()
    wait(vault, code)
    found = validated(vault, code)
    assert (found.valid, found.status, found.since) == (True, "reserved", "1970-01-01T00:00:07Z")


def test_a_held_code_is_reserved_and_an_activated_one_says_since_when(vault: Vault) -> None:
    code = vault.code()
    held = vault.redeemed(code, hold="15 minutes")
    assert (validated(vault, code).status, validated(vault, code).valid) == ("reserved", False)
    vault.desk.at("2026-03-01T12:10:00Z")
    vault.desk.redemptions.confirm(str(held.id), {}, ME)
    found = validated(vault, code)
    assert (found.status, found.valid, found.reason) == ("activated", False, "limit_reached")
    assert found.since == "2026-03-01T12:00:00Z"
