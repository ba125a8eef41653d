"""What is asked for in a purchase: who buys, for whom, and which codes at which prices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, NamedTuple

import msgspec

from engine.catalogue.mail import is_address
from engine.catalogue.partners import Partner
from engine.codes.formats import Value
from engine.decisions.facts import Id
from engine.decisions.flaws import Flaw, RequestError
from engine.inventory.client_rows import ClientRow, the_client
from engine.inventory.prices import Price, TooMuch, listed_price, quoted_price, sum_of, total_of
from engine.inventory.projects import the_project
from engine.money import BadAmount, Money, TooManyDecimals, UnknownCurrency, parse_money
from engine.service.codes.batches import MOST_WANTED
from engine.service.errors import ServiceError
from engine.service.unknown import meant
from engine.service.work import Work

MOST_LINES = 100


class WantedLine(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """So many codes of a coupon; `price`, in `currency`, is a quote for one of them.

    `fields` are the values of the format's fields that are not drawn or sealed.
    """

    coupon: Id
    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_WANTED)] = 1
    price: str | None = None
    currency: str | None = None
    fields: dict[str, Value] = {}


class Buy(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A purchase by a partner or a customer; its codes may be assigned to a client at once.

    `email` is where the codes are sent, that of the partner's contact without it.
    """

    lines: Annotated[list[WantedLine], msgspec.Meta(min_length=1, max_length=MOST_LINES)]
    partner: Id | None = None
    customer: Id | None = None
    client: Id | None = None
    project: Id | None = None
    email: Annotated[str, msgspec.Meta(max_length=254)] | None = None
    note: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)] | None = None


class PricedLine(NamedTuple):
    """A line with the price of one code and the total."""

    wanted: WantedLine
    price: Price
    total: Money


class Offer(NamedTuple):
    """What a purchase would cost, line by line, and the client that its codes would be for."""

    lines: tuple[PricedLine, ...]
    total: Money
    client: str | None = None


def offer_of(work: Work, request: Buy) -> Offer:
    """The prices of a request. Raises `RequestError` with everything that is wrong with it."""
    client, wrong = _client(work, request)
    flaws = [*_wrong_buyer(work, request), *wrong, *_wrong_lines(work, request)]
    if flaws:
        raise RequestError(*flaws)
    partner = None if request.partner is None else work.book.partners[request.partner]
    lines = _priced(work, request, partner)
    try:
        return Offer(lines, sum_of([each.total for each in lines]), client)
    except TooMuch as error:
        raise RequestError(Flaw("/lines", str(error))) from None


# --- who buys -----------------------------------------------------------------------------------


def _wrong_buyer(work: Work, request: Buy) -> Iterator[Flaw]:
    if (request.partner is None) == (request.customer is None):
        yield Flaw("", "a purchase is by a partner or by a customer: give one of the two")
    if request.partner is not None and request.partner not in work.book.partners:
        yield Flaw("/partner", _unknown("partner", request.partner, work.book.partners))
    if request.email is not None and not is_address(request.email):
        yield Flaw("/email", f"`{request.email}` is no email address such as `ada@xyz.example`")


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    return f"no {kind} is called `{name}`: {meant(name, known)}"


def _client(work: Work, request: Buy) -> tuple[str | None, list[Flaw]]:
    """The id of the client whom the codes are for, and what is wrong with it and its project."""
    if request.client is None:
        if request.project is None:
            return None, []
        return None, [Flaw("/project", "a project is one of a client: give its `client`")]
    place = "/client"
    try:
        row = the_client(work, request.client, request.partner)
        if row.partner != request.partner:
            return None, [Flaw(place, _foreign(row, request.client))]
        place = "/project"
        if request.project is not None:
            the_project(work, row, request.project)
    except ServiceError as error:
        return None, [Flaw(place, ": ".join(filter(None, (error.message, error.advice))))]
    return row.client, []


def _foreign(row: ClientRow, name: str) -> str:
    whose = "no partner" if row.partner is None else f"the partner `{row.partner}`"
    return f"`{name}` is a client of {whose}, and not of who buys"


# --- lines --------------------------------------------------------------------------------------


def _wrong_lines(work: Work, request: Buy) -> Iterator[Flaw]:
    if sum(each.count for each in request.lines) > MOST_WANTED:
        yield Flaw("/lines", f"a purchase has at most {MOST_WANTED} codes: make several")
    for index, line in enumerate(request.lines):
        yield from (
            Flaw(f"/lines/{index}{flaw.pointer}", flaw.message)
            for flaw in _wrong_line(work, request, line)
        )
    yield from _mixed(work, request)


def _wrong_line(work: Work, request: Buy, line: WantedLine) -> Iterator[Flaw]:
    coupon = work.book.coupons.get(line.coupon)
    if coupon is None:
        yield Flaw("/coupon", _unknown("coupon", line.coupon, work.book.coupons))
        return
    if coupon.archived:
        yield Flaw("/coupon", f"`{line.coupon}` is archived: bring its file back to sell it")
    if line.price is None:
        if line.currency is not None:
            yield Flaw("/currency", "a currency says what a `price` is in: give one, or neither")
        elif request.partner in work.book.partners:
            yield from _unlisted(work.book.partners[str(request.partner)], line)
        elif request.customer is not None:
            yield Flaw("/price", "a customer has no price list: give a `price` with its `currency`")
        return
    yield from _wrong_quote(line)


def _unlisted(partner: Partner, line: WantedLine) -> Iterator[Flaw]:
    if line.coupon not in partner.prices.listed:
        yield Flaw(
            "/price",
            f"the prices of `{partner.name}` do not list `{line.coupon}`: add it to them, or give "
            "a `price` with its `currency`",
        )


def _wrong_quote(line: WantedLine) -> Iterator[Flaw]:
    if line.currency is None:
        yield Flaw("/currency", "a `price` needs its `currency`, such as `EUR`")
        return
    try:
        if parse_money(str(line.price), line.currency).minor < 0:
            yield Flaw("/price", f"`{line.price}` is below zero: nobody is paid for taking codes")
    except UnknownCurrency:
        yield Flaw("/currency", f"no ISO 4217 currency is called `{line.currency}`")
    except TooManyDecimals:
        yield Flaw("/price", f"`{line.price}` has more decimals than {line.currency}")
    except BadAmount:
        yield Flaw("/price", f"`{line.price}` is no amount such as `450.00`")


def _mixed(work: Work, request: Buy) -> Iterator[Flaw]:
    """A purchase in several currencies has no total."""
    partner = work.book.partners.get(request.partner or "")
    found = dict.fromkeys(filter(None, (_currency(partner, each) for each in request.lines)))
    if len(found) > 1:
        names = " and ".join(found)
        yield Flaw("/lines", f"these are prices in {names}: make a purchase for each currency")


def _currency(partner: Partner | None, line: WantedLine) -> str | None:
    if line.currency is not None:
        return line.currency
    listed = None if partner is None else partner.prices.listed.get(line.coupon)
    return None if listed is None else listed.currency


def _priced(work: Work, request: Buy, partner: Partner | None) -> tuple[PricedLine, ...]:
    """The lines of a request in which nothing is wrong."""
    count = sum(each.count for each in request.lines)
    found = []
    for index, line in enumerate(request.lines):
        price = _price(work, line, partner, count)
        try:
            found.append(PricedLine(line, price, total_of(price.unit, line.count)))
        except TooMuch as error:
            raise RequestError(Flaw(f"/lines/{index}/count", str(error))) from None
    return tuple(found)


def _price(work: Work, line: WantedLine, partner: Partner | None, count: int) -> Price:
    prices, rounding = None if partner is None else partner.prices, work.book.space.rounding
    if line.price is not None:
        return quoted_price(prices, parse_money(line.price, str(line.currency)), rounding)
    assert prices is not None, "a line without a quote is on a list"  # noqa: S101
    price = listed_price(prices, line.coupon, count, rounding)
    assert price is not None, "and this one has it"  # noqa: S101
    return price
