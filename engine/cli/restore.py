"""`coupon restore`: makes an older version a pending change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.cli.coupons_named import coupon_named
from engine.cli.store_options import open_office, refusals, store_options
from engine.service.changes.changes import Changes


@click.command("restore")
@click.argument("coupon")
@click.option("--version", "number", type=int, required=True, help="The version to restore.")
@store_options
def command(coupon: str, number: int, policies: Path, **where: Any) -> None:  # noqa: ANN401
    """Save an older version of COUPON as a pending change, to be enacted."""
    desk = open_office(**where, policies=policies)
    with refusals(), coupon_named(desk, coupon):
        saved = Changes(desk.office).restore(coupon, number, desk.caller)
    if saved.outcome == "unchanged":
        click.echo(f"{coupon}: version {number} says what is in force")
    else:
        click.echo(f"{coupon}: version {number} is a pending change, see `coupon plan {coupon}`")
