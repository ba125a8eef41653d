"""`coupon settings`: every setting with its value, and no secret."""

from __future__ import annotations

import json

import pytest

from engine.service.settings import SETTINGS
from tests.cli.running import run


def values() -> dict[str, str]:
    found = json.loads(run("settings", "--format", "json").out)
    return {each["name"]: each["value"] for each in found}


def test_every_setting_is_listed_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)
    code, out, err = run("settings")
    assert (code, err) == (0, "")
    for setting in SETTINGS:
        assert f"{setting.name}: {setting.default or 'none'}\n" in out
        assert f"  {setting.variable} (not set): {setting.meaning}\n" in out


def test_what_a_variable_sets_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUPON_PORT", "9000")
    assert values()["port"] == "9000"
    assert "  COUPON_PORT: " in run("settings").out


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ann:tiger@db/coupon", "postgresql://ann:***@db/coupon"),
        ("postgresql://db/coupon?password=tiger&port=1", "postgresql://db/coupon?port=1"),
        ("tiger", "(no database URL)"),
        ("sqlite:///coupon.db", "sqlite:///coupon.db"),
    ],
)
def test_no_password_is_shown(monkeypatch: pytest.MonkeyPatch, url: str, shown: str) -> None:
    monkeypatch.setenv("COUPON_DATABASE_URL", url)
    assert values()["database"] == shown
    assert "tiger" not in run("settings").out
