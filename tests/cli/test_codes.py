"""`coupon codes`: codes issued, brought in, written out and looked at."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from engine.codes.key_ring import new_key
from engine.codes.statements import new_signing_key
from tests.cli.running import COUPON, SPACE, run, write

SEALED = """\
format: voucher
template: "{body:sealed(16, check)/4}"
alphabet: crockford32
fields: {spec: 12, issued: month(8), serial: 20}
seal: 35
---
coupon: pro
title: Pro
format: voucher
grants: {plan: professional}
redemption: [at most 1 redemption per code]
"""
VALUED = """\
features: set
width: 4
bits: {3: Maps}
---
format: account
template: ACC-{features:flags(set)}-P{points:int}
---
coupon: account
title: Account
format: account
grants: {from: code}
allow: [guessable-format]
redemption: [at most 1 redemption per code]
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose policies are in the store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    monkeypatch.setenv("COUPON_SEAL_KEYS", new_key("first"))
    write(tmp_path / "policies", space=SPACE, spring=COUPON, pro=SEALED, account=VALUED)
    assert run("push").code == 0
    return tmp_path


def test_issued_codes_are_printed_one_a_line() -> None:
    code, out, err = run("codes", "issue", "spring", "--count", "3")
    assert (code, err) == (0, "")
    assert [len(line) for line in out.splitlines()] == [14, 14, 14]
    redeemed = run("redeem", out.splitlines()[0], "--subscription", "sub-1")
    assert redeemed.code == 0


def test_programs_get_json_and_a_file_may_be_written(here: Path) -> None:
    code, out, _ = run("codes", "issue", "pro", "--count", "2", "--batch", "b", "--format", "json")
    said = json.loads(out)
    assert (code, said["batch"], said["wanted"], said["issued"]) == (0, "b", 2, 2)
    assert run("codes", "issue", "pro", "--count", "2", "--out", "new.txt").code == 0
    assert len((here / "new.txt").read_text().split()) == 2


def test_a_file_that_was_written_is_named_with_its_codes_and_its_batch(here: Path) -> None:
    issue = ("codes", "issue", "pro", "--count")
    said = run(*issue, "2", "--batch", "b", "--out", "two.txt")
    assert said == (0, "", "wrote 2 codes of the batch b to two.txt\n")
    code, out, err = run(*issue, "3", "--format", "json", "--out", "three.json")
    batch = json.loads((here / "three.json").read_text())["batch"]
    of = f" of the batch {batch}" if batch else ""
    assert (code, out, err) == (0, "", f"wrote 3 codes{of} to three.json\n")
    assert run("codes", "issue", "pro", "--out", "-").err == ""


def test_fields_are_set_by_name() -> None:
    issued = run("codes", "issue", "account", "--set", "features=8", "--set", "points=50")
    assert issued == (0, "ACC-8-P50\n", "")
    assert run("codes", "show", "acc-8-p50").out == (
        "ACC-8-P50: a code of account, unused, switched on\n"
        + _issued()
        + "  grants features Maps\n"
        "  grants feature-value set 8\n  grants points 50\n"
    )


def test_custom_codes_are_taken_and_refused_by_themselves() -> None:
    many = ("--code", "VIP", "--code", "SPRING", "--customer", "cus-1", "--batch", "vip")
    window = ("--window", "through 2026-12-31")
    said = run("codes", "issue", "spring", *many, *window)
    assert said == (1, "VIP\n", "`SPRING` is a code of `spring` already\n")
    shown = run("codes", "show", "vip").out
    assert "  through 2026-12-31\n  for cus-1 only\n" in shown


def test_a_job_that_was_stopped_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    months = iter([10, 10])

    def month_of(_: int) -> int:
        month = next(months, None)
        if month is None:
            raise KeyboardInterrupt
        return month

    with monkeypatch.context() as patched:
        patched.setattr("engine.service.codes.issuing.CHUNK", 2)
        patched.setattr("engine.service.codes.generating.month_of", month_of)
        code, out, err = run("codes", "issue", "pro", "--count", "5", "--batch", "job")
    assert (code, len(out.split())) == (1, 4)
    assert "the batch lacks codes: go on with `coupon codes issue --resume job`" in err
    code, rest, _ = run("codes", "issue", "--resume", "job")
    assert (code, len(rest.split())) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name a coupon, or a batch with `--resume`"),
        (("spring", "--resume", "x"), "name a coupon, or a batch with `--resume`"),
        (("--resume", "x", "--count", "2"), "a batch that is resumed goes on as it began"),
        (("spring", "--set", "points"), "`points` is no field with its value: write `points=50`"),
        (("spring", "--count", "0"), "0 is not in the range"),
    ],
)
def test_wrong_usage_is_told_from_a_refusal(arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run("codes", "issue", *arguments)
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nope",), "no coupon is called `nope`: check its spelling"),
        (("--resume", "nope"), "no batch is called `nope`"),
        (("spring", "--window", "until 2026-11-30"), "`--window`: column 7: `until 2026-11-30`"),
        (("spring", "--batch", "a b"), "`--batch`: "),
        (("account",), "the field `features` of `account` is not given"),
    ],
)
def test_what_can_not_be_issued_is_refused_in_words(arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run("codes", "issue", *arguments)
    assert (code, out) == (1, "")
    assert said in err


def test_without_a_key_nothing_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COUPON_SEAL_KEYS")
    code, _, err = run("codes", "issue", "pro")
    assert code == 1
    assert "no key may seal codes: `coupon seal new` makes one" in err


def test_codes_are_exported_and_come_back_elsewhere(here: Path) -> None:
    run("codes", "issue", "spring", "--count", "3", "--batch", "job")
    code, out, _ = run("codes", "export", "--batch", "job")
    assert (code, len(out.splitlines())) == (0, 4)
    assert run("codes", "export", "--coupon", "spring", "--out", "codes.csv") == (0, "", "")
    other = ("--database", f"sqlite:///{here / 'other.db'}")
    assert run("push", *other).code == 0
    said = run("codes", "import", "codes.csv", *other)
    assert said == (0, "3 imported, 1 unchanged, 0 refused\n", "")


def test_codes_are_imported_line_by_line() -> None:
    lines = "code,coupon\nOLD-1,spring\nOLD-2,nope\n"
    said = "line 3: no coupon is called `nope`\n{} imported, {} unchanged, 1 refused\n"
    assert run("codes", "import", "-", stdin=lines) == (1, said.format(1, 0), "")
    assert run("codes", "import", "-", stdin=lines) == (1, said.format(0, 1), "")
    code, out, _ = run("codes", "import", "-", "--format", "json", stdin=lines)
    assert (code, [each["outcome"] for each in json.loads(out)]) == (1, ["unchanged", "refused"])


def test_a_batch_is_switched_by_its_name() -> None:
    code = run("codes", "issue", "spring", "--batch", "job").out.strip()
    said = run("switch", "off", "--batch", "job", "--because", "stolen")
    assert said == (0, "the batch `job` is switched off\n", "")
    assert json.loads(run("codes", "show", code, "--format", "json").out)["active"] is False
    assert run("codes", "show", "NOPE").code == 1


def _issued() -> str:
    """The line that says when the code of given values was issued."""
    found = json.loads(run("codes", "show", "ACC-8-P50", "--format", "json").out)
    return f"  issued at {found['issued']} in the batch {found['batch']}\n"


def test_statements_are_checked_without_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    private, public = new_signing_key()
    monkeypatch.setenv("COUPON_SIGNING_KEY", private)
    code = run("codes", "issue", "pro", "--batch", "b").out.strip()
    head, line = run("codes", "statements", "--batch", "b").out.splitlines()
    spelt, statement = line.split(",")
    assert (head, spelt) == ("code,statement", code)
    monkeypatch.delenv("COUPON_SIGNING_KEY")
    checked = run("validate", statement, "--offline", "--public-key", public, "--format", "json")
    (said,) = json.loads(checked.out)["codes"]
    assert (checked.code, said["code"], said["issuer"]) == (0, code, "acme")
    assert said["grant"] == {"plan": "professional"}


def test_cancelled_codes_have_no_statement(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private, _ = new_signing_key()
    monkeypatch.setenv("COUPON_SIGNING_KEY", private)
    good, cancelled = run("codes", "issue", "pro", "--count", "2", "--batch", "b").out.split()
    with sqlite3.connect(here / "coupon.db") as store:
        store.execute("UPDATE codes SET cancelled = 1 WHERE spelling = ?", [cancelled])
    lines = run("codes", "statements", "--batch", "b").out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["code", good]


def test_a_listed_code_states_what_it_says_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    private, public = new_signing_key()
    monkeypatch.setenv("COUPON_SIGNING_KEY", private)
    run("codes", "issue", "account", "--set", "features=8", "--set", "points=50")
    _, line = run("codes", "statements", "--coupon", "account").out.splitlines()
    statement = line.split(",")[1]
    checked = run("validate", statement, "--offline", "--public-key", public, "--format", "json")
    (said,) = json.loads(checked.out)["codes"]
    assert said["grant"] == {"features": ["Maps"], "feature-value": "set 8", "points": 50}


@pytest.mark.parametrize(
    ("key", "words"), [("", "seal new --statements"), ("nonsense", "ed25519-private:")]
)
def test_statements_need_a_signing_key(
    key: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUPON_SIGNING_KEY", key)
    code, _, err = run("codes", "statements")
    assert code == 1
    assert words in err


@pytest.mark.parametrize("which", ["--batch", "--coupon"])
def test_there_are_no_statements_of_what_is_not_there(
    which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUPON_SIGNING_KEY", new_signing_key()[0])
    code, _, err = run("codes", "statements", which, "nosuch")
    assert code == 1
    assert "nosuch" in err


@pytest.mark.parametrize("which", ["--batch", "--coupon"])
def test_an_export_of_nothing_that_is_there_is_no_empty_file(which: str) -> None:
    code, out, err = run("codes", "export", which, "nosuch")
    assert (code, out) == (1, "")
    assert "nosuch" in err


def test_a_file_of_codes_is_not_written_over(here: Path) -> None:
    (here / "codes.txt").write_text("before\n")
    code, _, err = run("codes", "issue", "spring", "--out", "codes.txt")
    assert code != 0
    assert "codes.txt" in err
    assert (here / "codes.txt").read_text() == "before\n"
    assert run("codes", "export", "--coupon", "spring").out.count("\n") == 2
