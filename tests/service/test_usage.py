"""What limits have counted: the store's answer, and what a request does to it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from engine.calendar import Instant
from engine.decisions.usage import ALWAYS, Key, Meter, RecordedUsage, Use
from engine.language.vocabulary import Fold
from engine.service.usage.rows import Count, Event, place_of
from engine.service.usage.usage import StoredUsage
from engine.store.database import Transaction
from tests.service.desk import Desk, desk

__all__ = ["desk"]

POLICIES = """\
space: acme
timezone: Europe/Zurich
currency: USD
---
coupon: pair
discount: 10%
codes: [PAIR]
redemption:
  - at most 2 redemptions per code
---
coupon: other
discount: 10%
codes: [OTHER]
redemption:
  - at most 2 redemptions per code
"""
KEY: Key = (Fold.CODE.apply("PAIR"),)
Change = Callable[[StoredUsage, Meter], object]


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A shop that has redeemed one of the two that the limit allows."""
    desk.push(POLICIES)
    desk.redeemed("PAIR", "s-1")
    return desk


def meter(shop: Desk, coupon: str) -> Meter:
    with shop.office.database.read() as tx:
        book = shop.office.books.in_force(tx)
        return book.coupons[coupon].ready.redemption.counts[0].meter


def allows(shop: Desk, *changes: Change, coupon: str = "pair") -> bool:
    """Whether one more is allowed after some changes, asked twice; how much is used agrees."""
    of = meter(shop, coupon)

    def work(tx: Transaction) -> set[bool]:
        usage = StoredUsage(tx, "acme")
        for change in changes:
            change(usage, of)
        found = {usage.allows(of, KEY), usage.used(of, KEY, ALWAYS) < of.most}
        return found | {usage.allows(of, KEY)}

    (found,) = shop.office.database.look(work) | shop.office.database.look(work)
    return found


def counted(of: Meter) -> Count:
    return Count(place_of(of, KEY, 0), of, Event("r-1", 0, {}), Fraction(0))


def nothing(_: StoredUsage, __: Meter) -> None:
    """Leave the usage as the store has it."""


def record(usage: StoredUsage, of: Meter) -> None:
    usage.record(of, KEY, Use(Instant(0)))


def take(usage: StoredUsage, of: Meter) -> None:
    usage.move((), [("pair", counted(of))])


def forget(usage: StoredUsage, of: Meter) -> None:
    usage.forget("pair", [counted(of)])


def know(usage: StoredUsage, of: Meter) -> None:
    usage.know("pair", {place_of(of, KEY, 0): 2})


def instead(usage: StoredUsage, of: Meter) -> None:
    other = RecordedUsage()
    for _ in range(2):
        other.record(of, KEY, Use(Instant(0)))
    usage.instead("pair", other)


def ask(usage: StoredUsage, of: Meter) -> None:
    usage.allows(of, KEY)


def test_a_limit_allows_what_the_store_has_not_counted(shop: Desk) -> None:
    """The second is allowed, and no third."""
    assert allows(shop, nothing)
    shop.redeemed("PAIR", "s-2")
    assert not allows(shop, nothing)


@pytest.mark.parametrize("change", [record, take, know, instead])
def test_what_a_request_does_counts_from_then_on(shop: Desk, change: Change) -> None:
    """Though the store, which was asked before, says otherwise."""
    assert not allows(shop, ask, change)
    assert allows(shop, nothing)


def test_what_a_request_leaves_out_makes_room(shop: Desk) -> None:
    """One more than the store has places for."""
    shop.redeemed("PAIR", "s-2")
    assert allows(shop, ask, forget)
    assert not allows(shop, forget, record)


def test_another_usage_without_an_event_leaves_the_first_as_it_is(shop: Desk) -> None:
    """Only the other one has room."""
    shop.redeemed("PAIR", "s-2")
    of = meter(shop, "pair")
    with shop.office.database.read() as tx:
        usage = StoredUsage(tx, "acme")
        other = usage.without("pair", [counted(of)])
        assert (usage.allows(of, KEY), other.allows(of, KEY)) == (False, True)


def test_coupons_that_count_alike_are_counted_apart(shop: Desk) -> None:
    """The basis of both limits is the same, and so is the value that they count by."""
    shop.redeemed("PAIR", "s-2")
    assert meter(shop, "pair").basis == meter(shop, "other").basis
    assert (allows(shop, nothing), allows(shop, nothing, coupon="other")) == (False, True)


@pytest.mark.parametrize("change", [nothing, record])
def test_nothing_is_allowed_without_a_value_to_count_by(shop: Desk, change: Change) -> None:
    """An unknown customer has no place."""
    of = meter(shop, "pair")
    with shop.office.database.read() as tx:
        usage = StoredUsage(tx, "acme")
        change(usage, of)
        assert not usage.allows(of, (None,))
    assert not RecordedUsage().allows(of, (None,))
