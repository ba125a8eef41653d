"""Purchases and prices in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.inventory.purchased import Purchase, PurchasedLine
from engine.inventory.purchases import PriceLine, ShownPrices


def purchases_text(purchases: Sequence[Purchase]) -> str:
    """Purchases, a line each."""
    return "\n".join(map(_head, purchases)) if purchases else "there are no purchases"


def purchase_text(purchase: Purchase) -> str:
    """A purchase with its lines."""
    return "\n".join(_purchase(purchase))


def prices_text(prices: ShownPrices) -> str:
    """What a partner pays."""
    return "\n".join(_prices(prices))


def _head(purchase: Purchase) -> str:
    buyer = purchase.partner or purchase.customer
    lacking = purchase.wanted - purchase.issued
    tail = f", of which {lacking} are still to be issued" if lacking else ""
    return (
        f"{purchase.purchase}: {purchase.wanted} code{'s' * (purchase.wanted != 1)} for {buyer}, "
        f"{purchase.total} {purchase.currency}{tail}"
    )


def _purchase(purchase: Purchase) -> Iterator[str]:
    yield _head(purchase)
    yield f"  bought at {purchase.at} by {purchase.author}"
    if purchase.client is not None:
        yield f"  for {' / '.join(filter(None, (purchase.client, purchase.project)))}"
    if purchase.email is not None:
        yield f"  sent to {purchase.email}"
    if purchase.note is not None:
        yield f"  {purchase.note}"
    yield from (_line(each, purchase.currency) for each in purchase.lines)


def _line(line: PurchasedLine, currency: str) -> str:
    how = " at a quote" if line.quoted else ""
    if line.tier is not None:
        off = f"less {line.tier.off} from {line.tier.start} codes on in the whole purchase"
        how = f", {line.listed} {off}"
    return f"  {line.count} × {line.coupon}, {line.unit} {currency} each{how}: {line.total}"


def _prices(prices: ShownPrices) -> Iterator[str]:
    tier = "" if prices.tier is None else f", {prices.tier.off} off"
    yield f"{prices.title}: prices for {prices.count} code{'s' * (prices.count != 1)}{tier}"
    for each in prices.volume:
        yield f"  from {each.start} codes on: {each.off} off"
    yield from map(_price, prices.prices)
    if not prices.prices:
        yield "  no coupon has a list price: agree on quotes"


def _price(line: PriceLine) -> str:
    less = "" if line.unit == line.listed else f" (list {line.listed})"
    return (
        f"  {line.coupon}: {line.unit} {line.currency}{less}, {line.total} in all, "
        f"sold on at {line.resale}"
    )
