"""Codes, batches, specifications, and retired keys."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Table

from engine.store.tables.columns import METADATA, flag, key, maybe, number, text

CODES = Table(
    "codes",
    METADATA,
    key("space"),
    # The code as codes are compared: as its format writes it, else without case and surrounding
    # space.
    key("code"),
    text("spelling"),
    text("coupon"),
    flag("active"),
    # Whether a document lists it; a code that is taken out of the list is switched off.
    flag("listed"),
    number("issued"),
    maybe("customer"),
    maybe("batch"),
    # An end of its own, in the place of the one that its coupon's `valid` gives it.
    maybe("expires", BigInteger),
    # A window of its own: a sentence, one more rule of this code.
    maybe("window"),
    # What it was issued with, as JSON, and the number of that specification where it is sealed.
    maybe("grants"),
    maybe("spec", BigInteger),
    maybe("cancelled", BigInteger),
    # Whether somebody chose its text, or may have; null where it was drawn, sealed or listed.
    maybe("given", Boolean),
    # Whose inventory it is in: the partner that it was issued to, and the purchase.
    maybe("partner"),
    maybe("purchase"),
    # Whom it is assigned to, since when, under which reference, and when it is to be activated.
    maybe("client"),
    maybe("project"),
    maybe("assigned", BigInteger),
    maybe("reference"),
    maybe("planned", BigInteger),
    # Notes of people, as a JSON list: [{"at", "who", "text"}].
    maybe("notes"),
    # The code that it came in exchange for, and the one that came for it.
    maybe("replaces"),
    maybe("replaced_by"),
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
    key("space"),
    key("batch"),
    text("coupon"),
    # How many codes it is to have, and how many it has.
    number("wanted"),
    number("issued"),
    # What each of its codes gets: a customer, a window, the values of its fields and what it
    # grants, the last two as JSON.
    maybe("customer"),
    maybe("window"),
    maybe("fields"),
    maybe("grants"),
    number("created"),
    text("who"),
    # Whose inventory its codes are in, of which purchase, and whom they are assigned to.
    maybe("partner"),
    maybe("purchase"),
    maybe("client"),
    maybe("project"),
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
    key("space"),
    # Of the grants as canonical JSON.
    key("digest"),
    number("spec"),
    text("grants"),
)
Index("specs_by_number", SPECS.c.space, SPECS.c.spec, unique=True)

SEAL_KEYS = Table(
    "seal_keys",
    METADATA,
    key("space"),
    key("key"),
    # When it was retired: it still reads codes, and seals none.
    number("retired"),
)
