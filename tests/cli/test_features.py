"""`coupon features`: what bits mean, and which bits a name has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import FEATURES, Said, run, write


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the feature set."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "policies", features=FEATURES)


def features(*words: str) -> Said:
    return run("features", "rayleighconnect", *words)


def test_digits_are_said_in_names_with_their_tier() -> None:
    lines = [
        "E900: Core",
        "  Advanced Dashboards",
        "  Archival Data Visualization",
        "  Virtual Sensors",
        "  Data reports",
        "  Data export",
    ]
    assert features("E900") == (0, "\n".join(lines) + "\n", "")
    assert features("e900") == features("E900")


def test_names_are_written_in_digits() -> None:
    assert features("Weather", "Tariffs").out == "0240\n  Tariffs\n  Weather\n"
    assert features("Core", "Interconnect").out.startswith("E980: Core + Interconnect\n")
    assert features("Core", "0080").out == features("E980").out


def test_reserved_bits_are_reported() -> None:
    said = "000B\n  High Frequency Data Sampling\n  reserved, without a meaning: bit 3, 1\n"
    assert features("000B") == (0, said, "")
    assert features("0").out == "0000\n  nothing of rayleighconnect\n"


def test_without_a_word_the_set_is_shown() -> None:
    lines = features().out.splitlines()
    assert lines[:3] == [
        "rayleighconnect, 16 bits",
        "  15  8000  Advanced Dashboards",
        "  14  4000  Archival Data Visualization",
    ]
    assert "   3  0008  (reserved)" in lines
    assert lines[-4:] == [
        "named",
        "  E900  Core",
        "  E980  Core + Interconnect",
        "  FF60  Professional",
    ]


def test_programs_get_json() -> None:
    found = json.loads(features("E981", "--format", "json").out)
    assert found["features"] == "rayleighconnect"
    assert (found["hex"], found["named"], found["reserved"]) == ("E981", None, [])
    assert found["names"][-1] == "High Frequency Data Sampling"
    table = json.loads(features("--format", "json").out)
    assert table["bits"][-1] == {
        "bit": 0,
        "hex": "0001",
        "feature": "High Frequency Data Sampling",
    }
    assert table["named"]["Professional"] == "FF60"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("Wether", "`rayleighconnect` has no feature `Wether`: did you mean `Weather`?"),
        ("", "`rayleighconnect` has no feature ``: `coupon features rayleighconnect` lists them"),
    ],
)
def test_an_unknown_name_is_wrong_usage(word: str, said: str) -> None:
    code, _, err = features(word)
    assert (code, said in err) == (2, True)


def test_bits_that_no_code_can_have_are_refused() -> None:
    said = "Error: `1E900` is in no code: `rayleighconnect` declares no bit 16\n"
    assert features("1E900") == (1, "", said)


def test_an_unknown_set_is_wrong_usage() -> None:
    code, _, err = run("features", "railconnect")
    assert (code, "no feature set is called `railconnect`" in err) == (2, True)


def test_a_wrong_folder_is_said(tmp_path: Path) -> None:
    assert run("features", "x", "--policies", tmp_path / "none").code == 2
