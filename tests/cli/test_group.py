"""`coupon group`: groups from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import Said, run, write

GROUP = """\
group: xyz
title: Company XYZ
owner: {customer: cus-xyz, product: Group owners, plan: xyz-owners, amount: 900.00 USD}
users: {product: Group users, plan: xyz-users, amount: 20.00 USD}
access:
  - code: XYZCOUPONCODE
    seats: 2
  - unique codes: 3
  - list: 2
  - email domain: xyz.example
  - networks: [192.0.2.0/24]
"""
ADA = ("--email", "ada@xyz.example")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose group is in the store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    space = "space: acme\ntimezone: Europe/Zurich\ncurrency: USD\n"
    write(tmp_path / "policies", space=space, xyz=GROUP)
    said = run("push")
    assert said.code == 0, said
    return tmp_path


def group(*arguments: str | Path, stdin: str | None = None) -> Said:
    return run("group", *arguments, stdin=stdin)


def test_groups_are_listed_and_shown() -> None:
    group("admit", "xyz", "u1", *ADA)
    assert group("list").out == "xyz: Company XYZ, 1 member\n"
    assert group("show", "xyz").out.splitlines() == [
        "xyz: Company XYZ, 1 member",
        "  owner cus-xyz: Group owners, xyz-owners, 900.00 USD by invoice",
        "  users: Group users, xyz-users, instead of 20.00 USD",
        "  xyz-code: code XYZCOUPONCODE, 0 of 2 taken, 2 left",
        "  xyz-unique-codes: unique codes, 0 of 3 taken, 3 left",
        "  xyz-list: list, 0 of 2 taken, 2 left",
        "  xyz-email-domain: email domain xyz.example, 1 in",
        "  xyz-networks: networks 192.0.2.0/24, 0 in",
    ]
    (listed,) = json.loads(group("list", "--format", "json").out)
    assert listed["members"] == 1


def test_a_customer_is_let_in_once() -> None:
    code, out, _ = group("admit", "xyz", "u1", *ADA, "--subscription", "s1")
    assert (code, out.startswith("u1 is in xyz on `s1`, by xyz-email-domain: ")) == (0, True)
    assert group("admit", "xyz", "u1").out.startswith("u1 was in xyz on `s1`")


def test_a_stranger_is_told_why_each_way_is_closed() -> None:
    code, out, _ = group("admit", "xyz", "u1", "--ip", "198.51.100.1")
    assert code == 1
    head, *lines = out.splitlines()
    assert head == "`u1` can't be let into xyz"
    assert lines[0].startswith("  fact_missing: can't tell: customer.email")
    assert any(line.startswith("  condition_not_met: ") for line in lines)


def test_a_link_is_mailed_first_where_that_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUPON_PUBLIC_URL", "https://coupons.acme.example")
    monkeypatch.setenv("COUPON_SMTP_URL", "smtp://mail.acme.example")
    code, out, _ = group("admit", "xyz", "u1", *ADA, "--confirm")
    assert (code, out.startswith("a link was mailed to u1, good until ")) == (0, True)
    assert group("members", "xyz").out == "no member is listed\n"


def test_members_are_listed_and_leave() -> None:
    group("admit", "xyz", "u1", *ADA, "--subscription", "s1")
    group("admit", "xyz", "u2", "--ip", "192.0.2.1", "--subscription", "s2")
    assert group("leave", "xyz", "u1").out.startswith("u1 left xyz at ")
    first, second = group("members", "xyz").out.splitlines()
    assert first.startswith("u1 <ada@xyz.example>: s1, by xyz-email-domain, left ")
    assert second.startswith("u2: s2, by xyz-networks, since ")
    assert group("members", "xyz", "--standing").out.splitlines() == [second]
    assert group("members", "xyz", "--left").out.splitlines() == [first]
    assert group("members", "xyz", "--way", "xyz-networks", "--email", "x").out == (
        "no member is listed\n"
    )
    assert group("leave", "xyz", "u9").code == 1


def test_users_are_imported_line_by_line(here: Path) -> None:
    file = here / "users.csv"
    file.write_text("name,customer,email\nAda,u1,ada@xyz.example\nBob,u2,bob\nCyd,u1,\nDan,u3,\n")
    said = group("import", "xyz", file)
    assert (said.code, said.err) == (1, "left aside: `name`\n")
    assert said.out.splitlines() == [
        "line 3, refused: `bob` is no email address such as `ada@xyz.example`",
        "line 4, unchanged: `u1` stands in line 2 already, there with an address",
        "2 imported, 1 unchanged, 1 refused",
    ]
    again = group("import", "xyz", "-", stdin="customer\nu1\nu3\n")
    assert (again.code, again.out.splitlines()[-1]) == (0, "0 imported, 2 unchanged, 0 refused")


def test_unique_codes_are_issued_once() -> None:
    *codes, last = group("codes", "xyz").out.splitlines()
    assert (len(codes), last) == (3, "xyz-unique-codes: 3 of 3 issued")
    assert group("codes", "xyz").out == "xyz-unique-codes: 3 of 3 issued\n"
    exported = run("codes", "export", "--batch", "xyz-unique-codes").out
    assert all(code in exported for code in codes)


def test_the_owner_is_billed() -> None:
    first = group("bill", "xyz", "xyz-03")
    assert first == (0, "xyz-03: 900.00 USD on xyz-owner, invoice 00000001\n", "")
    assert group("bill", "xyz", "xyz-03") == first


def test_a_card_is_to_be_charged(here: Path) -> None:
    write(here / "policies", xyz=GROUP.replace("900.00 USD}", "900.00 USD, billing: card}"))
    run("push")
    said = group("bill", "xyz", "xyz-03", "--at", "2026-03-01T00:00:00Z")
    assert said.out == "xyz-03: 900.00 USD on xyz-owner, to be taken by card\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "abc"),
        ("members", "abc"),
        ("admit", "abc", "u1"),
        ("codes", "abc"),
        ("bill", "abc", "c1"),
    ],
)
def test_a_group_that_there_is_not_ends_with_1(arguments: tuple[str, ...]) -> None:
    said = group(*arguments)
    assert (said.code, "no group is called `abc`" in said.err) == (1, True)


def test_a_space_without_groups_says_so(here: Path) -> None:
    (here / "policies" / "xyz.yaml").unlink()
    run("push")
    assert group("list").out == "no group is described\n"
