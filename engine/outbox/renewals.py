"""`subscription.renewal_due`: granted subscriptions, a while before they end with no successor."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, bindparam, exists, or_, select

from engine.calendar import Instant, Unit, calendar_window, format_instant
from engine.outbox.ahead import WHOLE, Stretch, due, move, zone_of
from engine.outbox.holders import Holder, addresses
from engine.service.notices import Notice
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import GRANTS

_KIND: Any = "subscription.renewal_due"
_NEXT = GRANTS.alias("next")
_GOES_ON = exists().where(
    _NEXT.c.space == GRANTS.c.space,
    _NEXT.c.account == GRANTS.c.account,
    _NEXT.c.redemption != GRANTS.c.redemption,
    _NEXT.c.ended.is_(None),
    or_(
        _NEXT.c.begins >= GRANTS.c.until,
        and_(
            _NEXT.c.grants == GRANTS.c.grants,
            or_(_NEXT.c.until.is_(None), _NEXT.c.until > GRANTS.c.until),
        ),
    ),
)
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
        GRANTS.c.until >= bindparam("start"),
        GRANTS.c.until < bindparam("end"),
        GRANTS.c.ended.is_(None),
        ~_GOES_ON,
    )
    .order_by(GRANTS.c.until, GRANTS.c.redemption)
)


def announce_renewals(work: Work) -> bool:
    """Tell of the subscriptions that are to end; whether there is more to tell.

    One transaction tells of one day's, so that none takes long.
    """
    for stretch in due(work, _KIND, work.book.space.renewal):
        end = min(calendar_window(stretch.start, Unit.DAY, zone_of(work))[1], stretch.end)
        _announce(work, stretch, end)
        move(work, _KIND, WHOLE, str(stretch.step), end)
        return True
    return False


def _announce(work: Work, stretch: Stretch, end: Instant) -> None:
    rows = work.tx.rows(_ENDING, in_space=work.space, start=stretch.start, end=end)
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
