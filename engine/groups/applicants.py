"""Who wants to be let into a group, with the facts that the rules of its ways ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.calendar import Instant
from engine.catalogue.groups import Group
from engine.decisions.compiler import Record
from engine.decisions.decoding import convert
from engine.decisions.flaws import Flaw, RequestError
from engine.groups.known import users_in_force
from engine.service.book import InForce
from engine.service.errors import Conflict
from engine.service.moments import fresh_id, moment_of
from engine.service.redeeming.stored_facts import stored, subscription_of
from engine.service.requests import merged
from engine.service.work import Work

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Applicant:
    """A customer who wants to be let into a group at a moment, on a subscription.

    `facts` are the stored ones of the subscription, `said` are those of the request, and `event`
    has those of the request over the stored ones.
    """

    group: Group
    customer: str
    subscription: str
    at: Instant
    facts: Facts
    said: Facts
    event: Record

    def meeting(self, work: Work, coupon: InForce) -> Applicant:
        """The same as the rules of a way in meet them. Raises `Conflict`."""
        group = replace(self.group, users=users_in_force(work, self.group, coupon))
        _check_same(group, self.subscription, self.facts)
        if group.users == self.group.users:
            return self
        said = _with_users(group, self.said)
        return replace(self, group=group, said=said, event=_event(work, said, self.facts, self.at))

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
    _check_free(subscription, customer, known)
    at = moment_of(request.at, work)
    event = _event(work, facts, known, at)
    return Applicant(group, customer, subscription, at, known, facts, event)


def _facts(group: Group, value: Facts, subscription: str, by: str) -> dict[str, Any]:
    """The facts of a request as the rules of a way meet them: what users get is the group's."""
    given = {key: each for key, each in value.items() if key not in ("at", "confirm")}
    own = {**given.get("subscription", {}), "id": subscription}
    return _with_users(group, {**given, "by": by, "subscription": own})


def _with_users(group: Group, facts: Facts) -> dict[str, Any]:
    """The facts with what users get."""
    users = {"product": group.users.product, "plan": group.users.plan}
    return {**facts, "subscription": {**facts["subscription"], **users}}


def _event(work: Work, facts: Facts, known: Facts, at: Instant) -> Record:
    types = work.book.types
    whole = convert(merged(facts, known), types.event)
    return types.event_record(whole, at, work.book.rates_at(at))


def _check_free(subscription: str, customer: str, known: Facts) -> None:
    """Refuse a subscription that is somebody else's."""
    owner = known.get("customer", {}).get("id", customer)
    if owner != customer:
        raise Conflict(
            f"the subscription `{subscription}` is another customer's",
            "name one of this customer, or none: a new one is made then",
        )


def _check_same(group: Group, subscription: str, known: Facts) -> None:
    """Refuse a subscription of something else than users get."""
    own = known.get("subscription", {})
    for name in ("product", "plan"):
        wanted = getattr(group.users, name)
        if own.get(name, wanted) != wanted:
            raise Conflict(
                f"the {name} of the subscription `{subscription}` is `{own[name]}`, that of the "
                f"users of `{group.name}` is `{wanted}`",
                "name another subscription, or none: a new one is made then",
            )
