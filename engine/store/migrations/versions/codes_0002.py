"""Codes that are issued: what each was issued with, batches, specifications, keys and guesses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _codes() -> None:
    op.add_column("codes", sa.Column("batch", sa.Text(), nullable=True))
    op.add_column("codes", sa.Column("expires", sa.BigInteger(), nullable=True))
    op.add_column("codes", sa.Column("window", sa.Text(), nullable=True))
    op.add_column("codes", sa.Column("grants", sa.Text(), nullable=True))
    op.add_column("codes", sa.Column("spec", sa.BigInteger(), nullable=True))
    op.add_column("codes", sa.Column("cancelled", sa.BigInteger(), nullable=True))
    op.add_column("codes", sa.Column("given", sa.Boolean(), nullable=True))
    _index("codes_of_batch", "codes", "batch", "code")
    _index("codes_of_customer", "codes", "customer", "code")
    op.create_index("redemptions_of_code", "redemptions", ["space", "code"])


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("coupon", sa.Text(), nullable=False),
        sa.Column("wanted", sa.BigInteger(), nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=True),
        sa.Column("window", sa.Text(), nullable=True),
        sa.Column("fields", sa.Text(), nullable=True),
        sa.Column("grants", sa.Text(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("space", "batch"),
    )
    op.create_index("batches_of_coupon", "batches", ["space", "coupon", "batch"])
    _index("batches_of_customer", "batches", "customer", "batch")


def _specs() -> None:
    op.create_table(
        "specs",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("spec", sa.BigInteger(), nullable=False),
        sa.Column("grants", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("space", "digest"),
    )
    op.create_index("specs_by_number", "specs", ["space", "spec"], unique=True)


def _seal_keys() -> None:
    op.create_table(
        "seal_keys",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("retired", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("space", "key"),
    )


def _guesses() -> None:
    op.create_table(
        "guesses",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("space", "who", "window"),
    )
    op.create_index("guesses_by_age", "guesses", ["space", "window"])


def _index(name: str, table: str, column: str, key: str) -> None:
    """An index of the rows that have something in a column."""
    where = sa.column(column).is_not(None)
    columns = ["space", column, key]
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    """Add the columns and tables."""
    _codes()
    _batches()
    _specs()
    _seal_keys()
    _guesses()
