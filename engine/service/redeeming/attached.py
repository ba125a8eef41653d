"""The codes that wait on an account."""

from __future__ import annotations

from sqlalchemy import delete, select

from engine.calendar import Instant
from engine.service.work import Work
from engine.store.statements import Statement, binds, insertion
from engine.store.tables import ATTACHED

_HERE = binds("space", "account")
_CODES = Statement(
    select(ATTACHED.c.place, ATTACHED.c.code).filter_by(**_HERE).order_by(ATTACHED.c.place)
)
_ATTACH = insertion(ATTACHED)
_CLEAR = Statement(delete(ATTACHED).filter_by(**_HERE))


def attached_codes(work: Work, account: str) -> list[str]:
    """The codes attached to an account, in the order of attaching, as they were typed."""
    return [code for _, code in work.tx.rows(_CODES, space=work.space, account=account)]


def attach(work: Work, account: str, code: str, at: Instant) -> None:
    """Put one more code to an account."""
    rows = work.tx.rows(_CODES, space=work.space, account=account)
    place = rows[-1][0] + 1 if rows else 1
    work.tx.run(_ATTACH, space=work.space, account=account, place=place, code=code, at=at)


def clear(work: Work, account: str) -> None:
    """Take all codes off an account."""
    work.tx.run(_CLEAR, space=work.space, account=account)
