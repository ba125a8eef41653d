"""Why a text is no code: the place, what was expected, and whether it looks mistyped."""

from __future__ import annotations

import pytest

from engine.codes.formats import DEFAULT, Format, Misread
from tests.codes.making_formats import SUBSCRIPTION, TRIAL, VOUCHER, make

DAY = make("D{d:date}-{n:int(1..50)}", name="day")
NARROW = make("N{f:flags(narrow)}-{r:alpha(2)}", name="narrow")
NEAR, FAR = True, False

MISREAD: list[tuple[Format, str, str, bool]] = [
    # symbols
    (
        SUBSCRIPTION,
        "ACC-G000-P1S1",
        "`G` at place 5 can't stand there, where a hexadecimal digit is expected",
        NEAR,
    ),
    (
        DEFAULT,
        "7k2m-9qrt-4wxu",
        "`u` at place 14 can't stand there, where a digit or a letter but U is expected",
        NEAR,
    ),
    (
        SUBSCRIPTION,
        "ACC-FF60-P3X4",
        "`X` at place 12 can't stand there, where a digit or `S` is expected",
        NEAR,
    ),
    (
        SUBSCRIPTION,
        "ACC FF60-P30S4",
        "a space at place 4 can't stand there, where `-` is expected",
        NEAR,
    ),
    (
        SUBSCRIPTION,
        "ACC-FF60-P30S4X",
        "`X` at place 15 can't stand there, where a digit or the end of the code is expected",
        NEAR,
    ),
    (
        TRIAL,
        "ACT-F000_A",
        "`_` at place 9 can't stand there, where `-` or `0-` is expected",
        NEAR,
    ),
    # lengths
    (VOUCHER, "0123-4567-89AB-CDE", "16 symbols are expected, not 15", NEAR),
    (VOUCHER, "0123-4567-89AB-CDE44", "16 symbols are expected, not 17", NEAR),
    (DEFAULT, "7K2M-9QRT-4WX", "12 symbols are expected, not 11", NEAR),
    (VOUCHER, "0123456789ABCDE", "16 symbols are expected, not 15", FAR),
    (VOUCHER, "0123", "16 symbols are expected, not 4", FAR),
    (make("{a:alnum(2..3)}"), "ABCD", "2 to 3 symbols are expected, not 4", FAR),
    (
        SUBSCRIPTION,
        "ACC-FF60-P30",
        "the code ends after `ACC-FF60-P30`, where a digit or `S` must follow",
        NEAR,
    ),
    (
        SUBSCRIPTION,
        "ACC-FF6-P30S4",
        "`-` at place 8 can't stand there, where a hexadecimal digit is expected",
        NEAR,
    ),
    (
        VOUCHER,
        "012-34567-89AB-CDE4",
        "`-` at place 4 can't stand there, where a digit or a letter but U is expected",
        NEAR,
    ),
    # the check symbol
    (
        VOUCHER,
        "0123-4567-89AB-CDE5",
        "a symbol is wrong, or two are swapped: the check symbol does not fit",
        NEAR,
    ),
    (
        VOUCHER,
        "1023456789ABCDE4",
        "a symbol is wrong, or two are swapped: the check symbol does not fit",
        NEAR,
    ),
    # values
    (
        SUBSCRIPTION,
        "ACC-FF60-P030S4",
        "`030` at place 11 begins with a zero",
        NEAR,
    ),
    (
        SUBSCRIPTION,
        "ACC-FF60-P3000000000S4",
        "`3000000000` at place 11 is not a whole number from 0 to 999999999",
        NEAR,
    ),
    (
        SUBSCRIPTION,
        "ACC-FF600-P3S4",
        "`FF600` at place 5 is not 4 hexadecimal digits of `rayleighconnect`",
        NEAR,
    ),
    (NARROW, "N08-AB", "`08` at place 2 sets bit 3, which `narrow` does not declare", NEAR),
    (DAY, "D20260231-5", "`20260231` at place 2 is no day of the calendar", NEAR),
    (DAY, "D2026-13-01-5", "`2026-13-01` at place 2 is no day of the calendar", NEAR),
    (DAY, "D2026123145", "`4` at place 10 can't stand there, where `-` is expected", NEAR),
    (DAY, "D202612-31", "`202612-31` at place 2 is not a day such as `20261127`", NEAR),
    (DAY, "D20261231-51", "`51` at place 11 is not a whole number from 1 to 50", NEAR),
    (DAY, "D20261231-0", "`0` at place 11 is not a whole number from 1 to 50", NEAR),
    # other alphabets
    (
        SUBSCRIPTION,
        "АCC-F600-P3S4",
        "`А` at place 1 is U+0410 CYRILLIC CAPITAL LETTER A, which looks like `A`",
        NEAR,
    ),
    (
        SUBSCRIPTION,
        "aсc-F600-P3S4",
        "`с` at place 2 is U+0441 CYRILLIC SMALL LETTER ES, which looks like `C`",
        NEAR,
    ),
    (
        SUBSCRIPTION,
        "ACC–F600-P3S4",
        "`–` at place 4 is U+2013 EN DASH, which looks like `-`",
        NEAR,
    ),
    (
        DEFAULT,
        "７K2M-9QRT-4WX1",
        "`７` at place 1 is U+FF17 FULLWIDTH DIGIT SEVEN, which looks like `7`",
        NEAR,
    ),
    (
        SUBSCRIPTION,
        "ACC-F600-\u200bP3S4",
        "the character at place 10 is U+200B ZERO WIDTH SPACE, "
        "and codes have ASCII characters only",
        NEAR,
    ),
    (
        SUBSCRIPTION,
        "ACC-F600-ßP3S4",
        "`ß` at place 10 is U+00DF LATIN SMALL LETTER SHARP S, "
        "and codes have ASCII characters only",
        NEAR,
    ),
    (
        SUBSCRIPTION,
        "日本語",
        "`日` at place 1 is U+65E5 CJK UNIFIED IDEOGRAPH-65E5, "
        "and codes have ASCII characters only",
        FAR,
    ),
    # nothing like a code
    (SUBSCRIPTION, "", "the code is empty", FAR),
    (SUBSCRIPTION, "A" * 129, "a code has at most 64 characters", FAR),
    (SUBSCRIPTION, "日" * 129, "a code has at most 64 characters", FAR),
    (SUBSCRIPTION, "SUMMER", "`S` at place 1 can't stand there, where `ACC-` is expected", FAR),
    (
        SUBSCRIPTION,
        "A\0",
        "U+0000 an unnamed character at place 2 can't stand there, where `CC-` is expected",
        FAR,
    ),
]


@pytest.mark.parametrize(("format_", "text", "message", "near"), MISREAD)
def test_what_is_wrong_is_named_with_its_place(
    format_: Format,
    text: str,
    message: str,
    near: bool,  # noqa: FBT001
) -> None:
    found = format_.read(text)
    assert isinstance(found, Misread)
    assert (message, near) == (found.message, found.near)


def test_the_letter_of_another_alphabet_is_told_before_what_else_is_wrong() -> None:
    found = SUBSCRIPTION.read("ACC-F600-РP3S4")
    assert isinstance(found, Misread)
    assert found.message.startswith("`Р` at place 10 is U+0420 CYRILLIC CAPITAL LETTER ER")
    assert (found.place, found.changes) == (10, 2)
