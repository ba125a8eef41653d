"""Codes that grant subscriptions, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import SPACE, Said, run, write

PRO = """\
coupon: pro
title: Professional
codes: [PRO-1, PRO-2]
grants: {plan: professional, add-ons: [Archive], points: 50, duration: 12 months}
redemption: [at most 1 redemption per code]
"""
CORE = """\
coupon: core
title: Core
codes: [CORE-1]
grants: {plan: core}
redemption: [at most 1 redemption per code]
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose policies are in the store, and a file that names a customer."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    write(tmp_path / "policies", space=SPACE, pro=PRO, core=CORE)
    said = run("push")
    assert said.code == 0, said
    (tmp_path / "facts.json").write_text(json.dumps({"customer": {"id": "cus-1"}}))
    return tmp_path


def redeem(*arguments: str) -> Said:
    return run("redeem", *arguments, "--facts", "facts.json")


def test_a_code_that_grants_needs_no_subscription() -> None:
    code, out, _ = redeem("PRO-1")
    assert code == 0
    assert out.startswith("redeemed `PRO-1` of pro, version 1 on `sub-")
    assert "\n  grants professional from 20" in out


def test_another_specification_needs_a_word() -> None:
    redeem("PRO-1")
    code, out, _ = redeem("CORE-1")
    assert (code, "grant_active: the account has a subscription already: `sub-" in out) == (1, True)
    assert redeem("CORE-1", "--running", "add").code == 0
    assert redeem("CORE-1", "--running", "beside").code == 2


def test_entitlements_are_shown_with_their_sum() -> None:
    redeem("PRO-1", "--subscription", "sub-1")
    redeem("PRO-2", "--subscription", "sub-1")
    code, out, _ = run("subscription", "entitlements", "cus-1")
    lines = out.splitlines()
    assert code == 0
    assert lines[1:4] == ["  plans: professional", "  features: Archive", "  add-ons: Archive"]
    assert (lines[4], lines[5].startswith("  until: ")) == ("  points: 50", True)
    assert lines[6].startswith("  running sub-1: professional by PRO-1 of pro on cus-1, from 20")
    assert lines[7].startswith("  upcoming sub-1: professional by PRO-2 of pro on cus-1, from 20")
    shown = run("subscription", "show", "sub-1").out
    assert "  running sub-1: professional by PRO-1 of pro on cus-1" in shown


def test_entitlements_at_a_moment_as_json() -> None:
    redeem("PRO-1")
    at = ("--at", "2020-01-01T00:00:00Z")
    found = json.loads(run("subscription", "entitlements", "cus-1", *at, "--format", "json").out)
    assert (found["running"]["points"], found["subscriptions"][0]["status"]) == (0, "upcoming")
    assert "nothing runs" in run("subscription", "entitlements", "cus-1", *at).out
    said = run("subscription", "entitlements", "cus-1", "--at", "soon")
    assert (said.code != 0, "`soon` is not an instant" in said.err) == (True, True)


def test_a_code_is_shown_with_what_it_activated() -> None:
    redeem("PRO-1", "--subscription", "sub-1")
    out = run("codes", "show", "PRO-1").out
    assert "PRO-1: a code of pro, activated" in out
    assert "  activated the subscription sub-1 of the account cus-1 at 20" in out
