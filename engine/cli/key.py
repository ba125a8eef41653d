"""`coupon key`: the keys that open a space over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.cli.store_options import open_office, refusals, store_options
from engine.inventory.partners import Partners
from engine.service.caller import ALL, Scope
from engine.service.keeping.keys import Keys, ListedKey

EVERY = "all"
_SCOPES = [*(scope.value for scope in Scope), EVERY]


@click.group("key")
def command() -> None:
    """Make, list and revoke the keys that open a space over HTTP."""


@command.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(_SCOPES),
    multiple=True,
    required=True,
    help="What the key may do; may be given several times.",
)
@click.option(
    "--partner", metavar="NAME", help="Of a partner: it opens the inventory of this one only."
)
@store_options
def create(
    name: str,
    scopes: tuple[str, ...],
    partner: str | None,
    policies: Path,
    **where: Any,  # noqa: ANN401
) -> None:
    """Make a key called NAME and print it: this once, as only its hash is kept.

    That of a partner needs the scope `inventory`, and may have `reasons`.
    """
    office, caller = open_office(**where, policies=policies)
    given = ALL if EVERY in scopes else frozenset(map(Scope, scopes))
    with refusals():
        if partner is not None:
            Partners(office).show(partner, caller)
        now, who = office.clock(), caller.who
        made = Keys(office.database).create(office.space, name, given, now, who, partner)
    click.echo(made)
    click.echo("keep it now: it can't be shown again", err=True)


@command.command("list")
@store_options
def list_(policies: Path, **where: Any) -> None:  # noqa: ANN401
    """List the keys of a space, revoked ones too; their secrets are nowhere."""
    office, _ = open_office(**where, policies=policies)
    with refusals():
        found = Keys(office.database).list(office.space)
    for key in found:
        click.echo(_line(key))


@command.command("revoke")
@click.argument("key", metavar="ID")
@store_options
def revoke(key: str, policies: Path, **where: Any) -> None:  # noqa: ANN401
    """End the key with this ID at once."""
    office, caller = open_office(**where, policies=policies)
    with refusals():
        Keys(office.database).revoke(office.space, key, office.clock(), caller.who)
    click.echo(f"revoked {key}")


def _line(key: ListedKey) -> str:
    ended = f"  revoked {key.revoked}" if key.revoked else ""
    whose = f"  of {key.partner}" if key.partner else ""
    return f"{key.id}  {key.name}  made {key.created}  {', '.join(key.scopes)}{whose}{ended}"
