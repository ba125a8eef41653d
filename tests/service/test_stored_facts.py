"""The facts stored of a subscription, as they are remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.service.redeeming.stored_facts import subscribed
from tests.service.desk import ME, Desk, desk

__all__ = ["desk"]

POLICIES = """\
space: acme
timezone: Europe/Zurich
"""
OWN = {"subscription": {"id": "s1"}}
SWISS = {"customer": {"id": "cus-1", "country": "CH"}, **OWN}
GERMAN = {"customer": {"id": "cus-1", "country": "DE"}, **OWN}


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.push(POLICIES)
    return desk


def facts(shop: Desk, subscription: str) -> Mapping[str, Any]:
    return shop.office.read(lambda work: subscribed(work, subscription).facts, ME)


def test_nothing_is_stored_of_most_subscriptions(shop: Desk) -> None:
    """However often it is asked."""
    assert [facts(shop, "s1"), facts(shop, "s1")] == [{}, {}]


def test_what_was_remembered_gives_way_to_what_is_stored(shop: Desk) -> None:
    """Nothing first, then some facts, then others."""
    assert facts(shop, "s1") == {}
    shop.subscriptions.put("s1", SWISS, ME)
    assert [facts(shop, "s1"), facts(shop, "s1")] == [SWISS, SWISS]
    shop.subscriptions.put("s1", GERMAN, ME)
    assert facts(shop, "s1") == GERMAN


def test_long_facts_are_read_each_time(shop: Desk) -> None:
    """They are the same, too."""
    tags = {"customer": {"tags": ["tag" * 100, "tag" * 101]}, **OWN}
    shop.subscriptions.put("s1", tags, ME)
    assert [facts(shop, "s1"), facts(shop, "s1")] == [tags, tags]


def test_facts_of_one_subscription_are_not_those_of_another(shop: Desk) -> None:
    """Each is remembered by its id."""
    shop.subscriptions.put("s1", SWISS, ME)
    assert [facts(shop, "s1"), facts(shop, "s2")] == [SWISS, {}]
