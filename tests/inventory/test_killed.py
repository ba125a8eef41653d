"""A batch of activations whose process is killed: sent again it loses nothing, and doubles none."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from engine.codes.key_ring import new_key
from tests.cli.running import SPACE, run, write
from tests.cli.test_inventory import POLICIES

COUNT = 60
_RUN = "from engine.cli import main; main()"


def granted(path: Path) -> list[str]:
    """The codes that have granted a subscription, each as often as it did."""
    with closing(sqlite3.connect(path, timeout=30)) as found:
        return [code for (code,) in found.execute("SELECT code FROM grants")]


def test_activations_go_on_where_their_process_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    monkeypatch.setenv("COUPON_SEAL_KEYS", new_key("first"))
    write(tmp_path / "policies", space=SPACE, pro=POLICIES)
    run("push")
    codes = run("codes", "issue", "pro", "--count", str(COUNT)).out.split()
    lines = [f"{code},cus-{number}" for number, code in enumerate(codes)]
    (tmp_path / "sites.csv").write_text("\n".join(["code,account", *lines]))
    command = [sys.executable, "-c", _RUN, "inventory", "activate", "sites.csv"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        while process.poll() is None and len(granted(tmp_path / "coupon.db")) < COUNT // 4:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    before = granted(tmp_path / "coupon.db")
    assert 0 < len(before) <= COUNT
    assert run("inventory", "activate", "sites.csv").code == 0
    after = granted(tmp_path / "coupon.db")
    assert sorted(after) == sorted(codes)
    assert run("db", "verify-journal").code == 0
