"""Laws of all formats: what is written reads back, what is proven holds, slips are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.codes.formats import Format, Misread, Reading
from engine.codes.making import FormatSource, make_format
from engine.codes.proofs import ambiguity, overlap
from tests.codes.making_formats import FEATURES, make
from tests.codes.strategies_formats import (
    Generated,
    Labelled,
    all_texts,
    fits,
    generated,
    small_templates,
)


def proven(case: Generated) -> Format:
    """The format of a case, if it can be one."""
    source = FormatSource("tried", case.template, bits=case.bits)
    found, _ = make_format(source, FEATURES)
    assume(found is not None)
    assert found is not None
    assume(ambiguity(found) is None)
    return found


# --- reading and writing ------------------------------------------------------------------------


@given(generated())
def test_what_is_written_reads_back(case: Generated) -> None:
    format_ = proven(case)
    code = format_.write(case.values, case.body)
    found = format_.read(code)
    assert isinstance(found, Reading), found
    assert (code, case.values, case.body) == (found.code, found.fields, found.body)
    assert found.rest == (format_.rest(case.values) if case.body is not None else "")


@settings(max_examples=100)
@given(generated(), st.sampled_from([str.lower, str.title, str.swapcase]))
def test_what_is_read_in_any_case_is_written_canonically(
    case: Generated, spell: Callable[[str], str]
) -> None:
    format_ = proven(case)
    code = format_.write(case.values, case.body)
    found = format_.read(f" {spell(code)}\n")
    assert isinstance(found, Reading), found
    assert code == found.code == format_.write(found.fields, found.body)


# --- slips --------------------------------------------------------------------------------------

_TYPED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"


def slips(code: str) -> Iterator[str]:
    """Every text with one other character, or with two swapped that are one or two apart."""
    for at, right in enumerate(code):
        yield from (code[:at] + each + code[at + 1 :] for each in _TYPED if each != right)
    for distance in (1, 2):
        for at in range(len(code) - distance):
            swapped = list(code)
            swapped[at], swapped[at + distance] = code[at + distance], code[at]
            yield "".join(swapped)


def missed(format_: Format, code: str) -> list[str]:
    """The slips that are read as another code, or that don't look like slips."""
    found = ((text, format_.read(text)) for text in slips(code))
    return [
        text
        for text, each in found
        if not (each.near if isinstance(each, Misread) else each.code == code)
    ]


@settings(max_examples=40)
@given(generated(checked=True))
def test_every_slip_in_a_code_with_a_check_symbol_is_called_one(case: Generated) -> None:
    format_ = proven(case)
    assert missed(format_, format_.write(case.values, case.body)) == []


@settings(max_examples=15)
@given(
    st.integers(0, 9999),
    st.integers(0, 9999),
    st.sampled_from(["{c:check}", "-{c:check}", "{r:random(4)/2}{c:check}"]),
)
def test_a_digit_that_is_swapped_with_the_text_between_numbers_is_a_slip(
    points: int, accounts: int, end: str
) -> None:
    format_ = make("P{points:int}S{accounts:int}-" + end)
    values = {"points": points, "accounts": accounts, "r": "00Z1"}
    known = {name: values[name] for name in format_.fields if name in values}
    assert missed(format_, format_.write(known)) == []


# --- proofs, against all texts ------------------------------------------------------------------


def readings(templates: tuple[str, ...]) -> dict[str, set[Labelled]]:
    """Every text that a format reads, with the field of each character in every way to read it."""
    found = defaultdict(set)
    for template in templates:
        for labelled in all_texts(template):
            if fits(labelled, templates[0]):
                found["".join(character for character, _ in labelled)].add(labelled)
    return found


@settings(max_examples=60)
@given(small_templates())
def test_a_format_is_ambiguous_if_some_text_has_two_readings(templates: tuple[str, ...]) -> None:
    twice = [text for text, ways in readings(templates).items() if len(ways) > 1]
    found = ambiguity(make(*templates))
    if not twice:
        assert found is None
    else:
        assert found is not None
        assert found.code in twice
        assert len(found.code) == min(map(len, twice))


@settings(max_examples=60)
@given(small_templates(), small_templates())
def test_formats_overlap_if_both_read_some_text(
    first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    both = readings(first).keys() & readings(second).keys()
    found = overlap(make(*first), make(*second))
    if not both:
        assert found is None
    else:
        assert found in both
        assert len(found) == min(map(len, both))


@settings(max_examples=60)
@given(small_templates())
def test_a_format_reads_all_its_texts(templates: tuple[str, ...]) -> None:
    format_ = make(*templates)
    assert all(format_.reading(text) for text in readings(templates))
