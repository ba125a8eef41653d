"""`coupon outbox`: what others are to be told, by mail and webhook."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from engine.cli.changing import form_option, show
from engine.cli.store_options import (
    database_option,
    open_database,
    open_office,
    refusals,
    store_options,
)
from engine.outbox.listed import STATES, ListedMessage, Outbox, State
from engine.service.caller import Caller
from engine.service.settings import SMTP_URL, BadSetting, value_of

_PAGE = 100


@click.group("outbox")
def command() -> None:
    """See what others are to be told, try it again, and deliver it."""


@command.command("list")
@click.option(
    "--state",
    type=click.Choice(STATES),
    default="waiting",
    show_default=True,
    help="Which messages.",
)
@store_options
@form_option
def list_(state: State, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """List the messages that wait to be delivered, and why; or those that were given up."""
    desk = open_office(**where, policies=policies)
    outbox = Outbox(desk.office, mails=bool(value_of(SMTP_URL)))
    with refusals():
        found = tuple(_all(outbox, state, desk.caller))
    show({"messages": found}, form, lambda: "\n".join(map(_line, found)) or f"nothing is {state}")


@command.command("retry")
@click.argument("message", required=False)
@store_options
def retry(message: str | None, policies: Path, **where: Any) -> None:  # noqa: ANN401
    """Try MESSAGE again at once, or all that were given up where none is named."""
    desk = open_office(**where, policies=policies)
    with refusals():
        done = Outbox(desk.office, mails=True).retry(message, desk.caller)
    click.echo(f"messages that are tried again: {done.messages}")


@command.command("deliver")
@database_option
@form_option
def deliver(database: str, form: str) -> None:
    """Announce what is due and deliver what waits, of all spaces, once.

    For a timer where `coupon serve` does not run; several may run at the same time.
    """
    # Bound here: the network is needed by this command alone.
    from engine.outbox.courier import Courier, read_means

    try:
        means = read_means(os.environ)
    except BadSetting as error:
        raise click.UsageError(str(error)) from None
    with refusals():
        done = Courier(open_database(database), means).deliver()
    said = f"delivered {done.delivered}, to be tried again {done.put_off}, given up {done.failed}"
    show(msgspec.to_builtins(done), form, lambda: said)


def _all(outbox: Outbox, state: State, caller: Caller) -> Iterator[ListedMessage]:
    cursor: str | None = None
    while True:
        part = outbox.list(state, cursor, _PAGE, caller)
        yield from part.messages
        if part.next is None:
            return
        cursor = part.next


def _line(each: ListedMessage) -> str:
    tried = "" if each.tries == 0 else f", tried {each.tries} time{'s' * (each.tries != 1)}"
    then = "" if each.next is None else f", next at {each.next}"
    because = "" if each.because is None else f"\n  {each.because}"
    return f"{each.id}  {each.kind} to {each.receiver}, made {each.created}{tried}{then}{because}"
