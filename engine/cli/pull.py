"""`coupon pull`: writes what is in force into the folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.cli.store_options import open_office, refusals, store_options
from engine.service.changes.changes import Changes


@click.command("pull")
@store_options
def command(policies: Path, **where: Any) -> None:  # noqa: ANN401
    """Write what is in force into the folder of policies, comments kept.

    A document that means the same is left as it is; a coupon without one gets NAME.yaml.
    """
    desk = open_office(**where, policies=policies)
    with refusals():
        written = Changes(desk.office).pull(policies, desk.caller)
    for path in written:
        click.echo(f"wrote {path}")
    if not written:
        click.echo("the folder says what is in force")
