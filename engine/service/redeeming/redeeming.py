"""Writing redemptions: a new one, the end of one, and what that counts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec
from sqlalchemy import bindparam, null, update

from engine.calendar import Instant, format_instant
from engine.decisions.compiler import Record
from engine.decisions.learnt import decode_as
from engine.decisions.usage import Meter
from engine.language.vocabulary import Fold
from engine.service.answers import Grant, Redemption
from engine.service.moments import fresh_id
from engine.service.redeeming import memberships
from engine.service.redeeming.activation import Activation
from engine.service.redeeming.enquiry import Enquiry
from engine.service.redeeming.grant_rows import cut_short
from engine.service.redeeming.telling import tell_redeemed
from engine.service.usage import counting
from engine.service.usage.holdings import Holding
from engine.service.usage.recount import REMOVED
from engine.service.usage.rows import Count, Event, counts
from engine.service.work import Work
from engine.store.database import Contended
from engine.store.statements import Statement, insertion
from engine.store.tables import REDEMPTIONS

LAPSED, RELEASED = "lapsed", "released"
IDENTITY = ("code", "customer.id", "subscription.id")
"""The facts that every row keeps: what it belongs to."""

_INSERT = insertion(REDEMPTIONS)
_END = Statement(
    update(REDEMPTIONS)
    .where(
        REDEMPTIONS.c.space == bindparam("space"),
        REDEMPTIONS.c.redemption == bindparam("redemption"),
        REDEMPTIONS.c.ended.is_(None),
        # A hold that was confirmed meanwhile is no hold that can lapse or be released.
        REDEMPTIONS.c.until.is_not_distinct_from(bindparam("until")),
    )
    .values(ended=bindparam("at"), how=bindparam("why"), once=null())
)

_CONFIRM = Statement(
    update(REDEMPTIONS)
    .where(
        REDEMPTIONS.c.space == bindparam("space"),
        REDEMPTIONS.c.redemption == bindparam("redemption"),
        REDEMPTIONS.c.ended.is_(None),
        REDEMPTIONS.c.until.is_not(None),
    )
    .values(until=null(), grants=bindparam("granted"))
)

Counted = list[tuple[str, Count]]


def redeem(
    enquiry: Enquiry, decision: str, until: Instant | None, *, tried: bool = False
) -> Redemption:
    """Redeem what was asked, or hold it until an instant; `tried` writes nothing.

    What is held grants nothing until it is confirmed.
    """
    work, at, found, activation = enquiry.work, enquiry.at, enquiry.found, enquiry.activation
    new = "" if tried else fresh_id(work.now)
    subscription = enquiry.subscription or (f"sub-{new}" if new and activation else None)
    grant = None
    if activation is not None and until is None:
        grant = activation.granted.shown(subscription)
    changes = until if until is not None else (enquiry.valid_until if tried else None)
    answer = Redemption(
        decision,
        new or None,
        found.code,
        found.coupon.name,
        found.version or 0,
        subscription,
        format_instant(at),
        None if until is None else format_instant(until),
        grant,
        None if changes is None else format_instant(changes),
    )
    if not tried:
        _write(enquiry, answer, until, subscription or "")
    return answer


def confirm(holding: Holding, work: Work, activation: Activation | None) -> Holding:
    """Make a hold a redemption, which grants what it held.

    Raises `Contended` where another transaction ended it.
    """
    grant = None if activation is None else activation.granted.shown(holding.subscription)
    text = grant_text(grant)
    if work.tx.run(_CONFIRM, space=work.space, redemption=holding.id, granted=text) != 1:
        raise Contended
    if activation is not None:
        activation.write(holding.id, holding.subscription)
    return holding._replace(until=None, grants=text)


def grant_text(grant: Grant | None) -> str | None:
    """What was granted, as the row of a redemption keeps it."""
    return None if grant is None else msgspec.json.encode(grant).decode()


def shown(holding: Holding, decision: str, work: Work) -> Redemption:
    """A redemption or hold as answers show it, at the version in force."""
    until = holding.until
    return Redemption(
        decision,
        holding.id,
        holding.spelling,
        holding.coupon,
        work.book.coupons[holding.coupon].version,
        holding.subscription,
        format_instant(holding.redeemed),
        None if until is None else format_instant(until),
        _shown_grant(holding),
        None if until is None else format_instant(until),
    )


def _shown_grant(holding: Holding) -> Grant | None:
    """What it granted; the subscription may have been moved since."""
    if holding.grants is None:
        return None
    grant = decode_as(holding.grants, Grant)
    return msgspec.structs.replace(grant, subscription=holding.subscription)


def _write(enquiry: Enquiry, answer: Redemption, until: Instant | None, subscription: str) -> None:
    work, found = enquiry.work, enquiry.found
    given = [each for lapsed in enquiry.lapsed for each in end(lapsed, work, enquiry.at, LAPSED)]
    types = work.book.types
    facts = kept_facts(work, enquiry.record, found.coupon.redemption.strictest)
    facts["subscription.id"] = subscription
    identity = str(answer.id)
    row = {
        "space": work.space,
        "redemption": identity,
        "coupon": found.coupon.name,
        "code": Fold.CODE.apply(found.code),
        "spelling": found.code,
        "version": found.version,
        "subscription": subscription,
        "customer": types.fact(enquiry.record, "customer.id"),
        "by": types.fact(enquiry.record, "by"),
        "redeemed": enquiry.at,
        "issued": found.issued,
        "until": until,
        "ended": None,
        "how": None,
        "once": subscription if found.coupon.tiers else None,
        "facts": msgspec.json.encode(facts).decode(),
        "grants": grant_text(answer.grants),
        "recorded": work.now,
        "running": enquiry.running if until is not None else None,
    }
    work.tx.run(_INSERT, **row)
    event = Event(identity, enquiry.at, facts)
    taken = [(found.coupon.name, each) for each in counts(event, found.coupon.redemption.strictest)]
    counting.settle(work, given, taken)
    if until is None:
        if enquiry.activation is not None:
            enquiry.activation.write(identity, subscription)
        memberships.join(work, answer, enquiry.at, enquiry.record)
        tell_redeemed(work, answer, row["customer"], enquiry.activation)


def kept_facts(work: Work, record: Record, meters: Iterable[Meter]) -> dict[str, str]:
    """The facts of a record that limits count by, and what its row belongs to."""
    names = _kept_names(*[fact.name for meter in meters for fact in meter.limit.per])
    fact = work.book.types.fact
    return {name: value for name in names if (value := fact(record, name)) is not None}


@lru_cache(1024)
def _kept_names(*counted: str) -> tuple[str, ...]:
    """The names of the facts that a row keeps where limits count by some."""
    return tuple(sorted({*IDENTITY, *counted}))


def end(holding: Holding, work: Work, at: int, how: str) -> Counted:
    """End a redemption or hold; what that gives back.

    Raises `Contended` where another transaction ended it meanwhile.
    """
    where = {"space": work.space, "redemption": holding.id, "until": holding.until}
    ended = work.tx.run(_END, **where, at=at, why=how)
    if ended != 1:
        raise Contended
    memberships.leave(work, holding.id, at)
    if holding.grants is not None:
        # What is granted is asked for under the seal.
        work.seal()
        cut_short(work, holding.id, at)
    kept = {each.place for each in _still_counted(holding, work, at)} if how == REMOVED else set()
    return [(holding.coupon, each) for each in holding.counts(work) if each.place not in kept]


def _still_counted(holding: Holding, work: Work, at: int) -> Iterable[Count]:
    """What a removed redemption goes on counting."""
    removed = holding._replace(ended=Instant(at))
    return removed.counts(work)
