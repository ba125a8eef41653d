"""`coupon discard`: takes pending changes away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.cli.coupons_named import coupon_named
from engine.cli.store_options import open_office, refusals, store_options
from engine.service.changes.changes import Changes


@click.command("discard")
@click.argument("coupons", nargs=-1, required=True, metavar="COUPON...")
@store_options
def command(coupons: tuple[str, ...], policies: Path, **where: Any) -> None:  # noqa: ANN401
    """Take the pending changes of COUPONs away; what is in force stays."""
    desk = open_office(**where, policies=policies)
    for coupon in coupons:
        with refusals(), coupon_named(desk, coupon):
            discarded = Changes(desk.office).discard(coupon, desk.caller)
        click.echo(f"{discarded.coupon}: the pending change is discarded")
