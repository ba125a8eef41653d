"""Letting in who has clicked a link that was mailed to their address (behaviour.md, Groups)."""

from __future__ import annotations

import msgspec

from engine.calendar import format_instant
from engine.catalogue.groups import Way
from engine.catalogue.mail import is_address
from engine.decisions.flaws import Flaw, RequestError
from engine.groups.admitting import (
    again,
    enquiries,
    try_ways,
    turn_away,
)
from engine.groups.answers import Admission, Admitted, Waiting
from engine.groups.applicants import Applicant, read_applicant
from engine.groups.known import the_group
from engine.groups.links import Invitation, read_link, until, write_link
from engine.service.answers import Refusal
from engine.service.caller import Caller, Scope
from engine.service.errors import Conflict
from engine.service.mail_budget import spend_mail
from engine.service.notices import Notice
from engine.service.office import Office
from engine.service.redeeming.memberships import member
from engine.service.settings import PUBLIC_URL, SMTP_URL, value_of
from engine.service.work import Work

CLICKED = Caller("a mailed link", frozenset({Scope.REDEEM}))
"""Who asks by a link: whoever reads the mail."""


class Invited(msgspec.Struct, frozen=True):
    """Whom a link lets in, and where."""

    group: str
    title: str
    email: str


def asks_email(way: Way) -> bool:
    """Whether a way lets people in for their address."""
    return way.kind == "email domain"


def write_to(work: Work, applicant: Applicant) -> Admission:
    """Mail a link to an applicant whose address a way would let in.

    Raises `RequestError` for an address that no mail can be sent to, `TooManyMails`, and `Conflict`
    where no link can be mailed at all.
    """
    if not (value_of(PUBLIC_URL) and value_of(SMTP_URL)):
        raise Conflict(
            "no link can be mailed: the service has no mail server, or no address of its own",
            f"set {PUBLIC_URL.variable} and {SMTP_URL.variable}",
        )
    asked = list(enquiries(work, applicant, asks_email, lock=False))
    if all(enquiry.reasons for enquiry in asked):
        return turn_away(work, applicant, asked)
    email: str = work.book.types.fact(applicant.event, "customer.email")
    if not is_address(email):
        raise RequestError(Flaw("/customer/email", f"no mail can be sent to `{email}`"))
    # All of `ada+1@`, `ada+2@`, … are one person's.
    spend_mail(work, work.book.types.fact(applicant.event, "customer.email.plain"))
    return _announce(work, applicant, email)


def _announce(work: Work, applicant: Applicant, email: str) -> Waiting:
    group, customer, ends = applicant.group, applicant.customer, until(work.now)
    known = member(work, group.name, customer)
    before = None if known is None else known.redemption
    invitation = Invitation(group.name, customer, email, applicant.subscription, ends, before)
    said = {
        "group": group.name,
        "title": group.title,
        "customer": customer,
        "email": email,
        "path": f"/groups/confirm?token={write_link(work, invitation)}",
        "expires": format_instant(ends),
    }
    about = applicant.subscription
    work.announce(Notice("group.confirm", about, said, customer=customer, to=(email,)))
    after = {"group": group.name, "until": format_instant(ends)}
    work.note("asked to confirm", group.name, after=after, customer=customer)
    return Waiting(group.name, customer, "email", format_instant(ends))


class Confirming:
    """The use cases of whoever has such a link."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def look(self, token: str) -> Invited:
        """Whom a link lets in; nothing is changed. Raises `BadLink` and `NotFound`."""

        def work(task: Work) -> Invited:
            found = read_link(task, token)
            return Invited(found.group, the_group(task, found.group).title, found.email)

        return self.office.read(work, CLICKED)

    def accept(self, token: str) -> Admitted | Refusal:
        """Let in whom a link is for; used again, it answers the same.

        Raises `BadLink`, `NotFound` and `Conflict`.
        """
        return self.office.write(lambda work: _accept(work, read_link(work, token)), CLICKED)


def _accept(work: Work, invitation: Invitation) -> Admitted | Refusal:
    group = the_group(work, invitation.group)
    known = member(work, group.name, invitation.customer)
    if known is not None and known.stands:
        return again(work, known)
    if known is not None and known.redemption != invitation.before:
        raise Conflict(
            f"`{invitation.customer}` has left {group.name} after this link was mailed",
            "ask for a new one",
        )
    said = {
        "customer": {"id": invitation.customer, "email": invitation.email},
        "subscription": {"id": invitation.subscription},
    }
    applicant = read_applicant(work, group, said, "automatic")
    admitted, asked = try_ways(work, applicant, asks_email)
    return admitted or turn_away(work, applicant, asked)
