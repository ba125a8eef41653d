"""`coupon explain`: a coupon in plain English."""

from __future__ import annotations

from pathlib import Path

import click

from engine.analysis.explain import explain
from engine.cli.options import policies_option, right_catalogue
from engine.diagnostics.suggest import did_you_mean


@click.command("explain")
@click.argument("coupon")
@policies_option
def command(coupon: str, policies: Path) -> None:
    """Say in plain English what COUPON gives, to whom, when, and how much at the worst."""
    catalogue = right_catalogue(policies)
    found = catalogue.coupons.get(coupon)
    if found is None:
        help_ = did_you_mean(coupon, catalogue.coupons)
        names = ", ".join(catalogue.coupons) or "none"
        raise click.UsageError(f"no coupon is called `{coupon}`: {help_ or f'there are {names}'}")
    click.echo(explain(found, catalogue), nl=False)
