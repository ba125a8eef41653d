"""A ring seals with one key and opens with all; it never says a secret."""

from __future__ import annotations

import pytest

from engine.codes.key_ring import new_key, read_key_ring
from engine.codes.sealing import Sealed
from tests.codes.rings import VOUCHER, ring

SEALED = Sealed(7, 10, 123)
SECRET = "c2VjcmV0" * 6


def seal(*names: str, retired: str = "", space: str = "acme") -> str:
    return ring(*names, retired=retired, space=space).seal(VOUCHER, SEALED, "")


def opens(body: str, *names: str, retired: str = "", space: str = "acme") -> bool:
    """Whether a ring opens what was sealed."""
    found = ring(*names, retired=retired, space=space).open(VOUCHER, body, "")
    assert found in (None, SEALED)
    return found is not None


def test_another_key_reads_none() -> None:
    assert opens(seal("one"), "one")
    assert not opens(seal("one"), "other")
    assert not opens(seal("one"))


def test_another_space_reads_none() -> None:
    assert not opens(seal("one", space="acme"), "one", space="other")


def test_the_first_key_seals_and_all_read() -> None:
    assert seal("new", "old") == seal("new")
    assert opens(seal("old"), "new", "old")
    assert opens(seal("new"), "new", "old")


def test_a_retired_key_reads_and_seals_none() -> None:
    assert seal("new", "old", retired="new") == seal("old")
    assert opens(seal("new"), "new", "old", retired="new")
    assert ring("new", "old").retiring(["new"]).seal(VOUCHER, SEALED, "") == seal("old")


@pytest.mark.parametrize("names", [["one"], []])
def test_a_ring_whose_keys_are_retired_has_none_that_seals(names: list[str]) -> None:
    assert ring(*names, retired="one").sealing is None


def test_a_new_key_stands_in_the_variable_as_it_is() -> None:
    one, other = new_key("2026-a"), new_key("2025")
    keys = read_key_ring(f" {one}, {other}\n", "acme").retiring(["2026-a"])
    assert [key.id for key in keys.keys] == ["2026-a", "2025"]
    assert {len(key.secret) for key in keys.keys} == {32}
    assert keys.sealing == keys.keys[1]
    assert new_key("2026-a") != one


def test_an_empty_variable_is_an_empty_ring() -> None:
    assert read_key_ring("", "acme").keys == ()


@pytest.mark.parametrize("name", ["", "A", "ümlaut", "a b", "a:b", "-", "x" * 33])
def test_a_name_is_short_and_plain(name: str) -> None:
    with pytest.raises(ValueError, match="can't name a key"):
        new_key(name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SECRET, "key 1 of `COUPON_SEAL_KEYS` is not written `ID:SECRET`"),
        (f"a:{SECRET} {SECRET}:b", "key 2 of `COUPON_SEAL_KEYS` is not written `ID:SECRET`"),
        (f"a:{SECRET[:40]}", "the secret of key `a` in `COUPON_SEAL_KEYS` is not base64url"),
        (f"a:{SECRET}!", "the secret of key `a` in `COUPON_SEAL_KEYS` is not base64url"),
        (f"a:{SECRET[:-1]}+", "the secret of key `a` in `COUPON_SEAL_KEYS` is not base64url"),
        (f"a:{SECRET} a:{SECRET}", "two keys of `COUPON_SEAL_KEYS` are called `a`"),
    ],
)
def test_what_is_wrong_is_said_without_the_secret(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as raised:
        read_key_ring(text, "acme")
    assert "c2VjcmV0" not in str(raised.value)


def test_no_secret_is_shown() -> None:
    keys = read_key_ring(f"a:{SECRET}", "acme")
    assert "secret" not in f"{keys!r} {keys.keys!r}"
