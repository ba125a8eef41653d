"""The codes that documents list: rows that come and go with the versions in force."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select, update

from engine.language.vocabulary import Fold
from engine.service.work import Work
from engine.store.database import Transaction
from engine.store.statements import Statement, insertion
from engine.store.tables import CODES

_THIS = (CODES.c.space == bindparam("space"), CODES.c.code == bindparam("code"))
_OWNER = Statement(
    select(CODES.c.coupon, CODES.c.listed, CODES.c.active, CODES.c.customer).where(*_THIS)
)
_LISTED = Statement(
    select(CODES.c.code, CODES.c.spelling, CODES.c.listed)
    .where(CODES.c.space == bindparam("space"), CODES.c.coupon == bindparam("coupon"))
    .order_by(CODES.c.code)
)
_ADD = insertion(CODES)
_SET = Statement(
    update(CODES).where(*_THIS).values(listed=bindparam("is_listed"), active=bindparam("is_on"))
)
_TAKE = Statement(
    update(CODES)
    .where(*_THIS)
    .values(
        coupon=bindparam("to"),
        spelling=bindparam("written"),
        issued=bindparam("now"),
        listed=True,
        active=True,
    )
)
_RESPELL = Statement(update(CODES).where(*_THIS).values(spelling=bindparam("to")))


def taken(
    tx: Transaction, space: str, codes: Iterable[str], owners: Iterable[str]
) -> tuple[str, str] | None:
    """The first of some codes that belongs to a coupon beside its owners, with that coupon.

    One that was taken out of its coupon, and so switched off, is free for another.
    """
    for code in codes:
        row = tx.row(_OWNER, space=space, code=Fold.CODE.apply(code))
        if row is not None and row[0] not in owners and any(row[1:]):
            return code, row[0]
    return None


def list_codes(task: Work, coupon: str, codes: Iterable[str]) -> None:
    """Make the listed codes of a coupon those of its version in force.

    One that is taken out is switched off, one that comes back is switched on; between, whether it
    is switched on is nobody's business but of those who switch it.
    """
    wanted = {Fold.CODE.apply(code): code for code in codes}
    rows = task.tx.rows(_LISTED, space=task.space, coupon=coupon)
    for code, spelling, listed in rows:
        if bool(listed) is not (code in wanted):
            _set(task, code, on=code in wanted)
        if code in wanted and wanted[code] != spelling:
            task.tx.run(_RESPELL, space=task.space, code=code, to=wanted[code])
    known = {row[0] for row in rows}
    for code, spelling in wanted.items():
        if code not in known:
            _add(task, coupon, code, spelling)


def _set(task: Work, code: str, *, on: bool) -> None:
    task.tx.run(_SET, space=task.space, code=code, is_listed=on, is_on=on)


def _add(task: Work, coupon: str, code: str, spelling: str) -> None:
    """Give a code to a coupon: a new one, or one that another coupon gave up."""
    if task.tx.row(_OWNER, space=task.space, code=code) is not None:
        task.tx.run(_TAKE, space=task.space, code=code, to=coupon, written=spelling, now=task.now)
        return
    task.tx.run(
        _ADD,
        space=task.space,
        code=code,
        spelling=spelling,
        coupon=coupon,
        active=True,
        listed=True,
        issued=task.now,
        customer=None,
    )
