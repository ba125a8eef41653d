"""Letting a customer into a group without a code: each way is asked as a code would be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.calendar import format_instant
from engine.catalogue.groups import AUTOMATIC, Group, Way
from engine.decisions.answers import RuleTrace
from engine.decisions.explanation import Reason
from engine.decisions.session import Found
from engine.groups.answers import Admitted
from engine.groups.applicants import Applicant
from engine.groups.known import coupon_of
from engine.service.answers import Refusal
from engine.service.moments import fresh_id
from engine.service.records import keep
from engine.service.redeeming.enquiry import Enquiry, enquire
from engine.service.redeeming.memberships import Member, member
from engine.service.redeeming.redeeming import redeem
from engine.service.redeeming.stored_facts import store
from engine.service.requests import merged
from engine.service.work import Work

Chosen = Callable[[Way], bool]
"""Which ways in may be tried."""


def is_automatic(way: Way) -> bool:
    """Whether a way lets people in for what they are, and not for what they have."""
    return way.kind in AUTOMATIC


def standing_member(work: Work, group: str, customer: str) -> Member | None:
    """A customer who is in a group now."""
    found = member(work, group, customer)
    return found if found is not None and found.stands else None


def enquiries(
    work: Work, applicant: Applicant, chosen: Chosen, *, lock: bool = True
) -> Iterator[Enquiry]:
    """What each of the ways that are chosen says to an applicant, one after the other."""
    return (enquiry for _, enquiry in _asked(work, applicant, chosen, lock=lock))


def _asked(
    work: Work, applicant: Applicant, chosen: Chosen, *, lock: bool
) -> Iterator[tuple[Applicant, Enquiry]]:
    """Each enquiry, and the applicant as the rules of that way meet them."""
    for way in filter(chosen, applicant.group.ways):
        coupon = coupon_of(work, way)
        if coupon is not None:
            found = Found(coupon.ready, coupon.ready.name, coupon.version)
            own = applicant.meeting(work, coupon)
            yield own, enquire(work, found, own.event, own.at, lock=lock)


def try_ways(
    work: Work, applicant: Applicant, chosen: Chosen
) -> tuple[Admitted | None, list[Enquiry]]:
    """Let an applicant in by the first way that does; all the ways that were asked."""
    asked = []
    for own, enquiry in _asked(work, applicant, chosen, lock=True):
        asked.append(enquiry)
        if not enquiry.reasons:
            return _let_in(work, own, enquiry, traces(asked)), asked
    return None, asked


def traces(asked: Iterable[Enquiry]) -> tuple[RuleTrace, ...]:
    """The verdicts of all ways that were asked."""
    return tuple(line for enquiry in asked for line in enquiry.trace)


def _let_in(
    work: Work, applicant: Applicant, enquiry: Enquiry, trace: tuple[RuleTrace, ...]
) -> Admitted:
    decision = fresh_id(work.now)
    redemption = redeem(enquiry, decision, None)
    facts = merged(applicant.kept, applicant.facts)
    store(work, applicant.subscription, facts, applicant.customer)
    answer = Admitted(
        decision,
        applicant.group.name,
        applicant.customer,
        applicant.subscription,
        redemption.coupon,
        redemption.version,
        redemption.id or "",
        redemption.redeemed,
        new=True,
    )
    keep(work, decision, "admit", applicant.at, answer, trace=trace, customer=applicant.customer)
    work.note("admitted", answer.redemption, after=answer, customer=applicant.customer)
    return answer


def again(work: Work, found: Member) -> Admitted:
    """The answer to a customer who is in a group already."""
    return Admitted(
        fresh_id(work.now),
        found.group,
        found.customer,
        found.subscription,
        found.coupon,
        work.book.coupons[found.coupon].version,
        found.redemption,
        format_instant(found.joined),
        new=False,
    )


def turn_away(work: Work, applicant: Applicant, asked: list[Enquiry]) -> Admitted | Refusal:
    """The answer to who is let in by none of the ways that were asked."""
    # Another request may have let them in since this one looked.
    known = standing_member(work, applicant.group.name, applicant.customer)
    return _refusal(work, applicant, asked) if known is None else again(work, known)


def _refusal(work: Work, applicant: Applicant, asked: list[Enquiry]) -> Refusal:
    """The refusal with the reasons of all ways, and until when time alone changes nothing."""
    reasons = tuple(reason for enquiry in asked for reason in enquiry.reasons)
    edges = [each.valid_until for each in asked if each.valid_until is not None]
    until = format_instant(min(edges)) if edges else None
    answer = Refusal(
        fresh_id(work.now),
        None,
        None,
        None,
        reasons or (_no_way(applicant.group),),
        until,
    )
    customer = applicant.customer
    keep(
        work,
        answer.decision,
        "refusal",
        applicant.at,
        answer,
        trace=traces(asked),
        customer=customer,
    )
    return answer


def _no_way(group: Group) -> Reason:
    return Reason(
        "condition_not_met",
        f"nobody gets into `{group.name}` in this way: it has none of this kind",
        remedy="redeem a code of the group, or have the customer imported",
    )
