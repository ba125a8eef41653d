"""`coupon explain`: a coupon, group or partner in plain English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from engine.analysis.explain import explain
from engine.analysis.explain_group import explain_group
from engine.analysis.explain_partner import explain_partner
from engine.catalogue.catalogue import Catalogue
from engine.cli.options import policies_option, right_catalogue
from engine.diagnostics.suggest import did_you_mean


@click.command("explain")
@click.argument("coupon")
@policies_option
def command(coupon: str, policies: Path) -> None:
    """Say in plain English what COUPON gives, to whom, when, and how much at the worst.

    The name of a group or partner says who is billed and who can come in, or what codes
    cost.
    """
    catalogue = right_catalogue(policies)
    pages = list(_pages(coupon, catalogue))
    if not pages:
        help_ = did_you_mean(coupon, _names(catalogue))
        names = ", ".join(_names(catalogue)) or "none"
        raise click.UsageError(f"no coupon is called `{coupon}`: {help_ or f'there are {names}'}")
    click.echo("\n".join(pages), nl=False)


def _pages(name: str, catalogue: Catalogue) -> Iterator[str]:
    """What is called so: a name is unique only within its kind."""
    if name in catalogue.coupons:
        yield explain(catalogue.coupons[name], catalogue)
    if name in catalogue.groups:
        yield explain_group(catalogue.groups[name])
    if name in catalogue.partners:
        yield explain_partner(catalogue.partners[name], catalogue)


def _names(catalogue: Catalogue) -> list[str]:
    return [*catalogue.coupons, *catalogue.groups, *catalogue.partners]
