"""`coupon push`: reads policies into the store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.cli.changing import form_option, pushed_text, right_files, show
from engine.cli.store_options import open_office, refusals, store_options
from engine.cli.waiting import waiting_again, waiting_text
from engine.service.changes.changes import Changes


@click.command("push")
@store_options
@form_option
def command(policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Read a folder of policies into the store.

    A new coupon comes into force. A changed one gets a pending change, without effect until
    `coupon enact`. A coupon whose file is gone is archived: not redeemable, still applying. Ends
    with 1 where errors, or codes of other coupons, keep something back.
    """
    catalogue, sources = right_files(policies)
    desk = open_office(**where, policies=policies)
    with refusals():
        pushed = Changes(desk.office).push(catalogue, sources, desk.caller)
        again = waiting_again(desk, catalogue, sources)
    old = [each for name, each in again.items() if name not in pushed.pending]
    lines = (f"{each.coupon}: {waiting_text(each)}" for each in old)
    show(pushed, form, lambda: "\n".join((pushed_text(pushed), *lines)))
    if pushed.held_back:
        raise SystemExit(1)
