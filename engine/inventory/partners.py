"""Partners as they are shown: how they look, what codes cost them, and what they have."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, func, select

from engine.catalogue.partners import Partner
from engine.inventory.code_rows import in_inventory
from engine.inventory.prices import percent
from engine.service.caller import Caller
from engine.service.codes.code_state import status_column
from engine.service.cursors import read_cursor, write_cursor
from engine.service.errors import NotFound
from engine.service.office import Office
from engine.service.unknown import unknown
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import CLIENTS, CODES

_CLIENTS = Statement(
    select(func.count()).where(
        CLIENTS.c.space == bindparam("space"), CLIENTS.c.partner == bindparam("partner")
    )
)


class PartnerContact(msgspec.Struct, frozen=True):
    """How clients reach a partner."""

    email: str | None
    phone: str | None
    web: str | None


class Tier(msgspec.Struct, frozen=True):
    """From how many codes in one purchase which share of the price is taken off."""

    codes: int
    off: str


class PartnerPrices(msgspec.Struct, frozen=True):
    """What one code of each coupon costs, the volume tiers, and the share added on selling."""

    listed: dict[str, str]
    volume: tuple[Tier, ...]
    markup: str


class ListedPartner(msgspec.Struct, frozen=True):
    """A partner by its name."""

    partner: str
    title: str


class ListedPartners(msgspec.Struct, frozen=True):
    """Partners in the order of their names, until `next`."""

    partners: tuple[ListedPartner, ...]
    next: str | None


class ShownPartner(msgspec.Struct, frozen=True):
    """A partner: its name and looks, its prices, and how many clients and codes it has."""

    partner: str
    title: str
    contact: PartnerContact
    colour: str | None
    has_logo: bool
    prices: PartnerPrices
    references: str | None
    clients: int
    codes: dict[str, int]


class Partners:
    """What can be seen of partners."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def list(self, cursor: str | None, limit: int, caller: Caller) -> ListedPartners:
        """A part of the partners that the space's files describe."""
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def work(task: Work) -> ListedPartners:
            names = sorted(name for name in task.book.partners if name > after)
            more = write_cursor((names[limit - 1],)) if names[limit:] else None
            found = (task.book.partners[name] for name in names[:limit])
            return ListedPartners(tuple(ListedPartner(p.name, p.title) for p in found), more)

        return self.office.read(work, caller)

    def show(self, name: str, caller: Caller) -> ShownPartner:
        """A partner. Raises `NotFound`."""
        return self.office.read(lambda work: _shown(work, the_partner(work, name)), caller)

    def own(self, caller: Caller) -> ShownPartner:
        """The partner who asks. Raises `NotFound` where it is none."""
        if caller.partner is None:
            raise NotFound("the key is no partner's", "name one: `/v1/partners/{partner}`")
        return self.show(caller.partner, caller)


def the_partner(work: Work, name: str) -> Partner:
    """A partner by its name. Raises `NotFound`."""
    found = work.book.partners.get(name)
    if found is None:
        raise unknown("partner", name, work.book.partners if work.caller.partner is None else ())
    return found


def _shown(work: Work, partner: Partner) -> ShownPartner:
    contact, prices = partner.contact, partner.prices
    row = work.tx.row(_CLIENTS, space=work.space, partner=partner.name)
    return ShownPartner(
        partner.name,
        partner.title,
        PartnerContact(contact.email, contact.phone, contact.web),
        partner.colour,
        partner.logo is not None,
        PartnerPrices(
            {coupon: str(price) for coupon, price in prices.listed.items()},
            tuple(Tier(codes, percent(share)) for codes, share in prices.volume),
            percent(prices.markup),
        ),
        partner.references,
        0 if row is None else int(row[0]),
        _codes(work, partner.name),
    )


def _codes(work: Work, partner: str) -> dict[str, int]:
    """How many codes a partner has, by what became of them."""
    found = (
        select(status_column(work).label("status"))
        .where(CODES.c.space == bindparam("space"), CODES.c.partner == bindparam("partner"))
        .where(in_inventory())
        .subquery()
    )
    counts = Statement(
        select(found.c.status, func.count()).group_by(found.c.status).order_by(found.c.status)
    )
    rows = work.tx.rows(counts, space=work.space, partner=partner)
    return {status: int(codes) for status, codes in rows}
