"""The owner of a group is charged what the group says, once for each id."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine.decisions.flaws import RequestError
from engine.groups.answers import Billed
from engine.service.billing.billing import Billing
from engine.service.errors import Conflict, NotFound
from engine.store.database import Database
from tests.groups.belonging import POLICIES, Belonging, belonging, quick, quick_database, xyz
from tests.service.desk import ME, fee

__all__ = ["quick", "quick_database", "xyz"]


def bill(desk: Belonging, charge: str = "xyz-2026-03", **more: Any) -> Billed:
    return desk.own.owners.bill("xyz", {"id": charge, **more}, ME)


def by_card(database: Database) -> Belonging:
    return belonging(database, POLICIES.replace("900.00 USD}", "900.00 USD, billing: card}"))


def test_the_owner_is_charged_and_gets_an_invoice(quick: Belonging) -> None:
    answer = bill(quick)
    assert (answer.subscription, answer.customer) == ("xyz-owner", "cus-xyz")
    assert (answer.charge.gross, answer.charge.net, answer.charge.currency) == (
        "900.00",
        "900.00",
        "USD",
    )
    assert answer.invoice is not None
    assert (answer.invoice.number, answer.invoice.customer) == ("00000001", "cus-xyz")
    assert [each.charge for each in answer.invoice.entries] == ["xyz-2026-03"]
    assert quick.subscriptions.show("xyz-owner", ME).facts["subscription"] == {
        "id": "xyz-owner",
        "product": "Group owners",
        "plan": "xyz-owners",
    }


def test_the_same_id_answers_the_same(xyz: Belonging) -> None:
    first = bill(xyz)
    assert bill(xyz.at("2026-03-02T00:00:00Z")) == first
    assert len(Billing(xyz.office).invoices("xyz-owner", None, 10, ME).invoices) == 1


def test_another_id_is_another_invoice(quick: Belonging) -> None:
    bill(quick)
    second = bill(quick.at("2026-04-01T00:00:00Z"), "xyz-2026-04")
    assert second.invoice is not None
    assert second.invoice.number == "00000002"
    assert [each.charge for each in second.invoice.entries] == ["xyz-2026-04"]


def test_billed_at_once_it_is_charged_once(xyz: Belonging) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: bill(xyz), range(4)))
    assert all(each == answers[0] for each in answers)


def test_by_card_the_charge_is_answered_and_no_invoice_made(quick_database: Database) -> None:
    desk = by_card(quick_database)
    answer = bill(desk)
    assert (answer.billing, answer.charge.net, answer.invoice) == ("card", "900.00", None)
    assert bill(desk) == answer


def test_what_a_card_paid_comes_on_no_later_invoice(quick_database: Database) -> None:
    desk = by_card(quick_database)
    bill(desk)
    desk.push(POLICIES)
    invoice = bill(desk.at("2026-04-01T00:00:00Z"), "xyz-2026-04").invoice
    assert invoice is not None
    assert [each.charge for each in invoice.entries] == ["xyz-2026-04"]


def test_the_charge_has_the_moment_that_is_given(quick: Belonging) -> None:
    given = {"at": "2026-02-28T10:00:00+01:00"}
    answer = bill(quick, **given)
    assert answer.at == "2026-02-28T09:00:00Z"
    assert bill(quick, **given) == answer
    with pytest.raises(Conflict, match="recorded with other content"):
        bill(quick, at="2026-02-27T10:00:00+01:00")


def test_without_an_amount_nothing_can_be_billed(quick_database: Database) -> None:
    desk = belonging(quick_database, POLICIES.replace(", amount: 900.00 USD", ""))
    with pytest.raises(Conflict, match="the owner of `xyz` has no amount") as raised:
        bill(desk)
    assert "amount: 900.00 USD" in raised.value.advice


def test_an_id_of_another_charge_is_refused(quick: Belonging) -> None:
    quick.charge("s1", fee("c1"))
    with pytest.raises(Conflict, match="`c1` was recorded with other content"):
        bill(quick, "c1")


def test_another_amount_is_another_charge(quick: Belonging) -> None:
    bill(quick)
    quick.push(POLICIES.replace("900.00", "950.00"))
    with pytest.raises(Conflict, match="recorded with other content"):
        bill(quick)
    assert bill(quick, "xyz-2026-03b").charge.net == "950.00"


def test_what_can_not_be_read_is_refused(quick: Belonging) -> None:
    with pytest.raises(NotFound, match="no group is called `abc`"):
        quick.own.owners.bill("abc", {"id": "c1"}, ME)
    with pytest.raises(RequestError, match="id"):
        quick.own.owners.bill("xyz", {}, ME)


def test_discounts_of_the_owner_s_subscription_hold_for_it_too(quick: Belonging) -> None:
    text = "coupon: ten\ndiscount: 10%\ncodes: [TEN]\napplication: [fee is period]\n"
    quick.push(f"{POLICIES}---\n{text}")
    quick.redeemed("TEN", "xyz-owner")
    assert bill(quick).charge.net == "810.00"
