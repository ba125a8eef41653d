"""The row of a subscription: the facts stored with it, and the lock on what happens to it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeGuard

import msgspec
from sqlalchemy import bindparam, select

from engine.service.requests import merged
from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import SUBSCRIPTIONS

_HERE = binds("space", "subscription")
_READ = Statement(select(SUBSCRIPTIONS.c.facts).filter_by(**_HERE))
_LOCK = Statement(
    lambda insert: (
        insert(SUBSCRIPTIONS)
        .values(**_HERE)
        .on_conflict_do_update(
            index_elements=["space", "subscription"],
            set_={"subscription": SUBSCRIPTIONS.c.subscription},
        )
        .returning(SUBSCRIPTIONS.c.facts)
    )
)
_STORE = Statement(
    lambda insert: (
        insert(SUBSCRIPTIONS)
        .values(**_HERE, facts=bindparam("facts"), customer=bindparam("customer"))
        .on_conflict_do_update(
            index_elements=["space", "subscription"],
            set_={"facts": bindparam("facts"), "customer": bindparam("customer")},
        )
    )
)
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_SHORT = 500
"""Facts of so many characters are remembered as they were read."""


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a plain value is an object; `dict` is asked first because it costs much less."""
    return isinstance(value, dict) or isinstance(value, Mapping)  # noqa: SIM101 - in this order


def subscription_of(body: object) -> str | None:
    """The id of the subscription that a request names."""
    if not isinstance(body, dict) and not is_object(body):
        return None
    subscription = body.get("subscription")
    if not isinstance(subscription, dict) and not is_object(subscription):
        return None
    found = subscription.get("id")
    return found if isinstance(found, str) else None


def with_stored(work: Work, body: object, *, lock: bool) -> object:
    """A request with the facts stored of its subscription, where it gives none itself.

    With `lock` nothing else happens to the subscription until the commit.
    """
    subscription = subscription_of(body)
    if subscription is None:
        return body
    facts = stored(work, subscription, lock=lock)
    return merged(body, facts) if facts and is_object(body) else body


def stored(work: Work, subscription: str, *, lock: bool) -> dict[str, Any]:
    """The facts stored of a subscription."""
    if not lock:
        return dict(facts_of(work, subscription))
    row = work.tx.row(_LOCK, space=work.space, subscription=subscription)
    if row is None or row[0] is None:
        return {}
    facts: dict[str, Any] = msgspec.json.decode(row[0])
    return facts


def facts_of(work: Work, subscription: str) -> Mapping[str, Any]:
    """The facts stored of a subscription: of most there are none, which is worth remembering."""
    known: Mapping[str, Any] | None = work.tx.known.get((_READ, work.space, subscription))
    return _look_up(work, subscription) if known is None else known


def _look_up(work: Work, subscription: str) -> Mapping[str, Any]:
    row = work.tx.row(_READ, space=work.space, subscription=subscription)
    text = None if row is None else row[0]
    facts: Mapping[str, Any] = _NOTHING if text is None else msgspec.json.decode(text)
    if text is None or len(text) <= _SHORT:
        work.tx.keep((_READ, work.space, subscription), facts)
    return facts


def find(work: Work, subscription: str) -> dict[str, Any] | None:
    """The facts stored of a subscription; None where nothing was ever heard of it."""
    row = work.tx.row(_READ, space=work.space, subscription=subscription)
    if row is None:
        return None
    return {} if row[0] is None else dict(msgspec.json.decode(row[0]))


def store(work: Work, subscription: str, facts: Mapping[str, Any], customer: str | None) -> None:
    """Store the facts of a subscription, in place of those that were stored."""
    text = msgspec.json.encode(facts, enc_hook=str).decode() if facts else None
    work.tx.run(_STORE, space=work.space, subscription=subscription, facts=text, customer=customer)
