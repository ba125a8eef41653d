"""`coupon switch`: lets a coupon, a code or a batch be redeemed, or not, at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.cli.store_options import open_office, refusals, store_options
from engine.service.changes.changes import Changes
from engine.service.changes.switching import Kind


@click.command("switch")
@click.argument("state", type=click.Choice(["on", "off"]), metavar="on|off")
@click.argument("name", metavar="COUPON|CODE|BATCH")
@click.option("--because", required=True, metavar="TEXT", help="Why, for the journal.")
@click.option("--coupon", "kind", flag_value="coupon", help="NAME is a coupon.")
@click.option("--code", "kind", flag_value="code", help="NAME is a code.")
@click.option("--batch", "kind", flag_value="batch", help="NAME is a batch: all its codes.")
@store_options
def command(
    state: str,
    name: str,
    because: str,
    kind: Kind | None,
    policies: Path,
    **where: Any,  # noqa: ANN401
) -> None:
    """Let a coupon, a code or all codes of a batch be redeemed, or not, at once.

    What is redeemed goes on applying.
    """
    desk = open_office(**where, policies=policies)
    with refusals():
        done = Changes(desk.office).switch(kind, name, state == "on", because, desk.caller)
    click.echo(f"the {done.kind} `{done.name}` is switched {'on' if done.active else 'off'}")
