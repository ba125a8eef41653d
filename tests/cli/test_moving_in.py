"""`coupon redemptions` and `coupon rates`: files of other systems."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import COUPON, SPACE, run, write

HEAD = "code,subscription,customer,redeemed,by,applications,discount"
LINES = f"""\
{HEAD}
SPRING,sub-1,cus-1,2026-05-01T00:00:00Z,merchant,2,19.99 EUR
NOPE,sub-2,,2026-05-01T00:00:00Z,,0,
"""
HISTORY = "Date,USD,CYP,\n2026-05-01,1.15,0.58,\nsoon,1.15,0.58,\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose policies are in the store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    write(tmp_path / "policies", space=SPACE, spring=COUPON)
    assert run("push").code == 0
    return tmp_path


def test_redemptions_are_imported_line_by_line(here: Path) -> None:
    (here / "old.csv").write_text(LINES)
    said = "line 3: no coupon has the code `NOPE`\n{} imported, {} unchanged, 1 refused\n"
    assert run("redemptions", "import", "old.csv") == (1, said.format(1, 0), "")
    assert run("redemptions", "import", "-", stdin=LINES) == (1, said.format(0, 1), "")
    good = "\n".join(LINES.splitlines()[:2])
    code, out, _ = run("redemptions", "import", "-", "--format", "json", stdin=good)
    assert (code, [each["outcome"] for each in json.loads(out)]) == (0, ["unchanged"])


def test_a_subscription_that_no_path_can_have_is_refused_with_its_line() -> None:
    lines = f"{HEAD}\nSPRING,a/b,,2026-05-01T00:00:00Z,,0,\n"
    code, out, _ = run("redemptions", "import", "-", stdin=lines)
    why = "holds `/`, which this id can't have: it stands in the paths of calls"
    assert (code, out) == (
        1,
        f"line 2: `subscription`: `a/b` {why}\n0 imported, 0 unchanged, 1 refused\n",
    )


def test_what_was_imported_is_exported_as_it_was(here: Path) -> None:
    good = "\n".join(LINES.splitlines()[:2]) + "\n"
    run("redemptions", "import", "-", stdin=good)
    assert run("redemptions", "export") == (0, good, "")
    assert run("redemptions", "export", "new.csv") == (0, "", "")
    assert (here / "new.csv").read_text() == good


def test_a_file_of_other_columns_is_refused_whole() -> None:
    code, out, err = run("redemptions", "import", "-", stdin="code,plan\n")
    assert (code, out) == (1, "")
    assert "the column `subscription` is missing: the columns are `code`, " in err


def test_rates_are_imported_and_bad_lines_named(here: Path) -> None:
    (here / "rates.csv").write_text(HISTORY)
    code, out, err = run("rates", "import", "rates.csv")
    assert (code, err) == (1, "")
    assert out.startswith(
        "line 3: `soon` is no day such as `2026-11-28`\n"
        "left out, as no currency of today: CYP\n"
        "rows read: 1, figures new or changed: 1\n"
    )
    good = HISTORY.rpartition("soon")[0]
    code, out, _ = run("rates", "import", "-", "--format", "json", stdin=good)
    assert (code, json.loads(out)["figures"]) == (0, 0)


def test_a_file_that_is_none_of_the_ecb_is_refused() -> None:
    code, out, err = run("rates", "import", "-", stdin="x")
    assert (code, out) == (1, "")
    assert "the first line does not begin with `Date`: this is not the ECB's history file" in err
