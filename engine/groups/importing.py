"""Importing users: each line takes a seat of the list, some lines in a transaction.

Whoever is a member already is left alone, so that a file can be imported again, after whatever
ended it in between or with more lines: nobody takes a second seat.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.catalogue.groups import Group, Way
from engine.decisions.explanation import Reason
from engine.decisions.flaws import RequestError
from engine.groups.admitting import standing_member, try_ways
from engine.groups.answers import ImportedUser, ImportedUsers
from engine.groups.applicants import read_applicant
from engine.groups.known import the_group
from engine.groups.user_lines import BadUserLine, Lines, UserLine, read_entries
from engine.service.caller import Caller
from engine.service.errors import Conflict, ServiceError
from engine.service.office import Office
from engine.service.work import Work

CHUNK = 250
"""So many lines are taken in one transaction, for which others of the space wait."""


class Importing:
    """The use cases of importing users."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def take(self, group: str, lines: Lines, caller: Caller) -> Iterator[ImportedUser]:
        """Take lines in their order, some at a time; each answer is given when it is kept.

        Raises `NotFound`, and `Conflict` where the group has no list.
        """
        for start in range(0, len(lines), CHUNK):
            some = lines[start : start + CHUNK]
            yield from self.office.write(partial(_take, group, some), caller).users

    def take_entries(self, group: str, value: object, caller: Caller) -> ImportedUsers:
        """Take the users of a request. Raises `RequestError` too."""
        lines, content = read_entries(value), ["import users", group, value]
        done: list[ImportedUser] = []
        for start in range(0, len(lines), CHUNK):
            some = partial(_take, group, lines[start : start + CHUNK])
            done += self._step(some, caller.for_step(start), content).users
        return ImportedUsers(tuple(done))

    def _step(self, work: partial[ImportedUsers], caller: Caller, content: object) -> ImportedUsers:
        return self.office.answer(
            lambda task: (work(task), None), caller, content, (ImportedUsers,)
        )


def is_list(way: Way) -> bool:
    """Whether a way lets those in who are on a list."""
    return way.kind == "list"


def _take(name: str, lines: Lines, work: Work) -> ImportedUsers:
    group = the_group(work, name)
    if not any(map(is_list, group.ways)):
        raise Conflict(f"the group `{name}` has no list", "write `- list: 40` to its `access`")
    # Once, before anything is counted: all lines would wait for it one by one.
    work.seal()
    return ImportedUsers(tuple(_answer(work, group, line) for line in lines))


def _answer(work: Work, group: Group, line: UserLine | BadUserLine) -> ImportedUser:
    if isinstance(line, BadUserLine):
        return ImportedUser(line.number, "refused", line.customer, message=line.message)
    known = standing_member(work, group.name, line.customer)
    if known is not None:
        told = line.note or f"a member already, by {known.coupon}"
        return ImportedUser(line.number, "unchanged", line.customer, known.subscription, told)
    try:
        return _admitted(work, group, line)
    except RequestError as error:
        message = error.flaws[0].message
    except ServiceError as error:
        message = error.message
    return ImportedUser(line.number, "refused", line.customer, message=message)


def _admitted(work: Work, group: Group, line: UserLine) -> ImportedUser:
    address = {} if line.email is None else {"email": line.email}
    said = {"customer": {"id": line.customer, **address}}
    applicant = read_applicant(work, group, said, "merchant")
    admitted, asked = try_ways(work, applicant, is_list)
    if admitted is None:
        reasons = [reason for enquiry in asked for reason in enquiry.reasons]
        return ImportedUser(line.number, "refused", line.customer, message=_said(reasons))
    subscription = admitted.subscription
    return ImportedUser(line.number, "imported", line.customer, subscription, line.note)


def _said(reasons: list[Reason]) -> str:
    """Why nobody more gets in by the list."""
    told = dict.fromkeys(f"{each.reason}: {each.message}" for each in reasons)
    return "; ".join(told) or "the coupon of the list is not in force"
