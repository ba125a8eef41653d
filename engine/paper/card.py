"""A card that is handed out: what is on it."""

from __future__ import annotations

from typing import NamedTuple

LAYOUTS = {1: (1, 1), 2: (1, 2), 4: (2, 2), 6: (2, 3), 8: (2, 4), 10: (2, 5)}
"""Columns and rows of a sheet by how many cards it has."""


class NoRoom(ValueError):
    """A QR code has so many modules that no card has room for it."""


class Brand(NamedTuple):
    """Who gives cards: a name, how to reach them, a colour such as `#00539f`, and a logo's bytes.

    A logo that can't be drawn is left out: the name stands there in any case.
    """

    title: str
    contact: tuple[str, ...] = ()
    colour: str | None = None
    logo: bytes | None = None


class Face(NamedTuple):
    """What many cards have in common: what is granted, line by line, and until when."""

    brand: Brand
    title: str
    grants: tuple[str, ...]
    until: str | None


class Card(NamedTuple):
    """A card: its face, its code, a reference where it has one, and what its QR code says."""

    face: Face
    code: str
    reference: str | None
    qr: str
