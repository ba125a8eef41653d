"""`coupon validate`: by the service, by a signature, by the formats of a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.codes.statements import Statement, new_signing_key, read_private, sign
from tests.cli.running import COUPON, FEATURES, SPACE, Said, run, write

PRIVATE, PUBLIC = new_signing_key()
GRANT: dict[str, object] = {"plan": "professional", "features": ["Weather", "Tariffs"]}
FORMATS = """\
format: subscription
template: ACC-{features:flags(rayleighconnect)}-P{points:int}S{subaccounts:int}
---
format: trial
template: ACT-{features:flags(rayleighconnect)}-{reference:alnum(1..8)}
accepts: ["ACT-{features:flags(rayleighconnect)}0-{reference:alnum(1..8)}"]
---
format: voucher
template: "{body:sealed(16, check)/4}"
fields: {spec: 12, issued: month(8), serial: 20}
seal: 35
"""
PLANS = """\
coupon: year
title: Subscription, 12 months
format: subscription
codes: [ACC-E900-P10S2]
grants: {from: code, duration: 12 months}
redemption: [by is merchant]
"""


@pytest.fixture
def folder(here: Path) -> Path:
    """A folder with formats, and a coupon that lists a code of one."""
    texts = {"features": FEATURES, "formats": FORMATS, "plans": PLANS, "spring": COUPON}
    return write(here / "policies", space=SPACE, **texts)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder."""
    monkeypatch.chdir(tmp_path)
    for variable in ("COUPON_DATABASE_URL", "COUPON_SEAL_KEYS", "COUPON_SIGNING_KEY"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


def offline(*arguments: str | Path, stdin: str | None = None) -> Said:
    return run("validate", "--offline", *arguments, stdin=stdin)


def found(said: Said) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = json.loads(said.out)["codes"]
    return answers


def statement(expires: str | None = None) -> str:
    said = Statement("acme", "7KQ2-0VZM-8H3T-C5XD", "professional", GRANT, expires)
    return sign(said, read_private(PRIVATE))


# --- statements ---------------------------------------------------------------------------------


def test_a_statement_is_checked_with_the_public_key_alone() -> None:
    lines = [
        "7KQ2-0VZM-8H3T-C5XD: valid, signed by acme",
        "  issuer: acme",
        "  coupon: professional",
        "  grant: plan professional, features Weather, Tariffs",
        "  expires: 2999-01-01T00:00:00Z",
    ]
    said = offline(statement("2999-01-01T00:00:00Z"), "--public-key", PUBLIC)
    assert said == (0, "\n".join(lines) + "\n", "")


def test_a_key_may_be_in_a_file_or_be_that_of_the_process(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "key.env").write_text(f"# to give away: {PUBLIC}\n")
    assert offline(statement(), "--public-key", "key.env").code == 0
    monkeypatch.setenv("COUPON_SIGNING_KEY", PRIVATE)
    assert offline(statement()).code == 0


def test_an_expired_statement_is_refused() -> None:
    said = offline(statement("2026-01-01T00:00:00Z"), "--public-key", PUBLIC, "--format", "json")
    (answer,) = found(said)
    assert said.code == 1
    assert (answer["valid"], answer["reason"]) == (False, "code_expired")
    assert (answer["issuer"], answer["grant"]) == ("acme", GRANT)


def test_a_statement_of_another_key_is_refused() -> None:
    text = statement()
    said = offline(text, "--public-key", new_signing_key()[1])
    assert said.code == 1
    assert said.out.startswith(f"{text}: refused, the signature is not that of a key")
    spoilt = found(offline("CP1.x", "--public-key", PUBLIC, "--format", "json"))
    assert spoilt[0]["reason"] == "code_malformed"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ([], "a statement needs the key of its issuer: give it with `--public-key`"),
        (["--public-key", "nowhere"], "`nowhere` is neither a public key nor a file that has one"),
        (["--public-key", PRIVATE], "`ed25519-public:…` is expected"),
    ],
)
def test_a_statement_needs_a_public_key(keys: list[str], said: str) -> None:
    code, out, err = offline(statement(), *keys)
    assert (code, out, said in err) == (2, "", True)
    assert PRIVATE.partition(":")[2] not in err


def test_a_statement_is_not_asked_of_the_service() -> None:
    code, _, err = run("validate", statement())
    assert (code, "with its key and `--offline`" in err) == (2, True)


# --- by the formats of a folder -----------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_what_a_format_reads_is_said() -> None:
    code, out, err = offline("acc-e900-p10s2")
    assert (code, err) == (0, "")
    assert out.splitlines()[:3] == [
        "ACC-E900-P10S2: listed by `year`",
        "  format: subscription",
        "  fields: features E900, points 10, subaccounts 2",
    ]
    assert "  named: Core" in out
    (answer,) = found(offline("ACT-F0000-A", "--format", "json"))
    assert (answer["code"], answer["valid"], answer["fields"]) == (
        "ACT-F000-A",
        None,
        {"features": "F000", "reference": "A"},
    )


@pytest.mark.usefixtures("folder")
def test_a_typing_error_needs_no_key() -> None:
    code, out, _ = offline("0000-0000-0000-0000", "SPRING")
    assert code == 0
    assert out.splitlines()[0] == (
        "0000-0000-0000-0000: without a typing error; only the service tells whether its seal is "
        "right"
    )
    assert "SPRING: listed by `spring`" in out
    (answer,) = found(offline("0000-0000-0000-0001", "--format", "json"))
    assert (answer["valid"], answer["reason"]) == (False, "code_malformed")


@pytest.mark.usefixtures("folder")
def test_codes_come_line_by_line_from_input() -> None:
    lines = "ACC-E900-P10S2\n\n  nonsense \r\nACC-G000-P1S1\n\x00\ufffd\n"
    said = offline("-", "--format", "json", stdin=lines)
    assert said.code == 1
    assert [(each["valid"], each["reason"]) for each in found(said)] == [
        (None, None),
        (False, "code_unknown"),
        (False, "code_malformed"),
        (False, "code_unknown"),
    ]


def test_no_codes_are_wrong_usage() -> None:
    assert offline("-", stdin="\n").code == 2
    assert run("validate").code == 2


# --- by the service -----------------------------------------------------------------------------


@pytest.fixture
def store(here: Path) -> None:
    """A store with the coupon `spring`."""
    write(here / "policies", space=SPACE, spring=COUPON)
    assert run("push").code == 0


@pytest.mark.usefixtures("store")
def test_the_service_says_whether_a_code_can_be_redeemed() -> None:
    code, out, err = run("validate", "spring")
    assert (code, out.splitlines()[0], err) == (0, "SPRING: valid", "")
    assert "  coupon: spring" in out.splitlines()
    code, out, _ = run("validate", "SPRING", "NOPE")
    assert code == 1
    assert "NOPE: refused, no coupon has the code `NOPE`" in out


@pytest.mark.usefixtures("store")
def test_programs_get_what_http_answers() -> None:
    said = run("validate", "SPRING", "--format", "json")
    answer = json.loads(said.out)
    assert set(answer) == {"decision", "valid_until", "codes"}
    assert (answer["codes"][0]["code"], answer["codes"][0]["valid"]) == ("SPRING", True)


@pytest.mark.usefixtures("store")
def test_more_codes_than_a_request_has_are_answered_as_one() -> None:
    lines = "\n".join(["SPRING", *(f"NOPE-{number}" for number in range(1500))])
    said = run("validate", "-", "--format", "json", stdin=lines)
    answers = found(said)
    assert said.code == 1
    assert len(answers) == 1501
    assert [each["valid"] for each in answers[:2]] == [True, False]
