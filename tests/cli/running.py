"""Commands run in a folder, and what they said."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from engine.cli import main

SPACE = "space: acme\ntimezone: Europe/Zurich\n"
COUPON = """\
coupon: spring
title: Spring
discount: 10%
codes: [SPRING]
redemption: [at most 5 redemptions per code]
application: [fee is period]
"""
FEATURES = """\
features: rayleighconnect
width: 16
bits:
  15: Advanced Dashboards
  14: Archival Data Visualization
  13: Virtual Sensors
  12: Map module
  11: Data reports
  10: Billing reports
  9: Tariffs
  8: Data export
  7: Interconnect
  6: Weather
  5: Programmable actions and alarms
  4: CO2 Emissions and Reductions
  0: High Frequency Data Sampling
reserved: [3, 2, 1]
named: {Core: E900, Core + Interconnect: E980, Professional: FF60}
"""
SHIPPED = Path(__file__).parents[2] / "policies"


class Said(NamedTuple):
    """The exit code of a command, and its two outputs."""

    code: int
    out: str
    err: str


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Said:
    """Run `coupon` here; anything it raises is raised."""
    result = CliRunner().invoke(main, [*map(str, arguments)], stdin, catch_exceptions=False)
    return Said(result.exit_code, result.stdout, result.stderr)


def write(folder: Path, **files: str) -> Path:
    """A folder with YAML files of these names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def script() -> Path | None:
    """The installed console script, if there is one beside the interpreter."""
    found = shutil.which("coupon", path=str(Path(sys.executable).parent))
    return Path(found) if found is not None else None


def process(*arguments: str | Path, stdin: bytes = b"") -> Said:
    """Run the installed console script, which has ten seconds."""
    command = [str(script()), *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=10, check=False)  # noqa: S603
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())
