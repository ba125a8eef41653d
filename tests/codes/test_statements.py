"""A statement is true where a public key says so, to the letter."""

from __future__ import annotations

import json

import pytest

from engine.codes import base64url
from engine.codes.statements import (
    PREFIX,
    BadStatement,
    Statement,
    new_signing_key,
    read_private,
    read_public,
    sign,
    verify,
    written,
)

PRIVATE = "ed25519-private:" + base64url.written(b"p" * 32)
KEY = read_private(PRIVATE)
PUBLIC = read_public(written(KEY))
OTHER = read_public(written(read_private("ed25519-private:" + base64url.written(b"q" * 32))))
GRANT: dict[str, object] = {"plan": "professional", "features": ["Weather"], "points": 50}
STATEMENT = Statement("acme", "7KQ2-0VZM-8H3T-C5XD", "voucher", GRANT, "2027-01-31T23:00:00Z")
TEXT = sign(STATEMENT, KEY)


def signed(content: object) -> str:
    """Whatever content, rightly signed."""
    text = PREFIX + base64url.written(json.dumps(content).encode())
    return f"{text}.{base64url.written(KEY.sign(text.encode()))}"


@pytest.mark.parametrize("statement", [STATEMENT, Statement("Zürich", "X", "discount", None, None)])
def test_what_was_signed_is_read(statement: Statement) -> None:
    assert verify(f" {sign(statement, KEY)}\n", [PUBLIC]) == statement
    assert sign(statement, KEY) == sign(statement, KEY)


def test_any_of_the_keys_may_have_signed() -> None:
    assert verify(TEXT, [OTHER, PUBLIC]) == STATEMENT


def test_no_other_key_has_signed() -> None:
    for publics in ([], [OTHER]):
        with pytest.raises(BadStatement, match="the signature is not that of a key"):
            verify(TEXT, publics)


def test_every_character_counts() -> None:
    for place, character in enumerate(TEXT):
        for other in {"A", "B", ".", "="} - {character}:
            with pytest.raises(BadStatement):
                verify(TEXT[:place] + other + TEXT[place + 1 :], [PUBLIC])


@pytest.mark.parametrize(
    "text",
    ["", "CP1", "CP1.", "CP1..", "CP1.e30", "CP2" + TEXT[3:], TEXT + "A", TEXT + "=", "CP1.é.é"],
)
def test_what_is_no_statement_is_said(text: str) -> None:
    with pytest.raises(BadStatement, match=r"no statement: `CP1\.`|the signature"):
        verify(text, [PUBLIC])


@pytest.mark.parametrize(
    "change",
    [{"issuer": 1}, {"grant": []}, {"grant": "x"}, {"expires": 1}, {"expires": "soon"}],
)
def test_signed_content_of_another_shape_is_refused(change: dict[str, object]) -> None:
    for content in (STATEMENT._asdict() | change, {"issuer": "acme"}, [], 1):
        with pytest.raises(BadStatement, match="it is signed, and says something else"):
            verify(signed(content), [PUBLIC])


def test_more_may_be_said() -> None:
    assert verify(signed(STATEMENT._asdict() | {"colour": "blue"}), [PUBLIC]) == STATEMENT


def test_new_keys_are_a_pair() -> None:
    private, public = new_signing_key()
    assert written(read_private(private)) == public
    assert verify(sign(STATEMENT, read_private(private)), [read_public(public)]) == STATEMENT


def test_keys_are_told_apart() -> None:
    with pytest.raises(
        ValueError, match=r"`ed25519-public:…` is expected, and this .* `ed25519-private:`"
    ):
        read_public(PRIVATE)
    with pytest.raises(
        ValueError, match=r"`ed25519-private:…` is expected, and this .* `ed25519-public:`"
    ):
        read_private(written(KEY))


@pytest.mark.parametrize("text", ["", "x", "ed25519-public:", "ed25519-public:AAAA", "rsa:AAAA"])
def test_what_is_no_key_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="`ed25519-public:…` is expected, as `coupon seal new"):
        read_public(text)
