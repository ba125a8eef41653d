"""Answers as they were given, and the journal."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Table

from engine.store.tables.columns import METADATA, key, maybe, number, text

DECISIONS = Table(
    "decisions",
    METADATA,
    key("space"),
    key("decision"),
    text("kind"),
    number("at"),
    maybe("customer"),
    # Null when erased.
    maybe("body"),
    number("recorded"),
)
Index("decisions_by_age", DECISIONS.c.space, DECISIONS.c.recorded)
Index("decisions_of_customer", DECISIONS.c.space, DECISIONS.c.customer)

IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    key("space"),
    key("key"),
    text("request"),
    text("kind"),
    text("answer"),
    maybe("customer"),
    number("recorded"),
)
Index("idempotency_by_age", IDEMPOTENCY.c.space, IDEMPOTENCY.c.recorded)
Index("idempotency_of_customer", IDEMPOTENCY.c.space, IDEMPOTENCY.c.customer)

JOURNAL = Table(
    "journal",
    METADATA,
    key("space"),
    key("seq", BigInteger),
    number("recorded"),
    text("who"),
    text("what"),
    text("subject"),
    maybe("customer"),
    # Before and after, and what makes their digest unguessable; both null when erased.
    maybe("payload"),
    maybe("salt"),
    text("digest"),
    text("hash"),
)
Index("journal_of_customer", JOURNAL.c.space, JOURNAL.c.customer)
Index("journal_of_subject", JOURNAL.c.space, JOURNAL.c.subject, JOURNAL.c.seq)

HEADS = Table("heads", METADATA, key("space"), number("seq"), text("hash"))
