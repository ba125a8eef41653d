"""`coupon help`, and the help of the commands."""

from __future__ import annotations

import pytest

from engine.diagnostics import ERRORS, WARNINGS
from tests.cli.running import process, run, script

NAMES = sorted(ERRORS | WARNINGS)
COMMANDS = ["init", "check", "fmt", "explain", "help", "evaluate"]


@pytest.mark.parametrize("name", NAMES)
def test_every_diagnostic_has_a_page(name: str) -> None:
    code, out, err = run("help", name)
    assert (code, err) == (0, "")
    assert name in out.splitlines()[0]
    assert len(out.splitlines()) > 5


def test_without_a_name_all_are_listed() -> None:
    code, out, _ = run("help")
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert (code, listed) == (0, sorted(ERRORS) + sorted(WARNINGS))


def test_an_unknown_name_is_wrong_usage_with_the_closest() -> None:
    code, out, err = run("help", "unknown-fakt")
    assert (code, out) == (2, "")
    assert "no diagnostic is called `unknown-fakt`: did you mean `unknown-fact`?" in err
    assert "`coupon help` lists them" in run("help", "zzz").err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    code, out, err = run(command, "--help")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].split()[2] == command


def test_the_commands_are_listed_with_the_exit_codes() -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []
    assert "Exit codes: 0 fine, 1 the answer is no, 2 wrong usage." in out


def test_an_unknown_command_is_wrong_usage() -> None:
    assert run("chek").code == 2


@pytest.mark.skipif(script() is None, reason="the console script is not installed")
def test_the_console_script_knows_its_version() -> None:
    code, out, err = process("--version")
    assert (code, err) == (0, "")
    assert out.startswith("coupon, version ")
