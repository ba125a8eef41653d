"""`coupon redemptions`: moving in from another system, and out to one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, TextIO

import click

from engine.cli.changing import form_option, show
from engine.cli.importing import summary, taken
from engine.cli.store_options import open_office, refusals, store_options
from engine.service.billing.import_lines import read_lines, write_lines
from engine.service.billing.imports import Imports


@click.group("redemptions")
def command() -> None:
    """Bring redemptions in from another system, or write them for one."""


@command.command("import")
@click.argument("file", metavar="FILE|-", type=click.File("rb"))
@store_options
@form_option
def import_(file: BinaryIO, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Take the redemptions in a CSV FILE, each line by itself.

    Columns are `code`, `subscription`, `customer`, `redeemed`, `by`, `applications` and
    `discount`: how many charges were discounted so far, and by how much, such as `24.00 EUR`. They
    count against limits from now on. Lines that were taken before are left alone. Ends with 1
    where a line is refused.
    """
    desk = open_office(**where, policies=policies)
    with refusals():
        lines = read_lines(file.read())
        answers = taken(Imports(desk.office).take(lines, desk.caller), len(lines))
    show(answers, form, lambda: summary(answers))
    if any(each.outcome == "refused" for each in answers):
        raise SystemExit(1)


@command.command("export")
@click.argument("file", metavar="[FILE]", type=click.File("w", encoding="utf-8"), default="-")
@store_options
def export(file: TextIO, policies: Path, **where: Any) -> None:  # noqa: ANN401
    """Write what stands redeemed as the CSV that `import` takes, to FILE or standard output."""
    desk = open_office(**where, policies=policies)
    with refusals():
        found = Imports(desk.office).export(desk.caller)
    file.write(write_lines(found))
