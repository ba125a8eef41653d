"""Documents of feature sets: what the bits of a feature field mean."""

from __future__ import annotations

import re

from engine.catalogue import fields, nodes
from engine.catalogue.nodes import Scalar
from engine.catalogue.page import quoted
from engine.catalogue.report import Report, place_of
from engine.codes.features import FeatureSet

MAX_WIDTH = 256

_BIT = re.compile(r"[0-9]{1,9}", re.ASCII)
_Bits = dict[int, Scalar]
"""Bits with the text that declares or reserves each."""


def read_feature_set(document: nodes.Mapping, report: Report) -> FeatureSet | None:
    """The feature set of a document; None where something is wrong with it, which is reported."""
    name = fields.name_of(document)
    return None if name is None else _FeatureSetReader(name.text.strip(), document, report).read()


class _FeatureSetReader:
    """Reads one feature set, and remembers whether all of it was right."""

    def __init__(self, name: str, document: nodes.Mapping, report: Report) -> None:
        self._name = name
        self._document = document
        self._report = report
        self._width = fields.whole_number(document, "width") or 0
        self._is_right = 1 <= self._width <= MAX_WIDTH

    def read(self) -> FeatureSet | None:
        """The set; None where its shape or a bit is wrong."""
        if not self._is_right:
            return None
        taken: _Bits = {}
        bits = self._declared(taken)
        reserved = frozenset(self._reserved(taken))
        named = self._named(set(bits) | reserved, set(bits.values()))
        if not self._is_right:
            return None
        return FeatureSet(self._name, self._width, bits, reserved, named)

    def _declared(self, taken: _Bits) -> dict[int, str]:
        """The names of features by bit."""
        bits: dict[int, str] = {}
        names: set[str] = set()
        for key, value in self._entries("bits"):
            bit, name = self._bit(key, taken), value.text.strip()
            if name in names:
                message = f"another bit is called `{name}` already"
                self._wrong("duplicate-name", message, value, "choose another name")
            elif bit is not None:
                bits[bit] = name
            names.add(name)
        return bits

    def _reserved(self, taken: _Bits) -> list[int]:
        node = self._document.get("reserved")
        scalars = fields.scalars(node)
        if isinstance(node, nodes.Sequence) and len(scalars) < len(node.items):
            self._is_right = False
        read = [self._bit(each, taken) for each in scalars]
        return [bit for bit in read if bit is not None]

    def _bit(self, scalar: Scalar, taken: _Bits) -> int | None:
        """The number of a bit, which no other text of the set has."""
        text = scalar.text.strip()
        if _BIT.fullmatch(text) is None:
            self._is_right = False
            return None
        bit = int(text)
        if bit >= self._width:
            message = f"there is no bit `{text}` in a set with a width of {self._width}"
            help_ = f"its bits are 0 to {self._width - 1}"
            self._wrong("wrong-shape", message, scalar, help_)
        elif bit in taken:
            message = f"the bit `{text}` is listed already, in {place_of(taken[bit])}"
            help_ = "a bit is either a feature or reserved, once"
            self._wrong("duplicate-name", message, scalar, help_)
        taken.setdefault(bit, scalar)
        return bit

    def _named(self, known: set[int], features: set[str]) -> dict[str, int]:
        """The values that have names; each is that of one name."""
        names: dict[int, str] = {}
        for key, value in self._entries("named"):
            name, bits = key.text.strip(), self._value(value, known)
            if name in features:
                message = f"a bit is called `{name}` already"
                self._wrong("duplicate-name", message, key, "choose another name")
            elif bits in names:
                message = f"`{value.text.strip()}` is the value of `{names[bits]}` already"
                self._wrong("duplicate-name", message, value, "keep one of the two names")
            elif bits is not None:
                names[bits] = name
        return {name: bits for bits, name in names.items()}

    def _value(self, scalar: Scalar, known: set[int]) -> int | None:
        """The value of hexadecimal digits, whose bits are all features or reserved."""
        text = scalar.text.strip()
        try:
            value = int(text, 16)
        except ValueError:
            self._is_right = False
            return None
        if value >> self._width:
            message = f"{quoted(text)} has more bits than the {self._width} of its set"
            self._wrong("wrong-shape", message, scalar, "shorten it, or raise `width`")
            return None
        strange = [bit for bit in range(self._width) if value >> bit & 1 and bit not in known]
        if strange:
            message = f"the bit {strange[-1]} of `{text}` is neither a feature nor reserved"
            self._wrong("unknown-feature", message, scalar, "name it in `bits`, or clear it here")
        return value

    def _entries(self, key: str) -> list[tuple[Scalar, Scalar]]:
        """The entries of a mapping whose values are texts."""
        node = fields.mapping(self._document.get(key))
        entries = node.entries if node is not None else ()
        read = [(name, fields.scalar(value)) for name, value in entries]
        found = [(name, value) for name, value in read if value is not None]
        if len(found) < len(entries) or (node is None and self._document.key(key) is not None):
            self._is_right = False
        return found

    def _wrong(self, name: str, message: str, scalar: Scalar, help_: str) -> None:
        self._report.at(name, message, scalar, help_)
        self._is_right = False
