"""`coupon seal`: makes, lists and retires keys, and shows no secret but a new one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.codes.key_ring import new_key, read_key_ring
from engine.codes.statements import Statement, read_private, read_public, sign, verify
from tests.cli.running import COUPON, SPACE, run, write

OLD, NEW = new_key("2025"), new_key("2026")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose policies are in the store, and two keys."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    monkeypatch.setenv("COUPON_SEAL_KEYS", f"{NEW} {OLD}")
    write(tmp_path / "policies", space=SPACE, spring=COUPON)
    assert run("push").code == 0
    return tmp_path


def listed() -> list[str]:
    return run("seal", "list").out.splitlines()


def test_a_new_key_is_a_line_for_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COUPON_SEAL_KEYS")
    code, out, err = run("seal", "new", "--id", "first")
    variable, _, key = out.strip().partition("=")
    assert (code, variable) == (0, "COUPON_SEAL_KEYS")
    assert [each.id for each in read_key_ring(key, "acme").keys] == ["first"]
    assert err == "keep it secret, and keep it: its codes can't be read without it\n"


def test_a_new_key_goes_before_the_others() -> None:
    code, out, err = run("seal", "new")
    assert code == 0
    assert "put it before the keys that are there: `NEW,2026,2025`" in err
    assert OLD not in out + err
    ring = read_key_ring(f"{out.strip().partition('=')[2]} {NEW} {OLD}", "acme")
    assert [each.id for each in ring.keys][1:] == ["2026", "2025"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--id", "2025"], "`COUPON_SEAL_KEYS` has a key `2025`: choose another ID"),
        (["--id", "Ä"], "`Ä` can't name a key"),
        (["--id", "x", "--statements"], "the keys of statements have no ID"),
    ],
)
def test_a_name_that_cannot_be_is_wrong_usage(given: list[str], said: str) -> None:
    code, out, err = run("seal", "new", *given)
    assert (code, out, said in err) == (2, "", True)


def test_a_pair_for_statements_signs_and_verifies() -> None:
    code, out, _ = run("seal", "new", "--statements")
    first, second = out.splitlines()
    private = read_private(first.removeprefix("COUPON_SIGNING_KEY="))
    public = read_public(second.removeprefix("# to give away: "))
    statement = Statement("acme", "X", "spring", None, None)
    assert code == 0
    assert verify(sign(statement, private), [public]) == statement


def test_keys_are_listed_without_their_secrets() -> None:
    assert listed() == ["2026  seals", "2025  reads"]
    for secret in (OLD, NEW):
        assert secret.partition(":")[2] not in run("seal", "list", "--format", "json").out


def test_a_retired_key_seals_no_more() -> None:
    said = "retired `2026`, the codes it sealed stay valid; `2025` seals from now on\n"
    assert run("seal", "retire", "2026") == (0, said, "")
    first, second = listed()
    assert first.startswith("2026  retired 2")
    assert second == "2025  seals"
    found = json.loads(run("seal", "list", "--format", "json").out)["keys"]
    assert [(each["id"], each["seals"], each["is_known"]) for each in found] == [
        ("2026", False, True),
        ("2025", True, True),
    ]


def test_the_last_key_may_be_retired() -> None:
    run("seal", "retire", "2026")
    assert run("seal", "retire", "2025").out.endswith(
        "no key seals now: `coupon seal new` makes one\n"
    )
    assert listed()[-1] == "no key seals: `coupon seal new` makes one"


def test_a_retired_key_that_is_gone_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    run("seal", "retire", "2025")
    monkeypatch.setenv("COUPON_SEAL_KEYS", NEW)
    assert listed()[-1].endswith(", not in COUPON_SEAL_KEYS: its codes can't be read")


def test_no_keys_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COUPON_SEAL_KEYS")
    assert listed() == [
        "COUPON_SEAL_KEYS holds no key: set it to the line that `coupon seal new` prints"
    ]


def test_what_cannot_be_retired_is_said() -> None:
    said = "Error: no key of `COUPON_SEAL_KEYS` is called `2024`: `coupon seal list` shows them\n"
    assert run("seal", "retire", "2024") == (1, "", said)
    run("seal", "retire", "2025")
    code, _, err = run("seal", "retire", "2025")
    assert (code, "the key `2025` was retired at 2" in err) == (1, True)


def test_retiring_is_in_the_journal() -> None:
    run("seal", "retire", "2025", "--as", "ann")
    assert "the chain is whole" in run("db", "verify-journal").out


def test_a_wrong_variable_is_said_without_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = OLD.partition(":")[2]
    monkeypatch.setenv("COUPON_SEAL_KEYS", secret)
    for arguments in (["seal", "list"], ["seal", "new"]):
        code, out, err = run(*arguments)
        assert (code, secret in out + err) == (2, False)
        assert "key 1 of `COUPON_SEAL_KEYS` is not written `ID:SECRET`" in err


def test_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUPON_SIGNING_KEY", "tiger")
    out = run("settings").out
    assert "seal-keys: (secret)\n" in out
    assert "signing-key: (secret)\n" in out
    assert "tiger" not in out
