"""`coupon report`: what became of codes and discounts, as a table, a file or a calendar."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

from engine.cli.store_options import Desk, open_office, refusals, store_options
from engine.decisions.flaws import RequestError
from engine.reports.asked import Asked
from engine.reports.named import NAMED
from engine.reports.reports import FORMS, Reports

_ASKED = (
    click.option("--by", metavar="NAMES", help="Of discounts: coupon,month or the like."),
    click.option("--from", "start", metavar="DAY", help="The first day, such as 2026-01-01."),
    click.option("--through", metavar="DAY", help="The last day."),
    click.option("--client", metavar="NAME", help="Only what is this client's."),
    click.option("--partner", metavar="NAME", help="Only what is this partner's."),
    click.option("--within", metavar="TIME", help="How far to look ahead; 60 days without it."),
)

_WIDTH = 100
"""So long is a line of the list of reports at most."""


def _asked_options(function: Any) -> Any:  # noqa: ANN401 - as click's own decorators
    for option in reversed(_ASKED):
        function = option(function)
    return function


@click.command("report")
@click.argument("name", required=False)
@_asked_options
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    default="text",
    show_default=True,
    help="How the report is written.",
)
@click.option("--out", "file", metavar="FILE", type=click.File("wb"), default="-")
@store_options
def command(
    name: str | None,
    form: str,
    file: BinaryIO,
    policies: Path,
    database: str,
    space: str | None,
    who: str | None,
    **asked: str | None,
) -> None:
    """Write the report NAME, to FILE or standard output; without a NAME, list the reports.

    Days are those of the space's zone. CSV has every row; the other formats refuse a report of
    more than 10,000 rows, PDF of more than 2,000.
    """
    if name is None:
        click.echo("\n".join(_listed()))
        return
    desk = open_office(database, space, who, policies)
    with refusals(), _misused():
        for part in _written(desk, name, Asked(**asked), form):
            file.write(part)


@contextmanager
def _misused() -> Iterator[None]:
    """Ends a command with 2 where an option is wrong, and names it."""
    try:
        yield
    except RequestError as error:
        flaw = error.flaws[0]
        raise click.UsageError(f"--{flaw.pointer.lstrip('/')}: {flaw.message}") from None


def _listed() -> Iterator[str]:
    start = max(map(len, NAMED)) + 2
    for each in NAMED.values():
        options = " ".join(f"--{name}" for name in each.takes)
        text = click.wrap_text(each.about, _WIDTH - start)
        first, *more = [*text.splitlines(), options]
        yield f"{each.name:<{start}}{first}"
        yield from (" " * start + line for line in more)


def _written(desk: Desk, name: str, asked: Asked, form: str) -> Iterator[bytes]:
    reports = Reports(desk.office)
    if form == "csv":
        yield from (part.encode() for part in reports.csv(name, asked, desk.caller))
    elif form == "pdf":
        yield reports.pdf(name, asked, desk.caller)
    elif form == "ics":
        yield reports.ics(name, asked, desk.caller)
    else:
        yield _said(reports, name, asked, desk, form).encode()


def _said(reports: Reports, name: str, asked: Asked, desk: Desk, form: str) -> str:
    if form == "json":
        from engine.reports import as_json

        return as_json.render(reports.whole(name, asked, desk.caller, "json"))
    from engine.reports import as_text

    return as_text.render(reports.whole(name, asked, desk.caller, "text"), _terminal())


def _terminal() -> int | None:
    """How wide the terminal is; None where the text goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
