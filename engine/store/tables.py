"""The tables. Every row belongs to a space, which is the first part of every key.

Instants are microseconds since 1970, amounts are minor units of the currency beside them, and what
only people and programs outside the store read is JSON text. The rows of `redemptions` and
`applications` are what limits count; `counters` and `uses` only keep the sums at hand, and can be
computed from the rows at any time (behaviour.md, Changing a coupon).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.sql.type_api import TypeEngine

METADATA = MetaData()


def _key(name: str, kind: type[TypeEngine[Any]] = Text) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _maybe(name: str, kind: type[TypeEngine[Any]] = Text) -> Column[Any]:
    return Column(name, kind, nullable=True)


# --- what is in force ---------------------------------------------------------------------------

SPACES = Table(
    "spaces",
    METADATA,
    _key("space"),
    # Grows with every change of what is in force; processes compare it with what they have loaded.
    _number("revision"),
    # The surroundings last read from files: a key of `contexts`.
    _maybe("context"),
    # The currency of the rates, and the revision at which they last changed.
    _maybe("base"),
    _number("rated"),
    _number("created"),
)

CONTEXTS = Table(
    "contexts",
    METADATA,
    _key("space"),
    _key("context"),
    # The documents beside coupons: [{"file", "line", "text"}].
    _text("documents"),
)

COUPONS = Table(
    "coupons",
    METADATA,
    _key("space"),
    _key("coupon"),
    _number("version"),
    _flag("active"),
    _flag("archived"),
    # Whether it was last read from a file; only such a coupon is archived when its file is gone.
    _flag("filed"),
)

VERSIONS = Table(
    "versions",
    METADATA,
    _key("space"),
    _key("coupon"),
    _key("version", BigInteger),
    _text("context"),
    _text("file"),
    _number("line"),
    _text("document"),
    # What the document means in its surroundings, to tell changes from other spellings.
    _text("meaning"),
    _text("author"),
    _number("enacted"),
)

PENDING = Table(
    "pending",
    METADATA,
    _key("space"),
    # The name in force, even where the change renames it.
    _key("coupon"),
    _text("name"),
    _text("context"),
    _text("file"),
    _number("line"),
    _text("document"),
    _text("meaning"),
    _text("author"),
    _number("saved"),
    _maybe("enact_at", BigInteger),
    # Who agreed: a JSON list of names.
    _text("approvals"),
    # Whether it was read from a file: only such a change ends when the file takes it back.
    _flag("filed"),
)

CODES = Table(
    "codes",
    METADATA,
    _key("space"),
    # The code as codes are compared: as its format writes it, else without case and surrounding
    # space.
    _key("code"),
    _text("spelling"),
    _text("coupon"),
    _flag("active"),
    # Whether a document lists it; a code that is taken out of the list is switched off.
    _flag("listed"),
    _number("issued"),
    _maybe("customer"),
    _maybe("batch"),
    # An end of its own, in the place of the one that its coupon's `valid` gives it.
    _maybe("expires", BigInteger),
    # A window of its own: a sentence, one more rule of this code.
    _maybe("window"),
    # What it was issued with, as JSON, and the number of that specification where it is sealed.
    _maybe("grants"),
    _maybe("spec", BigInteger),
    _maybe("cancelled", BigInteger),
    # Whether somebody chose its text, or may have; null where it was drawn, sealed or listed.
    _maybe("given", Boolean),
    # Whose inventory it is in: the partner that it was issued to, and the purchase.
    _maybe("partner"),
    _maybe("purchase"),
    # Whom it is assigned to, since when, under which reference, and when it is to be activated.
    _maybe("client"),
    _maybe("project"),
    _maybe("assigned", BigInteger),
    _maybe("reference"),
    _maybe("planned", BigInteger),
    # Notes of people, as a JSON list: [{"at", "who", "text"}].
    _maybe("notes"),
    # The code that it came in exchange for, and the one that came for it.
    _maybe("replaces"),
    _maybe("replaced_by"),
)
for _column in (
    CODES.c.partner,
    CODES.c.purchase,
    CODES.c.client,
    CODES.c.reference,
    CODES.c.expires,
):
    Index(
        f"codes_by_{_column.name}",
        CODES.c.space,
        _column,
        CODES.c.code,
        sqlite_where=_column.is_not(None),
        postgresql_where=_column.is_not(None),
    )
Index("codes_of_coupon", CODES.c.space, CODES.c.coupon, CODES.c.code)
Index(
    "codes_of_batch",
    CODES.c.space,
    CODES.c.batch,
    CODES.c.code,
    sqlite_where=CODES.c.batch.is_not(None),
    postgresql_where=CODES.c.batch.is_not(None),
)
Index(
    "codes_of_customer",
    CODES.c.space,
    CODES.c.customer,
    CODES.c.code,
    sqlite_where=CODES.c.customer.is_not(None),
    postgresql_where=CODES.c.customer.is_not(None),
)

BATCHES = Table(
    "batches",
    METADATA,
    _key("space"),
    _key("batch"),
    _text("coupon"),
    # How many codes it is to have, and how many it has.
    _number("wanted"),
    _number("issued"),
    # What each of its codes gets: a customer, a window, the values of its fields and what it
    # grants, the last two as JSON.
    _maybe("customer"),
    _maybe("window"),
    _maybe("fields"),
    _maybe("grants"),
    _number("created"),
    _text("who"),
    # Whose inventory its codes are in, of which purchase, and whom they are assigned to.
    _maybe("partner"),
    _maybe("purchase"),
    _maybe("client"),
    _maybe("project"),
)
Index("batches_of_coupon", BATCHES.c.space, BATCHES.c.coupon, BATCHES.c.batch)
Index(
    "batches_of_customer",
    BATCHES.c.space,
    BATCHES.c.customer,
    BATCHES.c.batch,
    sqlite_where=BATCHES.c.customer.is_not(None),
    postgresql_where=BATCHES.c.customer.is_not(None),
)

SPECS = Table(
    "specs",
    METADATA,
    _key("space"),
    # Of the grants as canonical JSON.
    _key("digest"),
    _number("spec"),
    _text("grants"),
)
Index("specs_by_number", SPECS.c.space, SPECS.c.spec, unique=True)

SEAL_KEYS = Table(
    "seal_keys",
    METADATA,
    _key("space"),
    _key("key"),
    # When it was retired: it still reads codes, and seals none.
    _number("retired"),
)

RATES = Table(
    "rates",
    METADATA,
    _key("space"),
    _key("at", BigInteger),
    _key("currency"),
    # Decimal text: how much of the currency one unit of the base buys.
    _text("figure"),
)

# --- events -------------------------------------------------------------------------------------

SUBSCRIPTIONS = Table(
    "subscriptions",
    METADATA,
    _key("space"),
    _key("subscription"),
    # Stored facts as a JSON object, null where none were stored.
    _maybe("facts"),
    _maybe("customer"),
)
Index("subscriptions_of_customer", SUBSCRIPTIONS.c.space, SUBSCRIPTIONS.c.customer)

ATTACHED = Table(
    "attached",
    METADATA,
    _key("space"),
    _key("account"),
    _key("place", BigInteger),
    _text("code"),
    _number("at"),
)

REDEMPTIONS = Table(
    "redemptions",
    METADATA,
    _key("space"),
    _key("redemption"),
    _text("coupon"),
    # The code as codes are compared, and as it is shown.
    _text("code"),
    _text("spelling"),
    _number("version"),
    _text("subscription"),
    _maybe("customer"),
    _maybe("by"),
    _number("redeemed"),
    _maybe("issued", BigInteger),
    # The end of a hold; null for a redemption.
    _maybe("until", BigInteger),
    # When and how it ended: removed, released or lapsed. Null while it holds its place.
    _maybe("ended", BigInteger),
    _maybe("how"),
    # The subscription while a discount holds its place on it: a coupon has one such row at most.
    _maybe("once"),
    # The facts that limits need, as a JSON object.
    _text("facts"),
    # What it granted, as JSON.
    _maybe("grants"),
    _number("recorded"),
    # What is to become of what the account has, once a hold is confirmed: after, replace or add.
    _maybe("running"),
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
    _key("space"),
    _key("charge"),
    _text("subscription"),
    _maybe("customer"),
    _number("at"),
    _text("currency"),
    _number("gross"),
    _number("discount"),
    # How much of the gross amount was taken back by reversals and corrections.
    _number("reversed"),
    # The charge that this one corrects.
    _maybe("corrects"),
    # A digest of the charge, its subscription and moment, to tell a repetition from a difference.
    _text("content"),
    _text("decision"),
    # The answer that was given, as JSON.
    _text("answer"),
    _maybe("invoice"),
    _number("recorded"),
    # What reports sum up by: product, plan, component and fee.
    _maybe("product"),
    _maybe("plan"),
    _maybe("component"),
    _maybe("fee"),
)
Index("charges_by_moment", CHARGES.c.space, CHARGES.c.at)
Index("charges_of_subscription", CHARGES.c.space, CHARGES.c.subscription, CHARGES.c.at)
Index("charges_of_customer", CHARGES.c.space, CHARGES.c.customer)

APPLICATIONS = Table(
    "applications",
    METADATA,
    _key("space"),
    _key("charge"),
    _key("coupon"),
    _text("code"),
    _number("version"),
    _text("redemption"),
    _text("subscription"),
    _number("at"),
    _text("currency"),
    _number("amount"),
    # How much of the amount was given back.
    _number("returned"),
    # Whether the whole charge was taken back, and the application with it.
    _flag("reversed"),
    _maybe("period", BigInteger),
    _text("facts"),
    # What one minor unit is worth in the currencies of budgets: {"EUR": "10/11"}.
    _text("factors"),
)
Index("applications_of_coupon", APPLICATIONS.c.space, APPLICATIONS.c.coupon, APPLICATIONS.c.at)
Index("applications_of_redemption", APPLICATIONS.c.space, APPLICATIONS.c.redemption)
Index("applications_of_subscription", APPLICATIONS.c.space, APPLICATIONS.c.subscription)

REVERSALS = Table(
    "reversals",
    METADATA,
    _key("space"),
    _key("charge"),
    _key("number", BigInteger),
    _number("at"),
    _text("currency"),
    _number("gross"),
    _number("discount"),
    # The recorded charge that took it back; null for a reversal.
    _maybe("by_charge"),
    # The invoice that credits it; that of `by_charge` holds a correction.
    _maybe("invoice"),
    _number("recorded"),
)
Index("reversals_by_moment", REVERSALS.c.space, REVERSALS.c.at)

INVOICES = Table(
    "invoices",
    METADATA,
    _key("space"),
    _key("invoice"),
    _text("subscription"),
    _number("issued"),
    _text("content"),
    Column("pdf", LargeBinary, nullable=False),
)
Index("invoices_of_subscription", INVOICES.c.space, INVOICES.c.subscription)

NUMBERS = Table("numbers", METADATA, _key("space"), _key("series"), _number("last"))

# --- pre-paid subscriptions ---------------------------------------------------------------------

LOGOS = Table(
    "logos",
    METADATA,
    _key("space"),
    _key("partner"),
    # `image/png` or `image/jpeg`.
    _text("media"),
    Column("image", LargeBinary, nullable=False),
)

CLIENTS = Table(
    "clients",
    METADATA,
    _key("space"),
    _key("client"),
    # The partner whose client it is; null for one of the space itself.
    _maybe("partner"),
    _text("title"),
    _maybe("email"),
    # Who looks after it, as JSON: {"name", "email"}.
    _maybe("responsible"),
    _number("created"),
)
Index("clients_of_partner", CLIENTS.c.space, CLIENTS.c.partner, CLIENTS.c.client)

PROJECTS = Table(
    "projects",
    METADATA,
    _key("space"),
    _key("client"),
    _key("project"),
    _text("title"),
    _maybe("responsible"),
    _number("created"),
)

ACCOUNTS = Table(
    "accounts",
    METADATA,
    _key("space"),
    # The customer's id; an account belongs to one client.
    _key("account"),
    _text("client"),
    _number("created"),
)
Index("accounts_of_client", ACCOUNTS.c.space, ACCOUNTS.c.client, ACCOUNTS.c.account)

PURCHASES = Table(
    "purchases",
    METADATA,
    _key("space"),
    # Its number, such as `P-2026-00000001`.
    _key("purchase"),
    _maybe("partner"),
    _maybe("client"),
    # The customer who bought, where it was no partner.
    _maybe("customer"),
    _maybe("email"),
    _number("at"),
    _text("currency"),
    _number("total"),
    # Lines with their prices, as JSON.
    _text("content"),
    _text("who"),
)
Index("purchases_of_partner", PURCHASES.c.space, PURCHASES.c.partner, PURCHASES.c.purchase)
Index("purchases_of_customer", PURCHASES.c.space, PURCHASES.c.customer)

GRANTS = Table(
    "grants",
    METADATA,
    _key("space"),
    # What granted it, and the subscription that it is, or goes on.
    _key("redemption"),
    _text("subscription"),
    _maybe("account"),
    _text("coupon"),
    _text("code"),
    _maybe("client"),
    _maybe("partner"),
    # What is granted, as it is kept with codes.
    _text("grants"),
    _number("begins"),
    _maybe("until", BigInteger),
    # When it was cut short, by another in its place or by its removal; `until` stays.
    _maybe("ended", BigInteger),
    _maybe("customer"),
    _number("recorded"),
)
Index("grants_of_account", GRANTS.c.space, GRANTS.c.account, GRANTS.c.begins)
Index("grants_of_subscription", GRANTS.c.space, GRANTS.c.subscription)
Index("grants_by_end", GRANTS.c.space, GRANTS.c.until)
Index("grants_by_code", GRANTS.c.space, GRANTS.c.code)

ACTIVATIONS = Table(
    "activations",
    METADATA,
    _key("space"),
    # A code that waits for other people to agree to its activation.
    _key("code"),
    _text("account"),
    # The request to activate it, as JSON.
    _text("request"),
    _text("who"),
    _number("asked"),
    # Who agreed: a JSON list of names.
    _text("approvals"),
)

MEMBERS = Table(
    "members",
    METADATA,
    _key("space"),
    _key("group"),
    _key("customer"),
    _text("subscription"),
    # The way in, by its coupon, and the redemption that holds the seat.
    _text("coupon"),
    _text("redemption"),
    _maybe("email"),
    _number("joined"),
    _maybe("left", BigInteger),
)
Index("members_of_customer", MEMBERS.c.space, MEMBERS.c.customer)
Index("members_of_redemption", MEMBERS.c.space, MEMBERS.c.redemption)

SECRETS = Table(
    "secrets",
    METADATA,
    _key("space"),
    # What it is for: links in mails are sealed with `links`.
    _key("purpose"),
    _text("secret"),
)

# --- what others are told -----------------------------------------------------------------------

WEBHOOKS = Table(
    "webhooks",
    METADATA,
    _key("space"),
    _key("webhook"),
    # An `https:` address that is called, or a `mailto:` one that is written to.
    _text("url"),
    # The kinds that it wants, as a JSON list; all where it is empty.
    _text("events"),
    # What its messages are signed with, as JSON: [{"secret", "until"}]; one that was replaced
    # has an end.
    _text("secret"),
    # The partner whose notices are all that it gets.
    _maybe("partner"),
    _flag("active"),
    _number("created"),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    _key("space"),
    # In the order of commits.
    _key("message"),
    # A webhook's id, or an address of email.
    _text("receiver"),
    # `webhook` or `mail`.
    _text("channel"),
    _text("kind"),
    # Messages about one subject reach one receiver in order.
    _text("subject"),
    # What is said, as JSON.
    _text("body"),
    _maybe("customer"),
    _maybe("partner"),
    _number("created"),
    # When it is to be tried next; null once it is delivered or given up.
    _maybe("due", BigInteger),
    _number("tries"),
    # Who is at work on it, and until when nobody else is.
    _maybe("lease"),
    _maybe("leased_until", BigInteger),
    _maybe("delivered", BigInteger),
    _maybe("failed", BigInteger),
    _maybe("error"),
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
    _key("space"),
    # What somebody was told ahead of time, of what, and at which step: each once.
    _key("kind"),
    _key("subject"),
    _key("step"),
    _number("at"),
)

# --- what limits count, at hand -----------------------------------------------------------------

COUNTERS = Table(
    "counters",
    METADATA,
    _key("space"),
    _key("coupon"),
    # What is counted by what and in which window, in words: the same for any bound.
    _key("basis"),
    # The values counted by, as a JSON list.
    _key("key"),
    # The start of the calendar window.
    _key("window", BigInteger),
    _number("n"),
    # The sum of a budget in exact minor units, a fraction as text.
    _maybe("total"),
)

USES = Table(
    "uses",
    METADATA,
    _key("space"),
    _key("coupon"),
    _key("basis"),
    _key("key"),
    _key("at", BigInteger),
    # The redemption or charge.
    _key("source"),
    _maybe("period", BigInteger),
    _maybe("amount"),
)

GUESSES = Table(
    "guesses",
    METADATA,
    _key("space"),
    # Who guessed: an address, a key or a customer.
    _key("who"),
    # The start of the stretch of time in which they did.
    _key("window", BigInteger),
    # What their failures cost together.
    _number("points"),
)
Index("guesses_by_age", GUESSES.c.space, GUESSES.c.window)

# --- answers and the journal --------------------------------------------------------------------

DECISIONS = Table(
    "decisions",
    METADATA,
    _key("space"),
    _key("decision"),
    _text("kind"),
    _number("at"),
    _maybe("customer"),
    # Null when erased.
    _maybe("body"),
    _number("recorded"),
)
Index("decisions_by_age", DECISIONS.c.space, DECISIONS.c.recorded)
Index("decisions_of_customer", DECISIONS.c.space, DECISIONS.c.customer)

IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    _key("space"),
    _key("key"),
    _text("request"),
    _text("kind"),
    _text("answer"),
    _maybe("customer"),
    _number("recorded"),
)
Index("idempotency_by_age", IDEMPOTENCY.c.space, IDEMPOTENCY.c.recorded)
Index("idempotency_of_customer", IDEMPOTENCY.c.space, IDEMPOTENCY.c.customer)

JOURNAL = Table(
    "journal",
    METADATA,
    _key("space"),
    _key("seq", BigInteger),
    _number("recorded"),
    _text("who"),
    _text("what"),
    _text("subject"),
    _maybe("customer"),
    # Before and after, and what makes their digest unguessable; both null when erased.
    _maybe("payload"),
    _maybe("salt"),
    _text("digest"),
    _text("hash"),
)
Index("journal_of_customer", JOURNAL.c.space, JOURNAL.c.customer)
Index("journal_of_subject", JOURNAL.c.space, JOURNAL.c.subject, JOURNAL.c.seq)

HEADS = Table("heads", METADATA, _key("space"), _number("seq"), _text("hash"))

# --- keys ---------------------------------------------------------------------------------------

KEYS = Table(
    "keys",
    METADATA,
    # The public part of a key opens its space, so it alone is the primary key.
    _key("key"),
    _text("space"),
    _text("name"),
    _text("scopes"),
    _text("hash"),
    _number("created"),
    _maybe("revoked", BigInteger),
    # The partner whose inventory is all that it opens.
    _maybe("partner"),
)
Index("keys_of_space", KEYS.c.space, KEYS.c.key)
