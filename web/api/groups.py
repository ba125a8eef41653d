"""Groups: who is billed, who belongs to them, and how people come in and leave."""

from __future__ import annotations

import msgspec
from flask import Response

from engine.groups.answers import (
    Admitted,
    Billed,
    GroupCodes,
    GroupPage,
    GroupView,
    ImportedUsers,
    Left,
    MemberPage,
    MemberView,
    Waiting,
)
from engine.groups.members import Filters
from engine.groups.owners import BillOwner
from engine.groups.user_lines import UserEntries
from engine.service.answers import Refusal
from engine.service.caller import Scope
from engine.service.requests import At
from web import examples
from web.call import Call, bad_parameter
from web.replies import Answered
from web.subjects import PAGED, Body, Parameter, Subject

SUBJECT = Subject("groups", "Groups")
_HERE = "/v1/groups/{group}"
_MEMBER = f"{_HERE}/members/{{customer}}"
_TEXT = {"type": "string", "minLength": 1, "maxLength": 255}
_STANDING = Parameter(
    "standing",
    "Only those who are in the group, or who have left.",
    {"type": "string", "enum": ["true", "false"]},
)
_FILTERS = (
    Parameter("way", "Only those who came in by this coupon.", _TEXT),
    Parameter("email", "Only those whose address holds this text.", _TEXT),
    _STANDING,
)


@SUBJECT.call("GET", "/v1/groups", Scope.READ, {200: GroupPage}, query=PAGED)
def list_groups(call: Call) -> GroupPage:
    """List groups by name."""
    return call.desk.groups.shown.list(call.cursor(), call.limit(), call.caller)


@SUBJECT.call("GET", _HERE, Scope.READ, {200: GroupView})
def show_group(call: Call, group: str) -> GroupView:
    """Show a group: its owner, its users, and each way in with its seats."""
    return call.desk.groups.shown.show(group, call.caller)


@SUBJECT.call(
    "POST",
    f"{_HERE}/admit",
    Scope.REDEEM,
    {201: Admitted, 200: Admitted, 202: Waiting},
    body=Body(lambda types: types.admit, examples.ADMIT),
    problems=("not-admitted", "too-many-mails"),
)
def admit(call: Call, group: str) -> Admitted | Refusal | Response:
    """Let a customer into a group without a code.

    Each automatic way in is tried, and a refusal has the reasons of all. Who is in the group
    already is answered the same, with status 200, and takes no further seat. The subscription is
    the one that is named, or a new one. Whoever asks vouches for the address and the email; with
    `"confirm": "email"` a link is mailed to the address first, and the answer is 202.
    """
    answer = call.desk.groups.groups.admit(group, call.body(), call.caller)
    if isinstance(answer, Waiting):
        return Answered(msgspec.json.encode(answer), 202)
    if isinstance(answer, Admitted) and not answer.new:
        return Answered(msgspec.json.encode(answer), 200)
    return answer


@SUBJECT.call("GET", f"{_HERE}/members", Scope.READ, {200: MemberPage}, query=(*PAGED, *_FILTERS))
def list_members(call: Call, group: str) -> MemberPage:
    """List the members of a group, all or some of them, also those who have left."""
    filters = Filters(call.parameter("way"), call.parameter("email"), _standing(call))
    return call.desk.groups.members.list(group, filters, call.cursor(), call.limit(), call.caller)


@SUBJECT.call("GET", _MEMBER, Scope.READ, {200: MemberView})
def show_member(call: Call, group: str, customer: str) -> MemberView:
    """Show a customer as a member of a group, also one who has left."""
    return call.desk.groups.members.show(group, customer, call.caller)


@SUBJECT.call(
    "DELETE", _MEMBER, Scope.MANAGE, {200: Left}, body=Body(lambda _: At, {}, optional=True)
)
def leave_group(call: Call, group: str, customer: str) -> Left:
    """Take a customer out of a group: the seat is free, and the next charge gets no discount."""
    return call.desk.groups.groups.leave(group, customer, call.body(), call.caller)


@SUBJECT.call(
    "POST",
    f"{_HERE}/import",
    Scope.MANAGE,
    {200: ImportedUsers},
    body=Body(lambda _: UserEntries, examples.USERS),
)
def import_users(call: Call, group: str) -> ImportedUsers:
    """Let users in by the list of a group, up to 10,000, each by itself.

    One that can't be let in is refused with its reason, and harms no other; who is a member already
    is left alone. `coupon group import` takes them as CSV.
    """
    return call.desk.groups.importing.take_entries(group, call.body(), call.caller)


@SUBJECT.call("POST", f"{_HERE}/codes", Scope.MANAGE, {201: GroupCodes})
def issue_group_codes(call: Call, group: str) -> GroupCodes:
    """Issue the unique codes of a group: as many as its document says, once.

    At most 10,000 are issued at once: where `issued` is less than `wanted`, ask again. Those of
    before are in the batch, which `GET /v1/batches/{batch}/export` writes as CSV.
    """
    return call.desk.groups.codes.issue(group, call.caller)


@SUBJECT.call(
    "POST",
    f"{_HERE}/bill",
    Scope.CHARGE,
    {201: Billed},
    body=Body(lambda _: BillOwner, {"id": "xyz-2026-11"}),
)
def bill_owner(call: Call, group: str) -> Billed:
    """Charge the owner of a group what the group says, on a subscription of its own.

    Where the owner is billed by invoice, one is made; where by card, `charge` is what to take. The
    same `id` is charged once, and answers the same.
    """
    return call.desk.groups.owners.bill(group, call.body(), call.caller)


def _standing(call: Call) -> bool | None:
    text = call.parameter(_STANDING.name)
    if text not in (None, "true", "false"):
        raise bad_parameter(_STANDING.name, "`true` or `false` is expected")
    return None if text is None else text == "true"
