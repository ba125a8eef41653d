"""What limits count, at hand: sums that the rows of events say as well."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Table

from engine.store.tables.columns import METADATA, key, maybe, number

COUNTERS = Table(
    "counters",
    METADATA,
    key("space"),
    key("coupon"),
    # What is counted by what and in which window, in words: the same for any bound.
    key("basis"),
    # The values counted by, as a JSON list.
    key("key"),
    # The start of the calendar window.
    key("window", BigInteger),
    number("n"),
    # The sum of a budget in exact minor units, a fraction as text.
    maybe("total"),
)

USES = Table(
    "uses",
    METADATA,
    key("space"),
    key("coupon"),
    key("basis"),
    key("key"),
    key("at", BigInteger),
    # The redemption or charge.
    key("source"),
    maybe("period", BigInteger),
    maybe("amount"),
)

GUESSES = Table(
    "guesses",
    METADATA,
    key("space"),
    # Who guessed: an address, a key or a customer.
    key("who"),
    # The start of the stretch of time in which they did.
    key("window", BigInteger),
    # What their failures cost together.
    number("points"),
)
Index("guesses_by_age", GUESSES.c.space, GUESSES.c.window)
