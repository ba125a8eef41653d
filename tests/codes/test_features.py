"""Feature sets: hexadecimal digits to names, and names to hexadecimal digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.codes.features import UndeclaredBit, UnknownFeature
from tests.codes.making_formats import NARROW, RAYLEIGH


def test_a_value_has_its_features_highest_bit_first() -> None:
    expected = ("Advanced Dashboards", "Archival Data Visualization", "Virtual Sensors")
    assert expected == RAYLEIGH.names(0xE000)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0xE900, "Core"), (0xE980, "Core + Interconnect"), (0xFF60, "Professional"), (0xF000, None)],
)
def test_a_combination_is_called_by_exactly_its_bits(value: int, expected: str | None) -> None:
    assert expected == RAYLEIGH.called(value)


def test_reserved_bits_are_told_and_have_no_name() -> None:
    assert RAYLEIGH.reserved_in(0x800A) == (3, 1)
    assert RAYLEIGH.names(0x800A) == ("Advanced Dashboards",)


def test_names_of_features_and_combinations_add_up() -> None:
    assert RAYLEIGH.value(["Core", "Interconnect"]) == 0xE980


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(UnknownFeature, match="`rayleighconnect` has no feature `Maps`") as caught:
        RAYLEIGH.value(["Core", "Maps"])
    assert caught.value.name == "Maps"


@pytest.mark.parametrize(("text", "value"), [("E900", 0xE900), ("e900", 0xE900), ("0", 0)])
def test_hexadecimal_digits_are_read_in_any_case(text: str, value: int) -> None:
    assert value == RAYLEIGH.read(text)


@pytest.mark.parametrize("text", ["", "G000", "0xE900", " E900", "-1", "Ｅ900", "E_900"])
def test_other_text_is_no_value(text: str) -> None:
    with pytest.raises(ValueError, match="is no hexadecimal number"):
        RAYLEIGH.read(text)


@pytest.mark.parametrize(("text", "bit"), [("40", 6), ("08", 3), ("FFFF", 15)])
def test_an_undeclared_bit_is_refused(text: str, bit: int) -> None:
    with pytest.raises(UndeclaredBit, match=f"`narrow` declares no bit {bit}") as caught:
        NARROW.read(text)
    assert bit == caught.value.bit


def test_a_width_that_is_no_multiple_of_four_is_rounded_up_to_digits() -> None:
    assert NARROW.hex(0x21) == "21"
    assert NARROW.hex(0x4) == "04"


@given(st.sets(st.sampled_from(sorted(RAYLEIGH.bits.values()))))
def test_names_and_digits_are_the_same_both_ways(names: set[str]) -> None:
    value = RAYLEIGH.value(names)
    assert names == set(RAYLEIGH.names(RAYLEIGH.read(RAYLEIGH.hex(value))))
