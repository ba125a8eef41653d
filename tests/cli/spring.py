"""A folder with one coupon, `spring`, where ann works on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import COUPON, SPACE, Said, run, write

DEARER = COUPON.replace("10%", "20%")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that commands are run in; whoever imports this, works there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    write(tmp_path / "policies", space=SPACE, spring=COUPON)


def policies(coupon: str) -> None:
    """Write the coupon anew."""
    write(Path("policies"), spring=coupon)


def act(*arguments: str) -> Said:
    """Run a command as ann."""
    return run(*arguments, "--as", "ann")
