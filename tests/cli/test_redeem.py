"""`coupon redeem`, `remove`, `subscription` and `erase`: single codes from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import COUPON, SPACE, Said, run, write

ON = ("--subscription", "sub-1")
MINE = COUPON.replace("[at most 5 redemptions per code]", "[customer.vip, by is merchant]")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose policies are in the store, and a file of facts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    mine = MINE.replace("spring", "mine").replace("SPRING", "MINE")
    vocabulary = "vocabulary: shop\nfacts: {customer.vip: yes/no}\n"
    spring = COUPON.replace("[fee is period]", "[at most 3 applications per subscription]")
    write(tmp_path / "policies", space=SPACE, spring=spring, mine=mine, words=vocabulary)
    said = run("push")
    assert said.code == 0, said
    facts = {"customer": {"id": "cus-1", "vip": True}, "subscription": {"product": "pro"}}
    (tmp_path / "facts.json").write_text(json.dumps(facts))
    return tmp_path


def redeem(*arguments: str) -> Said:
    return run("redeem", *arguments)


def test_a_code_is_redeemed_and_removed() -> None:
    code, out, _ = redeem("SPRING", *ON)
    assert (code, out.startswith("redeemed `SPRING` of spring, version 1 on `sub-1`: ")) == (
        0,
        True,
    )
    said = "removed `SPRING` of spring from `sub-1`\n"
    assert run("remove", "spring", *ON) == (0, said, "")


def test_a_dry_run_changes_nothing() -> None:
    said = "`SPRING` of spring, version 1 can be redeemed on `sub-1`; nothing was changed\n"
    for _ in range(2):
        assert redeem("SPRING", *ON, "--dry-run") == (0, said, "")


def test_a_refusal_ends_with_1_and_says_every_reason() -> None:
    code, out, err = redeem("MINE", *ON)
    assert (code, err) == (1, "")
    assert out.startswith("`MINE` can't be redeemed\n  fact_missing: ")
    assert "customer.vip" in out
    redeem("SPRING", *ON)
    assert "already_redeemed" in redeem("SPRING", *ON).out
    assert redeem("NOPE", *ON).out.splitlines()[0] == "`NOPE` can't be redeemed"


def test_facts_come_from_a_file_or_from_input(here: Path) -> None:
    assert redeem("MINE", *ON, "--facts", "facts.json", "--dry-run").code == 0
    text = (here / "facts.json").read_text()
    assert run("redeem", "MINE", *ON, "--facts", "-", stdin=text).code == 0


def test_the_merchant_redeems_unless_the_facts_say_otherwise(here: Path) -> None:
    facts = json.loads((here / "facts.json").read_text()) | {"by": "subscriber"}
    code, out, _ = run("redeem", "MINE", *ON, "--facts", "-", stdin=json.dumps(facts))
    assert (code, "condition_not_met: the redeeming party is merchant" in out) == (1, True)


@pytest.mark.parametrize(
    ("facts", "code", "said"),
    [
        ("{", 2, "the facts can't be read: this is not JSON"),
        ("[]", 2, "the facts are no JSON object"),
        ('{"subscription": 1}', 2, "the facts of `subscription` are no object"),
        ('{"custmer": {}}', 1, "custmer: nothing is called `custmer` here"),
    ],
)
def test_facts_that_cannot_be_read_are_said(facts: str, code: int, said: str) -> None:
    found = run("redeem", "MINE", *ON, "--facts", "-", stdin=facts)
    assert (found.code, said in found.err) == (code, True), found.err


def test_answers_for_programs() -> None:
    made = json.loads(redeem("SPRING", *ON, "--format", "json").out)
    assert (made["code"], made["version"]) == ("SPRING", 1)
    code, out, _ = redeem("SPRING", *ON, "--format", "json")
    assert (code, json.loads(out)["reasons"][0]["reason"]) == (1, "already_redeemed")
    ended = json.loads(run("remove", "SPRING", *ON, "--format", "json").out)
    assert (ended["id"], ended["how"]) == (made["id"], "removed")


def test_removing_what_is_not_redeemed_ends_with_1() -> None:
    said = "Error: `SPRING` was never redeemed on `sub-1`\n"
    assert run("remove", "SPRING", *ON) == (1, "", said)
    redeem("SPRING", *ON)
    run("remove", "SPRING", *ON)
    code, out, _ = run("remove", "SPRING", *ON)
    assert (code, out.startswith("`SPRING` can't be removed\n  not_redeemed: ")) == (1, True)


def test_a_subscription_shows_what_stands_and_what_is_left() -> None:
    redeem("SPRING", *ON)
    code, out, _ = run("subscription", "show", "sub-1")
    assert code == 0
    assert "SPRING of spring, version 1, since 2" in out
    assert "at most 3 applications per subscription: 3 left" in out
    shown = json.loads(run("subscription", "show", "sub-1", "--format", "json").out)
    assert [each["code"] for each in shown["redemptions"]] == ["SPRING"]
    assert run("subscription", "show", "sub-9").code == 1


def test_erasing_asks_first_and_forgets_the_customer() -> None:
    redeem("MINE", *ON, "--facts", "facts.json")
    assert run("erase", "cus-1", stdin="n\n").code == 1
    code, out, _ = run("erase", "cus-1", "--yes")
    assert (code, out.startswith("erased `cus-1`: ")) == (0, True)
    assert "cus-1" not in run("redemptions", "export").out
    assert run("db", "check").code == 0
    code, _, err = run("erase", "cus-1", "--yes")
    assert (code, "nothing is kept of a customer `cus-1`" in err) == (1, True)


def test_a_subscription_that_no_path_can_have_is_refused() -> None:
    code, out, err = redeem("SPRING", "--subscription", "a/b")
    assert (code, out) == (1, "")
    assert "`--subscription`: `a/b` holds `/`" in err
