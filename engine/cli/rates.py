"""`coupon rates`: exchange rates."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import click

from engine.cli.changing import form_option, show
from engine.cli.store_options import open_office, refusals, store_options
from engine.service.changes.rates import RatesBook, RatesImported


@click.group("rates")
def command() -> None:
    """Bring in exchange rates."""


@command.command("import")
@click.argument("file", metavar="FILE|-", type=click.File("rb"))
@store_options
@form_option
def import_(file: BinaryIO, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Take the European Central Bank's history file, `eurofxref-hist.csv` or its zip.

    Its rates are in force at once; charges that are recorded keep theirs. Taking it again changes
    only what is new. Ends with 1 where a line can't be read.
    """
    desk = open_office(**where, policies=policies)
    with refusals():
        done = RatesBook(desk.office).import_history(file.read(), desk.caller)
    show(done, form, lambda: _text(done))
    if done.bad:
        raise SystemExit(1)


def _text(done: RatesImported) -> str:
    lines = [f"line {each.line}: {each.message}" for each in done.bad]
    if done.unknown:
        lines.append(f"left out, as no currency of today: {', '.join(done.unknown)}")
    lines.append(f"rows read: {done.rows}, figures new or changed: {done.figures}")
    return "\n".join(lines)
