"""Codes as the store knows them."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from engine.decisions.explanation import Reason
from engine.decisions.session import Found
from engine.language.vocabulary import Fold
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import CODES

_CODE = Statement(
    select(
        CODES.c.spelling, CODES.c.coupon, CODES.c.active, CODES.c.issued, CODES.c.customer
    ).where(CODES.c.space == bindparam("space"), CODES.c.code == bindparam("code"))
)


class Cabinet:
    """Finds codes for one event, whose customer a code may be bound to."""

    def __init__(self, work: Work, customer: str | None) -> None:
        self.work = work
        self._customer = customer

    def find(self, code: str) -> Found | None:
        """The code as it is spelt, and its coupon; None where nobody knows it."""
        folded = Fold.CODE.apply(code)
        row = self.work.tx.row(_CODE, space=self.work.space, code=folded)
        if row is None:
            return None
        spelling, coupon, active, issued, customer = row
        in_force = self.work.book.coupons[coupon]
        against = tuple(self._against(active=bool(active), customer=customer))
        return Found(in_force.ready, spelling, in_force.version, issued, against)

    def _against(self, *, active: bool, customer: str | None) -> list[Reason]:
        found: list[Reason] = []
        if not active:
            found.append(Reason("code_inactive", "this code is switched off"))
        if customer is not None and customer != self._customer:
            found.append(Reason("other_customer", "this code was issued to another customer"))
        return found
