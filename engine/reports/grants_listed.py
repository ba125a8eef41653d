"""Reports with a row for each subscription that a code granted."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, select

from engine.reports.asked import Wanted
from engine.reports.codes_listed import CLIENT, CODE, COUPON, PROJECT
from engine.reports.listing import Listing
from engine.reports.table import Column, Row
from engine.service.redeeming.grant_rows import RENEWED
from engine.store.database import Row as Stored
from engine.store.tables import CLIENTS, CODES, GRANTS, REDEMPTIONS

_ACCOUNT = Column("account", "Account")
_SUBSCRIPTION = Column("subscription", "Subscription", exact=True)
_WHOSE = {
    "client": GRANTS.c.client == bindparam("client"),
    "partner": GRANTS.c.partner == bindparam("partner"),
}
_QUERY = (
    select(
        REDEMPTIONS.c.redeemed,
        REDEMPTIONS.c.spelling,
        GRANTS.c.subscription,
        GRANTS.c.coupon,
        GRANTS.c.account,
        GRANTS.c.client,
        GRANTS.c.begins,
        GRANTS.c.until,
        GRANTS.c.ended,
        CODES.c.project,
        CLIENTS.c.email,
    )
    .select_from(
        GRANTS.join(
            REDEMPTIONS,
            and_(
                REDEMPTIONS.c.space == GRANTS.c.space,
                REDEMPTIONS.c.redemption == GRANTS.c.redemption,
            ),
        )
        .outerjoin(
            CODES, and_(CODES.c.space == REDEMPTIONS.c.space, CODES.c.code == REDEMPTIONS.c.code)
        )
        .outerjoin(
            CLIENTS, and_(CLIENTS.c.space == GRANTS.c.space, CLIENTS.c.client == GRANTS.c.client)
        )
    )
    .where(GRANTS.c.space == bindparam("space"))
)


def _activation(row: Stored, _wanted: Wanted) -> Row:
    when, spelling, name, coupon, account, client, begins, until, ended, project, *_ = row
    return when, spelling, coupon, account, name, client, project, begins, until, ended


ACTIVATIONS = Listing(
    (
        Column("activated", "Activated", "instant"),
        CODE,
        COUPON,
        _ACCOUNT,
        _SUBSCRIPTION,
        CLIENT,
        PROJECT,
        Column("from", "From", "instant"),
        Column("until", "Until", "instant", "without end"),
        Column("ended", "Cut short", "instant"),
    ),
    lambda _: _QUERY,
    (REDEMPTIONS.c.redeemed, GRANTS.c.redemption),
    {
        **_WHOSE,
        "start": REDEMPTIONS.c.redeemed >= bindparam("start"),
        "end": REDEMPTIONS.c.redeemed < bindparam("end"),
    },
    _activation,
)
"""Codes that were activated, with what they granted."""

DUE = and_(
    GRANTS.c.ended.is_(None),
    GRANTS.c.until > bindparam("now"),
    GRANTS.c.until <= bindparam("horizon"),
    ~RENEWED,
)
"""Whether a subscription ends soon, and nothing goes on after it."""


def _renewal(row: Stored, _wanted: Wanted) -> Row:
    _, spelling, name, coupon, account, client, begins, until, _, project, email, *_ = row
    return until, name, account, client, email, project, coupon, spelling, begins


RENEWALS = Listing(
    (
        Column("until", "Ends", "instant"),
        _SUBSCRIPTION,
        _ACCOUNT,
        CLIENT,
        Column("email", "Client's email"),
        PROJECT,
        COUPON,
        CODE,
        Column("from", "Began", "instant"),
    ),
    lambda _: _QUERY.where(DUE),
    (GRANTS.c.until, GRANTS.c.redemption),
    _WHOSE,
    _renewal,
)
"""Subscriptions that end soon, and that nothing goes on after."""
