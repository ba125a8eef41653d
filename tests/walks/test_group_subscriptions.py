"""A walk through `Group Subscriptions`, one test for each thing that it says.

The table in `policies/group-subscriptions/README.md` names these tests.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import SHIPPED, run
from tests.walks.walking import Walk

GROUP = "xyz"
USERS = {"product": "Group users", "plan": "xyz-users"}


def admitted(walk: Walk, **customer: str) -> Any:
    """What a member is told who comes in without a code."""
    return walk.done(f"POST /v1/groups/{GROUP}/admit", {"customer": customer})


def redeemed(walk: Walk, code: str, customer: str) -> Any:
    """The answer to a user of the group who redeems a code."""
    body = {
        "code": code,
        "customer": {"id": customer},
        "subscription": {"id": f"sub-{customer}", **USERS},
    }
    return walk.http("POST /v1/redeem", body)


def charged(walk: Walk, subscription: str, charge: str = "le-1", **more: Any) -> Any:
    """A charge of the users' plan, as it was recorded."""
    line = {"id": charge, "fee": "period", "amount": "20.00", "currency": "USD"}
    body = {"subscription": {"id": subscription, **more}, "charges": [line]}
    (found,) = walk.done("POST /v1/charges", body)["charges"]
    return found


def discounts(walk: Walk, *by: str) -> list[dict[str, str]]:
    """The rows of the report of discounts."""
    text = walk.command("report", "discounts", "--by", ",".join(by), "--format", "csv")
    return list(csv.DictReader(io.StringIO(text)))


# --- group owner


def test_the_owner_has_a_product_and_a_plan_of_its_own(walk: Walk) -> None:
    found = walk.done(f"GET /v1/groups/{GROUP}")
    assert found["owner"]["product"] == "Group owners"
    assert found["owner"]["plan"] == "xyz-owners"
    assert "Group owners" in walk.command("group", "show", GROUP)


def test_the_owner_is_a_customer_who_is_billed_by_invoice(walk: Walk) -> None:
    billed = walk.done(f"POST /v1/groups/{GROUP}/bill", {"id": "bill-1"})
    assert "900.00" in str(billed)
    again = walk.done(f"POST /v1/groups/{GROUP}/bill", {"id": "bill-1"})
    assert again["invoice"] == billed["invoice"]
    walk.command("group", "bill", GROUP, "bill-2")
    bill = walk.done(f"GET /v1/subscriptions/{GROUP}-owner/ledger")
    assert len(bill["entries"]) == 2


# --- group users


def test_users_have_a_product_and_a_plan_of_their_own(walk: Walk) -> None:
    found = walk.done(f"GET /v1/groups/{GROUP}")
    assert (found["users"]["product"], found["users"]["plan"]) == ("Group users", "xyz-users")


def test_a_list_of_users_is_imported(walk: Walk, tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_text("customer,email\nu1,ada@xyz.example\nu2,bob@elsewhere.example\nu3,nonsense\n")
    said = walk.command("group", "import", GROUP, file, code=1)
    assert "nonsense" in said
    members = walk.done(f"GET /v1/groups/{GROUP}/members")["members"]
    assert {each["customer"] for each in members} == {"u1", "u2"}
    users = [{"customer": "u4", "email": "eve@xyz.example"}]
    walk.done(f"POST /v1/groups/{GROUP}/import", {"users": users})
    assert walk.done(f"GET /v1/groups/{GROUP}/members/u4")["customer"] == "u4"


def test_a_paid_plan_is_free_with_a_code(walk: Walk) -> None:
    assert redeemed(walk, "XYZCOUPONCODE", "u1").status == 201
    found = charged(walk, "sub-u1", **USERS)
    assert (found["discount"], found["net"]) == ("20.00", "0.00")


def test_one_code_is_redeemed_by_so_many_users_and_no_more(walk: Walk) -> None:
    said = [redeemed(walk, "XYZCOUPONCODE", f"u{number}") for number in range(51)]
    assert [each.status for each in said] == [201] * 50 + [409]
    assert said[-1].body["reasons"][0]["reason"] == "limit_reached"


def test_unique_codes_are_redeemed_once_each(walk: Walk) -> None:
    codes = walk.done(f"POST /v1/groups/{GROUP}/codes")["batches"][0]["codes"]
    assert len(set(codes)) == 10
    assert redeemed(walk, codes[0], "u1").status == 201
    assert redeemed(walk, codes[0], "u2").status == 409
    assert redeemed(walk, codes[1], "u2").status == 201


def test_unique_codes_are_written_out_for_a_mailing(walk: Walk) -> None:
    said = walk.command("group", "codes", GROUP)
    exported = walk.command("codes", "export", "--coupon", "xyz-unique-codes")
    rows = list(csv.DictReader(io.StringIO(exported)))
    assert len(rows) == 10
    assert all(row["code"] in said for row in rows)


def test_a_user_takes_one_seat_and_gives_it_back_when_leaving(walk: Walk) -> None:
    first = admitted(walk, id="u1", email="ada@xyz.example")
    again = admitted(walk, id="u1", email="ada@xyz.example")
    assert again["subscription"] == first["subscription"]
    walk.done(f"DELETE /v1/groups/{GROUP}/members/u1")
    assert charged(walk, first["subscription"])["discount"] == "0.00"
    walk.command("group", "admit", GROUP, "u2", "--email", "bob@xyz.example")
    walk.command("group", "leave", GROUP, "u2")
    standing = walk.command("group", "members", GROUP, "--standing")
    assert "u1" not in standing
    assert "u2" not in standing


# --- tracking


def test_owners_and_users_are_told_apart_in_reports(walk: Walk) -> None:
    member = admitted(walk, id="u1", email="ada@xyz.example")
    charged(walk, member["subscription"])
    walk.done(f"POST /v1/groups/{GROUP}/bill", {"id": "bill-1"})
    by_product = {row["product"]: row for row in discounts(walk, "product", "plan")}
    assert by_product["Group users"]["discount"] == "20.00"
    (by_group,) = [row for row in discounts(walk, "group") if row["group"] == GROUP]
    assert by_group["discount"] == "20.00"


def test_each_way_in_is_followed(walk: Walk) -> None:
    admitted(walk, id="u1", email="ada@xyz.example")
    redeemed(walk, "XYZCOUPONCODE", "u2")
    text = walk.command("report", "groups", "--format", "csv")
    rows = {row["coupon"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["xyz-email-domain"]["taken"] == "1"
    assert (rows["xyz-code"]["taken"], rows["xyz-code"]["free"]) == ("1", "49")


def test_each_way_in_is_a_coupon_that_is_explained() -> None:
    said = run("explain", "xyz-code", "--policies", SHIPPED)
    assert said.code == 0
    assert "100%" in said.out
    assert "at most 50 redemptions" in said.out


# --- other: domain and network


@pytest.mark.parametrize(
    "who",
    [
        {"email": "Ada@XYZ.example"},
        {"ip": "192.0.2.77"},
        {"ip": "2001:db8::5"},
    ],
)
def test_whoever_belongs_gets_a_subscription_without_a_code(
    walk: Walk, who: dict[str, str]
) -> None:
    found = admitted(walk, id="u1", **who)
    assert found["subscription"]
    assert charged(walk, found["subscription"])["net"] == "0.00"


@pytest.mark.parametrize("who", [{"email": "ada@elsewhere.example"}, {"ip": "198.51.100.1"}])
def test_whoever_does_not_belong_is_told_why(walk: Walk, who: dict[str, str]) -> None:
    answer = walk.http(f"POST /v1/groups/{GROUP}/admit", {"customer": {"id": "u1", **who}})
    assert answer.status == 409
    assert {each["reason"] for each in answer.body["reasons"]} == {
        "condition_not_met",
        "fact_missing",
    }


def test_an_address_is_confirmed_by_a_mailed_link_first(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUPON_PUBLIC_URL", "https://coupons.acme.example")
    monkeypatch.setenv("COUPON_SMTP_URL", "smtp://mail.acme.example")
    body = {"customer": {"id": "u1", "email": "ada@xyz.example"}, "confirm": "email"}
    answer = walk.http(f"POST /v1/groups/{GROUP}/admit", body)
    assert answer.status == 202
    assert walk.http(f"GET /v1/groups/{GROUP}/members/u1").status == 404
    assert "ada@xyz.example" in walk.command("outbox", "list")
