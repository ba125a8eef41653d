"""`coupon test`: exit codes, what is said, and the formats."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.running import COUPON, SHIPPED, SPACE, run, write

GIVEN = "given: {at: 2026-05-01T00:00:00Z, subscription: {id: s}}\n"
FINE = f"""\
scenario: spring takes a tenth off
{GIVEN}steps:
  - {{redeem: SPRING, expect: redeemed}}
  - {{charge: {{id: c, fee: period, amount: 10.00 CHF}}, expect: {{discount: 1.00 CHF}}}}
"""
FAILS = f"""\
scenario: setup is free
{GIVEN}steps:
  - {{redeem: SPRING, expect: redeemed}}
  - {{charge: {{id: c, fee: setup, amount: 10.00 CHF}}, expect: {{net: 0.00 CHF}}}}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "policies", space=SPACE, spring=COUPON)
    return tmp_path


def test_scenarios_that_pass_are_counted_with_the_rules_that_none_has_seen(here: Path) -> None:
    write(here / "policies", story=FINE)
    code, out, err = run("test")
    assert out.splitlines() == [
        "rules that no scenario has seen as the only refuser:",
        "  policies/spring.yaml:5: at most 5 redemptions per code",
        "  policies/spring.yaml:6: fee is period",
        "1 passed; 0 of 2 rules seen as the only refuser: 0%",
    ]
    assert (code, err) == (0, "")


def test_a_failure_says_what_was_expected_what_came_and_which_sentence_said_so(here: Path) -> None:
    write(here / "policies", fine=FINE, story=FAILS)
    code, out, _ = run("test")
    assert out.splitlines()[:5] == [
        "policies/story.yaml:1: failed: setup is free",
        "  policies/story.yaml:5: charge c",
        "      expected  net 0.00 CHF",
        "      came      discount none, net 10.00 CHF, SPRING declined: condition_not_met",
        "                SPRING: policies/spring.yaml:6:15: `fee is period`: the fee is period",
    ]
    assert "1 passed, 1 failed; 1 of 2 rules seen as the only refuser: 50%" in out
    assert code == 1


def test_without_a_scenario_the_answer_is_no(here: Path) -> None:
    code, out, _ = run("test", here / "policies")
    assert code == 1
    assert "no scenario" in out.splitlines()[-1]
    assert run("test", here / "nowhere").code == 2


def test_a_name_chooses_scenarios_whatever_its_case(here: Path) -> None:
    write(here / "policies", fine=FINE, story=FAILS)
    assert run("test", "-k", "TENTH") == (0, "1 passed\n", "")
    assert run("test", "-k", "free").code == 1
    assert run("test", "-k", "nothing") == (1, "no scenario\n", "")


def test_policies_with_errors_run_nothing(here: Path) -> None:
    write(here / "policies", story=FINE.replace("subscription:", "subscripton:"))
    code, out, err = run("test")
    assert (code, out) == (1, "")
    assert "policies/story.yaml:2:35: error[unknown-fact]" in err


def test_warnings_stop_nothing(here: Path) -> None:
    write(
        here / "policies", story=FINE, spring=COUPON.replace("application: [fee is period]\n", "")
    )
    assert run("test").code == 0


def test_the_least_coverage(here: Path) -> None:
    write(here / "policies", story=FINE)
    assert run("test", "--min-coverage", "0").code == 0
    code, _, err = run("test", "--min-coverage", "1")
    assert (code, err) == (1, "0% of the rules are covered, fewer than 1%\n")
    assert run("test", "--min-coverage", "101").code == 2


def test_json_has_the_fields_of_the_interface(here: Path) -> None:
    write(here / "policies", fine=FINE, story=FAILS)
    code, out, err = run("test", "--format", "json")
    found = json.loads(out)
    assert (code, err, found["passed"], found["failed"]) == (1, "", 1, 1)
    fine, failed = found["scenarios"]
    assert (fine["name"], fine["outcome"]) == ("spring takes a tenth off", "passed")
    assert failed == {
        "name": "setup is free",
        "file": "policies/story.yaml",
        "line": 1,
        "outcome": "failed",
        "steps": [
            {
                "step": "redeem SPRING",
                "line": 4,
                "outcome": "passed",
                "expected": "redeemed",
                "came": "redeemed",
                "sentences": [],
            },
            {
                "step": "charge c",
                "line": 5,
                "outcome": "failed",
                "expected": "net 0.00 CHF",
                "came": "discount none, net 10.00 CHF, SPRING declined: condition_not_met",
                "sentences": [
                    {
                        "code": "SPRING",
                        "reason": "condition_not_met",
                        "rule": "fee is period",
                        "source": "policies/spring.yaml:6:15",
                        "message": "the fee is period",
                    }
                ],
            },
        ],
    }


def test_junit_is_written_beside(here: Path) -> None:
    write(here / "policies", fine=FINE, story=FAILS.replace("is free", "is <free> & more"))
    assert run("test", "--junit", "results.xml").code == 1
    root = ElementTree.parse(here / "results.xml").getroot()  # noqa: S314 - our own
    (suite,) = root
    assert (root.tag, suite.tag, suite.attrib["tests"], suite.attrib["failures"]) == (
        "testsuites",
        "testsuite",
        "2",
        "1",
    )
    fine, failed = suite
    assert (fine.attrib["classname"], list(fine)) == ("policies/fine.yaml", [])
    (failure,) = failed
    assert failure.attrib["message"] == (
        "charge c: expected net 0.00 CHF, came discount none, net 10.00 CHF,"
        " SPRING declined: condition_not_met"
    )
    assert "policies/spring.yaml:6:15" in str(failure.text)


def test_a_report_that_cannot_be_written_is_said(here: Path) -> None:
    write(here / "policies", fine=FINE)
    code, _, err = run("test", "--junit", here / "nowhere" / "results.xml")
    assert code == 2
    assert "can't be written: no such file or directory" in err


def test_every_rule_of_the_shipped_policies_is_covered() -> None:
    code, out, err = run("test", SHIPPED, "--min-coverage", "100")
    assert (code, err) == (0, ""), out
    assert len(out.splitlines()) == 1, out
