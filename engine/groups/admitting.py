"""Letting a customer into a group without a code: each way is asked as a code would be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.calendar import Instant, format_instant
from engine.catalogue.groups import AUTOMATIC, Group, Way
from engine.decisions.answers import RuleTrace
from engine.decisions.compiler import Record
from engine.decisions.decoding import convert
from engine.decisions.explanation import Reason
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.session import Found
from engine.groups.answers import Admitted
from engine.groups.known import coupon_of
from engine.service.answers import Refusal
from engine.service.errors import Conflict
from engine.service.moments import fresh_id, moment_of
from engine.service.records import keep
from engine.service.redeeming.enquiry import Enquiry, enquire
from engine.service.redeeming.memberships import Member, member
from engine.service.redeeming.redeeming import redeem
from engine.service.redeeming.stored_facts import store, stored, subscription_of
from engine.service.requests import merged
from engine.service.work import Work

Facts = Mapping[str, Any]
Chosen = Callable[[Way], bool]
"""Which ways in may be tried."""


def is_automatic(way: Way) -> bool:
    """Whether a way lets people in for what they are, and not for what they have."""
    return way.kind in AUTOMATIC


@dataclass(frozen=True, slots=True)
class Applicant:
    """A customer who wants to be let into a group at a moment, on a subscription.

    `facts` are the stored ones of the subscription with those of the request over them.
    """

    group: Group
    customer: str
    subscription: str
    at: Instant
    facts: Facts
    event: Record

    @property
    def kept(self) -> dict[str, Any]:
        """The facts that are stored with the subscription, so that a charge need not repeat them.

        Nothing else of a request is remembered (behaviour.md, Everywhere).
        """
        users = self.group.users
        known = {"id": self.subscription, "product": users.product, "plan": users.plan}
        return {"customer": {"id": self.customer}, "subscription": known}


def read_applicant(
    work: Work, group: Group, value: object, by: str, *, lock: bool = True
) -> Applicant:
    """The customer of a request. Raises `RequestError` and `Conflict`.

    With `lock` nothing else happens to the subscription that it names until the commit.
    """
    request: Any = convert(value, work.book.types.admit)
    assert isinstance(value, Mapping), "a request that was read is an object"  # noqa: S101
    named = subscription_of(value)
    subscription = f"sub-{fresh_id(work.now)}" if named is None else named
    known = {} if named is None else stored(work, named, lock=lock)
    facts = _facts(group, value, subscription, by)
    customer = facts.get("customer", {}).get("id")
    if customer is None:
        raise RequestError(Flaw("/customer/id", "`customer.id` is missing"))
    _check_free(group, subscription, customer, known)
    at = moment_of(request.at, work)
    types = work.book.types
    event = types.event_record(
        convert(merged(facts, known), types.event), at, work.book.rates_at(at)
    )
    return Applicant(group, customer, subscription, at, known, event)


def _facts(group: Group, value: Facts, subscription: str, by: str) -> dict[str, Any]:
    """The facts of a request as the rules of a way meet them: what users get is the group's."""
    given = {key: each for key, each in value.items() if key not in ("at", "confirm")}
    users = group.users
    own = {"id": subscription, "product": users.product, "plan": users.plan}
    return {**given, "by": by, "subscription": {**given.get("subscription", {}), **own}}


def _check_free(group: Group, subscription: str, customer: str, known: Facts) -> None:
    """Refuse a subscription that is somebody else's, or of something else."""
    owner = known.get("customer", {}).get("id", customer)
    if owner != customer:
        raise Conflict(
            f"the subscription `{subscription}` is another customer's",
            "name one of this customer, or none: a new one is made then",
        )
    own = known.get("subscription", {})
    for name in ("product", "plan"):
        wanted = getattr(group.users, name)
        if own.get(name, wanted) != wanted:
            raise Conflict(
                f"the {name} of the subscription `{subscription}` is `{own[name]}`, that of the "
                f"users of `{group.name}` is `{wanted}`",
                "name another subscription, or none: a new one is made then",
            )


# --- asking -------------------------------------------------------------------------------------


def standing_member(work: Work, group: str, customer: str) -> Member | None:
    """A customer who is in a group now."""
    found = member(work, group, customer)
    return found if found is not None and found.stands else None


def enquiries(
    work: Work, applicant: Applicant, chosen: Chosen, *, lock: bool = True
) -> Iterator[Enquiry]:
    """What each of the ways that are chosen says to an applicant, one after the other."""
    for way in filter(chosen, applicant.group.ways):
        coupon = coupon_of(work, way)
        if coupon is not None:
            found = Found(coupon.ready, coupon.ready.name, coupon.version)
            yield enquire(work, found, applicant.event, applicant.at, lock=lock)


def try_ways(
    work: Work, applicant: Applicant, chosen: Chosen
) -> tuple[Admitted | None, list[Enquiry]]:
    """Let an applicant in by the first way that does; all the ways that were asked."""
    asked = []
    for enquiry in enquiries(work, applicant, chosen):
        asked.append(enquiry)
        if not enquiry.reasons:
            return _let_in(work, applicant, enquiry, traces(asked)), asked
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
