"""The check symbol: every typing error of the kinds that it promises to tell."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from engine.codes.check_symbol import DOUBLED, check_symbol, is_right

VALUES = st.integers(0, 31)
CODES = st.lists(VALUES, min_size=1, max_size=80)


def test_the_weight_generates_every_element_but_zero() -> None:
    seen = [1]
    while DOUBLED[seen[-1]] != 1:
        seen.append(DOUBLED[seen[-1]])
    assert set(range(1, 32)) == set(seen)


def test_multiplication_by_the_weight_keeps_sums() -> None:
    pairs = product(range(32), repeat=2)
    assert all(DOUBLED[one ^ other] == DOUBLED[one] ^ DOUBLED[other] for one, other in pairs)


@given(CODES, st.data())
def test_the_check_symbol_makes_a_code_right_wherever_it_stands(
    code: list[int], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(code)))
    before, after = code[:at], code[at:]
    assert is_right([*before, check_symbol(before, after), *after])


@given(CODES)
def test_every_change_of_one_symbol_is_told(code: list[int]) -> None:
    right = [*code, check_symbol(code)]
    for at, value in product(range(len(right)), range(32)):
        changed = [*right[:at], value, *right[at + 1 :]]
        assert (changed == right) == is_right(changed)


@given(CODES)
def test_every_swap_of_symbols_one_or_two_apart_is_told(code: list[int]) -> None:
    right = [*code, check_symbol(code)]
    for distance in (1, 2):
        for at in range(len(right) - distance):
            swapped = list(right)
            swapped[at], swapped[at + distance] = right[at + distance], right[at]
            assert (swapped == right) == is_right(swapped)
