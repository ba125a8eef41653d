"""What others are told."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Table

from engine.store.tables.columns import METADATA, flag, key, maybe, number, text

WEBHOOKS = Table(
    "webhooks",
    METADATA,
    key("space"),
    key("webhook"),
    # An `https:` address that is called, or a `mailto:` one that is written to.
    text("url"),
    # The kinds that it wants, as a JSON list; all where it is empty.
    text("events"),
    # What its messages are signed with, as JSON: [{"secret", "until"}]; one that was replaced
    # has an end.
    text("secret"),
    # The partner whose notices are all that it gets.
    maybe("partner"),
    flag("active"),
    number("created"),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    key("space"),
    # In the order of commits.
    key("message"),
    # A webhook's id, or an address of email.
    text("receiver"),
    # `webhook` or `mail`.
    text("channel"),
    text("kind"),
    # Messages about one subject reach one receiver in order.
    text("subject"),
    # What is said, as JSON.
    text("body"),
    maybe("customer"),
    maybe("partner"),
    number("created"),
    # When it is to be tried next; null once it is delivered or given up.
    maybe("due", BigInteger),
    number("tries"),
    # Who is at work on it, and until when nobody else is.
    maybe("lease"),
    maybe("leased_until", BigInteger),
    maybe("delivered", BigInteger),
    maybe("failed", BigInteger),
    maybe("error"),
)
# What waits: by when it is to be tried, for each receiver by itself, and behind what.
for _name, _by in (
    ("outbox_due", (OUTBOX.c.channel, OUTBOX.c.due)),
    ("outbox_to", (OUTBOX.c.receiver, OUTBOX.c.due)),
    ("outbox_in_order", (OUTBOX.c.receiver, OUTBOX.c.subject, OUTBOX.c.message)),
):
    Index(
        _name,
        OUTBOX.c.space,
        *_by,
        sqlite_where=OUTBOX.c.due.is_not(None),
        postgresql_where=OUTBOX.c.due.is_not(None),
    )
Index("outbox_of_customer", OUTBOX.c.space, OUTBOX.c.customer)

NOTICED = Table(
    "noticed",
    METADATA,
    key("space"),
    # What somebody was told ahead of time, of what, and at which step: each once.
    key("kind"),
    key("subject"),
    key("step"),
    number("at"),
)
