"""`coupon inventory`: pre-paid codes found, assigned, annotated, extended, exchanged, activated."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

import click

from engine.cli.acting import action_command
from engine.cli.changing import form_option, show
from engine.cli.inventory_said import code_text, codes_text, dashboard_text
from engine.cli.paging import parts
from engine.cli.store_options import open_office, refusals, store_options
from engine.inventory.actions import ACTIONS
from engine.inventory.days import zone_of
from engine.inventory.filters import STATUSES, InventoryFilters
from engine.inventory.searching import Inventory
from engine.inventory.shown_codes import ListedCode, ListedCodes
from engine.service.caller import Caller

AT_ONCE = 100
_ELSEWHERE = {
    "client": "engine.cli.client:command",
    "buy": "engine.cli.purchases:buy",
    "purchases": "engine.cli.purchases:purchases",
    "purchase": "engine.cli.purchases:purchase",
    "prices": "engine.cli.purchases:prices",
    "receipt": "engine.cli.printed:receipt",
    "sheets": "engine.cli.printed:sheets",
}
"""Commands of other files, by their modules and names."""


class _Commands(click.Group):
    """Loads the commands of other files when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *_ELSEWHERE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = _ELSEWHERE[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group("inventory", cls=_Commands)
def command() -> None:
    """Work with pre-paid codes: who has them, what becomes of them, and until when.

    Nothing refunds money for a code: extend it, or exchange it for another.
    """


for _action in ACTIONS.values():
    command.add_command(action_command(_action))


def filter_options(function: Any) -> Any:  # noqa: ANN401 - a function of click
    """Which codes are wanted."""
    for option in reversed(_FILTERS):
        function = option(function)
    return function


_FILTERS = (
    click.option("--status", type=click.Choice(STATUSES), help="Only those of this status."),
    click.option("--coupon", metavar="NAME", help="Only those of this coupon."),
    click.option("--partner", metavar="NAME", help="Only those of this partner."),
    click.option("--client", metavar="NAME", help="Only those of this client."),
    click.option("--project", metavar="NAME", help="Only those of this project."),
    click.option("--purchase", metavar="NUMBER", help="Only those of this purchase."),
    click.option("--batch", metavar="NAME", help="Only those of this batch."),
    click.option("--customer", metavar="ID", help="Only those bound to this customer."),
    click.option("--reference", metavar="TEXT", help="This reference, or `muster-*`."),
    click.option("-q", "q", metavar="TEXT", help="A text in code, reference or notes."),
    click.option("--expires-before", metavar="DAY", help="Those that expire before a day."),
    click.option("--expires-after", metavar="DAY", help="Those that expire then or later."),
    click.option("--planned-before", metavar="DAY", help="Those that are planned before a day."),
    click.option("--planned-after", metavar="DAY", help="Those planned for then or later."),
)
_NAMES = InventoryFilters._fields


def _filters(said: dict[str, Any]) -> InventoryFilters:
    """The filters of a command, taken out of what it was given."""
    return InventoryFilters(**{name: said.pop(name) for name in _NAMES})


@command.command("list")
@filter_options
@store_options
@form_option
def list_(policies: Path, form: str, **rest: Any) -> None:  # noqa: ANN401
    """List the codes of the inventory, all or some."""
    filters = _filters(rest)
    desk = open_office(**rest, policies=policies)
    with refusals():
        codes = tuple(_all(Inventory(desk.office), filters, desk.caller))
        zone = desk.office.read(zone_of, desk.caller)
    show(ListedCodes(codes, None), form, lambda: codes_text(codes, zone))


def _all(inventory: Inventory, filters: InventoryFilters, caller: Caller) -> Iterator[ListedCode]:
    for part in parts(lambda cursor: inventory.list(filters, cursor, AT_ONCE, caller)):
        yield from part.codes


@command.command("show")
@click.argument("code")
@store_options
@form_option
def show_(code: str, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Show CODE, its notes, and what happened to it."""
    desk = open_office(**where, policies=policies)
    with refusals():
        found = Inventory(desk.office).show(code, desk.caller)
        zone = desk.office.read(zone_of, desk.caller)
    show(found, form, lambda: code_text(found, zone))


@command.command("summary")
@store_options
@form_option
def summary(policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Sum the inventory up: codes by status and coupon, what expires soon, what waits."""
    desk = open_office(**where, policies=policies)
    with refusals():
        found = Inventory(desk.office).dashboard(desk.caller)
        zone = desk.office.read(zone_of, desk.caller)
    show(found, form, lambda: dashboard_text(found, zone))


@command.command("export")
@filter_options
@click.option("--out", "file", metavar="FILE", type=click.File("w", encoding="utf-8"), default="-")
@store_options
def export(file: TextIO, policies: Path, **rest: Any) -> None:  # noqa: ANN401
    """Write the codes of the inventory as CSV, to FILE or standard output.

    A text that a spreadsheet would take for a formula is written with a `'` before it.
    """
    filters = _filters(rest)
    desk = open_office(**rest, policies=policies)
    with refusals():
        for part in Inventory(desk.office).export(filters, desk.caller):
            file.write(part)
    if file is not sys.stdout:
        file.flush()
