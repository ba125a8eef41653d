"""Sealed codes: a payload and a seal over everything else, enciphered together (README.md).

The block of a code is its payload, then its seal. FF1 makes another block of it, with as many
symbols: no two codes are the same, and a neighbour's serial shows nothing of one's own.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.codes.alphabet import BITS, SYMBOLS
from engine.codes.ff1 import FF1

VERSION = "coupon code 1"
"""Names this construction in all that is computed: another one makes other codes of all keys."""
FEWEST, MOST = 4, 38
"""How many symbols FF1 enciphers as one: fewer than 4 make less than its million blocks."""

_KEY = 32
_DIGEST = 256
"""The bits of SHA-256: more than so many symbols have."""


class Sealed(NamedTuple):
    """What a sealed code says: a specification, a month counted from January 2026, a serial."""

    spec: int
    month: int
    serial: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The bits of a sealed field's parts and its symbols, without the check symbol.

    Raises `ValueError` where the bits don't fill the symbols exactly.
    """

    spec: int
    issued: int
    serial: int
    seal: int
    symbols: int

    def __post_init__(self) -> None:
        if not FEWEST <= self.symbols <= MOST:
            raise ValueError(f"{FEWEST} to {MOST} symbols can be sealed, not {self.symbols}")
        if self.seal < 1:
            raise ValueError(f"a seal has 1 bit or more, not {self.seal}")
        asked, bits = sum(self.widths) + self.seal, BITS * self.symbols
        if asked != bits:
            raise ValueError(f"{self.symbols} symbols have {bits} bits, and {asked} are asked for")

    @property
    def widths(self) -> tuple[int, int, int]:
        """The bits of a `Sealed`, part by part."""
        return self.spec, self.issued, self.serial

    def payload(self, sealed: Sealed) -> int:
        """The parts in one number. Raises `ValueError` for one that has too few bits."""
        spec, month, serial = sealed
        if spec >> self.spec or month >> self.issued or serial >> self.serial:
            raise ValueError(self._misfit(sealed))
        return (spec << self.issued | month) << self.serial | serial

    def parts(self, payload: int) -> Sealed:
        """What `payload` made this number of."""
        rest, serial = divmod(payload, 1 << self.serial)
        spec, month = divmod(rest, 1 << self.issued)
        return Sealed(spec, month, serial)

    def _misfit(self, sealed: Sealed) -> str:
        """Which part has too few bits."""
        parts = zip(Sealed._fields, sealed, self.widths, strict=True)
        part, value, width = next(each for each in parts if each[1] >> each[2])
        return f"the {part} {value} does not fit in {width} bits"


class Sealer:
    """Seals and opens with one key. Threads may share it.

    The secret is not used itself: HKDF draws a key for the seal and one for FF1 from it, others
    for every space.
    """

    def __init__(self, secret: bytes, space: str) -> None:
        info = f"{VERSION}\0{space}".encode()
        keys = HKDF(SHA256(), 2 * _KEY, salt=None, info=info).derive(secret)
        self._seal_key, self._block_key = keys[:_KEY], keys[_KEY:]
        self._ciphers: dict[int, FF1] = {}

    def seal(self, layout: Layout, sealed: Sealed, rest: str) -> int:
        """The block of a code whose other symbols are `rest`. Raises `ValueError`."""
        payload, context = layout.payload(sealed), _context(layout, rest)
        block = payload << layout.seal | self._seal(layout, payload, context)
        return self._cipher(layout.symbols).encrypt(block, context)

    def open(self, layout: Layout, block: int, rest: str) -> Sealed | None:
        """What was sealed, or `None` where this key did not seal it."""
        context = _context(layout, rest)
        found = self._cipher(layout.symbols).decrypt(block, context)
        payload, seal = divmod(found, 1 << layout.seal)
        size = _size(layout.seal)
        right = self._seal(layout, payload, context).to_bytes(size, "big")
        is_right = hmac.compare_digest(seal.to_bytes(size, "big"), right)
        return layout.parts(payload) if is_right else None

    def _seal(self, layout: Layout, payload: int, context: bytes) -> int:
        """The first bits of HMAC-SHA-256 over the payload and all around it."""
        message = context + payload.to_bytes(_size(sum(layout.widths)), "big")
        digest = hmac.digest(self._seal_key, message, "sha256")
        return int.from_bytes(digest, "big") >> _DIGEST - layout.seal

    def _cipher(self, symbols: int) -> FF1:
        if symbols not in self._ciphers:
            self._ciphers[symbols] = FF1(self._block_key, len(SYMBOLS), symbols)
        return self._ciphers[symbols]


def _context(layout: Layout, rest: str) -> bytes:
    """What else is sealed, and tweaks the cipher: the layout, and the code's other symbols."""
    spec, issued, serial = layout.widths
    return f"{VERSION}\0{spec}.{issued}.{serial}.{layout.seal}\0{rest}\0".encode()


def _size(bits: int) -> int:
    return (bits + 7) // 8
