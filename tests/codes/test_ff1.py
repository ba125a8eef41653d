"""FF1 gives what NIST published, and undoes itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.codes.ff1 import FF1

KEY = "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94"
TEN, NINETEEN = "0123456789", "0123456789abcdefghi"
SHORT, LONG = "39383736353433323130", "3737373770717273373737"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def digits(number: int, radix: int, n: int) -> str:
    return "".join(DIGITS[number // radix**place % radix] for place in reversed(range(n)))


@pytest.mark.parametrize(
    ("size", "radix", "plain", "tweak", "enciphered"),
    [
        (16, 10, TEN, "", "2433477484"),
        (16, 10, TEN, SHORT, "6124200773"),
        (16, 36, NINETEEN, LONG, "a9tv40mll9kdu509eum"),
        (24, 10, TEN, "", "2830668132"),
        (24, 10, TEN, SHORT, "2496655549"),
        (24, 36, NINETEEN, LONG, "xbj3kv35jrawxv32ysr"),
        (32, 10, TEN, "", "6657667009"),
        (32, 10, TEN, SHORT, "1001623463"),
        (32, 36, NINETEEN, LONG, "xs8a0azh2avyalyzuwd"),
    ],
)
def test_the_samples_of_nist(
    size: int, radix: int, plain: str, tweak: str, enciphered: str
) -> None:
    ff1 = FF1(bytes.fromhex(KEY)[:size], radix, len(plain))
    found = ff1.encrypt(int(plain, radix), bytes.fromhex(tweak))
    assert digits(found, radix, len(plain)) == enciphered
    assert ff1.decrypt(found, bytes.fromhex(tweak)) == int(plain, radix)


@given(
    n=st.integers(4, 38),
    tweak=st.binary(max_size=40),
    data=st.data(),
)
def test_every_number_comes_back(n: int, tweak: bytes, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, 32**n - 1))
    ff1 = FF1(b"k" * 32, 32, n)
    enciphered = ff1.encrypt(number, tweak)
    assert 0 <= enciphered < 32**n
    assert ff1.decrypt(enciphered, tweak) == number


@pytest.mark.parametrize("n", [3, 39])
def test_too_few_and_too_many_digits_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match=f"{n} digits to the radix 32"):
        FF1(b"k" * 32, 32, n)
