"""`coupon report`: reports listed, written and refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from icalendar import Calendar

from engine.codes.key_ring import new_key
from tests.cli.running import SPACE, run, write

SEALED = """\
format: voucher
template: "{body:sealed(16, check)/4}"
alphabet: crockford32
fields: {spec: 12, issued: month(8), serial: 20}
seal: 35
---
coupon: pro
title: Pro
format: voucher
valid: 12 months
grants: {plan: professional, duration: 1 months}
redemption: [at most 1 redemption per code]
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three codes in its store, one of them activated."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    monkeypatch.setenv("COUPON_SEAL_KEYS", new_key("first"))
    write(tmp_path / "policies", space=SPACE, pro=SEALED.replace("1 months", "1 month"))
    assert run("push").code == 0
    assert run("codes", "issue", "pro", "--count", "3", "--out", "codes.txt").code == 0
    code = Path("codes.txt").read_text().split()[0]
    assert run("redeem", code, "--subscription", "sub-1").code == 0
    return tmp_path


def test_without_a_name_the_reports_are_listed() -> None:
    code, out, err = run("report")
    assert (code, err) == (0, "")
    assert "expiring     Unused and reserved codes that end soon." in out
    assert "--by --from --through" in out
    assert max(map(len, out.splitlines())) <= 100


def test_a_report_is_text_for_people() -> None:
    code, out, err = run("report", "inventory")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Inventory"
    assert "assigned to none  pro          2         0         0          1" in out
    assert lines[-1].startswith("total")


def test_a_report_is_json_or_csv_for_programs(here: Path) -> None:
    said = json.loads(run("report", "renewals", "--format", "json").out)
    assert [row["subscription"] for row in said["rows"]] == ["sub-1"]
    assert run("report", "expiring", "--within", "13 months", "--format", "csv", "--out", "e.csv")
    rows = [*csv.DictReader(io.StringIO((here / "e.csv").read_text()))]
    assert {row["code"] for row in rows} == set((here / "codes.txt").read_text().split()[1:])


def test_a_calendar_and_a_pdf_are_files(here: Path) -> None:
    done = run(
        "report", "expiring", "--within", "13 months", "--format", "ics", "--out", "dates.ics"
    )
    assert done == (0, "", "")
    events = Calendar.from_ical((here / "dates.ics").read_bytes()).walk("VEVENT")
    assert len(events) == 2
    assert run("report", "inventory", "--format", "pdf", "--out", "i.pdf").code == 0
    assert (here / "i.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("discounts", "--by", "cupon"), 2, "--by: nothing is summed up by `cupon`: did you mean"),
        (("discounts", "--from", "2026-02-30"), 2, "--from: `2026-02-30` is no day"),
        (
            ("activations", "--from", "2026-03-02", "--through", "2026-03-01"),
            2,
            "--from: `from` is",
        ),
        (("expiring", "--within", "a while"), 2, "--within: `a while` is no length of time"),
        (("inventory", "--within", "3 days"), 2, "--within: the report `inventory` has no filter"),
        (("inventory", "--format", "ics"), 2, "--format: `inventory` has no dates"),
        (("inventary",), 1, "no report is called `inventary`: did you mean `inventory`?"),
        (("inventory", "--client", "nobody"), 1, "no client is called `nobody`"),
        (("inventory", "--partner", "nobody"), 1, "no partner is called `nobody`"),
    ],
)
def test_what_is_wrong_is_said(arguments: tuple[str, ...], code: int, said: str) -> None:
    found = run("report", *arguments)
    assert (found.code, found.out) == (code, "")
    assert said in found.err


def test_a_report_that_fails_leaves_the_file_that_was_there(here: Path) -> None:
    (here / "kept.csv").write_text("before")
    assert run("report", "nonsense", "--format", "csv", "--out", "kept.csv").code == 1
    assert (here / "kept.csv").read_text() == "before"
