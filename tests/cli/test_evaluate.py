"""`coupon evaluate`: answers from files alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import engine
from tests.cli.running import COUPON, SPACE, process, run, script, write

REQUEST = json.dumps(
    {
        "at": "2026-06-15T12:00:00Z",
        "charges": [{"id": "le-1", "fee": "period", "amount": "100.00", "currency": "EUR"}],
        "codes": ["SPRING"],
    }
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "policies", space=SPACE, spring=COUPON)
    return tmp_path


def test_a_request_from_a_file_or_standard_input_is_answered_alike(here: Path) -> None:
    (here / "request.json").write_text(REQUEST)
    code, out, err = run("evaluate", "request.json")
    assert (code, err) == (0, "")
    assert run("evaluate", "-", stdin=REQUEST).out == out
    assert run("evaluate", stdin=REQUEST).out == out
    assert json.loads(out)["totals"] == [
        {"currency": "EUR", "gross": "100.00", "discount": "10.00", "net": "90.00"}
    ]


def test_the_answer_is_that_of_python(here: Path) -> None:
    expected = engine.load(here / "policies").evaluate(REQUEST).to_json()
    relative = engine.load("policies").evaluate(REQUEST).to_json()
    found = json.loads(run("evaluate", stdin=REQUEST).out)
    assert found == json.loads(relative)
    assert found["charges"] == json.loads(expected)["charges"]


def test_python_refuses_policies_with_errors(here: Path) -> None:
    write(here / "policies", wrong="coupon: x\ntitle: X\ndiscount: 5%\nredemption: [fe is x]\n")
    with pytest.raises(engine.PolicyError, match=r"wrong.yaml:4:14: error\[unknown-fact\]"):
        engine.load("policies")
    assert run("evaluate", stdin=REQUEST).code == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "-: /: this is not JSON"),
        ("{}", "-: /: `at` is missing"),
        (REQUEST.replace('"100.00"', "100.0"), "-: /charges/0/amount: text is expected"),
        (REQUEST.replace("fee", "fees"), "-: /charges/0/fees: nothing is called `fees` here"),
        (REQUEST.replace("SPRING", "\\ud800"), "-: /codes/0: the text holds half"),
        (b"\xff", "-: /: byte 1 is not UTF-8"),
        ("[" * 100_000, "-: /: objects nest more than 64 deep"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_bad_request_is_wrong_usage_and_said_at_its_place(text: str | bytes, said: str) -> None:
    code, out, err = run("evaluate", stdin=text)
    assert (code, out) == (2, "")
    assert said in err.replace("<stdin>", "-")


@pytest.mark.usefixtures("here")
def test_a_declined_code_is_an_answer() -> None:
    code, out, _ = run("evaluate", stdin=REQUEST.replace("SPRING", "NOPE"))
    (line,) = json.loads(out)["charges"][0]["declined"]
    assert (code, line["reasons"][0]["reason"]) == (0, "code_unknown")


def test_a_file_that_cannot_be_read_is_wrong_usage(here: Path) -> None:
    assert run("evaluate", "nowhere.json").code == 2
    assert run("evaluate", here).code == 2
    assert run("evaluate", "--policies", "nowhere", stdin=REQUEST).code == 2


def test_a_file_whose_name_is_no_text_decides_too(here: Path) -> None:
    name = os.fsencode(here / "policies") + b"/\xff.yaml"
    Path(os.fsdecode(name)).write_text(COUPON.replace("spring", "other").replace("SPRING", "OTHER"))
    given = json.loads(REQUEST) | {"trace": True, "codes": ["OTHER"]}
    assert run("evaluate", stdin=json.dumps(given)).code == 0


@pytest.mark.skipif(script() is None, reason="the console script is not installed")
def test_the_console_script_answers(here: Path) -> None:
    code, out, err = process("evaluate", "--policies", here / "policies", stdin=REQUEST.encode())
    assert (code, err) == (0, "")
    assert json.loads(out)["charges"][0]["net"] == "90.00"
    code, out, err = process("evaluate", "--policies", here / "policies", stdin=b"\xff")
    assert (code, out) == (2, "")
    assert "byte 1 is not UTF-8" in err
