"""Keys that are always the same, and the layout of the codes that are printed."""

from __future__ import annotations

from engine.codes.key_ring import KeyRing, SealKey
from engine.codes.sealing import Layout

VOUCHER = Layout(spec=12, issued=8, serial=20, seal=35, symbols=15)
"""`sealed(16, check)` without its check symbol."""


def key(name: str) -> SealKey:
    """The key of a name."""
    return SealKey(name, name.encode().ljust(32, b"."))


def ring(*names: str, retired: str = "", space: str = "acme") -> KeyRing:
    """A ring of keys by their names, and those of them that are retired."""
    return KeyRing(map(key, names), space).retiring(retired.split())
