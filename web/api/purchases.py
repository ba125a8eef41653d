"""Purchases: codes bought, receipts, prices, and sheets to hand out."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response

from engine.inventory.filters import InventoryFilters
from engine.inventory.purchased import Bought, Purchases, ShownPurchase
from engine.inventory.purchases import PurchaseFilters, ShownPrices
from engine.inventory.wanted import Buy
from engine.service.caller import Scope
from engine.service.codes.batches import MOST_WANTED
from web import examples
from web.call import Call, bad_parameter
from web.replies import Answered
from web.subjects import PAGED, Body, Parameter, Subject

SUBJECT = Subject("purchases", "Purchases, prices, receipts and sheets")
PDF = "application/pdf"
_TEXT = {"type": "string", "minLength": 1, "maxLength": 255}
_PER_PAGE = {"type": "integer", "enum": [1, 2, 4, 6, 8, 10], "default": 8}
_COUNT = {"type": "integer", "minimum": 1, "maximum": MOST_WANTED, "default": 1}
_MOST_DIGITS = 9
_SHEETS = "/v1/inventory/sheets.pdf"
_CHOICE = ("purchase", "batch", "client", "project", "partner", "coupon", "reference")


@SUBJECT.call(
    "POST",
    "/v1/inventory/purchases",
    Scope.MANAGE,
    {201: Bought},
    body=Body(lambda _: Buy, examples.PURCHASE),
)
def buy_codes(call: Call) -> Bought:
    """Buy codes for a partner or a customer, at list prices or quotes.

    A list price is less the tier of the volume by the number of codes in the whole purchase; a
    `price` with its `currency` is a quote, which gets none. At most 10,000 codes are issued at
    once: where `issued` is less than `wanted`, go on with
    `POST /v1/inventory/purchases/{purchase}/resume`. The buyer is told when all are there.
    """
    return call.desk.purchases.buying.buy(call.body(), call.caller)


@SUBJECT.call(
    "GET",
    "/v1/inventory/purchases",
    Scope.INVENTORY,
    {200: Purchases},
    query=(
        *PAGED,
        Parameter("partner", "Only those of this partner.", _TEXT),
        Parameter("customer", "Only those of this customer.", _TEXT),
        Parameter("client", "Only those for this client.", _TEXT),
    ),
    partners=True,
)
def list_purchases(call: Call) -> Purchases:
    """List purchases in the order of their numbers."""
    filters = PurchaseFilters(*map(call.parameter, PurchaseFilters._fields))
    return call.desk.purchases.book.list(filters, call.cursor(), call.limit(), call.caller)


@SUBJECT.call(
    "GET",
    "/v1/inventory/purchases/{purchase}",
    Scope.INVENTORY,
    {200: ShownPurchase},
    query=PAGED,
    partners=True,
)
def show_purchase(call: Call, purchase: str) -> ShownPurchase:
    """Show a purchase and its codes, a part of them at a time."""
    return call.desk.purchases.book.show(purchase, call.cursor(), call.limit(), call.caller)


@SUBJECT.call("POST", "/v1/inventory/purchases/{purchase}/resume", Scope.MANAGE, {200: Bought})
def resume_purchase(call: Call, purchase: str) -> Bought:
    """Issue codes that a purchase lacks, 10,000 at most."""
    return call.desk.purchases.buying.resume(purchase, call.caller)


@SUBJECT.call(
    "GET",
    "/v1/inventory/purchases/{purchase}/receipt.pdf",
    Scope.INVENTORY,
    {200: None},
    media=(PDF,),
    partners=True,
)
def print_receipt(call: Call, purchase: str) -> Response:
    """Print the receipt of a purchase: every code, what it is for, and until when it is valid."""
    printed = call.desk.purchases.receipts.pdf(purchase, call.caller)
    return _pdf(printed, f"receipt-{purchase}")


@SUBJECT.call(
    "GET",
    "/v1/partners/{partner}/prices",
    Scope.INVENTORY,
    {200: ShownPrices},
    query=(
        Parameter("coupon", "Only that of this coupon.", _TEXT),
        Parameter("count", "How many codes the purchase would have in all.", _COUNT),
    ),
    partners=True,
)
def show_prices(call: Call, partner: str) -> ShownPrices:
    """Show what a partner pays for so many codes, and what it sells them on at."""
    coupon, count = call.parameter("coupon"), _number(call, "count", 1)
    if not 1 <= count <= MOST_WANTED:
        raise bad_parameter("count", f"a whole number from 1 to {MOST_WANTED} is expected")
    return call.desk.purchases.book.prices(partner, coupon, count, call.caller)


@SUBJECT.call(
    "GET",
    _SHEETS,
    Scope.INVENTORY,
    {200: None},
    query=(
        *(Parameter(name, f"Only codes of this {name}.", _TEXT) for name in _CHOICE),
        Parameter("codes", "These codes, with commas between.", {"type": "string"}),
        Parameter("per_page", "How many cards a page has.", _PER_PAGE),
        Parameter("after", "Only codes after this one, in the order of codes.", _TEXT),
    ),
    media=(PDF,),
    partners=True,
)
def print_sheets(call: Call) -> Response:
    """Print codes that can still be activated on branded cards with QR codes.

    A QR code is a signed statement of its code, which can be checked offline, where
    COUPON_SIGNING_KEY has a key; without one it is the code itself.

    Each request prints 1,000 codes at most; where there are more, the header `Link` has the address
    of the next ones.
    """
    said = {name: call.parameter(name) for name in _CHOICE}
    codes = tuple(each.strip() for each in (call.parameter("codes") or "").split(","))
    found = call.desk.purchases.sheets.sheet(
        InventoryFilters(**said),
        call.caller,
        codes=tuple(filter(None, codes)),
        per_page=_number(call, "per_page", 8),
        after=call.parameter("after") or "",
    )
    response = _pdf(found.pdf, "-".join(("sheets", *filter(None, said.values()))))
    if found.after is not None:
        query = {**call.request.args.to_dict(), "after": found.after}
        response.headers["Link"] = f'<{_SHEETS}?{urlencode(query)}>; rel="next"'
    return response


def _number(call: Call, name: str, otherwise: int) -> int:
    text = call.parameter(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit()):
        raise bad_parameter(name, "a whole number is expected")
    digits = text.lstrip("0")
    if len(digits) > _MOST_DIGITS:
        raise bad_parameter(name, f"a whole number of at most {_MOST_DIGITS} digits is expected")
    return int(digits or "0")


def _pdf(printed: bytes, name: str) -> Response:
    response = Answered(printed, mimetype=PDF)
    response.headers.set("Content-Disposition", "inline", filename=f"{name}.pdf")
    return response
