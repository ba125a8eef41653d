"""What redeeming codes has granted: one row for each redemption that granted something."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import and_, bindparam, case, exists, or_, select, update

from engine.calendar import Instant
from engine.service.work import Work
from engine.store.statements import Statement, insertion
from engine.store.tables import GRANTS, REDEMPTIONS

State: TypeAlias = Literal["upcoming", "running", "ended"]

COLUMNS = (
    GRANTS.c.redemption,
    GRANTS.c.subscription,
    GRANTS.c.account,
    GRANTS.c.coupon,
    GRANTS.c.code,
    GRANTS.c.client,
    GRANTS.c.partner,
    GRANTS.c.grants,
    GRANTS.c.begins,
    GRANTS.c.until,
    GRANTS.c.ended,
)
"""What a `GrantRow` is made of."""

_NEXT = GRANTS.alias("next_grant")
RENEWED = (
    exists()
    .where(
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
    .correlate(GRANTS)
)
"""Whether a subscription goes on in another: one that begins after it, or the same and longer."""


def _of(name: str) -> Statement:
    return Statement(
        select(*COLUMNS)
        .where(GRANTS.c.space == bindparam("space"), GRANTS.c[name] == bindparam("value"))
        .order_by(GRANTS.c.begins, GRANTS.c.redemption)
    )


STANDS = (
    exists()
    .where(
        REDEMPTIONS.c.space == GRANTS.c.space,
        REDEMPTIONS.c.redemption == GRANTS.c.redemption,
        REDEMPTIONS.c.ended.is_(None),
    )
    .correlate(GRANTS)
)
"""Whether the redemption stands that granted something."""
_OF_CODE = Statement(
    select(*COLUMNS)
    .where(GRANTS.c.space == bindparam("space"), GRANTS.c.code == bindparam("code"))
    .order_by(case((STANDS, 0), else_=1), GRANTS.c.recorded.desc(), GRANTS.c.redemption.desc())
    .limit(1)
)
_OF_REDEMPTION = _of("redemption")
_OF_ACCOUNT = _of("account")
_ADD = insertion(GRANTS)
_CUT = Statement(
    update(GRANTS)
    .where(
        GRANTS.c.space == bindparam("space"),
        GRANTS.c.redemption == bindparam("of_redemption"),
        or_(GRANTS.c.until.is_(None), GRANTS.c.until > bindparam("at")),
        or_(GRANTS.c.ended.is_(None), GRANTS.c.ended > bindparam("at")),
    )
    .values(ended=bindparam("at"))
)


class GrantRow(NamedTuple):
    """A row of `grants`; `until` stays where it `ended` before."""

    redemption: str
    subscription: str
    account: str | None
    coupon: str
    code: str
    client: str | None
    partner: str | None
    grants: str
    begins: Instant
    until: Instant | None
    ended: Instant | None

    @property
    def over(self) -> Instant | None:
        """When it is over; None where it has no end."""
        return min((each for each in (self.until, self.ended) if each is not None), default=None)

    def is_over(self, at: int) -> bool:
        """Whether nothing of it is left at a moment, or it never began."""
        return self.over is not None and self.over <= max(at, self.begins)

    def state(self, at: int) -> State:
        """What it is at a moment."""
        if self.is_over(at):
            return "ended"
        return "upcoming" if at < self.begins else "running"


def grant_of(work: Work, redemption: str) -> GrantRow | None:
    """What a redemption has granted; None where that is nothing."""
    row = work.tx.row(_OF_REDEMPTION, space=work.space, value=redemption)
    return None if row is None else GrantRow(*row)


def grants_of_account(work: Work, account: str) -> list[GrantRow]:
    """All that an account was ever granted, by when it begins."""
    rows = work.tx.rows(_OF_ACCOUNT, space=work.space, value=account)
    return [GrantRow(*row) for row in rows]


def grant_of_code(work: Work, code: str) -> GrantRow | None:
    """What a code grants where it stands redeemed, else what it granted last; None is nothing.

    The code is a text as codes are compared.
    """
    row = work.tx.row(_OF_CODE, space=work.space, code=code)
    return None if row is None else GrantRow(*row)


def add_grant(work: Work, row: GrantRow) -> None:
    """Keep what a redemption has granted."""
    said = row._asdict()
    work.tx.run(_ADD, space=work.space, **said, customer=row.account, recorded=work.now)


def cut_short(work: Work, redemption: str, at: int) -> bool:
    """End what a redemption has granted at a moment; whether anything of it was left then."""
    changed = work.tx.run(_CUT, space=work.space, of_redemption=redemption, at=at)
    return changed == 1
