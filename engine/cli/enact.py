"""`coupon enact`: puts pending changes in force."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.calendar import Instant, parse_instant
from engine.cli.changing import enacted_text, form_option, show
from engine.cli.coupons_named import coupon_named
from engine.cli.store_options import open_office, refusals, store_options
from engine.service.changes.changes import Changes


def _instant(_: click.Context, __: click.Parameter, value: str | None) -> Instant | None:
    if value is None:
        return None
    try:
        return parse_instant(value)
    except ValueError:
        message = f"`{value}` is no time with an offset, such as `2026-11-27T00:00:00+01:00`"
        raise click.BadParameter(message) from None


@click.command("enact")
@click.argument("coupons", nargs=-1, required=True, metavar="COUPON...")
@click.option("--at", metavar="INSTANT", callback=_instant, help="When; now without it.")
@store_options
@form_option
def command(
    coupons: tuple[str, ...],
    at: Instant | None,
    policies: Path,
    form: str,
    **where: Any,  # noqa: ANN401
) -> None:
    """Put the pending changes of COUPONs in force, one after the other.

    From the next charge on they act on codes that are redeemed already.
    """
    desk = open_office(**where, policies=policies)
    changes = Changes(desk.office)
    for coupon in coupons:
        with refusals(), coupon_named(desk, coupon):
            enacted = changes.enact(coupon, desk.caller, at)
        show(enacted, form, lambda enacted=enacted: enacted_text(enacted))  # type: ignore[misc]
