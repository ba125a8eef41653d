"""`coupon approve`: agrees to the change of another person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.cli.coupons_named import coupon_named
from engine.cli.store_options import open_office, refusals, store_options
from engine.service.changes.changes import Changes


@click.command("approve")
@click.argument("coupons", nargs=-1, required=True, metavar="COUPON...")
@store_options
def command(coupons: tuple[str, ...], policies: Path, **where: Any) -> None:  # noqa: ANN401
    """Agree to the pending changes of COUPONs, which other people made."""
    desk = open_office(**where, policies=policies)
    for coupon in coupons:
        with refusals(), coupon_named(desk, coupon):
            found = Changes(desk.office).approve(coupon, desk.caller)
        lacking = f"{found.missing} more must agree" if found.missing else "it can be enacted"
        click.echo(f"{found.coupon}: agreed by {', '.join(found.approvals)}; {lacking}")
