"""Codes as the store knows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import bindparam, select

from engine.calendar import Instant
from engine.decisions.explanation import Reason, Verdict, clause_verdict
from engine.decisions.own_rules import code_ends, code_window, expired
from engine.decisions.session import Found
from engine.decisions.validity import clause_changes
from engine.language.vocabulary import Fold
from engine.service.clients import client_name, client_of
from engine.service.work import Work
from engine.store.database import Row
from engine.store.statements import Statement
from engine.store.tables import CODES

COLUMNS = (
    CODES.c.spelling,
    CODES.c.coupon,
    CODES.c.active,
    CODES.c.issued,
    CODES.c.grants,
    CODES.c.customer,
    CODES.c.expires,
    CODES.c.window,
    CODES.c.cancelled,
)
"""What a code is of itself."""
WHOLE = (*COLUMNS, CODES.c.client, CODES.c.partner, CODES.c.purchase, CODES.c.listed)
"""What `Cabinet.found` makes a code of."""

_CODE = Statement(
    select(*WHOLE).where(CODES.c.space == bindparam("space"), CODES.c.code == bindparam("code")),
    recurs=True,
)


class Cabinet(msgspec.Struct, eq=False):
    """Finds codes for one event: its moment, and its customer, whom a code may be bound to.

    The account is the customer's, unless another is named. With `anyone` nobody has said yet whose
    account it is, and a code that is assigned to a client is none of another's.
    """

    work: Work
    customer: str | None
    at: Instant
    account: str | None = None
    anyone: bool = False

    def find(self, code: str) -> Found | Reason:
        """The code as it is spelt, and its coupon; why there is none where nobody knows it."""
        codes = self.work.known.codes
        known = codes.get(code)
        if known is not None:
            return known
        row = self._row(Fold.CODE.apply(code)) or self._otherwise_spelt(code)
        if row is None:
            return self.work.spellings.strange(code, self.work.ring)
        found = self.found(row)
        if self._is_plain(row):
            self.work.tx.keep(code, found, codes)
        return found

    def _row(self, code: str) -> Row | None:
        return self.work.tx.row(_CODE, space=self.work.space, code=code)

    def _otherwise_spelt(self, code: str) -> Row | None:
        """The row of a code that was typed in another way than its format writes it."""
        rows = map(self._row, self.work.spellings.others(code))
        return next((row for row in rows if row is not None), None)

    def found(self, row: Row) -> Found:
        """The code of a row."""
        spelling, coupon, active, issued, grants, *rest, partner, purchase, listed = row
        in_force = self.work.book.coupons[coupon]
        own = _Own(*rest)
        found = Found(
            in_force.ready,
            spelling,
            in_force.version,
            issued,
            grants=grants,
            listed=bool(listed),
            stocked=partner is not None or purchase is not None or own.client is not None,
        )
        if self._is_plain(row):
            return found
        window = _window(own, found, self.at)
        end = code_ends(found.coupon, found.issued) if own.expires is None else own.expires
        against = [*self._state(own, active=active), *_life(found, own, end, self.at)]
        if window.verdict is not None and window.verdict.reason is not None:
            against.append(window.verdict.reason)
        return replace(
            found,
            against=tuple(against),
            verdicts=() if window.verdict is None else (window.verdict,),
            changes=window.changes if end is None else (*window.changes, end),
            ends=end,
        )

    def _is_plain(self, row: Row) -> bool:
        """Whether a code is the same for all customers, at all times."""
        _, coupon, active, _, _, *own, _, _, _ = row
        lasts = self.work.book.coupons[coupon].ready.policy.valid is None
        return bool(active) and lasts and _Own(*own) == _NOTHING

    def _state(self, own: _Own, *, active: bool) -> Iterator[Reason]:
        """What speaks against a code without regard to time."""
        if own.cancelled is not None:
            yield Reason("code_cancelled", "this code was cancelled")
        if not active:
            yield Reason("code_inactive", "this code is switched off")
        if own.customer is not None and own.customer != self.customer:
            yield Reason("other_customer", "this code was issued to another customer")
        if own.client is not None and not self._is_of(own.client):
            message = f"this code is assigned to the client `{client_name(self.work, own.client)}`"
            remedy = "transfer it first, or activate it on an account of the client"
            yield Reason("other_customer", message, remedy=remedy)

    def _is_of(self, client: str) -> bool:
        """Whether the account is, or may yet be, one of the client to whom a code is assigned."""
        account = self.customer if self.account is None else self.account
        return self.anyone if account is None else client_of(self.work, account) == client


class _Own(NamedTuple):
    """What is one code's own, beside its coupon."""

    customer: str | None
    expires: Instant | None
    window: str | None
    cancelled: Instant | None
    client: str | None


_NOTHING = _Own(None, None, None, None, None)


class _Window(NamedTuple):
    """What a code's own window says at a moment, and when that changes."""

    verdict: Verdict | None
    changes: tuple[int, ...]


def _window(own: _Own, found: Found, at: Instant) -> _Window:
    if own.window is None:
        return _Window(None, ())
    rule = code_window(own.window, found.coupon.policy.zone, found.code)
    # A window asks nothing but the moment.
    record = [at, None]
    return _Window(clause_verdict(rule, record), tuple(clause_changes(rule, record)))


def _life(found: Found, own: _Own, end: Instant | None, at: Instant) -> Iterator[Reason]:
    if end is not None and at >= end:
        yield expired(found.coupon, own.expires)
