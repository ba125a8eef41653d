"""What a request of a space knows without asking the store."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec

from engine.decisions.session import Found
from engine.service.book import Book


class Subscribed(msgspec.Struct, frozen=True, eq=False):
    """What is known of a subscription: the facts stored with it, and what stands on it, in order.

    Each is a `Holding`, of a room above this one; holds that ran out may be among them.
    """

    facts: Mapping[str, Any]
    here: tuple[Any, ...]


class Known(msgspec.Struct, eq=False):
    """What was made of rows that still stand, under one book; `Transaction.keep` adds to it.

    In a transaction that may change something it stays empty.
    """

    book: Book
    subscriptions: dict[str, Subscribed] = {}
    codes: dict[str, Found] = {}
    """Codes that are the same for all customers, at all times."""
    unheld: dict[str, Found] = {}
    """Those of them whose coupon has no holds that it counts."""
    first_ends: dict[str, int] = {}
    """When the first hold of a coupon runs out."""
    unused: dict[str, bool] = {}
    """Ids that no charge has."""
    counters: dict[tuple[Any, ...], Fraction | int] = {}
    """What limits count, by their counter, their key, and the window that they count in, if any."""
