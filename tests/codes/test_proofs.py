"""Proofs about formats: a witness where a code is read two ways, silence where none is."""

from __future__ import annotations

import time
from itertools import combinations

import pytest

from engine.codes.formats import DEFAULT
from engine.codes.proofs import Ambiguity, ambiguity, overlap
from tests.codes.making_formats import BITS, SUBSCRIPTION, TRIAL, VOUCHER, make

AMBIGUOUS = {
    ("{a:int}{b:int}",): ("111", "`a` is `11` and `b` is `1`", "`a` is `1` and `b` is `11`"),
    ("{a:alnum(1..2)}{b:alnum(1..2)}",): (
        "000",
        "`a` is `00` and `b` is `0`",
        "`a` is `0` and `b` is `00`",
    ),
    ("{a:alnum(1..6)/3}-{b:alnum(1..3)/2}",): (
        "000-00-0",
        "`a` is `00000` and `b` is `0`",
        "`a` is `000` and `b` is `000`",
    ),
    ("{a:int}0{b:hex(1)}", "{a:int}{b:hex(1)}"): (
        "100",
        "`a` is `1` and `b` is `0`",
        "`a` is `10` and `b` is `0`",
    ),
    ("{a:int}-{b:int}", "{b:int}-{a:int}"): (
        "2-1",
        "`a` is `2` and `b` is `1`",
        "`a` is `1` and `b` is `2`",
    ),
    ("{a:alpha(1)}A", "A{a:alpha(1)}"): (
        "AA",
        "`a` is `A` as `{a:alpha(1)}A`",
        "`a` is `A` as `A{a:alpha(1)}`",
    ),
    ("{a:int}{b:int}{c:check}",): (
        "1212",
        "`a` is `12`, `b` is `1` and `c` is `2`",
        "`a` is `1`, `b` is `21` and `c` is `2`",
    ),
}


@pytest.mark.parametrize("texts", AMBIGUOUS)
def test_the_shortest_code_with_two_readings_is_shown(texts: tuple[str, ...]) -> None:
    assert Ambiguity(*AMBIGUOUS[texts]) == ambiguity(make(*texts))


@pytest.mark.parametrize("texts", AMBIGUOUS)
def test_a_code_with_two_readings_is_a_code(texts: tuple[str, ...]) -> None:
    assert make(*texts).reading(AMBIGUOUS[texts][0]) is not None


UNAMBIGUOUS = [
    ("{a:alnum(1..3)}{b:digits(2)}",),
    ("{a:int}-{b:int}",),
    ("{a:int}{b:alpha(2)}{c:int}",),
    ("{a:int(10..99)}{b:int}",),
    ("{a:date}{b:digits(2)}", "{a:date}-{b:digits(2)}"),
    ("{a:random(8)/4}", "{a:random(8)/2}", "{a:random(8)}"),
    ("{a:hex(2)}-{b:int}", "{b:int}/{a:hex(2)}"),
    ("{a:int}{c:check}",),
]


@pytest.mark.parametrize("texts", UNAMBIGUOUS)
def test_a_format_with_one_reading_for_each_code_is_proven(texts: tuple[str, ...]) -> None:
    assert ambiguity(make(*texts)) is None


def test_the_formats_of_the_reference_are_unambiguous_and_disjoint() -> None:
    formats = (SUBSCRIPTION, TRIAL, VOUCHER, DEFAULT)
    assert [ambiguity(each) for each in formats] == [None] * 4
    assert [overlap(*pair) for pair in combinations(formats, 2)] == [None] * 6


OVERLAPS = [
    ("{a:alnum(1..8)}", "{a:hex(4)}", "0000"),
    ("A-{a:int}", "{a:alnum(1..2)}-{b:digits(1)}", "A-1"),
    ("{a:random(2)}", "{a:random(4)}", None),
    ("{a:random(2)}", "{a:digits(2)}", "00"),
    ("X{a:random(1)}", "{a:alpha(2)}", "XA"),
    ("{a:date}", "{a:digits(4)}0229", "10040229"),
    ("{a:date}", "{a:digits(4)}-02-30", None),
    ("{a:int(5..17)}", "{a:int(18..90)}", None),
    ("{a:int(5..17)}", "{a:int(17..90)}", "17"),
    ("{a:flags(narrow)}", "{a:digits(1)}8", None),
    ("{a:random(4)/2}", "{a:alnum(2)}-{b:alnum(2)}", "00-00"),
    ("{a:random(4)/2}", "{a:alnum(1)}-{b:alnum(3)}", None),
]


@pytest.mark.parametrize(("one", "other", "witness"), OVERLAPS)
def test_the_shortest_code_of_two_formats_is_found(
    one: str, other: str, witness: str | None
) -> None:
    first, second = make(one), make(other)
    assert [witness, witness] == [overlap(first, second), overlap(second, first)]


def test_other_spellings_count_in_an_overlap() -> None:
    assert overlap(make("A{n:int}", "B{n:int}"), make("B{n:digits(3)}")) == "B100"


# --- check symbols narrow what is read ----------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{a:random(3)}{c:check}", "{a:random(4)}"),
        ("7{a:digits(14)}{c:check}B", "{c:check}{a:digits(14)}{b:hex(2)}"),
        ("{a:int}-{c:check}", "{c:check}{b:hex(2)}-{d:hex(1)}"),
        ("{a:int}{b:hex(6)}{c:check}", "{c:check}{a:digits(4)}{b:hex(2)}{d:random(2)/1}"),
    ],
)
def test_a_shared_code_has_the_right_check_symbols(one: str, other: str) -> None:
    first, second = make(one), make(other)
    found = overlap(first, second)
    assert found is not None
    assert [each.reading(found) is not None for each in (first, second)] == [True, True]


def test_formats_are_disjoint_whose_check_symbols_never_fit_together() -> None:
    one, other = make("A{a:random(9)}{c:check}"), make("{a:random(10)}{c:check}")
    assert overlap(one, other) is None
    assert overlap(make("A{a:random(9)}{c:check}"), make("{a:random(11)}")) == "A0000000000"


# --- bounds -------------------------------------------------------------------------------------

LARGE = [
    ("{a:alnum(1..30)}-{b:alnum(1..30)}",),
    ("{a:alnum(1..20)}-{b:alnum(1..20)}-{c:alnum(1..20)}",),
    ("{a:alnum(1..31)}{b:alpha(1)}-{c:alnum(1..31)}",),
    ("{d:date}{e:date}{f:date}{g:date}{h:date}{i:date}{n:int(17..471147)}",),
    ("{a:sealed(39, check)/4}",),
    tuple(f"{number:02}{{a:alnum(1..30)}}-{{b:alnum(1..30)}}" for number in range(17)),
    tuple(
        f"{{a:alnum(1..20)}}{mark}{{b:alnum(1..20)}}-{{c:alnum(1..20)}}"
        for mark in "!#$%&'()*+,./:;<="
    ),
]


@pytest.mark.parametrize("texts", LARGE)
def test_large_formats_are_proven_at_once(texts: tuple[str, ...]) -> None:
    bits = BITS._replace(seal=150) if "sealed" in texts[0] else None
    format_ = make(*texts, bits=bits)
    begin = time.process_time()
    assert ambiguity(format_) is None
    assert overlap(format_, format_) is not None
    assert time.process_time() - begin < 5
