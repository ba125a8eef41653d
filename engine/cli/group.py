"""`coupon group`: groups, who belongs to them, and how people come in and leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

import click

from engine.cli.answering import reason_lines
from engine.cli.changing import form_option
from engine.cli.changing import show as show_answer
from engine.cli.groups_said import (
    admitted_text,
    billed_text,
    codes_text,
    group_text,
    groups_text,
    import_text,
    members_text,
)
from engine.cli.importing import taken
from engine.cli.store_options import open_office, refusals, store_options
from engine.groups.answers import Admitted, Waiting
from engine.groups.desk import GroupDesk
from engine.groups.members import Filters
from engine.groups.user_lines import read_users

_PAGE = 100


class _Part(Protocol):
    """A part of a list."""

    @property
    def next(self) -> str | None:
        """Where the next part begins."""


_Found = TypeVar("_Found", bound=_Part)


def _parts(read: Callable[[str | None], _Found]) -> Iterator[_Found]:
    """All parts of a list."""
    part = read(None)
    yield part
    while part.next is not None:
        part = read(part.next)
        yield part


@click.group("group")
def command() -> None:
    """Look at groups, let customers in and out, issue unique codes, and bill owners."""


@command.command("list")
@store_options
@form_option
def list_(policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """List the groups with their seats."""
    desk = open_office(**where, policies=policies)
    shown = GroupDesk.of(desk.office).shown
    with refusals():
        parts = list(_parts(lambda cursor: shown.list(cursor, _PAGE, desk.caller)))
    found = [each for part in parts for each in part.groups]
    show_answer(found, form, lambda: groups_text(found))


@command.command("show")
@click.argument("group")
@store_options
@form_option
def show(group: str, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Show GROUP: who is billed, what users get, and each way in with its seats."""
    desk = open_office(**where, policies=policies)
    with refusals():
        found = GroupDesk.of(desk.office).shown.show(group, desk.caller)
    show_answer(found, form, lambda: group_text(found))


@command.command("members")
@click.argument("group")
@click.option("--way", metavar="COUPON", help="Only those who came in by this coupon.")
@click.option("--email", metavar="TEXT", help="Only those whose address holds this text.")
@click.option("--left/--standing", default=None, help="Only those who left, or are in it.")
@store_options
@form_option
def members(
    group: str,
    way: str | None,
    email: str | None,
    left: bool | None,
    policies: Path,
    form: str,
    **where: Any,  # noqa: ANN401
) -> None:
    """List the members of GROUP, also those who have left."""
    desk = open_office(**where, policies=policies)
    filters = Filters(way, email, None if left is None else not left)
    listed = GroupDesk.of(desk.office).members
    with refusals():
        parts = list(_parts(lambda cursor: listed.list(group, filters, cursor, _PAGE, desk.caller)))
    found = [each for part in parts for each in part.members]
    show_answer(found, form, lambda: members_text(found))


@command.command("admit")
@click.argument("group")
@click.argument("customer")
@click.option("--email", metavar="ADDRESS", help="The customer's address of email.")
@click.option("--ip", metavar="ADDRESS", help="The address of the customer's network.")
@click.option("--subscription", metavar="ID", help="The subscription; a new one without it.")
@click.option("--confirm", is_flag=True, help="Mail a link to the address first.")
@store_options
@form_option
def admit(
    group: str,
    customer: str,
    email: str | None,
    ip: str | None,
    subscription: str | None,
    confirm: bool,
    policies: Path,
    form: str,
    **where: Any,  # noqa: ANN401
) -> None:
    """Let CUSTOMER into GROUP without a code, by its email domain or network.

    Ends with 1 where no way lets them in, and says every reason.
    """
    body = _body(customer, email, ip, subscription, confirm=confirm)
    desk = open_office(**where, policies=policies)
    with refusals():
        answer = GroupDesk.of(desk.office).groups.admit(group, body, desk.caller)
    if isinstance(answer, Admitted | Waiting):
        show_answer(answer, form, lambda: admitted_text(answer))
        return
    head = f"`{customer}` can't be let into {group}"
    show_answer(answer, form, lambda: "\n".join([head, *reason_lines(answer.reasons)]))
    raise SystemExit(1)


def _body(
    customer: str, email: str | None, ip: str | None, subscription: str | None, *, confirm: bool
) -> dict[str, Any]:
    """The request of an admission: what was not given is left out."""
    said = {"id": customer, "email": email, "ip": ip}
    body: dict[str, Any] = {"customer": {key: each for key, each in said.items() if each}}
    if subscription is not None:
        body["subscription"] = {"id": subscription}
    return {**body, "confirm": "email"} if confirm else body


@command.command("leave")
@click.argument("group")
@click.argument("customer")
@store_options
@form_option
def leave(group: str, customer: str, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Take CUSTOMER out of GROUP: the seat is free, and the next charge gets no discount."""
    desk = open_office(**where, policies=policies)
    with refusals():
        answer = GroupDesk.of(desk.office).groups.leave(group, customer, {}, desk.caller)
    show_answer(answer, form, lambda: f"{customer} left {group} at {answer.left}")


@command.command("import")
@click.argument("group")
@click.argument("file", metavar="FILE|-", type=click.File("rb"))
@store_options
@form_option
def import_(group: str, file: BinaryIO, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Let the users in a CSV FILE into GROUP by its list, each line by itself.

    Columns are `customer` and `email`, of which the first has to be there; others say nothing.
    Whoever is a member already is left alone, so that a file can be imported again. Ends with 1
    where a line is refused.
    """
    desk = open_office(**where, policies=policies)
    with refusals():
        users = read_users(file.read())
        importing = GroupDesk.of(desk.office).importing
        answers = taken(importing.take(group, users.lines, desk.caller), len(users.lines))
    if users.ignored:
        names = ", ".join(f"`{name}`" for name in users.ignored)
        click.echo(f"left aside: {names}", err=True)
    show_answer(answers, form, lambda: import_text(answers))
    if any(each.outcome == "refused" for each in answers):
        raise SystemExit(1)


@command.command("codes")
@click.argument("group")
@store_options
@form_option
def codes(group: str, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Issue the unique codes of GROUP: as many as its document says, once.

    `coupon codes export --batch NAME` writes all of them, also those of before.
    """
    desk = open_office(**where, policies=policies)
    issuing = GroupDesk.of(desk.office).codes
    with refusals():
        answer = issuing.issue(group, desk.caller)
        while not all(each.is_whole for each in answer.batches):
            answer = issuing.issue(group, desk.caller)
    show_answer(answer, form, lambda: codes_text(answer))


@command.command("bill")
@click.argument("group")
@click.argument("charge", metavar="ID")
@click.option("--at", metavar="INSTANT", help="The moment of the charge; now without it.")
@store_options
@form_option
def bill(
    group: str,
    charge: str,
    at: str | None,
    policies: Path,
    form: str,
    **where: Any,  # noqa: ANN401
) -> None:
    """Charge the owner of GROUP, with the ID of the charge; the same one is charged once.

    Makes an invoice where the owner is billed by invoice.
    """
    body = {"id": charge} if at is None else {"id": charge, "at": at}
    desk = open_office(**where, policies=policies)
    with refusals():
        answer = GroupDesk.of(desk.office).owners.bill(group, body, desk.caller)
    show_answer(answer, form, lambda: billed_text(answer))
