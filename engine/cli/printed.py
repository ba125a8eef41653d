"""`coupon inventory receipt` and `sheets`: what is printed of codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import click

from engine.cli.options import file_name
from engine.cli.store_options import open_office, refusals, store_options
from engine.inventory.filters import InventoryFilters
from engine.inventory.receipts import Receipts
from engine.inventory.sheets import USUAL, Sheets
from engine.paper.card import LAYOUTS
from engine.service.settings import SIGNING_KEY, BadKeys, signing_key_of

_UNSIGNED = (
    "each QR code holds its code alone: with a key in {variable}, which `coupon seal new "
    "--statements` makes, it holds a signed statement that can be checked offline"
)
_CHOICE = ("purchase", "batch", "client", "project", "partner", "coupon", "reference")


@click.command("receipt")
@click.argument("number")
@click.option(
    "--out", "file", type=click.File("wb", lazy=True), metavar="FILE", required=True, help="A PDF."
)
@store_options
def receipt(number: str, file: BinaryIO, policies: Path, **where: Any) -> None:  # noqa: ANN401
    """Print the receipt of the purchase NUMBER: every code, what it is for, and until when."""
    desk = open_office(**where, policies=policies)
    with refusals():
        printed = Receipts(desk.office).pdf(number, desk.caller)
    file.write(printed)
    if (name := file_name(file)) is not None:
        click.echo(f"wrote {name}", err=True)


@click.command("sheets")
@click.option("--purchase", metavar="NUMBER", help="The codes of this purchase.")
@click.option("--batch", metavar="NAME", help="The codes of this batch.")
@click.option("--client", metavar="NAME", help="The codes that are assigned to this client.")
@click.option("--project", metavar="NAME", help="Only those of this project of the client.")
@click.option("--partner", metavar="NAME", help="The codes of this partner.")
@click.option("--coupon", metavar="NAME", help="The codes of this coupon.")
@click.option("--reference", metavar="TEXT", help="The codes of this reference, or `muster-*`.")
@click.option("--code", "codes", multiple=True, metavar="CODE", help="This code.")
@click.option(
    "--per-page",
    type=click.Choice([str(each) for each in LAYOUTS]),
    default=str(USUAL),
    show_default=True,
    help="How many cards a page has.",
)
@click.option(
    "--out", "file", type=click.File("wb", lazy=True), metavar="FILE", required=True, help="A PDF."
)
@store_options
def sheets(
    codes: tuple[str, ...],
    per_page: str,
    file: BinaryIO,
    policies: Path,
    **rest: Any,  # noqa: ANN401
) -> None:
    """Print codes that can still be activated on cards, in the branding of their partners.

    The QR code of a card is a signed statement of its code, which `coupon validate --offline`
    checks, where COUPON_SIGNING_KEY has a key; without one it is the code itself.
    """
    filters = InventoryFilters(**{name: rest.pop(name) for name in _CHOICE})
    try:
        private = signing_key_of()
    except BadKeys as error:
        raise click.ClickException(str(error)) from None
    desk = open_office(**rest, policies=policies)
    with refusals():
        printed = Sheets(desk.office, private).whole(
            filters, desk.caller, codes=codes, per_page=int(per_page)
        )
    file.write(printed.pdf)
    click.echo(f"{printed.cards} card{'s' * (printed.cards != 1)}", err=True)
    if private is None:
        click.echo(_UNSIGNED.format(variable=SIGNING_KEY.variable), err=True)
