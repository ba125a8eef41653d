"""How long sealing and opening take: `pytest tests/benchmarks/test_codes.py --benchmark-only`."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from engine.codes.key_ring import KeyRing
from engine.codes.sealing import Sealed
from tests.codes.rings import VOUCHER, ring


@pytest.mark.parametrize("keys", [ring("one"), ring("one", "two", "three")], ids=["1", "3"])
def test_seal_a_code(benchmark: Any, keys: KeyRing) -> None:
    serials = count()
    body = benchmark(lambda: keys.seal(VOUCHER, Sealed(7, 10, next(serials)), ""))
    assert len(body) == VOUCHER.symbols


@pytest.mark.parametrize("keys", [ring("one"), ring("one", "two", "three")], ids=["1", "3"])
def test_open_a_code(benchmark: Any, keys: KeyRing) -> None:
    body = keys.seal(VOUCHER, Sealed(7, 10, 123), "")
    assert benchmark(lambda: keys.open(VOUCHER, body, "")) == Sealed(7, 10, 123)
