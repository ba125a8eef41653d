"""Clients, their projects and accounts."""

from __future__ import annotations

from engine.inventory.accounts import ClientAccount, ClientAccounts
from engine.inventory.clients import PutClient, ShownClient, ShownClients
from engine.inventory.projects import PutProject, ShownProject, ShownProjects
from engine.service.caller import Scope
from web import examples
from web.call import Call
from web.subjects import PAGED, Body, Parameter, Subject

SUBJECT = Subject("clients", "Clients, projects and accounts")
_TEXT = {"type": "string", "minLength": 1, "maxLength": 255}
_PARTNER = Parameter("partner", "Only those of this partner.", _TEXT)


@SUBJECT.call(
    "GET",
    "/v1/clients",
    Scope.INVENTORY,
    {200: ShownClients},
    query=(*PAGED, _PARTNER),
    partners=True,
)
def list_clients(call: Call) -> ShownClients:
    """List clients by name; a partner's are called `PARTNER:NAME` by everybody else."""
    partner = call.parameter("partner")
    return call.desk.inventory.clients.list(partner, call.cursor(), call.limit(), call.caller)


@SUBJECT.call("GET", "/v1/clients/{client}", Scope.INVENTORY, {200: ShownClient}, partners=True)
def show_client(call: Call, client: str) -> ShownClient:
    """Show a client."""
    return call.desk.inventory.clients.show(client, call.caller)


@SUBJECT.call(
    "PUT",
    "/v1/clients/{client}",
    Scope.INVENTORY,
    {200: ShownClient},
    body=Body(lambda _: PutClient, examples.CLIENT),
    partners=True,
)
def put_client(call: Call, client: str) -> ShownClient:
    """Make a client, or change it; what is left out is nothing.

    With `partner` a new one is a client of that partner, who calls it so; for others it is called
    `PARTNER:NAME`.
    """
    return call.desk.inventory.clients.put(client, call.body(), call.caller)


@SUBJECT.call(
    "GET",
    "/v1/clients/{client}/projects",
    Scope.INVENTORY,
    {200: ShownProjects},
    query=PAGED,
    partners=True,
)
def list_projects(call: Call, client: str) -> ShownProjects:
    """List the projects of a client."""
    return call.desk.inventory.projects.list(client, call.cursor(), call.limit(), call.caller)


@SUBJECT.call(
    "PUT",
    "/v1/clients/{client}/projects/{project}",
    Scope.INVENTORY,
    {200: ShownProject},
    body=Body(lambda _: PutProject, examples.PROJECT),
    partners=True,
)
def put_project(call: Call, client: str, project: str) -> ShownProject:
    """Make a project of a client, or change it; what is left out is nothing."""
    return call.desk.inventory.projects.put(client, project, call.body(), call.caller)


@SUBJECT.call(
    "GET",
    "/v1/clients/{client}/accounts",
    Scope.INVENTORY,
    {200: ClientAccounts},
    query=PAGED,
    partners=True,
)
def list_client_accounts(call: Call, client: str) -> ClientAccounts:
    """List the accounts of a client: an assigned code is activated on one of them."""
    return call.desk.inventory.accounts.list(client, call.cursor(), call.limit(), call.caller)


@SUBJECT.call(
    "PUT",
    "/v1/clients/{client}/accounts/{account}",
    Scope.INVENTORY,
    {200: ClientAccount},
    partners=True,
)
def put_client_account(call: Call, client: str, account: str) -> ClientAccount:
    """Make an account, which is a customer's id, one of a client: of one at most."""
    return call.desk.inventory.accounts.put(client, account, call.caller)


@SUBJECT.call(
    "DELETE",
    "/v1/clients/{client}/accounts/{account}",
    Scope.INVENTORY,
    {200: ClientAccount},
    partners=True,
)
def take_client_account(call: Call, client: str, account: str) -> ClientAccount:
    """Take an account from a client; what was activated on it stays."""
    return call.desk.inventory.accounts.take(client, account, call.caller)
