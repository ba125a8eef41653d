"""Signed statements of codes, for the QR codes of printed sheets (behaviour.md, inventory).

A statement says what a code grants and until when, and nothing that may change after it is
printed: not whether the code is switched off, used, or for one customer. Cancelled codes, which
nobody brings back, have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.calendar import format_instant
from engine.codes import statements
from engine.decisions.session import Found
from engine.service.caller import Caller
from engine.service.code_state import end_of
from engine.service.codes import CodeRow, Filters, page_of_codes
from engine.service.granting import grants_of
from engine.service.office import Office
from engine.service.specifications import grants_text
from engine.service.work import Work

PAGE = 1000


class Signed(NamedTuple):
    """A code, and the statement of it that the space signed."""

    code: str
    statement: str


class CodeStatements:
    """The use case of saying, signed, what codes grant and until when."""

    def __init__(self, office: Office, private: Ed25519PrivateKey) -> None:
        self._office = office
        self._private = private

    def of(self, filters: Filters, caller: Caller) -> Iterator[Signed]:
        """The wanted codes that are not cancelled, in their order, as the store has them now."""
        after: str | None = ""
        while after is not None:
            signed, after = self._office.read(partial(self._page, filters, after), caller)
            yield from signed

    def _page(self, filters: Filters, after: str, work: Work) -> tuple[list[Signed], str | None]:
        rows = page_of_codes(work, filters, after, PAGE)
        good = [row for row in rows if row.cancelled is None]
        signed = [Signed(row.spelling, self._sign(work, row)) for row in good]
        return signed, rows[-1].code if len(rows) == PAGE else None

    def _sign(self, work: Work, row: CodeRow) -> str:
        found = Found(work.book.coupons[row.coupon].ready, row.spelling, grants=row.grants)
        end = end_of(work, row.coupon, row.issued, row.expires)
        said = statements.Statement(
            work.space,
            row.spelling,
            row.coupon,
            msgspec.json.decode(grants_text(grants_of(work, found))),
            None if end is None else format_instant(end),
        )
        return statements.sign(said, self._private)
