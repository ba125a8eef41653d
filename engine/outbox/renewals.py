"""`subscription.renewal_due`: granted subscriptions, a while before they end with no successor."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from engine.calendar import format_instant
from engine.outbox.ahead import Stretch, due, ends_in, told
from engine.outbox.holders import Holder, addresses
from engine.service.notices import Notice
from engine.service.redeeming.grant_rows import RENEWED
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import GRANTS

_KIND: Any = "subscription.renewal_due"
_ENDING = Statement(
    select(
        GRANTS.c.subscription,
        GRANTS.c.account,
        GRANTS.c.coupon,
        GRANTS.c.until,
        GRANTS.c.partner,
        GRANTS.c.client,
    )
    .where(
        GRANTS.c.space == bindparam("in_space"),
        ends_in(GRANTS.c.until, GRANTS.c.recorded),
        GRANTS.c.ended.is_(None),
        ~RENEWED,
    )
    .order_by(GRANTS.c.until, GRANTS.c.redemption)
)


def announce_renewals(work: Work) -> bool:
    """Tell of the subscriptions that are to end; whether there is more to tell.

    One transaction tells of one day's, so that none takes long.
    """
    for stretch in due(work, _KIND, work.book.space.renewal):
        _announce(work, stretch)
        told(work, _KIND, stretch)
        return True
    return False


def _announce(work: Work, stretch: Stretch) -> None:
    rows = work.tx.rows(_ENDING, in_space=work.space, **stretch.binds)
    for subscription, account, coupon, until, partner, client in rows:
        said = {
            "subscription": subscription,
            "account": account,
            "coupon": coupon,
            "until": format_instant(until),
            "within": str(stretch.step),
            "partner": partner,
            "client": client,
        }
        to = addresses(work, Holder(partner, client))
        work.announce(Notice(_KIND, subscription, said, partner, account, to))
