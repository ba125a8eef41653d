"""What the README shows works as it is shown."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner

from engine.api import load
from engine.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def shown(kind: str) -> list[str]:
    """The blocks of a kind, in their order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def run(*arguments: str) -> str:
    found = CliRunner().invoke(main, arguments)
    assert found.exit_code == 0, found.output
    return found.output


def test_its_coupon_and_scenario_are_without_fault(tmp_path: Path) -> None:
    for number, text in enumerate(shown("yaml")):
        (tmp_path / f"{number}.yaml").write_text(text, "utf-8")
    run("check", str(tmp_path), "--strict")
    run("test", str(tmp_path))


def test_its_request_is_discounted_by_the_shipped_policies() -> None:
    (charge,) = load(ROOT / "policies").evaluate(shown("json")[0]).charges
    assert (charge.discount, charge.net) == ("20.00", "80.00")


def test_its_other_bodies_are_json() -> None:
    redeem, charge = map(json.loads, shown("json")[1:])
    assert redeem["code"] == "BLACKFRIDAY2026"
    assert charge["charges"][0]["id"] == "le-1"
