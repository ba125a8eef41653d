"""`coupon inventory buy`, `purchases`, `purchase` and `prices`: what is bought, at which prices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click
import msgspec

from engine.cli.changing import form_option, show
from engine.cli.options import new_file_option
from engine.cli.paging import parts
from engine.cli.purchases_said import prices_text, purchase_text, purchases_text
from engine.cli.store_options import Desk, open_office, refusals, store_options
from engine.decisions.decoding import convert
from engine.decisions.flaws import Flaw, RequestError
from engine.inventory.buying import Buying
from engine.inventory.purchased import Bought, Purchase, PurchasedCode, Purchases, ShownPurchase
from engine.inventory.purchases import PurchaseBook, PurchaseFilters
from engine.inventory.wanted import Buy
from engine.service.codes.batches import MOST_WANTED

AT_ONCE = 1000
_QUOTED = "a `price` with its `currency`"
_REQUEST = ("partner", "customer", "client", "project", "email", "note")


@click.command("buy")
@click.argument("lines", nargs=-1, metavar="[COUPON[:COUNT]]...")
@click.option("--partner", metavar="NAME", help="The partner who buys.")
@click.option("--customer", metavar="ID", help="The customer who buys, where it is no partner.")
@click.option("--client", metavar="NAME", help="The client whom the codes are assigned to.")
@click.option("--project", metavar="NAME", help="The project of that client.")
@click.option("--email", metavar="ADDRESS", help="Where the codes are sent.")
@click.option("--note", metavar="TEXT", help="What the receipt says beside.")
@click.option(
    "--price", "prices", multiple=True, metavar="COUPON=AMOUNT", help="A quote: `pro=450.00 EUR`."
)
@click.option("--resume", metavar="NUMBER", help="Go on with a purchase that lacks codes.")
@new_file_option("A new file for the codes; one that is there keeps what it has.")
@store_options
@form_option
def buy(
    lines: tuple[str, ...],
    prices: tuple[str, ...],
    resume: str | None,
    out: TextIO,
    policies: Path,
    form: str,
    **rest: Any,  # noqa: ANN401
) -> None:
    """Buy codes, such as `professional-12-months:25`, and print them one a line, or to a file.

    A partner pays its list prices less the tier of the volume; `--price` is a quote. What has come
    to be when this is ended stays: `--resume` goes on, and `coupon inventory receipt` prints them.
    """
    given = {name: rest.pop(name) for name in _REQUEST}
    request = {name: value for name, value in given.items() if value is not None}
    _check_usage(lines, resume, [*request, *prices])
    wanted = _lines(lines, prices)
    desk = open_office(**rest, policies=policies)
    with refusals(), _quotes_as_options(wanted):
        steps = _steps(desk, resume, {**request, "lines": wanted})
        done = _printed(steps, out, form)
    click.echo(purchase_text(done), err=True)


def _check_usage(lines: tuple[str, ...], resume: str | None, given: list[str]) -> None:
    if bool(lines) == (resume is not None):
        raise click.UsageError("name coupons to buy, or a purchase with `--resume`")
    if resume is not None and given:
        raise click.UsageError("a purchase that is resumed goes on as it began: give nothing else")


def _lines(lines: tuple[str, ...], prices: tuple[str, ...]) -> list[dict[str, Any]]:
    """What is asked for, as the request of HTTP."""
    quotes = dict(map(_quote, prices))
    found = []
    for text in lines:
        coupon, count = _counted(text)
        wanted = 1 if count is None else count
        found.append({"coupon": coupon, "count": wanted, **quotes.pop(coupon, {})})
    if quotes:
        raise click.UsageError(f"there is a price for `{next(iter(quotes))}`, which is not bought")
    return found


def _counted(text: str) -> tuple[str, int | None]:
    """The coupon and the count of `COUPON:COUNT`."""
    coupon, _, count = text.partition(":")
    if count and not (count.isascii() and count.isdigit()):
        raise click.UsageError(f"`{text}` names no count: write `{coupon}:25`")
    return coupon, int(count) if count else None


def _quote(text: str) -> tuple[str, dict[str, str]]:
    coupon, _, amount = text.partition("=")
    price, _, currency = amount.strip().partition(" ")
    if not price or not currency:
        raise click.UsageError(f"`{text}` is no price: write `professional=450.00 EUR`")
    return coupon.strip(), {"price": price, "currency": currency.strip()}


@contextmanager
def _quotes_as_options(wanted: list[dict[str, Any]]) -> Iterator[None]:
    """Says of prices that are missing how this command takes them."""
    try:
        yield
    except RequestError as error:
        raise RequestError(*(_as_option(flaw, wanted) for flaw in error.flaws)) from None


def _as_option(flaw: Flaw, wanted: list[dict[str, Any]]) -> Flaw:
    if _QUOTED not in flaw.message:
        return flaw
    coupon = wanted[int(flaw.pointer.split("/")[2])]["coupon"]
    option = f"`--price '{coupon}=450.00 EUR'`, at what was agreed"
    return Flaw(flaw.pointer, flaw.message.replace(_QUOTED, option))


def _steps(desk: Desk, resume: str | None, request: dict[str, Any]) -> Iterator[Bought]:
    buying = Buying(desk.office)
    if resume is not None:
        return buying.more(resume, desk.caller, MOST_WANTED)
    return buying.steps(convert(request, Buy), desk.caller, MOST_WANTED)


def _printed(steps: Iterator[Bought], out: TextIO, form: str) -> Bought:
    """Print codes as they come to be; the purchase with all of them."""
    last: Bought | None = None
    codes: list[PurchasedCode] = []
    try:
        for last in steps:
            codes += last.codes
            if form == "text":
                out.writelines(f"{each.code}\n" for each in last.codes)
                out.flush()
    except BaseException:
        if last is not None and not last.is_whole:
            click.echo(_unfinished(last.purchase), err=True)
        raise
    assert last is not None, "a purchase has at least one step"  # noqa: S101
    done = msgspec.structs.replace(last, codes=tuple(codes))
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(done)).decode(), out)
    return done


def _unfinished(purchase: str) -> str:
    return (
        f"the purchase lacks codes: go on with `coupon inventory buy --resume {purchase}`; "
        f"`coupon inventory purchase {purchase}` shows all that it has"
    )


@click.command("purchases")
@click.option("--partner", metavar="NAME", help="Only those of this partner.")
@click.option("--customer", metavar="ID", help="Only those of this customer.")
@click.option("--client", metavar="NAME", help="Only those for this client.")
@store_options
@form_option
def purchases(policies: Path, form: str, **rest: Any) -> None:  # noqa: ANN401
    """List purchases in the order of their numbers."""
    filters = PurchaseFilters(*(rest.pop(name) for name in PurchaseFilters._fields))
    desk = open_office(**rest, policies=policies)
    with refusals():
        found = tuple(_all_purchases(desk, filters))
    show(Purchases(found, None), form, lambda: purchases_text(found))


def _all_purchases(desk: Desk, filters: PurchaseFilters) -> Iterator[Purchase]:
    book = PurchaseBook(desk.office)
    for part in parts(lambda cursor: book.list(filters, cursor, AT_ONCE, desk.caller)):
        yield from part.purchases


@click.command("purchase")
@click.argument("number")
@store_options
@form_option
def purchase(number: str, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Show the purchase NUMBER with its lines, prices and codes."""
    desk = open_office(**where, policies=policies)
    with refusals():
        found = _whole(desk, number)
    codes = "".join(f"\n{each.code}" for each in found.codes)
    show(found, form, lambda: purchase_text(found) + codes)


def _whole(desk: Desk, number: str) -> ShownPurchase:
    book = PurchaseBook(desk.office)
    found = book.show(number, None, AT_ONCE, desk.caller)
    codes, cursor = list(found.codes), found.next
    while cursor is not None:
        part = book.show(number, cursor, AT_ONCE, desk.caller)
        codes += part.codes
        cursor = part.next
    return msgspec.structs.replace(found, codes=tuple(codes), next=None)


@click.command("prices")
@click.argument("partner")
@click.argument("line", required=False, metavar="[COUPON[:COUNT]]")
@click.option("--coupon", metavar="NAME", help="Only that of this coupon.")
@click.option(
    "--count",
    type=click.IntRange(1, MOST_WANTED),
    metavar="N",
    help="How many codes the purchase would have in all.",
)
@store_options
@form_option
def prices(
    partner: str,
    line: str | None,
    coupon: str | None,
    count: int | None,
    policies: Path,
    form: str,
    **where: Any,  # noqa: ANN401
) -> None:
    """Show what PARTNER pays for so many codes, and what it sells them on at.

    One coupon and a count may be spelt as `buy` does: `professional-12-months:25`.
    """
    if line is not None:
        coupon, count = _asked(line, coupon, count)
    desk = open_office(**where, policies=policies)
    with refusals():
        found = PurchaseBook(desk.office).prices(partner, coupon, count or 1, desk.caller)
    show(found, form, lambda: prices_text(found))


def _asked(line: str, coupon: str | None, count: int | None) -> tuple[str, int | None]:
    """The coupon of a line as `buy` takes it, and how many; options may say what it does not."""
    name, number = _counted(line)
    if coupon is not None or (number is not None and count is not None):
        raise click.UsageError(f"`{line}` says it already: leave out `--coupon` and `--count`")
    if number is not None and not 1 <= number <= MOST_WANTED:
        raise click.UsageError(f"`{line}` names {number} codes: 1 to {MOST_WANTED} are expected")
    return name, number if number is not None else count
