"""`coupon inventory`: clients kept, codes found, and many done at once from the command line."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.cli.inventory_said import said_moment
from engine.codes.key_ring import new_key
from tests.cli.running import SPACE, run, write

POLICIES = """\
format: voucher
template: "{body:sealed(16, check)/4}"
alphabet: crockford32
fields: {spec: 12, issued: month(8), serial: 20}
seal: 35
---
coupon: pro
title: Professional
format: voucher
valid: 12 months
grants: {plan: professional, duration: 12 months}
redemption: [at most 1 redemption per code]
---
coupon: core
title: Core
format: voucher
valid: 12 months
grants: {plan: core, duration: 12 months}
redemption: [at most 1 redemption per code]
---
coupon: business
title: Business
format: voucher
valid: 12 months
grants: {plan: enterprise, duration: 12 months}
redemption: [at most 1 redemption per code, customer.segment is business]
---
partner: acme-energy
title: Acme Energy
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose policies are in the store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    monkeypatch.setenv("COUPON_SEAL_KEYS", new_key("first"))
    write(tmp_path / "policies", space=SPACE + "approvals: {activations: 0}\n", pro=POLICIES)
    assert run("push").code == 0
    return tmp_path


def codes(count: int = 1, coupon: str = "pro") -> list[str]:
    """New codes."""
    return run("codes", "issue", coupon, "--count", str(count)).out.split()


def inventory(*arguments: str | Path, stdin: str | None = None) -> str:
    """What a command says that does all of it."""
    code, out, err = run("inventory", *arguments, stdin=stdin)
    assert code == 0, (out, err)
    return out


def asked(*arguments: str) -> Any:
    """The same as JSON."""
    return json.loads(inventory(*arguments, "--format", "json"))


def test_clients_have_projects_accounts_and_people() -> None:
    who = ("--responsible", "Ada", "--responsible-email", "ada@muster.example")
    inventory("client", "put", "muster", "--title", "Muster AG", "--email", "a@b.example", *who)
    inventory("client", "project", "muster", "roof", "--title", "Roof", *who)
    assert inventory("client", "account", "muster", "cus-1", "cus-2") == (
        "cus-1: of muster\ncus-2: of muster\n"
    )
    inventory("client", "account", "muster", "cus-2", "--take")
    assert inventory("client", "show", "muster").splitlines() == [
        "muster: Muster AG",
        "  email: a@b.example",
        "  responsible: Ada ada@muster.example",
        "  project roof: Roof",
        "  account cus-1",
    ]
    inventory("client", "put", "solar", "--partner", "acme-energy")
    assert inventory("client", "list") == "acme-energy:solar  solar\nmuster  Muster AG\n"
    assert inventory("client", "list", "--partner", "acme-energy").count("\n") == 1
    assert run("inventory", "client", "show", "nobody").code == 1
    alone = run("inventory", "client", "put", "x", "--responsible-email", "a@b.example")
    assert alone.code == 2


def test_codes_are_assigned_by_name_and_activated_from_a_file(here: Path) -> None:
    inventory("client", "put", "muster")
    inventory("client", "project", "muster", "roof")
    inventory("client", "account", "muster", "cus-1", "cus-2")
    first, second, third = codes(3)
    where = ("--client", "muster", "--project", "roof", "--planned", "2099-02-01")
    said = inventory("assign", first, second, *where)
    assert said.count("it is planned for 2099-02-01, and expires on") == 2
    assert said.endswith("2 done\n")
    file = here / "sites.csv"
    file.write_text(f"code,account\n{first},cus-1\n{second},cus-9\n{third},\nnothing,cus-1\n")
    code, out, _ = run("inventory", "activate", file)
    assert code == 1
    assert re.findall(r"^\d: .*?: (\w+)", out, re.MULTILINE) == ["done", *["refused"] * 3]
    assert out.endswith("1 done, 3 refused\n")
    again = run("inventory", "activate", file).out
    assert "2: " + first + ": unchanged" in again
    assert inventory("list", "--status", "activated").startswith(f"{first}  pro  activated")


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2027-11-22T15:16:33.545317Z", "2027-11-22T16:16:33+01:00"),
        ("2027-07-01T15:16:33Z", "2027-07-01T17:16:33+02:00"),
        ("2027-06-30T22:00:00Z", "2027-07-01"),
        ("2027-06-30T22:00:00.5Z", "2027-07-01T00:00:00+02:00"),
    ],
)
def test_a_moment_has_its_offset_and_whole_seconds(instant: str, said: str) -> None:
    assert said_moment(instant, ZoneInfo("Europe/Zurich")) == said


def test_an_activation_says_until_when_with_an_offset() -> None:
    (code,) = codes()
    said = inventory("activate", code, "--account", "cus-1")
    assert re.search(r", until \d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+]0[12]:00)?\n", said) is not None


def test_a_file_needs_its_columns_and_options_hold_where_it_says_nothing(here: Path) -> None:
    inventory("client", "put", "muster")
    inventory("client", "put", "meier")
    first, second = codes(2)
    lines = f"code,client\n{first},\n{second},meier\n"
    inventory("assign", "-", "--client", "muster", stdin=lines)
    assert inventory("list", "--client", "muster").startswith(first)
    assert inventory("list", "--client", "meier").startswith(second)
    bad = run("inventory", "assign", "-", stdin="number\n1\n")
    assert (bad.code, "the column `code` is missing" in bad.err) == (1, True)
    assert run("inventory", "assign", here / "nothing.csv").code == 2
    assert run("inventory", "assign").code == 2


def test_remedies_and_their_fees_are_in_the_history() -> None:
    (code,) = codes()
    why = ("--because", "late hardware")
    inventory("extend", code, "--by", "3 months", "--fee", "20.00 EUR", *why)
    new = asked("exchange", code, "--to", "core", *why)["lines"][0]["replaced_by"]
    inventory("note", new, "--text", "behind the stairs")
    inventory("reference", new, "--reference", "site-7")
    inventory("plan", new, "--planned", "2099-01-01")
    shown = inventory("show", code)
    assert "extended, because late hardware" in shown
    assert "fee 20.00 EUR" in shown
    assert f"replaced by: {new}" in shown
    assert "behind the stairs" in inventory("show", new)
    assert inventory("list", "-q", "stairs").split()[0] == new
    inventory("cancel", new, "--because", "printed twice")
    refused = run("inventory", "extend", new, "--by", "1 month", *why)
    assert (refused.code, "was cancelled" in refused.out) == (1, True)
    assert run("inventory", "refund", new).code == 2


def test_another_person_approves(here: Path) -> None:
    (here / "policies" / "space.yaml").write_text(SPACE + "approvals: {activations: 1}\n")
    run("push")
    first, second = codes(2)
    said = inventory("activate", first, second, "--account", "cus-1", "--as", "ann")
    assert said.endswith("2 waiting\n")
    assert "2 wait for approval" in inventory("summary")
    assert run("inventory", "approve", first, "--as", "ann").code == 1
    assert "subscription sub-" in inventory("approve", first, "--as", "bob")
    inventory("decline", second, "--because", "another site first", "--as", "bob")
    assert asked("summary")["by_status"] == {"activated": 1, "unused": 1}


def test_facts_and_words_come_with_an_activation(here: Path) -> None:
    (first,), (second,) = codes(), codes(coupon="business")
    inventory("activate", first, "--account", "cus-1")
    (here / "facts.json").write_text('{"customer": {"segment": "business"}}')
    facts = ("--facts", here / "facts.json")
    said = run("inventory", "activate", second, "--account", "cus-1", *facts)
    assert (said.code, "the account has a subscription already" in said.out) == (1, True)
    inventory("activate", second, "--account", "cus-1", "--running", "after", *facts)
    (here / "facts.json").write_text("{")
    assert run("inventory", "activate", second, "--account", "x", *facts).code == 2


def test_an_export_is_csv(here: Path) -> None:
    (code,) = codes()
    assert inventory("export", "--coupon", "pro", "--out", here / "codes.csv") == ""
    (row,) = csv.DictReader(io.StringIO((here / "codes.csv").read_text()))
    assert (row["code"], row["plan"], row["status"]) == (code, "professional", "unused")
    assert run("inventory", "list", "--coupon", "nothing").code == 1
    assert inventory("list", "--coupon", "core") == "no code is so\n"


def test_a_partners_key_is_made_for_a_partner_that_there_is() -> None:
    made = run("key", "create", "portal", "--partner", "acme-energy", "--scope", "inventory")
    assert made.code == 0
    assert "inventory  of acme-energy" in run("key", "list").out
    nobody = run("key", "create", "portal", "--partner", "nobody", "--scope", "inventory")
    assert (nobody.code, "no partner is called `nobody`" in nobody.err) == (1, True)
    more = run("key", "create", "portal", "--partner", "acme-energy", "--scope", "manage")
    assert (more.code, "can't have the scope `manage`" in more.err) == (1, True)


def test_a_folder_of_policies_comes_from_the_environment(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "policies").rename(here / "elsewhere")
    assert run("push").code == 2
    monkeypatch.setenv("COUPON_POLICIES", "elsewhere")
    assert run("push").out == "nothing has changed\n"
    assert run("check").code == 0


def test_what_is_wrong_is_named_as_it_was_typed() -> None:
    for words, said in (
        (["buy", "pro", "--partner", "acme-enrgy"], "`--partner`: no partner is called"),
        (["buy", "pro", "--partner", "acme-enrgy"], "did you mean `acme-energy`?"),
        (["buy", "prro", "--customer", "c"], "line 1: no coupon is called `prro`: did you mean"),
        (["list", "--coupon", "bussiness"], "did you mean `business`?"),
        (["client", "show", "mustr"], "did you mean `muster`?"),
    ):
        run("inventory", "client", "put", "muster")
        assert said in run("inventory", *words).err
    bad = run("inventory", "activate", "-", stdin="code,runing\n")
    assert bad.err == "Error: no column is called `runing`: did you mean `running`?\n"


def test_a_spreadsheets_file_is_read_with_its_mark_semicolons_and_capitals() -> None:
    inventory("client", "put", "muster")
    (code,) = codes()
    inventory("assign", "-", stdin=f"\ufeffCode;Client\n{code};muster\n")
    assert inventory("list", "--client", "muster").startswith(code)


def test_a_plan_is_the_same_day_wherever_it_is_shown() -> None:
    (code,) = codes()
    inventory("plan", code, "--planned", "2099-02-01")
    shown = inventory("show", code)
    assert "  switched on\n" in shown
    assert shown.count("2099-02-01") == 2
    assert "2099-01-31" not in shown


def test_options_that_are_needed_are_marked_and_asked_for_together() -> None:
    told = run("inventory", "exchange", codes()[0])
    assert (told.code, "`--because` and `--to` are missing" in told.err) == (2, True)
    shown = run("inventory", "exchange", "--help").out
    assert shown.count("(required)") == 2
    assert "   and a life" not in shown
