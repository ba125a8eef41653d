"""`coupon inventory buy` and what is printed of purchases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.codes.key_ring import new_key
from engine.codes.statements import new_signing_key, read_private, verify
from engine.inventory import buying
from tests.cli.running import SPACE, run, write
from tests.paper.looking import page_picture, read_codes, words

POLICIES = """\
format: voucher
template: "{body:sealed(16, check)/4}"
alphabet: crockford32
fields: {spec: 12, issued: month(8), serial: 20}
seal: 35
---
coupon: pro
title: Professional
format: voucher
valid: 12 months
grants: {plan: professional, duration: 12 months}
redemption: [at most 1 redemption per code]
---
partner: acme-energy
title: Acme Energy
contact: {email: hello@acme.example}
prices: {list: {pro: 480 EUR}, volume: {10: 5%}, markup: 15%}
"""
BUY = ("inventory", "buy", "--partner", "acme-energy")
NUMBER_END = "-00000001"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose policies are in the store."""
    monkeypatch.chdir(tmp_path)
    for name in ("COUPON_DATABASE_URL", "COUPON_SIGNING_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COUPON_SEAL_KEYS", new_key("first"))
    write(tmp_path / "policies", space=SPACE, pro=POLICIES)
    assert run("push").code == 0
    return tmp_path


def number() -> str:
    """The number of the only purchase."""
    (only,) = json.loads(run("inventory", "purchases", "--format", "json").out)["purchases"]
    return str(only["purchase"])


def test_codes_are_printed_one_a_line_and_the_purchase_beside() -> None:
    code, out, err = run(*BUY, "pro:12", "--note", "Order 7")
    assert code == 0
    assert [len(line) for line in out.splitlines()] == [19] * 12
    assert f"{NUMBER_END}: 12 codes for acme-energy, 5472.00 EUR" in err
    said = "480.00 less 5% from 10 codes on in the whole purchase"
    assert f"12 × pro, 456.00 EUR each, {said}: 5472.00" in err
    shown = run("inventory", "purchase", number())
    assert "Order 7" in shown.out
    assert shown.out.splitlines()[-12:] == sorted(out.splitlines())


def test_a_quote_and_a_file_for_the_codes(here: Path) -> None:
    done = run(*BUY, "pro:2", "--price", "pro=450.00 EUR", "--out", "codes.txt")
    assert (done.code, done.out) == (0, "")
    assert "450.00 EUR each at a quote: 900.00" in done.err
    assert len((here / "codes.txt").read_text().splitlines()) == 2
    again = run(*BUY, "pro", "--out", "codes.txt")
    assert (again.code, "is there already" in again.err) == (2, True)


def test_json_says_what_http_does() -> None:
    said = json.loads(run(*BUY, "pro:2", "--format", "json").out)
    assert (said["total"], len(said["codes"]), said["issued"]) == ("960.00", 2, 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*BUY], "name coupons to buy"),
        ([*BUY, "pro:x"], "write `pro:25`"),
        ([*BUY, "pro", "--price", "pro"], "write `professional=450.00 EUR`"),
        ([*BUY, "pro", "--price", "other=1 EUR"], "a price for `other`, which is not bought"),
        (["inventory", "buy", "--resume", "P-1", "pro"], "name coupons to buy"),
        ([*BUY, "--resume", "P-1"], "give nothing else"),
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*BUY, "prro"], "no coupon is called `prro`"),
        (["inventory", "buy", "pro", "--partner", "x"], "no partner is called `x`"),
        (
            ["inventory", "buy", "pro", "--customer", "c"],
            "line 1: a customer has no price list: give `--price 'pro=450.00 EUR'`",
        ),
        (["inventory", "buy", "--resume", "P-1"], "no purchase has the number `P-1`"),
        (["inventory", "receipt", "P-1", "--out", "r.pdf"], "no purchase has the number"),
        (["inventory", "prices", "x"], "no partner is called `x`"),
        (["inventory", "prices", "acme-energy", "prro:12"], "do not list `prro`"),
        (["inventory", "sheets", "--out", "s.pdf"], "say which codes"),
        (["inventory", "sheets", "--purchase", "P-1", "--out", "s.pdf"], "none of these codes"),
    ],
)
def test_what_can_not_be_done_ends_with_1(here: Path, arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert done.code == 1
    assert said in done.err
    assert not list(here.glob("*.pdf"))


def test_a_purchase_that_was_ended_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buying, "CHUNK", 2)
    steps = iter([True, False])
    whole = buying.fill

    def ended(*given: object) -> object:
        if not next(steps, True):
            raise KeyboardInterrupt
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(buying, "fill", ended)
    broken = run(*BUY, "pro:5")
    assert broken.code == 1
    assert len(broken.out.splitlines()) == 2
    assert f"coupon inventory buy --resume {number()}" in broken.err
    monkeypatch.setattr(buying, "fill", whole)
    rest = run("inventory", "buy", "--resume", number())
    assert (rest.code, len(rest.out.splitlines())) == (0, 3)


def test_prices_are_said() -> None:
    out = run("inventory", "prices", "acme-energy", "--count", "10").out
    assert out.splitlines() == [
        "Acme Energy: prices for 10 codes, 5% off",
        "  from 10 codes on: 5% off",
        "  pro: 456.00 EUR (list 480.00), 4560.00 in all, sold on at 524.40",
    ]


def test_a_receipt_is_printed(here: Path) -> None:
    codes = run(*BUY, "pro:2").out.split()
    done = run("inventory", "receipt", number(), "--out", "receipt.pdf")
    assert done == (0, "", "wrote receipt.pdf\n")
    said = "".join(words((here / "receipt.pdf").read_bytes()))
    assert all(code in said for code in codes)


def test_sheets_are_printed_and_signed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = run(*BUY, "pro:3").out.split()
    done = run("inventory", "sheets", "--purchase", number(), "--out", "plain.pdf")
    assert done.code == 0
    assert done.err.startswith("3 cards\neach QR code holds its code alone")
    assert "COUPON_SIGNING_KEY" in done.err
    assert set(read_codes(page_picture((here / "plain.pdf").read_bytes()))) == set(codes)
    private, _ = new_signing_key()
    monkeypatch.setenv("COUPON_SIGNING_KEY", private)
    done = run("inventory", "sheets", "--code", codes[0], "--per-page", "2", "--out", "signed.pdf")
    assert done.err == "1 card\n"
    (text,) = read_codes(page_picture((here / "signed.pdf").read_bytes()))
    assert verify(text, [read_private(private).public_key()]).code == codes[0]


def test_a_signing_key_that_is_none_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUPON_SIGNING_KEY", "ed25519-public:xxxx")
    done = run("inventory", "sheets", "--purchase", "P-1", "--out", "s.pdf")
    assert (done.code, "COUPON_SIGNING_KEY: `ed25519-private:…` is expected" in done.err) == (
        1,
        True,
    )
