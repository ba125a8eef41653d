"""What happened: redemptions, charges, applications, and what was taken back."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table

from engine.store.tables.columns import METADATA, flag, key, maybe, number, text

SUBSCRIPTIONS = Table(
    "subscriptions",
    METADATA,
    key("space"),
    key("subscription"),
    # Stored facts as a JSON object, null where none were stored.
    maybe("facts"),
    maybe("customer"),
)
Index("subscriptions_of_customer", SUBSCRIPTIONS.c.space, SUBSCRIPTIONS.c.customer)

ATTACHED = Table(
    "attached",
    METADATA,
    key("space"),
    key("account"),
    key("place", BigInteger),
    text("code"),
    number("at"),
)

REDEMPTIONS = Table(
    "redemptions",
    METADATA,
    key("space"),
    key("redemption"),
    text("coupon"),
    # The code as codes are compared, and as it is shown.
    text("code"),
    text("spelling"),
    number("version"),
    text("subscription"),
    maybe("customer"),
    maybe("by"),
    number("redeemed"),
    maybe("issued", BigInteger),
    # The end of a hold; null for a redemption.
    maybe("until", BigInteger),
    # When and how it ended: removed, released or lapsed. Null while it holds its place.
    maybe("ended", BigInteger),
    maybe("how"),
    # The subscription while a discount holds its place on it: a coupon has one such row at most.
    maybe("once"),
    # The facts that limits need, as a JSON object.
    text("facts"),
    # What it granted, as JSON.
    maybe("grants"),
    number("recorded"),
    # What is to become of what the account has, once a hold is confirmed: after, replace or add.
    maybe("running"),
)
Index("redemptions_of_subscription", REDEMPTIONS.c.space, REDEMPTIONS.c.subscription)
Index("redemptions_of_coupon", REDEMPTIONS.c.space, REDEMPTIONS.c.coupon, REDEMPTIONS.c.redeemed)
Index("redemptions_of_code", REDEMPTIONS.c.space, REDEMPTIONS.c.code)
Index("redemptions_of_customer", REDEMPTIONS.c.space, REDEMPTIONS.c.customer)
Index(
    "redemptions_once",
    REDEMPTIONS.c.space,
    REDEMPTIONS.c.coupon,
    REDEMPTIONS.c.once,
    unique=True,
)
Index(
    "holds",
    REDEMPTIONS.c.space,
    REDEMPTIONS.c.coupon,
    REDEMPTIONS.c.until,
    sqlite_where=REDEMPTIONS.c.until.is_not(None) & REDEMPTIONS.c.ended.is_(None),
    postgresql_where=REDEMPTIONS.c.until.is_not(None) & REDEMPTIONS.c.ended.is_(None),
)

CHARGES = Table(
    "charges",
    METADATA,
    key("space"),
    key("charge"),
    text("subscription"),
    maybe("customer"),
    number("at"),
    text("currency"),
    number("gross"),
    number("discount"),
    # How much of the gross amount was taken back by reversals and corrections.
    number("reversed"),
    # The charge that this one corrects.
    maybe("corrects"),
    # A digest of the charge, its subscription and moment, to tell a repetition from a difference.
    text("content"),
    text("decision"),
    # The answer that was given, as JSON.
    text("answer"),
    maybe("invoice"),
    number("recorded"),
    # What reports sum up by: product, plan, component and fee.
    maybe("product"),
    maybe("plan"),
    maybe("component"),
    maybe("fee"),
)
Index("charges_by_moment", CHARGES.c.space, CHARGES.c.at)
Index("charges_of_subscription", CHARGES.c.space, CHARGES.c.subscription, CHARGES.c.at)
Index("charges_of_customer", CHARGES.c.space, CHARGES.c.customer)

APPLICATIONS = Table(
    "applications",
    METADATA,
    key("space"),
    key("charge"),
    key("coupon"),
    text("code"),
    number("version"),
    text("redemption"),
    text("subscription"),
    number("at"),
    text("currency"),
    number("amount"),
    # How much of the amount was given back.
    number("returned"),
    # Whether the whole charge was taken back, and the application with it.
    flag("reversed"),
    maybe("period", BigInteger),
    text("facts"),
    # What one minor unit is worth in the currencies of budgets: {"EUR": "10/11"}.
    text("factors"),
)
Index("applications_of_coupon", APPLICATIONS.c.space, APPLICATIONS.c.coupon, APPLICATIONS.c.at)
Index("applications_of_redemption", APPLICATIONS.c.space, APPLICATIONS.c.redemption)
Index("applications_of_subscription", APPLICATIONS.c.space, APPLICATIONS.c.subscription)

REVERSALS = Table(
    "reversals",
    METADATA,
    key("space"),
    key("charge"),
    key("number", BigInteger),
    number("at"),
    text("currency"),
    number("gross"),
    number("discount"),
    # The recorded charge that took it back; null for a reversal.
    maybe("by_charge"),
    # The invoice that credits it; that of `by_charge` holds a correction.
    maybe("invoice"),
    number("recorded"),
)
Index("reversals_by_moment", REVERSALS.c.space, REVERSALS.c.at)

INVOICES = Table(
    "invoices",
    METADATA,
    key("space"),
    key("invoice"),
    text("subscription"),
    number("issued"),
    text("content"),
    Column("pdf", LargeBinary, nullable=False),
)
Index("invoices_of_subscription", INVOICES.c.space, INVOICES.c.subscription)

NUMBERS = Table("numbers", METADATA, key("space"), key("series"), number("last"))
