"""The types of the fields of codes: what each may hold, and how it is written.

A field has *symbols*, its characters as the canonical code has them but without the separators of
groups, and a *value*, which is what they say.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile
from typing import TypeAlias

from engine.codes.alphabet import LOOKALIKES, SYMBOLS, fold
from engine.codes.features import FeatureSet, UndeclaredBit
from engine.codes.numbers import DAY, DIGITS, whole_number
from engine.codes.patterns import SEPARATOR, Pattern, grouped

Value: TypeAlias = str | int
"""What a field says: a number for `int`, `2026-11-27` for `date`, else its upper-case symbols."""

HEX_DIGITS = "0123456789ABCDEF"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MAX_INT = 999_999_999
"""An `int` has at most nine digits."""

_WHOLE = re.compile("0|[1-9][0-9]{0,8}")
_DAY_LIKE = re.compile(r"[0-9]{4}(-?)[0-9]{2}\1[0-9]{2}")
_ISO_DAY = re.compile("[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}")


class FieldType(ABC):
    """What a field may hold.

    Where a subclass keeps one of these properties as a field of a dataclass, it says `= field()`:
    without it the property would be taken for the default.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def kind(self) -> str:
        """Its word in templates."""

    @property
    @abstractmethod
    def one(self) -> str:
        """One of its symbols in words: `a letter`."""

    @property
    @abstractmethod
    def holds(self) -> str:
        """What it may hold, in words: `4 hexadecimal digits`."""

    @property
    @abstractmethod
    def longest(self) -> int:
        """How many symbols it has at most."""

    @property
    def shortest(self) -> int:
        """How many symbols it has at least."""
        return self.longest

    @property
    def letters(self) -> str:
        """The characters that its symbols are written with."""
        return DIGITS

    @abstractmethod
    def pattern(self, group: int) -> Pattern:
        """The upper-case characters that are read, in groups of so many (0: no groups)."""

    @abstractmethod
    def symbols(self, value: Value) -> str:
        """The symbols of a value in any case. Raises `ValueError`."""

    def value(self, symbols: str) -> Value:
        """What symbols say that fit the pattern."""
        return symbols

    def fold(self, characters: str) -> str:
        """The symbols of characters that fit the pattern, separators left out."""
        return characters

    def meant(self, text: str) -> str:
        """The beginning of an upper-case text that was meant for it."""
        return "".join(takewhile(self.letters.__contains__, text))

    def fault(self, characters: str) -> str:  # noqa: ARG002 - some types say more
        """What is wrong with characters that it can't hold, as the end of a sentence."""
        return f"is not {self.holds}"


@dataclass(frozen=True, slots=True)
class Text(FieldType):
    """`hex(n)`, `alpha(n)`, `alnum(n)`, `alnum(a..b)`, `digits(n)`: symbols of one alphabet."""

    kind: str = field()
    shortest: int = field()
    longest: int = field()

    @property
    def one(self) -> str:
        """One of its symbols in words."""
        return _ALPHABETS[self.kind][1]

    @property
    def holds(self) -> str:
        """How many of which symbols."""
        count = (
            f"{self.shortest} to {self.longest}" if self.shortest < self.longest else self.longest
        )
        return f"{count} {_ALPHABETS[self.kind][2 if self.longest > 1 else 1].removeprefix('a ')}"

    @property
    def letters(self) -> str:
        """The alphabet."""
        return _ALPHABETS[self.kind][0]

    def pattern(self, group: int) -> Pattern:
        """Any symbols of the alphabet."""
        return grouped([self.letters] * self.longest, self.shortest, group)

    def symbols(self, value: Value) -> str:
        """The text in capitals."""
        text = str(value).upper()
        if not self.shortest <= len(text) <= self.longest or set(text).difference(self.letters):
            raise ValueError(f"`{value}` {self.fault(str(value))}")
        return text


_ALPHABETS = {
    "hex": (HEX_DIGITS, "a hexadecimal digit", "hexadecimal digits"),
    "alpha": (LETTERS, "a letter", "letters"),
    "alnum": (DIGITS + LETTERS, "a letter or a digit", "letters or digits"),
    "digits": (DIGITS, "a digit", "digits"),
}


@dataclass(frozen=True, slots=True)
class _Symbols(FieldType):
    """So many symbols of Crockford's base 32."""

    longest: int = field()

    @property
    def one(self) -> str:
        """One symbol in words: O, I and L are read, too."""
        return "a digit or a letter but U"

    @property
    def holds(self) -> str:
        """How many symbols."""
        return f"{self.longest} symbol{'s' if self.longest > 1 else ''} (digits and letters but U)"

    @property
    def letters(self) -> str:
        """The symbols and what is read for them."""
        return SYMBOLS + "".join(LOOKALIKES)

    def pattern(self, group: int) -> Pattern:
        """Any symbols."""
        return grouped([self.letters] * self.longest, self.longest, group)

    def fold(self, characters: str) -> str:
        """The symbols that are meant."""
        return fold(characters)

    def symbols(self, value: Value) -> str:
        """The text in capitals, look-alikes replaced; separators may stand in it."""
        text = fold(str(value).upper().replace(SEPARATOR, ""))
        if len(text) != self.longest or set(text).difference(SYMBOLS):
            raise ValueError(f"`{value}` {self.fault(str(value))}")
        return text


@dataclass(frozen=True, slots=True)
class Random(_Symbols):
    """`random(n)`: symbols that are drawn when a code is written."""

    kind = "random"


@dataclass(frozen=True, slots=True)
class Check(_Symbols):
    """`check`: the symbol that tells typing errors (see `check_symbol`)."""

    kind = "check"
    longest: int = 1


@dataclass(frozen=True, slots=True)
class SealedBody(_Symbols):
    """`sealed(n)`, `sealed(n, check)`: what only a key makes; the check symbol is its last."""

    kind = "sealed"
    has_check: bool

    @property
    def body(self) -> Random:
        """What is sealed: all symbols but the check symbol."""
        return Random(self.longest - self.has_check)


@dataclass(frozen=True, slots=True)
class Flags(FieldType):
    """`flags(NAME)`: the features of a set, in hexadecimal digits.

    Its pattern has only bits that the set declares or reserves.
    """

    features: FeatureSet
    kind = "flags"
    one = "a hexadecimal digit"

    @property
    def holds(self) -> str:
        """How many digits."""
        digits = self.features.digits
        return f"{digits} hexadecimal digit{'s' if digits > 1 else ''} of `{self.features.name}`"

    @property
    def longest(self) -> int:
        """All its digits are always written."""
        return self.features.digits

    @property
    def letters(self) -> str:
        """The hexadecimal digits."""
        return HEX_DIGITS

    def pattern(self, group: int) -> Pattern:
        """Digit by digit those without an undeclared bit."""
        shifts = range(4 * (self.longest - 1), -1, -4)
        digits = [_without(~self.features.known >> shift & 15) for shift in shifts]
        return grouped(digits, self.longest, group)

    def symbols(self, value: Value) -> str:
        """The digits in capitals, as many as the set's width takes."""
        return self.features.hex(self.features.read(str(value)))

    def fault(self, characters: str) -> str:
        """How many digits are expected, or the undeclared bit."""
        if len(characters) == self.longest:
            try:
                self.features.read(characters)
            except UndeclaredBit as error:
                return f"sets bit {error.bit}, which `{self.features.name}` does not declare"
        return FieldType.fault(self, characters)


def _without(undeclared: int) -> str:
    """The hexadecimal digits that have none of some bits."""
    return "".join(digit for digit in HEX_DIGITS if not int(digit, 16) & undeclared)


@dataclass(frozen=True, slots=True)
class Int(FieldType):
    """`int`, `int(a..b)`: a whole number without leading zeros, both bounds included."""

    low: int = 0
    high: int = MAX_INT
    kind = "int"
    one = "a digit"

    @property
    def holds(self) -> str:
        """The bounds."""
        return f"a whole number from {self.low} to {self.high}"

    @property
    def longest(self) -> int:
        """The digits of the upper bound."""
        return len(str(self.high))

    @property
    def shortest(self) -> int:
        """The digits of the lower bound."""
        return len(str(self.low))

    def pattern(self, group: int) -> Pattern:  # noqa: ARG002 - numbers have no groups
        """The numbers of the range."""
        return whole_number(self.low, self.high)

    def value(self, symbols: str) -> Value:
        """The number."""
        return int(symbols)

    def symbols(self, value: Value) -> str:
        """The number's digits."""
        text = str(value)
        if not _WHOLE.fullmatch(text) or not self.low <= int(text) <= self.high:
            raise ValueError(f"`{text}` {self.fault(text)}")
        return text

    def fault(self, characters: str) -> str:
        """A leading zero, or the bounds."""
        is_padded = len(characters) > 1 and characters.startswith("0")
        return "begins with a zero" if is_padded else FieldType.fault(self, characters)


@dataclass(frozen=True, slots=True)
class Date(FieldType):
    """`date`: a day of the calendar, written `20261127` and read as `2026-11-27`, too."""

    kind = "date"
    one = "a digit"
    longest = len("20261127")

    @property
    def holds(self) -> str:
        """How a day is written."""
        return "a day such as `20261127`"

    @property
    def letters(self) -> str:
        """The digits, and the hyphens that are read, too."""
        return DIGITS + SEPARATOR

    def meant(self, text: str) -> str:
        """A day with or without hyphens, or just digits."""
        found = _DAY_LIKE.match(text)
        return found.group() if found else FieldType.meant(self, text).rstrip(SEPARATOR)

    def pattern(self, group: int) -> Pattern:  # noqa: ARG002 - days have groups of their own
        """The days of the years 1000 to 9999."""
        return DAY

    def value(self, symbols: str) -> Value:
        """The day as ISO 8601 has it."""
        return f"{symbols[:4]}-{symbols[4:6]}-{symbols[6:]}"

    def symbols(self, value: Value) -> str:
        """The eight digits of an ISO day."""
        text = str(value)
        try:
            day = date.fromisoformat(text if _ISO_DAY.fullmatch(text) else "")
        except ValueError:
            raise ValueError(f"`{text}` is not a day such as `2026-11-27`") from None
        return f"{day:%Y%m%d}"

    def fault(self, characters: str) -> str:
        """That it is written like a day and is none, or what is expected."""
        is_like_one = _DAY_LIKE.fullmatch(characters) is not None
        return "is no day of the calendar" if is_like_one else FieldType.fault(self, characters)


def ends_checked(field_type: FieldType) -> bool:
    """Whether the last symbol of a field is a check symbol."""
    if isinstance(field_type, SealedBody):
        return field_type.has_check
    return isinstance(field_type, Check)
