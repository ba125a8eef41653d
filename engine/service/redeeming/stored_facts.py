"""A subscription: the facts stored with it, what stands on it, and the lock on both."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeGuard

import msgspec
from sqlalchemy import bindparam, exists, select

from engine.service.known import Subscribed
from engine.service.requests import merged
from engine.service.usage.holdings import ARE_STANDING, standing
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
# Most have neither facts nor redemptions, which takes one statement to find out.
_KNOWN = Statement(
    select(
        select(SUBSCRIPTIONS.c.facts).filter_by(**_HERE).scalar_subquery(),
        exists().where(*ARE_STANDING),
    )
)
_NOTHING = Subscribed(MappingProxyType({}), ())
_SHORT, _FEW = 500, 4
"""Facts of so many characters, and so many redemptions, are remembered as they were read."""


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
        return dict(subscribed(work, subscription).facts)
    row = work.tx.row(_LOCK, space=work.space, subscription=subscription)
    if row is None or row[0] is None:
        return {}
    facts: dict[str, Any] = msgspec.json.decode(row[0])
    return facts


def subscribed(work: Work, subscription: str | None) -> Subscribed:
    """What is known of a subscription: of most that is nothing, which is worth remembering."""
    if subscription is None:
        return _NOTHING
    known = work.known.subscriptions.get(subscription)
    if known is not None:
        return known
    row = work.tx.row(_KNOWN, space=work.space, subscription=subscription)
    text, has_redemptions = row or (None, False)
    here = standing(work, subscription) if has_redemptions else ()
    found = _NOTHING
    if text is not None or here:
        found = Subscribed({} if text is None else msgspec.json.decode(text), here)
    if len(here) <= _FEW and (text is None or len(text) <= _SHORT):
        work.tx.keep(subscription, found, work.known.subscriptions)
    return found


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
