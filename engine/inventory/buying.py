"""Buying codes: a purchase is priced and written down at once, and its codes are issued in steps.

Each line has a batch, so that nothing that ends a request in between loses a code or issues one
twice: the same request again goes on where it was ended, and so does `resume`. The transaction
that issues the last code tells the buyer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeAlias

import msgspec

from engine.calendar import local_time, zone
from engine.decisions.decoding import convert
from engine.decisions.flaws import Flaw, RequestError
from engine.inventory.bought_for import refer, tell
from engine.inventory.delivering import deliver
from engine.inventory.prices import percent
from engine.inventory.purchase_rows import (
    BoughtCode,
    Content,
    KeptLine,
    PurchaseRow,
    SaidTier,
    add_purchase,
    the_purchase,
)
from engine.inventory.purchased import Bought, said_codes, said_of
from engine.inventory.wanted import Buy, PricedLine, offer_of
from engine.language.vocabulary import Fold
from engine.service.caller import Caller
from engine.service.codes.batches import Order, fill, open_batch, the_batch
from engine.service.codes.code_rows import Stock
from engine.service.codes.code_state import end_of
from engine.service.codes.issuing import AT_ONCE, CHUNK
from engine.service.numbers import take_numbers
from engine.service.office import Office
from engine.service.work import Work

_DIGITS = 8

Answer: TypeAlias = tuple[Bought, str | None]
"""What a step answers, and the customer whom it is about."""


class Buying:
    """The use cases of buying."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def buy(self, value: object, caller: Caller) -> Bought:
        """Buy codes; `AT_ONCE` of them are issued at most, and a purchase of more is resumed.

        Raises `RequestError`, and `Conflict` where the format of a coupon can't make so many.
        """
        return _joined(self.steps(convert(value, Buy), caller))

    def resume(self, number: str, caller: Caller) -> Bought:
        """Issue codes that a purchase lacks, `AT_ONCE` at most. Raises `NotFound`."""
        return _joined(self.more(number, caller))

    def steps(self, request: Buy, caller: Caller, most: int = AT_ONCE) -> Iterator[Bought]:
        """Buy codes step by step: what each step issued, once it is kept."""
        content = ["buy codes", msgspec.to_builtins(request)]
        first = self._step(partial(_begin, request, min(CHUNK, most)), caller, content, 0)
        yield first
        if not first.is_whole:
            yield from self._fill(first.purchase, caller, content, range(CHUNK, most, CHUNK))

    def more(self, number: str, caller: Caller, most: int = AT_ONCE) -> Iterator[Bought]:
        """Issue codes that a purchase lacks, step by step."""
        return self._fill(number, caller, ["resume a purchase", number], range(0, most, CHUNK))

    def _fill(
        self, number: str, caller: Caller, content: list[Any], steps: range
    ) -> Iterator[Bought]:
        for step in steps:
            done = self._step(partial(_go_on, number, CHUNK), caller, content, step)
            yield done
            if done.is_whole:
                return

    def _step(
        self, work: Callable[[Work], Answer], caller: Caller, content: list[Any], number: int
    ) -> Bought:
        """Do one step, once for each idempotency key."""
        return self._office.answer(work, caller.for_step(number), content, (Bought,))


def _joined(steps: Iterator[Bought]) -> Bought:
    """The answer to a request of the answers of its steps."""
    done = list(steps)
    codes = tuple(code for each in done for code in each.codes)
    return msgspec.structs.replace(done[-1], codes=codes)


# --- steps --------------------------------------------------------------------------------------


def _begin(request: Buy, most: int, work: Work) -> Answer:
    """Write a purchase down, and issue its first codes."""
    offer = offer_of(work, request)
    number = _next_number(work)
    stock = Stock(request.partner, number, offer.client, request.project)
    lines = tuple(_open_line(work, index, line, stock) for index, line in enumerate(offer.lines, 1))
    row = PurchaseRow(
        number,
        request.partner,
        offer.client,
        request.customer,
        request.email,
        work.now,
        offer.total.currency,
        offer.total.minor,
        Content(lines, request.project, request.note),
        work.caller.who,
    )
    add_purchase(work, row)
    after = {
        "partner": row.partner,
        "lines": [{"coupon": each.coupon, "count": each.count} for each in lines],
        "total": str(offer.total),
    }
    work.note("buy codes", number, after=after, customer=row.customer)
    return _go_on(number, most, work)


def _next_number(work: Work) -> str:
    """The number after the last of this year, in the zone of the space."""
    year = local_time(work.now, work.book.space.zone or zone("UTC")).year
    (number,) = take_numbers(work, f"purchase {year}")
    return f"P-{year}-{number:0{_DIGITS}d}"


def _open_line(work: Work, index: int, line: PricedLine, stock: Stock) -> KeptLine:
    wanted, price = line.wanted, line.price
    order = Order(wanted.count, f"{stock.purchase}-{index}", fields=wanted.fields, stock=stock)
    try:
        batch = open_batch(work, wanted.coupon, order)
    except RequestError as error:
        flaws = (Flaw(f"/lines/{index - 1}{each.pointer}", each.message) for each in error.flaws)
        raise RequestError(*flaws) from None
    tier = price.tier
    return KeptLine(
        wanted.coupon,
        work.book.coupons[wanted.coupon].ready.policy.title,
        wanted.count,
        batch,
        price.listed.amount(),
        price.quoted,
        None if tier is None else SaidTier(tier.start, percent(tier.off)),
        price.unit.amount(),
        line.total.amount(),
        None if price.resale is None else price.resale.amount(),
    )


def _go_on(number: str, most: int, work: Work) -> Answer:
    """Issue more codes of a purchase, line by line."""
    row = the_purchase(work, number)
    # One step at a time: the last one has to see that it is.
    the_batch(work, row.content.lines[0].batch, lock=True)
    issued: list[BoughtCode] = []
    whole = True
    for line in row.content.lines:
        batch, codes = fill(work, line.batch, most - len(issued))
        end = end_of(work, line.coupon, work.now, None)
        key = Fold.CODE.apply
        new = [BoughtCode(key(each), each, line.coupon, line.batch, end) for each in codes]
        if row.client is not None:
            refer(work, new)
        issued += new
        whole = whole and batch.issued >= batch.wanted
    if whole and issued:
        deliver(work, row)
        if row.client is not None:
            tell(work, row, issued[0])
    return Bought(**said_of(work, row), codes=said_codes(issued)), row.customer
