"""Sealed codes open with their key alone, and show nothing of what is in them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.codes.alphabet import SYMBOLS, VALUES
from engine.codes.formats import Misread
from engine.codes.making import FormatSource, SealBits, make_format
from engine.codes.sealing import Layout, Sealed
from tests.codes.rings import VOUCHER, ring

RING = ring("now")


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Any layout that fills its symbols."""
    symbols = draw(st.integers(4, 38))
    seal = draw(st.integers(1, 5 * symbols))
    spec = draw(st.integers(0, 5 * symbols - seal))
    issued = draw(st.integers(0, 5 * symbols - seal - spec))
    return Layout(spec, issued, 5 * symbols - seal - spec - issued, seal, symbols)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Layout, Sealed]:
    """A layout, and what fits in it."""
    layout = draw(layouts())
    parts = [draw(st.integers(0, 2**width - 1)) for width in layout.widths]
    return layout, Sealed(*parts)


@given(case=cases(), rest=st.text(max_size=40))
def test_what_was_sealed_opens(case: tuple[Layout, Sealed], rest: str) -> None:
    layout, sealed = case
    body = RING.seal(layout, sealed, rest)
    assert len(body) == layout.symbols
    assert set(body) <= set(SYMBOLS)
    assert RING.open(layout, body, rest) == sealed


def bodies(count: int) -> Iterator[str]:
    """The codes of consecutive serials."""
    return (RING.seal(VOUCHER, Sealed(7, 10, serial), "") for serial in range(count))


def test_the_same_is_sealed_alike() -> None:
    """Codes that were printed open for ever: how they are made never changes."""
    assert RING.seal(VOUCHER, Sealed(7, 10, 0), "") == "PJD86R9XWQAE5NY"
    assert RING.seal(VOUCHER, Sealed(4095, 255, 2**20 - 1), "ACME-") == "Y0HZ0KNCQGZMZVK"


@pytest.mark.parametrize("place", range(15))
def test_one_changed_symbol_opens_nothing(place: int) -> None:
    for body in bodies(5):
        for symbol in set(SYMBOLS) - {body[place]}:
            changed = body[:place] + symbol + body[place + 1 :]
            assert RING.open(VOUCHER, changed, "") is None


def test_what_is_around_a_body_is_sealed_too() -> None:
    body = RING.seal(VOUCHER, Sealed(1, 2, 3), "ACME--7")
    for rest in ("", "ACME--8", "ACME-7-", "acme--7", "ACME--7 "):
        assert RING.open(VOUCHER, body, rest) is None


def test_another_layout_of_as_many_symbols_opens_nothing() -> None:
    body = RING.seal(VOUCHER, Sealed(1, 2, 3), "")
    assert RING.open(Layout(12, 8, 21, 34, 15), body, "") is None
    assert RING.open(Layout(20, 8, 12, 35, 15), body, "") is None


@pytest.mark.parametrize("body", ["", "0", "0" * 14, "0" * 16, "0" * 14 + "U", "0" * 14 + "٣"])
def test_what_is_no_body_opens_nothing(body: str) -> None:
    assert RING.open(VOUCHER, body, "") is None


@pytest.mark.parametrize(
    ("sealed", "said"),
    [
        (Sealed(4096, 0, 0), "the spec 4096 does not fit in 12 bits"),
        (Sealed(0, 256, 0), "the month 256 does not fit in 8 bits"),
        (Sealed(0, 0, 2**20), "the serial 1048576 does not fit in 20 bits"),
        (Sealed(0, -1, 0), "the month -1 does not fit in 8 bits"),
    ],
)
def test_what_does_not_fit_is_refused(sealed: Sealed, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        RING.seal(VOUCHER, sealed, "")


@pytest.mark.parametrize(
    ("bits", "said"),
    [
        ((12, 8, 20, 34, 15), "15 symbols have 75 bits, and 74 are asked for"),
        ((2, 2, 2, 9, 3), "4 to 38 symbols can be sealed, not 3"),
        ((12, 8, 145, 30, 39), "4 to 38 symbols can be sealed, not 39"),
        ((12, 8, 55, 0, 15), "a seal has 1 bit or more, not 0"),
    ],
)
def test_bits_that_do_not_fill_the_symbols_are_refused(bits: tuple[int, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Layout(*bits)


# --- serials don't show -------------------------------------------------------------------------

COUNT = 10_000
CHI_SQUARE = 61.1
"""31 degrees of freedom: uniform symbols exceed it once in 1,000 times."""


def chi_square(symbols: Iterable[int]) -> float:
    """How far numbers below 32 are from being as frequent as each other."""
    counts = Counter(symbols)
    expected = counts.total() / 32
    return sum((counts[symbol] - expected) ** 2 / expected for symbol in range(32))


@pytest.fixture(scope="module")
def consecutive() -> list[list[int]]:
    """The symbols of codes with consecutive serials; always the same, as their key is."""
    return [[VALUES[symbol] for symbol in body] for body in bodies(COUNT)]


def test_consecutive_serials_make_different_codes(consecutive: list[list[int]]) -> None:
    assert len(set(map(tuple, consecutive))) == COUNT


@pytest.mark.parametrize("place", range(15))
def test_each_symbol_is_as_frequent_at_every_place(
    consecutive: list[list[int]], place: int
) -> None:
    assert chi_square(body[place] for body in consecutive) < CHI_SQUARE


@pytest.mark.parametrize("place", range(15))
def test_neighbours_differ_by_anything_as_often(consecutive: list[list[int]], place: int) -> None:
    steps = (after[place] - before[place] for before, after in pairwise(consecutive))
    assert chi_square(step % 32 for step in steps) < CHI_SQUARE


def test_neighbours_share_no_more_symbols_than_strangers(consecutive: list[list[int]]) -> None:
    """Each of 15 symbols differs in 31 of 32 cases; the mean of 9,999 pairs has σ = 0.0067."""
    differing = sum(
        one != other
        for before, after in pairwise(consecutive)
        for one, other in zip(before, after, strict=True)
    )
    assert abs(differing / (COUNT - 1) - 15 * 31 / 32) < 4 * 0.0067


# --- guessing -----------------------------------------------------------------------------------


VOUCHERS, _ = make_format(
    FormatSource("voucher", "{body:sealed(16, check)/4}", (), SealBits(12, 8, 20, 35)), {}
)


def read(text: str) -> Sealed | None:
    """What a text says that is read as a voucher, and was sealed."""
    assert VOUCHERS is not None
    reading = VOUCHERS.read(text)
    if isinstance(reading, Misread) or reading.body is None:
        return None
    return RING.open(VOUCHER, reading.body, reading.rest)


def try_guesses(count: int) -> None:
    """Random symbols open nothing, as a code or, without the check symbol, as a body.

    They are the same in each run; 2⁻³⁵ of them are expected to open.
    """
    draw = random.Random(20260101)  # noqa: S311
    for _ in range(count):
        text = "".join(draw.choices(SYMBOLS, k=16))
        assert read(text) is None
        assert RING.open(VOUCHER, text[:15], "") is None


def test_what_is_read_as_a_voucher_was_sealed() -> None:
    assert VOUCHERS is not None
    assert VOUCHERS.sealed == VOUCHER
    sealed = Sealed(7, 10, 123)
    code = VOUCHERS.write({}, RING.seal(VOUCHER, sealed, VOUCHERS.rest({})))
    assert (len(code), read(code.lower().replace("-", ""))) == (19, sealed)


def test_no_guess_of_20_000_opens() -> None:
    try_guesses(20_000)


@pytest.mark.trial
def test_no_guess_of_a_million_opens() -> None:
    try_guesses(1_000_000)
