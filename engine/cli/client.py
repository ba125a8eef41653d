"""`coupon inventory client`: clients, their projects and accounts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from engine.cli.changing import form_option, show
from engine.cli.store_options import open_office, refusals, store_options
from engine.inventory.accounts import ClientAccounts, ClientsAccounts
from engine.inventory.clients import Clients, ShownClient, ShownClients
from engine.inventory.projects import Projects, ShownProjects

AT_ONCE = 100
_Page = TypeVar("_Page", ShownClients, ShownProjects, ClientAccounts)
_PEOPLE = ("responsible", "responsible_email")


class WholeClient(msgspec.Struct, frozen=True):
    """A client with its projects and accounts."""

    client: ShownClient
    projects: tuple[Any, ...]
    accounts: tuple[Any, ...]


@click.group("client")
def command() -> None:
    """Keep clients, their projects and accounts, and who is responsible for them."""


def person_options(function: Any) -> Any:  # noqa: ANN401 - a function of click
    """Who is responsible."""
    function = click.option("--responsible-email", metavar="ADDRESS", help="Their address.")(
        function
    )
    return click.option("--responsible", metavar="NAME", help="Who looks after it.")(function)


@command.command("put")
@click.argument("name", metavar="CLIENT")
@click.option("--title", metavar="TEXT", help="What it is called in full.")
@click.option("--email", metavar="ADDRESS", help="Where to write to.")
@click.option("--partner", metavar="NAME", help="The partner whose client a new one is.")
@person_options
@store_options
@form_option
def put(name: str, policies: Path, form: str, **rest: Any) -> None:  # noqa: ANN401
    """Make CLIENT, or change it; what is left out is nothing."""
    body = _body(rest, "title", "email", "partner")
    desk = open_office(**rest, policies=policies)
    with refusals():
        found = Clients(desk.office).put(name, body, desk.caller)
    show(found, form, lambda: f"{found.client}: {found.title}")


@command.command("list")
@click.option("--partner", metavar="NAME", help="Only those of this partner.")
@store_options
@form_option
def list_(partner: str | None, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """List clients by name."""
    desk = open_office(**where, policies=policies)
    with refusals():
        clients = Clients(desk.office)
        pages = _pages(lambda cursor: clients.list(partner, cursor, AT_ONCE, desk.caller))
    found = tuple(each for page in pages for each in page.clients)
    text = "\n".join(f"{each.client}  {each.title}" for each in found) or "there is no client"
    show(ShownClients(found, None), form, lambda: text)


@command.command("show")
@click.argument("name", metavar="CLIENT")
@store_options
@form_option
def show_(name: str, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Show CLIENT with its projects and accounts."""
    desk = open_office(**where, policies=policies)
    with refusals():
        client = Clients(desk.office).show(name, desk.caller)
        projects, accounts = Projects(desk.office), ClientsAccounts(desk.office)
        own = _pages(lambda cursor: projects.list(name, cursor, AT_ONCE, desk.caller))
        held = _pages(lambda cursor: accounts.list(name, cursor, AT_ONCE, desk.caller))
    whole = WholeClient(
        client,
        tuple(each for page in own for each in page.projects),
        tuple(each for page in held for each in page.accounts),
    )
    show(whole, form, lambda: _text(whole))


@command.command("project")
@click.argument("client")
@click.argument("name", metavar="PROJECT")
@click.option("--title", metavar="TEXT", help="What it is called in full.")
@person_options
@store_options
@form_option
def project(client: str, name: str, policies: Path, form: str, **rest: Any) -> None:  # noqa: ANN401
    """Make PROJECT of CLIENT, or change it; what is left out is nothing."""
    body = _body(rest, "title")
    desk = open_office(**rest, policies=policies)
    with refusals():
        found = Projects(desk.office).put(client, name, body, desk.caller)
    show(found, form, lambda: f"{found.client}/{found.project}: {found.title}")


@command.command("account")
@click.argument("client")
@click.argument("accounts", metavar="ACCOUNT...", nargs=-1, required=True)
@click.option("--take", is_flag=True, help="Take them from the client instead.")
@store_options
def account(
    client: str,
    accounts: tuple[str, ...],
    take: bool,
    policies: Path,
    **where: Any,  # noqa: ANN401
) -> None:
    """Make each ACCOUNT, a customer's id, one of CLIENT: a code of CLIENT is activated on them."""
    desk = open_office(**where, policies=policies)
    kept = ClientsAccounts(desk.office)
    for each in accounts:
        with refusals():
            found = (kept.take if take else kept.put)(client, each, desk.caller)
        click.echo(f"{found.account}: {'taken from' if take else 'of'} {found.client}")


def _body(said: dict[str, Any], *names: str) -> dict[str, Any]:
    """What a request has, taken out of what a command was given."""
    body = {name: said.pop(name) for name in names}
    person, email = (said.pop(name) for name in _PEOPLE)
    if email is not None and person is None:
        raise click.UsageError("`--responsible-email` is the address of `--responsible`: name them")
    if person is not None:
        body["responsible"] = {"name": person, "email": email}
    return {name: value for name, value in body.items() if value is not None}


def _pages(read: Callable[[str | None], _Page]) -> list[_Page]:
    """Every part of a list."""
    pages = [read(None)]
    while pages[-1].next is not None:
        pages.append(read(pages[-1].next))
    return pages


def _text(whole: WholeClient) -> str:
    client, person = whole.client, whole.client.responsible
    lines = [f"{client.client}: {client.title}"]
    lines += [f"  partner: {client.partner}"] if client.partner else []
    lines += [f"  email: {client.email}"] if client.email else []
    lines += [f"  responsible: {person.name} {person.email or ''}".rstrip()] if person else []
    lines += [f"  project {each.project}: {each.title}" for each in whole.projects]
    lines += [f"  account {each.account}" for each in whole.accounts]
    return "\n".join(lines)
