"""The use cases of groups: letting customers in, and letting them leave."""

from __future__ import annotations

from typing import Any

from engine.decisions.decoding import convert, plain
from engine.groups.admitting import (
    again,
    is_automatic,
    standing_member,
    try_ways,
    turn_away,
)
from engine.groups.answers import Admission, Admitted, Left, Waiting
from engine.groups.applicants import read_applicant
from engine.groups.confirming import write_to
from engine.groups.known import the_group
from engine.groups.leaving import leave
from engine.service.answers import Refusal
from engine.service.caller import Caller
from engine.service.guessing import customer_in
from engine.service.moments import moment_of
from engine.service.office import Office
from engine.service.requests import At
from engine.service.work import Work

Body = bytes | str | dict[str, Any]


class Groups:
    """The use cases of a group's members."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def admit(self, group: str, body: Body, caller: Caller) -> Admission:
        """Let a customer into a group, or say with the reasons of all ways why not.

        With `"confirm": "email"` a link is mailed to the customer's address first. Raises
        `NotFound`, `RequestError`, `Conflict` and `TooManyMails`.
        """
        value = plain(body)
        return self.office.answer(
            lambda work: _admit(work, group, value),
            caller,
            ["admit", group, value],
            (Admitted, Waiting, Refusal),
        )

    def leave(self, group: str, customer: str, body: Body, caller: Caller) -> Left:
        """Take a customer out of a group. Raises `NotFound` for who never was in it."""
        value = plain(body)

        def work(task: Work) -> tuple[Left, str]:
            at = moment_of(convert(value, At).at, task)
            return leave(task, group, customer, at), customer

        return self.office.answer(work, caller, ["leave", group, customer, value], (Left,))


def _admit(work: Work, name: str, value: object) -> tuple[Admission, str | None]:
    group = the_group(work, name)
    request: Any = convert(value, work.book.types.admit)
    customer = customer_in(value)
    known = None if customer is None else standing_member(work, name, customer)
    if known is not None:
        return again(work, known), customer
    by_mail = request.confirm is not None
    applicant = read_applicant(work, group, value, "automatic", lock=not by_mail)
    if by_mail:
        return write_to(work, applicant), applicant.customer
    admitted, asked = try_ways(work, applicant, is_automatic)
    return admitted or turn_away(work, applicant, asked), applicant.customer
