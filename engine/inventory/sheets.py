"""Sheets: codes on branded cards, to be handed to clients, each with a QR code to be checked by.

A QR code holds the signed statement of its code, which tells offline what it grants and until when;
without a key that signs, the code itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from engine.calendar import zone
from engine.catalogue.catalogue import Grants
from engine.catalogue.partners import Partner
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.session import Found
from engine.inventory.code_rows import InventoryCode, the_code
from engine.inventory.filters import InventoryFilters, page_of, wanted_values
from engine.inventory.in_words import in_words
from engine.paper.card import LAYOUTS, Brand, Card, Face, NoRoom
from engine.paper.values import minute
from engine.service.caller import Caller
from engine.service.codes.code_state import status_of, used
from engine.service.codes.code_statements import Said, sign_code
from engine.service.codes.granting import grants_of
from engine.service.errors import Conflict
from engine.service.office import Office
from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import LOGOS

MOST = 1000
"""So many codes one request puts on sheets."""
USUAL = 8
PRINTED = ("unused", "reserved")
"""The statuses of codes that are worth printing."""
_LOGO = Statement(select(LOGOS.c.image).filter_by(**binds("space", "partner")))


class Part(NamedTuple):
    """Cards, and the code after which there may be more; None at the end."""

    cards: list[Card]
    after: str | None


class Sheet(NamedTuple):
    """A PDF of so many cards, and the code after which there may be more; None at the end."""

    pdf: bytes
    cards: int
    after: str | None


class Sheets:
    """The use cases of sheets. `private` signs statements; partners print what is theirs."""

    def __init__(self, office: Office, private: Ed25519PrivateKey | None = None) -> None:
        self._office = office
        self._private = private

    def sheet(
        self,
        filters: InventoryFilters,
        caller: Caller,
        *,
        codes: tuple[str, ...] = (),
        per_page: int = USUAL,
        after: str = "",
    ) -> Sheet:
        """The codes that are wanted and can still be activated on cards, `MOST` at a time.

        Raises `NotFound` for names that nothing has, `RequestError`, and `Conflict` where there is
        nothing to print.
        """
        _check(filters, codes, per_page)
        part = self._office.read(partial(self._part, filters, codes, after), caller)
        return Sheet(self._printed(part.cards, filters, per_page), len(part.cards), part.after)

    def whole(
        self,
        filters: InventoryFilters,
        caller: Caller,
        *,
        codes: tuple[str, ...] = (),
        per_page: int = USUAL,
    ) -> Sheet:
        """The same with all codes that are wanted."""
        _check(filters, codes, per_page)
        cards: list[Card] = []
        after: str | None = ""
        while after is not None:
            part = self._office.read(partial(self._part, filters, codes, after), caller)
            cards += part.cards
            after = part.after
        return Sheet(self._printed(cards, filters, per_page), len(cards), None)

    def _part(
        self, filters: InventoryFilters, codes: tuple[str, ...], after: str, work: Work
    ) -> Part:
        drawing = _Drawing(work, self._private)
        if codes:
            return Part([drawing.card(row) for row in _named(work, codes)], None)
        found = page_of(work, wanted_values(work, filters), after, MOST + 1, PRINTED)
        rows = [each.row for each in found[:MOST]]
        more = rows[-1].code if found[MOST:] else None
        # One pile for each kind of code.
        return Part([drawing.card(row) for row in sorted(rows, key=_pile)], more)

    def _printed(self, cards: list[Card], filters: InventoryFilters, per_page: int) -> bytes:
        # Loaded only where something is printed.
        from engine.paper.cards import card_paper

        if not cards:
            raise Conflict(
                "none of these codes can still be activated",
                "sheets are of unused and reserved codes: choose others, or issue new ones",
            )
        title = f"Codes {filters.purchase or filters.batch or filters.client or ''}".strip()
        try:
            return card_paper(cards, per_page, title, self._office.space)
        except NoRoom as error:
            raise Conflict(str(error), "give plan, features and add-ons shorter names") from None


def _check(filters: InventoryFilters, codes: tuple[str, ...], per_page: int) -> None:
    """Raises `RequestError`."""
    if per_page not in LAYOUTS:
        known = ", ".join(map(str, LAYOUTS))
        raise RequestError(Flaw("/per_page", f"a page has one of {known} cards, not {per_page}"))
    if codes and any(each is not None for each in filters):
        raise RequestError(Flaw("/codes", "`codes` names all there are: give no filter beside it"))
    if not codes and not any(each is not None for each in filters):
        raise RequestError(Flaw("", "say which codes: those of a purchase, batch or client"))


def _named(work: Work, codes: Iterable[str]) -> Iterator[InventoryCode]:
    for text in dict.fromkeys(codes):
        row = the_code(work, text)
        status = status_of(work, used(work, row.code), row.ends(work), row.cancelled)
        if status not in PRINTED:
            raise Conflict(
                f"`{row.spelling}` is {status}", "sheets are of unused and reserved codes"
            )
        yield row


def _pile(row: InventoryCode) -> tuple[str, str, str]:
    return row.coupon, row.batch or "", row.code


class _Drawing:
    """Makes cards of rows; what many have in common is made once."""

    def __init__(self, work: Work, private: Ed25519PrivateKey | None) -> None:
        self._work = work
        self._private = private
        self._zone: ZoneInfo = work.book.space.zone or zone("UTC")
        self._brands: dict[str | None, Brand] = {}
        self._granted: dict[tuple[str, str], Grants | None] = {}
        self._faces: dict[tuple[object, ...], Face] = {}

    def card(self, row: InventoryCode) -> Card:
        """The card of a code."""
        grants, end = self._grants(row), row.ends(self._work)
        key = (row.partner, row.coupon, row.grants or row.code, end)
        face = self._faces.get(key)
        if face is None:
            policy = self._work.book.coupons[row.coupon].ready.policy
            until = None if end is None else minute(end, self._zone)
            words = in_words(policy, grants)
            face = self._faces[key] = Face(self._brand(row.partner), policy.title, words, until)
        if self._private is None:
            return Card(face, row.spelling, row.reference, row.spelling)
        said = Said(row.spelling, row.coupon, grants, end)
        return Card(face, row.spelling, row.reference, sign_code(self._work, said, self._private))

    def _grants(self, row: InventoryCode) -> Grants | None:
        """What a code grants; one that was issued with nothing written down may say it itself."""
        key = (row.coupon, row.grants or row.code)
        if key not in self._granted:
            ready = self._work.book.coupons[row.coupon].ready
            found = Found(ready, row.spelling, grants=row.grants)
            self._granted[key] = grants_of(self._work, found)
        return self._granted[key]

    def _brand(self, name: str | None) -> Brand:
        found = self._brands.get(name)
        if found is None:
            partner = self._work.book.partners.get(name or "")
            found = self._brands[name] = (
                Brand(self._work.space) if partner is None else self._brand_of(partner)
            )
        return found

    def _brand_of(self, partner: Partner) -> Brand:
        row = self._work.tx.row(_LOGO, space=self._work.space, partner=partner.name)
        contact = partner.contact
        direct = " · ".join(filter(None, (contact.email, contact.phone)))
        return Brand(
            partner.title,
            tuple(filter(None, (direct, contact.web))),
            partner.colour,
            None if row is None else bytes(row[0]),
        )
