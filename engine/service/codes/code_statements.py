"""Signed statements of codes, for the QR codes of printed sheets (behaviour.md, inventory).

A statement says what a code grants and until when, and nothing that may change after it is
printed: not whether the code is switched off, used, or for one customer. Cancelled codes, which
nobody brings back, have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.calendar import Instant, format_instant
from engine.catalogue.catalogue import Grants
from engine.codes import statements
from engine.decisions.session import Found
from engine.service.caller import Caller
from engine.service.codes.code_state import end_of
from engine.service.codes.codes import CodeRow, Filters, in_pages
from engine.service.codes.granting import grants_of
from engine.service.codes.specifications import grants_text
from engine.service.office import Office
from engine.service.work import Work


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
        """The wanted codes that are not cancelled, in their order. Raises `NotFound`."""
        for signed in in_pages(self._office, filters, caller, self._signed):
            yield from (each for each in signed if each is not None)

    def _signed(self, work: Work, row: CodeRow) -> Signed | None:
        return None if row.cancelled is not None else Signed(row.spelling, self._sign(work, row))

    def _sign(self, work: Work, row: CodeRow) -> str:
        found = Found(work.book.coupons[row.coupon].ready, row.spelling, grants=row.grants)
        end = end_of(work, row.coupon, row.issued, row.expires)
        said = Said(row.spelling, row.coupon, grants_of(work, found), end)
        return sign_code(work, said, self._private)


class Said(NamedTuple):
    """What a statement says of a code: its coupon, what it grants, and when its life is over."""

    code: str
    coupon: str
    grants: Grants | None
    end: Instant | None


def sign_code(work: Work, said: Said, private: Ed25519PrivateKey) -> str:
    """The statement of a code."""
    statement = statements.Statement(
        work.space,
        said.code,
        said.coupon,
        msgspec.json.decode(grants_text(said.grants)),
        None if said.end is None else format_instant(said.end),
    )
    return statements.sign(statement, private)
