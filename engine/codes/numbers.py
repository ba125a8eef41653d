"""Patterns of whole numbers in a range, and of the days of the calendar."""

from __future__ import annotations

from collections.abc import Iterator

from engine.codes.patterns import Either, Pattern, Row, Step, grouped, row_of

DIGITS = "0123456789"
_NOT_ZERO = DIGITS[1:]


def whole_number(low: int, high: int) -> Pattern:
    """The whole numbers from `low` to `high`, both included, without leading zeros."""
    zero = (Step("0"),) if low == 0 else ()
    return Either((*_by_length(max(low, 1), high), *zero))


def _by_length(low: int, high: int) -> Iterator[Pattern]:
    """The numbers that are not 0, those of one length after the other."""
    whole = []
    for length in range(len(str(low)), len(str(high)) + 1):
        first, last = max(low, 10 ** (length - 1)), min(high, 10**length - 1)
        if last - first + 1 == 9 * 10 ** (length - 1):
            whole.append(length)
        elif first <= last:
            yield from (row_of(*row) for row in _between(str(first), str(last)))
    if whole:
        yield grouped([_NOT_ZERO, *[DIGITS] * (whole[-1] - 1)], whole[0])


def _between(low: str, high: str) -> Iterator[tuple[str, ...]]:
    """The numbers between two of the same length, as rows of digits, no number in two rows."""
    if not low:
        yield ()
        return
    first, last, free = int(low[0]), int(high[0]), len(low) - 1
    if first == last:
        yield from ((low[0], *row) for row in _between(low[1:], high[1:]))
        return
    if low[1:] != "0" * free:
        yield from ((low[0], *row) for row in _between(low[1:], "9" * free))
        first += 1
    if high[1:] != "9" * free:
        yield from ((high[0], *row) for row in _between("0" * free, high[1:]))
        last -= 1
    if first <= last:
        yield (DIGITS[first : last + 1], *[DIGITS] * free)


_LONG_MONTH = Either((row_of("0", "13578"), row_of("1", "02")))
_SHORT_MONTH = Either((row_of("0", "469"), row_of("1", "1")))
_TO_28 = Either((row_of("0", _NOT_ZERO), row_of("1", DIGITS), row_of("2", "012345678")))
_TO_30 = Either((_TO_28, row_of("2", "9"), row_of("3", "0")))
_TO_31 = Either((_TO_30, row_of("3", "1")))
_YEAR = row_of(_NOT_ZERO, DIGITS, DIGITS, DIGITS)
_LEAP_YEAR = Either(
    (
        row_of(_NOT_ZERO, DIGITS, "0", "48"),
        row_of(_NOT_ZERO, DIGITS, "2468", "048"),
        row_of(_NOT_ZERO, DIGITS, "13579", "26"),
        row_of("2468", "048", "0", "0"),
        row_of("13579", "26", "0", "0"),
    )
)


def _days(hyphen: Pattern) -> Pattern:
    """Month and day of every year, each after a hyphen or after nothing."""
    months = ((_LONG_MONTH, _TO_31), (_SHORT_MONTH, _TO_30), (row_of("0", "2"), _TO_28))
    return Either(tuple(Row((hyphen, month, hyphen, day)) for month, day in months))


def _leap_day(hyphen: Pattern) -> Pattern:
    return Row((hyphen, row_of("0", "2"), hyphen, row_of("2", "9")))


_HYPHEN = Step("-", kept=False)
_NONE = Row(())
DAY = Either(
    (
        Row((_YEAR, Either((_days(_NONE), _days(_HYPHEN))))),
        Row((_LEAP_YEAR, Either((_leap_day(_NONE), _leap_day(_HYPHEN))))),
    )
)
"""The days of the years 1000 to 9999: `20261127`, or `2026-11-27`."""
