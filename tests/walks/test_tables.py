"""The tables under `policies/` name every test of the walks, and no other."""

from __future__ import annotations

from types import ModuleType

import pytest

from tests.cli.running import SHIPPED
from tests.walks import test_coupon_inventory, test_group_subscriptions
from tests.walks.walking import named_in


@pytest.mark.parametrize(
    ("folder", "walk"),
    [
        ("coupon-inventory", test_coupon_inventory),
        ("group-subscriptions", test_group_subscriptions),
    ],
)
def test_the_table_names_each_test_in_its_order(folder: str, walk: ModuleType) -> None:
    found = [name for name in vars(walk) if name.startswith("test_")]
    assert named_in(SHIPPED / folder / "README.md") == found
