"""What can be seen of purchases and prices; partners see their own."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from engine.catalogue.partners import Partner
from engine.decisions.flaws import Flaw, RequestError
from engine.inventory.client_rows import the_client
from engine.inventory.filters import check_partner
from engine.inventory.partners import the_partner
from engine.inventory.prices import Price, TooMuch, listed_price, percent, tier_of, total_of
from engine.inventory.purchase_rows import (
    SaidTier,
    page_of_codes,
    page_of_purchases,
    the_purchase,
)
from engine.inventory.purchased import Purchase, Purchases, ShownPurchase, said_codes, said_of
from engine.service.caller import Caller
from engine.service.cursors import read_cursor, write_cursor
from engine.service.errors import NotFound
from engine.service.office import Office
from engine.service.unknown import unknown
from engine.service.work import Work


class PurchaseFilters(NamedTuple):
    """Which purchases are wanted; None does not matter."""

    partner: str | None = None
    customer: str | None = None
    client: str | None = None


class PriceLine(msgspec.Struct, frozen=True):
    """What codes of a coupon cost in a purchase of so many.

    `unit` is the price of one after the tier, `total` that of all, and `resale` what the partner
    sells one on at.
    """

    coupon: str
    title: str | None
    currency: str
    listed: str
    unit: str
    total: str
    resale: str


class ShownPrices(msgspec.Struct, frozen=True):
    """The prices of a partner for so many codes; `tier` is the one that these reach."""

    partner: str
    title: str
    count: int
    tier: SaidTier | None
    volume: tuple[SaidTier, ...]
    markup: str
    prices: tuple[PriceLine, ...]


class PurchaseBook:
    """What can be seen of purchases."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def list(
        self, filters: PurchaseFilters, cursor: str | None, limit: int, caller: Caller
    ) -> Purchases:
        """A part of the purchases that are wanted, in the order of their numbers.

        Raises `NotFound` for a partner that the one who asks may not know of, and for a client that
        there is not.
        """
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def work(task: Work) -> Purchases:
            said = {name: value for name, value in filters._asdict().items() if value is not None}
            own = task.caller.partner
            if own is not None:
                check_partner(task, said.setdefault("partner", own))
            if "client" in said:
                said["client"] = the_client(task, said["client"], said.get("partner")).client
            rows = page_of_purchases(task, said, after, limit + 1)
            more = write_cursor((rows[limit - 1].purchase,)) if rows[limit:] else None
            return Purchases(tuple(Purchase(**said_of(task, row)) for row in rows[:limit]), more)

        return self._office.read(work, caller)

    def show(self, number: str, cursor: str | None, limit: int, caller: Caller) -> ShownPurchase:
        """A purchase with a part of its codes. Raises `NotFound`."""
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def work(task: Work) -> ShownPurchase:
            row = the_purchase(task, number)
            codes = page_of_codes(task, number, after, limit + 1)
            more = write_cursor((codes[limit - 1].code,)) if codes[limit:] else None
            said = said_codes(codes[:limit])
            return ShownPurchase(**said_of(task, row), codes=said, next=more)

        return self._office.read(work, caller)

    def prices(self, partner: str, coupon: str | None, count: int, caller: Caller) -> ShownPrices:
        """What a partner pays for so many codes, of one coupon or each on its list.

        Raises `NotFound` for a coupon that the list has not, and `RequestError`.
        """
        return self._office.read(lambda work: _prices(work, partner, coupon, count), caller)


def _prices(work: Work, name: str, coupon: str | None, count: int) -> ShownPrices:
    if work.caller.partner not in (None, name):
        raise unknown("partner", name, (work.caller.partner or "",))
    partner = the_partner(work, name)
    prices = partner.prices
    if coupon is not None and coupon not in prices.listed:
        raise NotFound(
            f"the prices of `{name}` do not list `{coupon}`", "add it to them, or agree on a quote"
        )
    tier = tier_of(prices, count)
    wanted = [coupon] if coupon is not None else list(prices.listed)
    return ShownPrices(
        name,
        partner.title,
        count,
        None if tier is None else SaidTier(tier.start, percent(tier.off)),
        tuple(SaidTier(start, percent(off)) for start, off in prices.volume),
        percent(prices.markup),
        tuple(_price_line(work, partner, each, count) for each in wanted),
    )


def _price_line(work: Work, partner: Partner, coupon: str, count: int) -> PriceLine:
    price = listed_price(partner.prices, coupon, count, work.book.space.rounding)
    assert price is not None, "asked only for what is listed"  # noqa: S101
    found = work.book.coupons.get(coupon)
    return PriceLine(
        coupon,
        None if found is None else found.ready.policy.title,
        price.unit.currency,
        price.listed.amount(),
        price.unit.amount(),
        _total(price, count),
        "" if price.resale is None else price.resale.amount(),
    )


def _total(price: Price, count: int) -> str:
    try:
        return total_of(price.unit, count).amount()
    except TooMuch as error:
        raise RequestError(Flaw("/count", str(error))) from None
