"""Several people at one code at once: one wins, the others read why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest

from engine.inventory.lines import DoneLine
from engine.service.answers import Redemption, Refusal
from engine.service.caller import Caller
from engine.service.redeeming import redeeming, redemptions
from tests.inventory.stocking import POLICIES, SPACE, Depot, careful, depot

__all__ = ["careful", "depot"]
PERCENT = """\
---
coupon: percent
title: Ten off
format: voucher
valid: 12 months
discount: 10%
application: [fee is period]
"""


def at_once(*asks: Callable[[], DoneLine]) -> list[DoneLine]:
    """What is answered to people who ask at the same moment."""
    ready = Barrier(len(asks))

    def ask(one: Callable[[], DoneLine]) -> DoneLine:
        ready.wait()
        return one()

    with ThreadPoolExecutor(len(asks)) as people:
        return list(people.map(ask, asks))


def test_of_several_who_activate_a_code_one_wins(depot: Depot) -> None:
    for code in depot.codes(count=3):
        answers = at_once(
            *(
                lambda account=account, code=code: depot.one("activate", code, account=account)  # type: ignore[misc]
                for account in ("cus-1", "cus-2", "cus-3", "cus-4")
            )
        )
        assert Counter(each.outcome for each in answers) == {"done": 1, "refused": 3}
        (won,) = [each for each in answers if each.outcome == "done"]
        why = f"`{code}` was activated before on `{won.account}`, with `{won.subscription}`"
        assert {each.message for each in answers if each is not won} == {why}


def test_a_code_is_assigned_before_it_is_activated_or_not_at_all(depot: Depot) -> None:
    depot.client("muster")
    for code in depot.codes(count=4):
        assigned, activated = at_once(
            lambda code=code: depot.one("assign", code, client="muster"),  # type: ignore[misc]
            lambda code=code: depot.one("activate", code, account="cus-1"),  # type: ignore[misc]
        )
        assert {assigned.outcome, activated.outcome} == {"done", "refused"}
        status = depot.show(code).code
        assert (status.status, status.client) in (("reserved", "muster"), ("activated", None))


def test_a_code_is_extended_or_cancelled(depot: Depot) -> None:
    for code in depot.codes(count=4):
        extended, cancelled = at_once(
            lambda code=code: depot.one("extend", code, by="1 month", because="late"),  # type: ignore[misc]
            lambda code=code: depot.one("cancel", code, because="twice"),  # type: ignore[misc]
        )
        assert cancelled.outcome == "done"
        assert extended.outcome == "done" or "was cancelled" in str(extended.message)


def test_a_code_is_redeemed_or_cancelled(depot: Depot) -> None:
    def redeem(code: str) -> DoneLine:
        body = {"code": code, "customer": {"id": "cus-1"}}
        answer = depot.desk.redemptions.redeem(body, depot.caller)
        outcome = "done" if hasattr(answer, "redeemed") else "refused"
        return DoneLine(line=1, code=code, outcome=outcome)  # type: ignore[arg-type]

    for code in depot.codes(count=4):
        answers = at_once(
            lambda code=code: redeem(code),  # type: ignore[misc]
            lambda code=code: depot.one("cancel", code, because="twice"),  # type: ignore[misc]
        )
        assert Counter(each.outcome for each in answers) == {"done": 1, "refused": 1}


@pytest.mark.parametrize(
    ("action", "more"),
    [("cancel", {"because": "twice"}), ("exchange", {"to": "pro", "because": "larger"})],
)
def test_a_bought_discount_is_redeemed_or_taken_away(
    depot: Depot, monkeypatch: pytest.MonkeyPatch, action: str, more: dict[str, str]
) -> None:
    """Also where it is taken away in the midst of being redeemed."""
    depot.desk.push(SPACE + POLICIES + PERCENT)
    code = depot.code("percent", partner="acme-energy")
    redeem, begun, others = redeeming.redeem, Event(), Event()

    def slowly(*asked: Any, **said: Any) -> Redemption:
        begun.set()
        others.wait(0.5)
        return redeem(*asked, **said)

    monkeypatch.setattr(redemptions, "redeem", slowly)

    def take_away() -> DoneLine:
        begun.wait(10)
        line = depot.one(action, code, **more)
        others.set()
        return line

    with ThreadPoolExecutor(2) as people:
        asked = people.submit(depot.desk.redeem, code, "sub-1", customer={"id": "cus-1"})
        line, answer = people.submit(take_away).result(), asked.result()
    assert (isinstance(answer, Refusal), line.outcome) in ((True, "done"), (False, "refused"))
    assert depot.status(code) == ("cancelled" if line.outcome == "done" else "redeemed")


def test_of_two_who_approve_the_last_that_is_needed_activates_once(careful: Depot) -> None:
    code = careful.code()
    careful.one("activate", code, account="cus-1")
    answers = at_once(
        lambda: careful.as_(Caller("bob")).one("approve", code),
        lambda: careful.as_(Caller("eve")).one("approve", code),
    )
    assert Counter(each.outcome for each in answers) == {"done": 1, "refused": 1}
    assert careful.status(code) == "activated"


def test_references_are_numbered_once(depot: Depot) -> None:
    depot.client("solar", partner="acme-energy")
    depot.own.projects.put("solar", "roof", {}, depot.caller)
    codes = depot.codes(count=6, partner="acme-energy")
    answers = at_once(
        *(
            lambda code=code: depot.one("assign", code, client="solar", project="roof")  # type: ignore[misc]
            for code in codes
        )
    )
    assert sorted(str(each.reference) for each in answers) == [
        f"solar-roof-{number:03d}" for number in range(1, 7)
    ]
