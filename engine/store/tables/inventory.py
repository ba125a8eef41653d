"""Pre-paid subscriptions, clients and partners; members of groups."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table

from engine.store.tables.columns import METADATA, key, maybe, number, text

LOGOS = Table(
    "logos",
    METADATA,
    key("space"),
    key("partner"),
    # `image/png` or `image/jpeg`.
    text("media"),
    Column("image", LargeBinary, nullable=False),
)

CLIENTS = Table(
    "clients",
    METADATA,
    key("space"),
    key("client"),
    # The partner whose client it is; null for one of the space itself.
    maybe("partner"),
    text("title"),
    maybe("email"),
    # Who looks after it, as JSON: {"name", "email"}.
    maybe("responsible"),
    number("created"),
)
Index("clients_of_partner", CLIENTS.c.space, CLIENTS.c.partner, CLIENTS.c.client)

PROJECTS = Table(
    "projects",
    METADATA,
    key("space"),
    key("client"),
    key("project"),
    text("title"),
    maybe("responsible"),
    number("created"),
)

ACCOUNTS = Table(
    "accounts",
    METADATA,
    key("space"),
    # The customer's id; an account belongs to one client.
    key("account"),
    text("client"),
    number("created"),
)
Index("accounts_of_client", ACCOUNTS.c.space, ACCOUNTS.c.client, ACCOUNTS.c.account)

PURCHASES = Table(
    "purchases",
    METADATA,
    key("space"),
    # Its number, such as `P-2026-00000001`.
    key("purchase"),
    maybe("partner"),
    maybe("client"),
    # The customer who bought, where it was no partner.
    maybe("customer"),
    maybe("email"),
    number("at"),
    text("currency"),
    number("total"),
    # Lines with their prices, as JSON.
    text("content"),
    text("who"),
)
Index("purchases_of_partner", PURCHASES.c.space, PURCHASES.c.partner, PURCHASES.c.purchase)
Index("purchases_of_customer", PURCHASES.c.space, PURCHASES.c.customer)

GRANTS = Table(
    "grants",
    METADATA,
    key("space"),
    # What granted it, and the subscription that it is, or goes on.
    key("redemption"),
    text("subscription"),
    maybe("account"),
    text("coupon"),
    text("code"),
    maybe("client"),
    maybe("partner"),
    # What is granted, as it is kept with codes.
    text("grants"),
    number("begins"),
    maybe("until", BigInteger),
    # When it was cut short, by another in its place or by its removal; `until` stays.
    maybe("ended", BigInteger),
    maybe("customer"),
    number("recorded"),
)
Index("grants_of_account", GRANTS.c.space, GRANTS.c.account, GRANTS.c.begins)
Index("grants_of_subscription", GRANTS.c.space, GRANTS.c.subscription)
Index("grants_by_end", GRANTS.c.space, GRANTS.c.until)
Index("grants_by_code", GRANTS.c.space, GRANTS.c.code)

ACTIVATIONS = Table(
    "activations",
    METADATA,
    key("space"),
    # A code that waits for other people to agree to its activation.
    key("code"),
    text("account"),
    # The request to activate it, as JSON.
    text("request"),
    text("who"),
    number("asked"),
    # Who agreed: a JSON list of names.
    text("approvals"),
)

MEMBERS = Table(
    "members",
    METADATA,
    key("space"),
    key("group"),
    key("customer"),
    text("subscription"),
    # The way in, by its coupon, and the redemption that holds the seat.
    text("coupon"),
    text("redemption"),
    maybe("email"),
    number("joined"),
    maybe("left", BigInteger),
)
Index("members_of_customer", MEMBERS.c.space, MEMBERS.c.customer)
Index("members_of_redemption", MEMBERS.c.space, MEMBERS.c.redemption)

SECRETS = Table(
    "secrets",
    METADATA,
    key("space"),
    # What it is for: links in mails are sealed with `links`.
    key("purpose"),
    text("secret"),
)
