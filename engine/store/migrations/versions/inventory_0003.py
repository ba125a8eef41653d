"""Pre-paid subscriptions, clients and partners; groups; and what others are told."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from engine.calendar import parse_instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _codes() -> None:
    op.add_column("codes", sa.Column("partner", sa.Text(), nullable=True))
    op.add_column("codes", sa.Column("purchase", sa.Text(), nullable=True))
    op.add_column("codes", sa.Column("client", sa.Text(), nullable=True))
    op.add_column("codes", sa.Column("project", sa.Text(), nullable=True))
    op.add_column("codes", sa.Column("assigned", sa.BigInteger(), nullable=True))
    op.add_column("codes", sa.Column("reference", sa.Text(), nullable=True))
    op.add_column("codes", sa.Column("planned", sa.BigInteger(), nullable=True))
    op.add_column("codes", sa.Column("notes", sa.Text(), nullable=True))
    op.add_column("codes", sa.Column("replaces", sa.Text(), nullable=True))
    op.add_column("codes", sa.Column("replaced_by", sa.Text(), nullable=True))
    _index("codes_by_client", "codes", "client", ["space", "client", "code"])
    _index("codes_by_expires", "codes", "expires", ["space", "expires", "code"])
    _index("codes_by_partner", "codes", "partner", ["space", "partner", "code"])
    _index("codes_by_purchase", "codes", "purchase", ["space", "purchase", "code"])
    _index("codes_by_reference", "codes", "reference", ["space", "reference", "code"])


def _batches() -> None:
    op.add_column("batches", sa.Column("partner", sa.Text(), nullable=True))
    op.add_column("batches", sa.Column("purchase", sa.Text(), nullable=True))
    op.add_column("batches", sa.Column("client", sa.Text(), nullable=True))
    op.add_column("batches", sa.Column("project", sa.Text(), nullable=True))


def _charges() -> None:
    op.add_column("charges", sa.Column("product", sa.Text(), nullable=True))
    op.add_column("charges", sa.Column("plan", sa.Text(), nullable=True))
    op.add_column("charges", sa.Column("component", sa.Text(), nullable=True))
    op.add_column("charges", sa.Column("fee", sa.Text(), nullable=True))
    op.create_index("charges_by_moment", "charges", ["space", "at"])
    op.create_index("reversals_by_moment", "reversals", ["space", "at"])


def _redemptions() -> None:
    op.add_column("redemptions", sa.Column("running", sa.Text(), nullable=True))


def _keys() -> None:
    op.add_column("keys", sa.Column("partner", sa.Text(), nullable=True))


def _logos() -> None:
    op.create_table(
        "logos",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("space", "partner"),
    )


def _clients() -> None:
    op.create_table(
        "clients",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("space", "client"),
    )
    op.create_index("clients_of_partner", "clients", ["space", "partner", "client"])


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("space", "client", "project"),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("space", "account"),
    )
    op.create_index("accounts_of_client", "accounts", ["space", "client", "account"])


def _purchases() -> None:
    op.create_table(
        "purchases",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("purchase", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("client", sa.Text(), nullable=True),
        sa.Column("customer", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("space", "purchase"),
    )
    op.create_index("purchases_of_customer", "purchases", ["space", "customer"])
    op.create_index("purchases_of_partner", "purchases", ["space", "partner", "purchase"])


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("redemption", sa.Text(), nullable=False),
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("coupon", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=True),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("grants", sa.Text(), nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("customer", sa.Text(), nullable=True),
        sa.Column("recorded", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("space", "redemption"),
    )
    op.create_index("grants_by_code", "grants", ["space", "code"])
    op.create_index("grants_by_end", "grants", ["space", "until"])
    op.create_index("grants_of_account", "grants", ["space", "account", "begins"])
    op.create_index("grants_of_subscription", "grants", ["space", "subscription"])


def _activations() -> None:
    op.create_table(
        "activations",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("approvals", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("space", "code"),
    )


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("coupon", sa.Text(), nullable=False),
        sa.Column("redemption", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("joined", sa.BigInteger(), nullable=False),
        sa.Column("left", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("space", "group", "customer"),
    )
    op.create_index("members_of_customer", "members", ["space", "customer"])
    op.create_index("members_of_redemption", "members", ["space", "redemption"])


def _secrets() -> None:
    op.create_table(
        "secrets",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("space", "purpose"),
    )


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("webhook", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("space", "webhook"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=True),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("delivered", sa.BigInteger(), nullable=True),
        sa.Column("failed", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("space", "message"),
    )
    _index("outbox_due", "outbox", "due", ["space", "channel", "due"])
    _index("outbox_in_order", "outbox", "due", ["space", "receiver", "subject", "message"])
    _index("outbox_to", "outbox", "due", ["space", "receiver", "due"])
    op.create_index("outbox_of_customer", "outbox", ["space", "customer"])


def _noticed() -> None:
    op.create_table(
        "noticed",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("space", "kind", "subject", "step"),
    )


def _index(name: str, table: str, column: str, columns: list[str]) -> None:
    """An index of the rows that have something in a column."""
    where = sa.column(column).is_not(None)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


_GRANTED = sa.text(
    """
    SELECT r.space, r.redemption, r.subscription, r.customer, r.coupon, r.code, r.grants,
        c.grants, r.ended, r.recorded
    FROM redemptions AS r LEFT JOIN codes AS c ON c.space = r.space AND c.code = r.code
    WHERE r.grants IS NOT NULL AND r.until IS NULL
    """
)
_GRANT = sa.text(
    """
    INSERT INTO grants (space, redemption, subscription, account, customer, coupon, code, grants,
        begins, until, ended, recorded)
    VALUES (:space, :redemption, :subscription, :account, :account, :coupon, :code, :grants,
        :begins, :until, :ended, :recorded)
    """
)
# What is held grants nothing until it is confirmed.
_HELD = sa.text("UPDATE redemptions SET grants = NULL WHERE until IS NOT NULL")


def _granted() -> None:
    """Give what was granted before a row, so that accounts have it."""
    connection = op.get_bind()
    connection.execute(_HELD)
    rows = [_grant(*row) for row in connection.execute(_GRANTED)]
    if rows:
        connection.execute(_GRANT, rows)


def _grant(
    space: str,
    redemption: str,
    subscription: str,
    account: str | None,
    coupon: str,
    code: str,
    said: str,
    kept: str | None,
    ended: int | None,
    recorded: int,
) -> dict[str, object]:
    answer = json.loads(said)
    until = answer.get("until")
    names = ("plan", "features", "add-ons", "points", "subaccounts")
    specification = json.dumps({name: answer[name] for name in names if answer.get(name)})
    return {
        "space": space,
        "redemption": redemption,
        "subscription": subscription,
        "account": account,
        "coupon": coupon,
        "code": code,
        "grants": specification if kept in {None, "null"} else kept,
        "begins": parse_instant(answer["start"]),
        "until": None if until is None else parse_instant(until),
        "ended": ended,
        "recorded": recorded,
    }


def upgrade() -> None:
    """Add the columns and tables."""
    _codes()
    _batches()
    _charges()
    _redemptions()
    _keys()
    _logos()
    _clients()
    _projects()
    _accounts()
    _purchases()
    _grants()
    _activations()
    _members()
    _secrets()
    _webhooks()
    _outbox()
    _noticed()
    _granted()
    op.create_index("journal_of_subject", "journal", ["space", "subject", "seq"])
