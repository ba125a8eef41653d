"""What is in force: spaces, coupons, their versions and changes, rates, keys."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Table

from engine.store.tables.columns import METADATA, flag, key, maybe, number, text

SPACES = Table(
    "spaces",
    METADATA,
    key("space"),
    # Grows with every change of what is in force; processes compare it with what they have loaded.
    number("revision"),
    # The surroundings last read from files: a key of `contexts`.
    maybe("context"),
    # The currency of the rates, and the revision at which they last changed.
    maybe("base"),
    number("rated"),
    number("created"),
)

CONTEXTS = Table(
    "contexts",
    METADATA,
    key("space"),
    key("context"),
    # The documents beside coupons: [{"file", "line", "text"}].
    text("documents"),
)

COUPONS = Table(
    "coupons",
    METADATA,
    key("space"),
    key("coupon"),
    number("version"),
    flag("active"),
    flag("archived"),
    # Whether it was last read from a file; only such a coupon is archived when its file is gone.
    flag("filed"),
)

VERSIONS = Table(
    "versions",
    METADATA,
    key("space"),
    key("coupon"),
    key("version", BigInteger),
    text("context"),
    text("file"),
    number("line"),
    text("document"),
    # What the document means in its surroundings, to tell changes from other spellings.
    text("meaning"),
    text("author"),
    number("enacted"),
)

PENDING = Table(
    "pending",
    METADATA,
    key("space"),
    # The name in force, even where the change renames it.
    key("coupon"),
    text("name"),
    text("context"),
    text("file"),
    number("line"),
    text("document"),
    text("meaning"),
    text("author"),
    number("saved"),
    maybe("enact_at", BigInteger),
    # Who agreed: a JSON list of names.
    text("approvals"),
    # Whether it was read from a file: only such a change ends when the file takes it back.
    flag("filed"),
)

RATES = Table(
    "rates",
    METADATA,
    key("space"),
    key("at", BigInteger),
    key("currency"),
    # Decimal text: how much of the currency one unit of the base buys.
    text("figure"),
)


KEYS = Table(
    "keys",
    METADATA,
    # The public part of a key opens its space, so it alone is the primary key.
    key("key"),
    text("space"),
    text("name"),
    text("scopes"),
    text("hash"),
    number("created"),
    maybe("revoked", BigInteger),
    # The partner whose inventory is all that it opens.
    maybe("partner"),
)
Index("keys_of_space", KEYS.c.space, KEYS.c.key)
