"""Feature sets: what the bits of a feature field mean (language.md, `features`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_HEX = re.compile(r"[0-9A-Fa-f]+")


class UnknownFeature(ValueError):
    """A name that is neither a feature of a set nor one of its named combinations."""

    def __init__(self, name: str, features: str) -> None:
        super().__init__(f"`{features}` has no feature `{name}`")
        self.name = name


class UndeclaredBit(ValueError):
    """A value has a bit that its feature set neither declares nor reserves."""

    def __init__(self, bit: int, features: str) -> None:
        super().__init__(f"`{features}` declares no bit {bit}")
        self.bit = bit


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """The features that a value of `width` bits can hold, bit 0 being the lowest.

    `bits` names features, `reserved` bits are accepted and reported, and `named` gives names to
    whole values, such as the tiers that are sold.
    """

    name: str
    width: int
    bits: Mapping[int, str]
    reserved: frozenset[int]
    named: Mapping[str, int]

    @property
    def digits(self) -> int:
        """How many hexadecimal digits a value takes."""
        return -(-self.width // 4)

    @property
    def known(self) -> int:
        """The value in which every bit is set that is declared or reserved."""
        return sum(1 << bit for bit in self.reserved.union(self.bits))

    def names(self, value: int) -> tuple[str, ...]:
        """The features of a value, the highest bit first; reserved bits have no name."""
        return tuple(self.bits[bit] for bit in sorted(self.bits, reverse=True) if value >> bit & 1)

    def reserved_in(self, value: int) -> tuple[int, ...]:
        """The reserved bits that a value has, the highest first."""
        return tuple(bit for bit in sorted(self.reserved, reverse=True) if value >> bit & 1)

    def called(self, value: int) -> str | None:
        """The name of exactly this value, None where no combination of that name is declared."""
        return next((name for name, bits in self.named.items() if bits == value), None)

    def value(self, names: Iterable[str]) -> int:
        """The value with all features that are named, alone or by the name of a combination.

        Raises `UnknownFeature`.
        """
        total = 0
        for name in names:
            total |= self._one(name)
        return total

    def _one(self, name: str) -> int:
        for bit, feature in self.bits.items():
            if feature == name:
                return 1 << bit
        if name not in self.named:
            raise UnknownFeature(name, self.name)
        return self.named[name]

    def hex(self, value: int) -> str:
        """A value as codes write it: upper-case hexadecimal digits, as many as the width takes."""
        return f"{value:0{self.digits}X}"

    def read(self, text: str) -> int:
        """The value of hexadecimal digits in any case.

        Raises `ValueError` for other text, `UndeclaredBit` for a value that no code can have.
        """
        if not _HEX.fullmatch(text):
            raise ValueError(f"`{text}` is no hexadecimal number")
        value = int(text, 16)
        undeclared = value & ~self.known
        if undeclared:
            raise UndeclaredBit(undeclared.bit_length() - 1, self.name)
        return value
