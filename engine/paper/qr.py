"""QR codes (ISO/IEC 18004), many of one size at a time, as bitmaps.

segno makes a code in tens of milliseconds, most of which is the same for all codes of one version.
A press takes that from segno once: what every code of a version, level and mask has, and where its
data goes. What differs is pressed in: the bytes, their check symbols, and the mask over both. Codes
are those that segno makes, bit by bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product, zip_longest
from operator import itemgetter
from typing import Any, NamedTuple

import segno
from segno import consts

QUIET = 4
"""So many light modules a code needs around it."""
LEVELS = "hqml"
"""The levels of error correction, the strongest first."""
_MASK = 2
"""Every third column: of the eight masks, all of which readers know."""
_ERRORS = {
    "l": consts.ERROR_LEVEL_L,
    "m": consts.ERROR_LEVEL_M,
    "q": consts.ERROR_LEVEL_Q,
    "h": consts.ERROR_LEVEL_H,
}
_PIXELS = bytes.maketrans(b"01", b"\xff\x00")
_BYTE_MODE = 0b0100
_PADS = (0b11101100, 0b00010001)
_VERSIONS = range(1, 41)
_VERSIONED = 7
"""From this version on a code says its version."""
_LONG_COUNT = 10
"""From this version on the count of bytes has two bytes."""


class TooLong(ValueError):
    """No QR code can hold so many bytes."""


class Fit(NamedTuple):
    """The version and the level of error correction of a code."""

    version: int
    level: str

    @property
    def modules(self) -> int:
        """How many modules a side has, without the quiet zone."""
        return 17 + 4 * self.version


class Bitmap(NamedTuple):
    """A picture of one bit a pixel, eight pixels a byte, rows from above; dark is 0."""

    side: int
    rows: bytes


def fit(size: int) -> Fit:
    """The smallest code for so many bytes, with the strongest correction that costs no module.

    Raises `TooLong`.
    """
    for version in _VERSIONS:
        for level in LEVELS:
            if size <= capacity(version, level):
                return Fit(version, level)
    raise TooLong(f"a QR code holds {capacity(40, 'l')} bytes, and not {size}")


def capacity(version: int, level: str) -> int:
    """How many bytes a code of a version and level holds."""
    words = sum(each.num_blocks * each.num_data for each in _blocks(version, level))
    return words - (2 if version < _LONG_COUNT else 3)


@lru_cache(maxsize=16)
def press(fit_: Fit) -> Press:
    """The press of a version and level."""
    return Press(fit_)


class Press:
    """Makes codes of one version and level."""

    def __init__(self, fit_: Fit) -> None:
        self._fit = fit_
        fixed = _fixed(fit_)
        path = [place for place in _path(fit_.modules) if place not in fixed]
        self._mask = int("".join(str(int(column % 3 == 0)) for _, column in path), 2)
        self._bits = len(path)
        self._take = itemgetter(*_places(fit_, path))
        self._weave = itemgetter(*_woven(fit_))

    def bitmap(self, text: str) -> Bitmap:
        """The code of a text, each of whose modules is eight pixels wide and high.

        So many stay sharp where a viewer smooths what it enlarges.
        """
        words = bytes(self._weave(_words(text.encode(), self._fit)))
        bits = int.from_bytes(words, "big") << self._bits - 8 * len(words)
        text = f"{bits ^ self._mask:0{self._bits}b}01"
        modules = bytes(self._take(text.encode())).translate(_PIXELS)
        side = self._fit.modules
        starts = range(0, side * side, side)
        return Bitmap(8 * side, b"".join(modules[each : each + side] * 8 for each in starts))


def _fixed(fit_: Fit) -> set[tuple[int, int]]:
    """The rows and columns of modules that no data is placed in."""
    side, low = fit_.modules, fit_.modules - 8
    first = range(9)
    fixed = {(row, column) for row in first for column in (*first, *range(low, side))}
    fixed |= {(row, column) for row in range(low, side) for column in first}
    fixed |= {(6, each) for each in range(side)} | {(each, 6) for each in range(side)}
    fixed |= set(_alignment(fit_))
    if fit_.version >= _VERSIONED:
        version = {(row, column) for row in range(6) for column in range(low - 3, low)}
        fixed |= version | {(column, row) for row, column in version}
    return fixed


def _alignment(fit_: Fit) -> Iterator[tuple[int, int]]:
    """The modules of alignment patterns, which stand where no finder is."""
    if fit_.version == 1:
        return
    centres: tuple[int, ...] = tuple(consts.ALIGNMENT_POS[fit_.version - 2])
    low, high = centres[0], centres[-1]
    for row, column in product(centres, centres):
        if (row, column) not in ((low, low), (low, high), (high, low)):
            yield from product(range(row - 2, row + 3), range(column - 2, column + 3))


def _path(side: int) -> list[tuple[int, int]]:
    """Rows and columns in the order in which data is placed: up and down, two columns at a time."""
    found = []
    upwards = True
    for right in (*range(side - 1, 6, -2), *range(5, 0, -2)):
        rows = reversed(range(side)) if upwards else iter(range(side))
        found += [(row, column) for row in rows for column in (right, right - 1)]
        upwards = not upwards
    return found


def _places(fit_: Fit, path: list[tuple[int, int]]) -> list[int]:
    """For each module, row by row, which bit it is; behind the data stand a 0 and a 1."""
    order = {place: index for index, place in enumerate(path)}
    light = len(path)
    # What stands beside the data is the same whatever the data is.
    code = segno.make_qr("", error=fit_.level, version=fit_.version, mask=_MASK, boost_error=False)
    return [
        order.get((row, column), light + dark)
        for row, line in enumerate(code.matrix)
        for column, dark in enumerate(line)
    ]


# --- words --------------------------------------------------------------------------------------


class _Blocks(NamedTuple):
    """So many blocks with the same count of words, of which so many are data."""

    num_blocks: int
    num_total: int
    num_data: int


@lru_cache(maxsize=160)
def _blocks(version: int, level: str) -> tuple[_Blocks, ...]:
    """The blocks of a version and level, the shorter ones first."""
    levels: Any = consts.ECC[version]
    return tuple(_Blocks(*each) for each in levels[_ERRORS[level]])


def _words(data: bytes, fit_: Fit) -> bytes:
    """The words of a code: the content, block by block, and then the check symbols of each."""
    content, start, checks = _content(data, fit_), 0, []
    for each in _blocks(*fit_):
        for _ in range(each.num_blocks):
            part = content[start : start + each.num_data]
            start += each.num_data
            checks.append(_checks(part, each.num_total - each.num_data))
    return content + b"".join(checks)


def _woven(fit_: Fit) -> list[int]:
    """The order in which words are placed: the first of each block, the second of each, and on."""
    parts: list[range] = []
    checks: list[range] = []
    start, place = 0, sum(each.num_blocks * each.num_data for each in _blocks(*fit_))
    for each in _blocks(*fit_):
        more = each.num_total - each.num_data
        for _ in range(each.num_blocks):
            parts.append(range(start, start + each.num_data))
            checks.append(range(place, place + more))
            start, place = start + each.num_data, place + more
    woven = (place for blocks in (parts, checks) for row in zip_longest(*blocks) for place in row)
    return [place for place in woven if place is not None]


def _content(data: bytes, fit_: Fit) -> bytes:
    """The bytes with their mode and count before them, filled up with pads."""
    room = capacity(*fit_)
    count_bits = 8 if fit_.version < _LONG_COUNT else 16
    head = _BYTE_MODE << count_bits | len(data)
    # Four bits of the end follow the data, so that it is whole bytes again.
    bits = (head << 8 * len(data) | int.from_bytes(data, "big")) << 4
    text = bits.to_bytes((4 + count_bits + 8 * len(data) + 4) // 8, "big")
    missing = room - len(data)
    return text + bytes(_PADS[index % 2] for index in range(missing))


def _checks(part: bytes, count: int) -> bytes:
    """The check symbols of a block: what is left of it divided by the generator."""
    table, keep = _multiples(count), (1 << 8 * count) - 1
    shift = 8 * (count - 1)
    rest = 0
    for each in part:
        rest = (rest << 8 & keep) ^ table[each ^ rest >> shift]
    return rest.to_bytes(count, "big")


@lru_cache(maxsize=32)
def _multiples(count: int) -> list[int]:
    """The generator of so many check symbols, times each symbol, without its leading one."""
    powers, logs = _field()
    generator = [1]
    for power in range(count):
        longer = [*generator, 0]
        for index, each in enumerate(generator, 1):
            longer[index] ^= powers[(logs[each] + power) % 255] if each else 0
        generator = longer
    return [
        int.from_bytes(
            bytes(
                powers[(logs[each] + logs[factor]) % 255] if each and factor else 0
                for each in generator[1:]
            ),
            "big",
        )
        for factor in range(256)
    ]


@lru_cache(maxsize=1)
def _field() -> tuple[list[int], dict[int, int]]:
    """The powers of 2 in the field of 256 elements of QR codes, and their logarithms."""
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        value <<= 1
        if value & 256:
            value ^= 0b100011101
    return powers, {each: index for index, each in enumerate(powers)}
