"""How long printing takes: `pytest tests/benchmarks/test_sheets.py --benchmark-only`."""

from __future__ import annotations

from typing import Any

import pytest

from engine.codes.statements import new_signing_key, read_private
from engine.inventory.filters import InventoryFilters
from engine.inventory.receipts import Receipts
from engine.inventory.sheets import Sheets
from engine.store.database import Database
from engine.store.upgrade import ensure
from tests.inventory.test_purchases import ME, Shop
from tests.service.issuing import KEY, mint_of

COUNT = 1000


@pytest.fixture(scope="module")
def shop() -> Shop:
    """A shop that sold a thousand codes, over a store in memory."""
    database = Database("sqlite://")
    ensure(database)
    found = Shop(mint_of(database, KEY))
    found.buy(f"pro:{COUNT}")
    return found


def test_print_a_thousand_signed_cards(benchmark: Any, shop: Shop) -> None:
    sheets = Sheets(shop.mint.desk.office, read_private(new_signing_key()[0]))
    filters = InventoryFilters(purchase="P-2026-00000001")
    printed = benchmark.pedantic(lambda: sheets.sheet(filters, ME), rounds=3)
    assert printed.cards == COUNT


def test_print_a_receipt_of_a_thousand_codes(benchmark: Any, shop: Shop) -> None:
    receipts = Receipts(shop.mint.desk.office)
    printed = benchmark.pedantic(lambda: receipts.pdf("P-2026-00000001", ME), rounds=3)
    assert printed.startswith(b"%PDF")
