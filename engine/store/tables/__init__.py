"""The tables. Every row belongs to a space, which is the first part of every key.

Instants are microseconds since 1970, amounts are minor units of the currency beside them, and what
only people and programs outside the store read is JSON text. The rows of `redemptions` and
`applications` are what limits count; `counters` and `uses` only keep the sums at hand, and can be
computed from the rows at any time (behaviour.md, Changing a coupon).
"""

from __future__ import annotations

from engine.store.tables.answers import DECISIONS, HEADS, IDEMPOTENCY, JOURNAL
from engine.store.tables.codes import BATCHES, CODES, SEAL_KEYS, SPECS
from engine.store.tables.columns import METADATA
from engine.store.tables.counted import COUNTERS, GUESSES, USES
from engine.store.tables.events import (
    APPLICATIONS,
    ATTACHED,
    CHARGES,
    INVOICES,
    NUMBERS,
    REDEMPTIONS,
    REVERSALS,
    SUBSCRIPTIONS,
)
from engine.store.tables.in_force import CONTEXTS, COUPONS, KEYS, PENDING, RATES, SPACES, VERSIONS
from engine.store.tables.inventory import (
    ACCOUNTS,
    ACTIVATIONS,
    CLIENTS,
    GRANTS,
    LOGOS,
    MEMBERS,
    PROJECTS,
    PURCHASES,
    SECRETS,
)
from engine.store.tables.outbox import NOTICED, OUTBOX, WEBHOOKS

__all__ = [
    "ACCOUNTS",
    "ACTIVATIONS",
    "APPLICATIONS",
    "ATTACHED",
    "BATCHES",
    "CHARGES",
    "CLIENTS",
    "CODES",
    "CONTEXTS",
    "COUNTERS",
    "COUPONS",
    "DECISIONS",
    "GRANTS",
    "GUESSES",
    "HEADS",
    "IDEMPOTENCY",
    "INVOICES",
    "JOURNAL",
    "KEYS",
    "LOGOS",
    "MEMBERS",
    "METADATA",
    "NOTICED",
    "NUMBERS",
    "OUTBOX",
    "PENDING",
    "PROJECTS",
    "PURCHASES",
    "RATES",
    "REDEMPTIONS",
    "REVERSALS",
    "SEAL_KEYS",
    "SECRETS",
    "SPACES",
    "SPECS",
    "SUBSCRIPTIONS",
    "USES",
    "VERSIONS",
    "WEBHOOKS",
]
