"""Formats: what they read and write, type by type."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from engine.codes.fields import Value
from engine.codes.formats import DEFAULT, Format, Misread, Reading
from engine.decisions.spellings import ReadCode, Spellings
from tests.codes.making_formats import BITS, SUBSCRIPTION, TRIAL, VOUCHER, make

FORMATS = (SUBSCRIPTION, TRIAL, VOUCHER, DEFAULT)


def read_code(formats: Iterable[Format], text: str) -> Reading | Misread | None:
    """What the formats of a catalogue say together of a text."""
    found = Spellings(formats).read(text)
    return found.reading if isinstance(found, ReadCode) else found


def read(format_: Format, text: str) -> Reading:
    found = format_.read(text)
    assert isinstance(found, Reading), found
    return found


# --- the reference document ---------------------------------------------------------------------


def test_a_subscription_code_says_features_points_and_subaccounts() -> None:
    expected = Reading(
        format="subscription",
        code="ACC-F000-P50S4",
        fields={"features": "F000", "points": 50, "subaccounts": 4},
        features=(
            "Advanced Dashboards",
            "Archival Data Visualization",
            "Virtual Sensors",
            "Map module",
        ),
        named=None,
        reserved=(),
        body=None,
        rest="",
    )
    assert expected == read_code(FORMATS, "ACC-F000-P50S4")


@pytest.mark.parametrize(
    ("text", "code", "fields", "named"),
    [
        (
            "ACC-FF60-P30S4",
            "ACC-FF60-P30S4",
            {"features": "FF60", "points": 30, "subaccounts": 4},
            "Professional",
        ),
        (
            "acc-e900-p10s2",
            "ACC-E900-P10S2",
            {"features": "E900", "points": 10, "subaccounts": 2},
            "Core",
        ),
        ("ACT-FFFF-R", "ACT-FFFF-R", {"features": "FFFF", "reference": "R"}, None),
        ("ACT-F0000-A", "ACT-F000-A", {"features": "F000", "reference": "A"}, None),
    ],
)
def test_the_examples_of_the_reference_read_as_it_says(
    text: str, code: str, fields: dict[str, Value], named: str | None
) -> None:
    found = read_code(FORMATS, text)
    assert isinstance(found, Reading)
    assert (code, fields, named) == (found.code, found.fields, found.named)


def test_reserved_bits_are_read_and_told() -> None:
    assert read(TRIAL, "ACT-FFFF-R").reserved == (3, 2, 1)


def test_a_digit_that_is_none_is_malformed() -> None:
    message = "`G` at place 5 can't stand there, where a hexadecimal digit is expected"
    expected = Misread("subscription", message, near=True, changes=1, place=5)
    assert expected == read_code(FORMATS, "ACC-G000-P1S1")


# --- types of fields ----------------------------------------------------------------------------

READ: dict[str, dict[str, Value]] = {
    "{a:hex(4)}": {"00aF": "00AF"},
    "{a:hex(4)/2}": {"00AF": "00AF", "00-AF": "00AF"},
    "{a:flags(narrow)}": {"00": "00", "25": "25", "21": "21"},
    "{a:int}": {"0": 0, "7": 7, "999999999": 999_999_999},
    "{a:int(8..23)}": {"8": 8, "9": 9, "10": 10, "19": 19, "20": 20, "23": 23},
    "{a:int(0..0)}": {"0": 0},
    "{a:alpha(3)}": {"abc": "ABC", "OIL": "OIL"},
    "{a:alnum(2)}": {"a1": "A1", "O0": "O0"},
    "{a:alnum(1..4)/2}": {"a": "A", "ab": "AB", "abc": "ABC", "ab-c": "ABC", "ab-cd": "ABCD"},
    "{a:digits(3)}": {"007": "007"},
    "{a:date}": {
        "20261127": "2026-11-27",
        "2026-11-27": "2026-11-27",
        "20240229": "2024-02-29",
        "2000-02-29": "2000-02-29",
    },
    "{a:random(4)/2}": {"oI-lz": "011Z", "0000": "0000"},
    "<{a:int}>": {"<5>": 5},
}
REFUSED = {
    "{a:hex(4)}": ["00A", "00AFF", "00AG", "0-0AF"],
    "{a:hex(4)/2}": ["0-0AF", "00--AF", "-00AF", "00AF-", "00 AF"],
    "{a:flags(narrow)}": ["02", "08", "10", "40", "80", "1", "001"],
    "{a:int}": ["", "00", "01", "-1", "+1", "1000000000", "1.0", "١"],
    "{a:int(8..23)}": ["7", "24", "08", "0", "100", "1"],
    "{a:int(0..0)}": ["1", "00"],
    "{a:alpha(3)}": ["AB", "ABCD", "AB1"],
    "{a:alnum(1..4)/2}": ["", "ABCDE", "A-B", "AB-"],
    "{a:digits(3)}": ["7", "0007", "00A"],
    "{a:date}": [
        "20260229",
        "19000229",
        "20261131",
        "20261301",
        "20260100",
        "2026-1127",
        "2026-11-2",
        "00010101",
    ],
    "{a:random(4)/2}": ["000U", "000", "00000"],
    "<{a:int}>": ["5", "<5"],
}


@pytest.mark.parametrize("template", READ)
def test_a_field_reads_what_its_type_holds(template: str) -> None:
    format_ = make(template)
    found = {text: read(format_, text).fields["a"] for text in READ[template]}
    assert READ[template] == found


@pytest.mark.parametrize("template", REFUSED)
def test_a_field_reads_nothing_else(template: str) -> None:
    format_ = make(template)
    assert [text for text in REFUSED[template] if isinstance(format_.read(text), Reading)] == []


def test_every_number_of_a_range_is_read_and_no_other() -> None:
    for low, high in ((0, 120), (7, 7), (95, 1003), (100, 999), (38, 41), (1, 200)):
        format_ = make(f"{{a:int({low}..{high})}}")
        found = [number for number in range(1200) if format_.reading(str(number))]
        assert list(range(low, high + 1)) == found


def test_case_and_surrounding_space_do_not_count() -> None:
    assert read(SUBSCRIPTION, "\t acc-ff60-P30s4\n").code == "ACC-FF60-P30S4"


def test_fixed_text_is_compared_and_written_in_capitals() -> None:
    format_ = make("sub~{n:int}")
    assert format_.write({"n": 4}) == "SUB~4"
    assert read(format_, "Sub~4").code == "SUB~4"


# --- check symbols and seals --------------------------------------------------------------------


def test_a_check_symbol_may_stand_anywhere() -> None:
    for template in ("{c:check}{a:hex(4)}-{n:int}", "{a:hex(4)}{c:check}-{n:int}"):
        format_ = make(template)
        code = format_.write({"a": "BEEF", "n": 12})
        assert read(format_, code).fields == {"a": "BEEF", "n": 12}


def test_only_one_of_all_check_symbols_fits() -> None:
    format_ = make("{a:hex(4)}{c:check}")
    fits = [each for each in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if format_.reading(f"BEEF{each}")]
    assert len(fits) == 1


def test_a_sealed_code_gives_its_body_without_groups_and_check_symbol() -> None:
    code = VOUCHER.write({}, "0123456789ABCDE")
    assert code == "0123-4567-89AB-CDE4"
    found = read(VOUCHER, code.lower())
    assert (found.body, found.rest, found.fields) == ("0123456789ABCDE", "", {})


def test_a_seal_covers_all_but_sealed_and_check_fields() -> None:
    format_ = make("ACC-{n:int}-{b:sealed(15)}-{r:random(2)}{c:check}", bits=BITS)
    values = {"n": 5, "r": "ZZ"}
    code = format_.write(values, "0123456789ABCDE")
    assert "ACC-5--ZZ" == format_.rest(values) == read(format_, code).rest
    assert values == read(format_, code).fields


# --- writing ------------------------------------------------------------------------------------


def test_random_fields_are_drawn_unless_given() -> None:
    assert DEFAULT.write({}, random="7".__mul__) == "7777-7777-7777"
    assert DEFAULT.write({"code": "oooo-1111-2222"}) == "0000-1111-2222"


def test_drawn_codes_are_not_alike() -> None:
    drawn = {DEFAULT.write({}) for _ in range(100)}
    assert len(drawn) == 100
    assert all(DEFAULT.reading(code) for code in drawn)


def test_values_are_filled_in_before_they_are_sealed() -> None:
    format_ = make("{r:random(2)}{b:sealed(15)}", bits=BITS)
    values = format_.fill({}, random="7".__mul__)
    assert format_.rest(values) == "77"
    assert format_.write(values, "0" * 15) == "77" + "0" * 15


def test_a_day_and_a_set_of_features_are_written_canonically() -> None:
    format_ = make("{f:flags(rayleighconnect)}-{d:date}")
    assert format_.write({"f": "e9", "d": "2026-11-27"}) == "00E9-20261127"


BAD_VALUES: list[tuple[str, dict[str, Value], str]] = [
    ("{a:hex(4)}", {"a": "XY"}, "the field `a` can't be written: `XY` is not 4 hexadecimal digits"),
    ("{a:int(1..5)}", {"a": 6}, "`6` is not a whole number from 1 to 5"),
    ("{a:int}", {"a": "007"}, "`007` begins with a zero"),
    ("{a:int}", {"a": -1}, "`-1` is not a whole number from 0 to 999999999"),
    ("{a:alnum(1..3)}", {"a": "ABCD"}, "`ABCD` is not 1 to 3 letters or digits"),
    ("{a:alpha(1)}", {"a": "7"}, "`7` is not 1 letter"),
    ("{a:digits(2)}", {"a": "٣٤"}, "`٣٤` is not 2 digits"),
    ("{a:date}", {"a": "2026-02-30"}, "`2026-02-30` is not a day such as `2026-11-27`"),
    ("{a:date}", {"a": "20261127"}, "`20261127` is not a day such as `2026-11-27`"),
    ("{a:flags(narrow)}", {"a": "40"}, "`narrow` declares no bit 6"),
    ("{a:random(3)}", {"a": "AUA"}, r"`AUA` is not 3 symbols \(digits and letters but U\)"),
    ("{a:int}", {}, "the field `a` of `tried` is not given"),
    ("{a:int}", {"a": 1, "b": 2}, "`tried` has no field `b` to fill in"),
    ("{a:int}{c:check}", {"a": 1, "c": "0"}, "`tried` has no field `c` to fill in"),
]


@pytest.mark.parametrize(("template", "values", "message"), BAD_VALUES)
def test_a_value_that_its_field_cannot_hold_is_not_written(
    template: str, values: dict[str, Value], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make(template).write(values)


def test_a_body_belongs_to_a_sealed_field() -> None:
    with pytest.raises(ValueError, match="`voucher` has a sealed field"):
        VOUCHER.write({})
    with pytest.raises(ValueError, match="`default` has no sealed field"):
        DEFAULT.write({}, "0123456789ABCDE")
    with pytest.raises(ValueError, match="`0123` is not 15 symbols"):
        VOUCHER.write({}, "0123")


# --- one code, several formats ------------------------------------------------------------------


def test_the_one_format_that_reads_a_code_is_found() -> None:
    code = VOUCHER.write({}, "0123456789ABCDE")
    found = [read_code(FORMATS, text) for text in (code, "7K2M-9QRT-4WX1")]
    assert [each.format for each in found if each is not None] == ["voucher", "default"]


def test_of_several_misreadings_the_nearest_is_told() -> None:
    for formats in (FORMATS, FORMATS[::-1]):
        found = read_code(formats, "ACT-F000")
        assert isinstance(found, Misread)
        assert found.format == "trial"


@pytest.mark.parametrize(
    "text",
    ["", "  ", "NOSUCHCODE", "SUMMER-2026", "BLACKFRIDAY2025", "x" * 10_000, "\0\1\2", "日本語"],
)
def test_what_looks_like_no_code_is_nearly_none(text: str) -> None:
    assert read_code(FORMATS, text) is None
