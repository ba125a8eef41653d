"""The codes that documents list: rows that come and go with the versions in force."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select, update

from engine.language.vocabulary import Fold
from engine.service.codes.code_rows import ADD, Issue, new_row
from engine.service.work import Work
from engine.store.database import Transaction
from engine.store.statements import Statement
from engine.store.tables import CODES

_THIS = (CODES.c.space == bindparam("space"), CODES.c.code == bindparam("code"))
_OWNER = Statement(
    select(CODES.c.coupon, CODES.c.listed, CODES.c.active, CODES.c.customer, CODES.c.grants).where(
        *_THIS
    )
)
_LISTED = Statement(
    select(CODES.c.code, CODES.c.spelling)
    .where(
        CODES.c.space == bindparam("space"),
        CODES.c.coupon == bindparam("coupon"),
        CODES.c.listed.is_(True),
    )
    .order_by(CODES.c.code)
)
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

    One that was taken out of its coupon, and so switched off, is free for another; one that was
    issued never is.
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
    listed: dict[str, str] = dict(task.tx.rows(_LISTED, space=task.space, coupon=coupon))
    for code in sorted(listed.keys() - wanted.keys()):
        _set(task, code, on=False)
    for code, spelling in wanted.items():
        if code not in listed:
            _add(task, coupon, code, spelling)
        elif spelling != listed[code]:
            _respell(task, code, spelling)


def _set(task: Work, code: str, *, on: bool) -> None:
    task.tx.run(_SET, space=task.space, code=code, is_listed=on, is_on=on)


def _respell(task: Work, code: str, spelling: str) -> None:
    task.tx.run(_RESPELL, space=task.space, code=code, to=spelling)


def _add(task: Work, coupon: str, code: str, spelling: str) -> None:
    """Give a code to a coupon: a new one, one that it had, or one that another gave up."""
    owner = task.tx.row(_OWNER, space=task.space, code=code)
    if owner is not None and owner[0] == coupon:
        _set(task, code, on=True)
        _respell(task, code, spelling)
        return
    if owner is not None:
        task.tx.run(_TAKE, space=task.space, code=code, to=coupon, written=spelling, now=task.now)
        return
    task.tx.run(ADD, **new_row(task, spelling, Issue(coupon, listed=True)))
