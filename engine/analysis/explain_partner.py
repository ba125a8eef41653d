"""A partner in plain English: how it is reached, and what codes cost it and its clients."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.analysis.layout import page, section, wrap
from engine.catalogue.catalogue import Catalogue
from engine.catalogue.partners import Partner
from engine.language.terms import listed, percent_text
from engine.money import ROUND, Money, Rounding


def explain_partner(partner: Partner, catalogue: Catalogue) -> str:
    """The page of a partner."""
    return page(
        (
            _head(partner),
            section("How clients reach it", _contact(partner)),
            section("What codes cost", _prices(partner, catalogue)),
            section("References", _references(partner, catalogue)),
        )
    )


def _head(partner: Partner) -> str:
    title = f"{partner.name}: {partner.title}" if partner.title != partner.name else partner.name
    where = f"{partner.location.file}:{partner.location.line}"
    logo = f"its logo is {partner.logo}" if partner.logo is not None else "it has no logo"
    colour = f", its colour {partner.colour}" if partner.colour is not None else ""
    return f"{title}\n\n{wrap(f'A partner, written at {where}; {logo}{colour}.')}"


def _contact(partner: Partner) -> Iterator[str]:
    contact = partner.contact
    ways = {"email": contact.email, "telephone": contact.phone, "web": contact.web}
    known = [f"{name} {address}" for name, address in ways.items() if address is not None]
    yield f"By {listed(known, 'or')}." if known else "Its document doesn't say."


def _prices(partner: Partner, catalogue: Catalogue) -> Iterator[str]:
    prices = partner.prices
    if not prices.listed:
        yield "No price is listed: each purchase needs a quote."
    else:
        yield "The price of one code, unless a purchase is quoted otherwise:"
    for coupon, price in prices.listed.items():
        yield f"- {_called(coupon, catalogue)}: {price}{_resold(price, partner, catalogue)}."
    tiers = [f"{percent_text(share)} from {count} codes" for count, share in prices.volume]
    if tiers:
        yield f"Off the listed price of every code of one purchase: {listed(tiers, 'and')}."
    if prices.markup:
        yield f"It adds {percent_text(prices.markup)} to what a code cost when it sells it on."


def _called(coupon: str, catalogue: Catalogue) -> str:
    found = catalogue.coupons.get(coupon)
    return coupon if found is None or found.title == coupon else f"{coupon} ({found.title})"


def _resold(price: Money, partner: Partner, catalogue: Catalogue) -> str:
    """What a client pays for one that was bought at the listed price."""
    if not partner.prices.markup:
        return ""
    exact = price.minor * (1 + partner.prices.markup)
    return f", sold on for {Money(_rounded(exact, catalogue.rounding), price.currency)}"


def _rounded(exact: Fraction, rounding: Rounding) -> int:
    return ROUND[rounding](exact.numerator, exact.denominator)


def _references(partner: Partner, catalogue: Catalogue) -> Iterator[str]:
    own = partner.references
    shared = catalogue.space.references if catalogue.space is not None else None
    if own is not None:
        yield f"Each assignment gets one like {own}."
    elif shared is not None:
        yield f"Each assignment gets one like {shared}, as the space says."
    else:
        yield "Nothing says how they look: each is given by hand."
