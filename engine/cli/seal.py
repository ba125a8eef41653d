"""`coupon seal`: the keys that seal codes, and those that sign statements."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from engine.calendar import format_instant
from engine.cli.changing import form_option, show
from engine.cli.store_options import open_office, refusals, store_options
from engine.codes.key_ring import new_key, read_key_ring
from engine.codes.statements import new_signing_key
from engine.service.codes.seals import ListedSealKey, Retired, SealKeys, Seals
from engine.service.office import system_clock
from engine.service.settings import SEAL_KEYS, SIGNING_KEY, value_of


@click.group("seal")
def command() -> None:
    """Make, list and retire the keys that seal codes."""


@command.command("new")
@click.option("--id", "name", metavar="ID", help="What to call the key; a date without it.")
@click.option("--statements", is_flag=True, help="A pair of keys for signed statements instead.")
def new(name: str | None, statements: bool) -> None:
    """Make a key and print it as a line for the environment.

    A key is nowhere else: whoever has it can make codes, and without it they can't be read.
    """
    if statements:
        _new_pair(name)
        return
    try:
        known = [key.id for key in read_key_ring(value_of(SEAL_KEYS), "").keys]
        made = new_key(name or _today())
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if name in known:
        raise click.UsageError(f"`{SEAL_KEYS.variable}` has a key `{name}`: choose another ID")
    click.echo(f"{SEAL_KEYS.variable}={made}")
    click.echo("keep it secret, and keep it: its codes can't be read without it", err=True)
    if known:
        click.echo(f"put it before the keys that are there: `NEW,{','.join(known)}`", err=True)


def _new_pair(name: str | None) -> None:
    if name is not None:
        raise click.UsageError("the keys of statements have no ID: leave out `--id`")
    private, public = new_signing_key()
    click.echo(f"{SIGNING_KEY.variable}={private}")
    click.echo(f"# to give away: {public}")
    click.echo("keep the first line secret: whoever has it can sign statements", err=True)


@command.command("list")
@store_options
@form_option
def list_(policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """List the keys of a space by their names, which one seals, and which are retired."""
    desk = open_office(**where, policies=policies)
    with refusals():
        found = Seals(desk.office).list(desk.caller)
    show(found, form, lambda: "\n".join(_lines(found)))


@command.command("retire")
@click.argument("key", metavar="ID")
@store_options
@form_option
def retire(key: str, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Let the key with this ID seal no more codes of a space; those it sealed stay valid."""
    desk = open_office(**where, policies=policies)
    with refusals():
        done = Seals(desk.office).retire(key, desk.caller)
    show(done, form, lambda: _retired(done))


def _today() -> str:
    return f"{format_instant(system_clock())[:10]}-{secrets.token_hex(2)}"


def _lines(found: SealKeys) -> Iterator[str]:
    if not found.keys:
        yield (
            f"{SEAL_KEYS.variable} holds no key: set it to the line that `coupon seal new` prints"
        )
    yield from map(_line, found.keys)
    if found.keys and not any(each.seals for each in found.keys):
        yield "no key seals: `coupon seal new` makes one"


def _line(each: ListedSealKey) -> str:
    role = "seals" if each.seals else "reads" if each.retired is None else f"retired {each.retired}"
    gone = "" if each.is_known else f", not in {SEAL_KEYS.variable}: its codes can't be read"
    return f"{each.id}  {role}{gone}"


def _retired(done: Retired) -> str:
    if done.sealing is None:
        follows = "no key seals now: `coupon seal new` makes one"
    else:
        follows = f"`{done.sealing}` seals from now on"
    return f"retired `{done.id}`, the codes it sealed stay valid; {follows}"
