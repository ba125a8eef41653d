"""Subscriptions: stored facts, what is redeemed, and what is left of its limits (behaviour.md)."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from engine.calendar import format_instant
from engine.decisions.decoding import convert, plain
from engine.decisions.explanation import source_of
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.limits import room
from engine.language.syntax import Noun
from engine.money import Money, amount_text
from engine.service.caller import Caller
from engine.service.cursors import read_cursor, write_cursor
from engine.service.errors import NotFound
from engine.service.office import Office
from engine.service.redeeming.attached import attached_codes
from engine.service.redeeming.entitlements import Entitlement, granted_to
from engine.service.redeeming.stored_facts import find, store
from engine.service.requests import Move
from engine.service.usage.holdings import COLUMNS, Holding, standing
from engine.service.usage.usage import StoredUsage
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import REDEMPTIONS

Body = bytes | str | dict[str, Any]

_PAGE = Statement(
    select(*COLUMNS)
    .where(
        REDEMPTIONS.c.space == bindparam("space"),
        REDEMPTIONS.c.subscription == bindparam("subscription"),
        REDEMPTIONS.c.redemption > bindparam("after"),
    )
    .order_by(REDEMPTIONS.c.redemption)
    .limit(bindparam("size"))
)


class LimitLeft(msgspec.Struct, frozen=True):
    """What a limit leaves: events, or an amount; null where other facts decide it."""

    rule: str
    source: str
    left: str | None


class RedemptionView(msgspec.Struct, frozen=True):
    """A redemption or hold, standing or ended; `limits` of those that stand."""

    id: str
    code: str
    coupon: str
    version: int
    by: str | None
    redeemed: str
    until: str | None
    ended: str | None
    how: str | None
    limits: tuple[LimitLeft, ...] = ()


class SubscriptionView(msgspec.Struct, frozen=True):
    """A subscription: the facts stored with it, what stands on it, and what waits for it.

    `granted` is what codes gave it, with these and their accounts.
    """

    subscription: str
    facts: dict[str, Any]
    redemptions: tuple[RedemptionView, ...]
    attached: tuple[str, ...]
    granted: tuple[Entitlement, ...] = ()


class RedemptionPage(msgspec.Struct, frozen=True):
    """Some redemptions, and where the next begin."""

    redemptions: tuple[RedemptionView, ...]
    next: str | None


class Subscriptions:
    """The use cases of subscriptions."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def show(self, subscription: str, caller: Caller) -> SubscriptionView:
        """What is known of a subscription. Raises `NotFound`."""
        return self.office.read(lambda work: _show(work, subscription), caller)

    def put(self, subscription: str, body: Body, caller: Caller) -> SubscriptionView:
        """Store facts for pages and previews, in place of those that were stored."""
        value = plain(body)
        return self.office.answer(
            lambda work: _put(work, subscription, value),
            caller,
            ["put", subscription, value],
            (SubscriptionView,),
        )

    def redemptions(
        self, subscription: str, cursor: str | None, limit: int, caller: Caller
    ) -> RedemptionPage:
        """All redemptions of a subscription, the ended ones too, oldest first."""

        def read(work: Work) -> RedemptionPage:
            _known(work, subscription)
            rows = work.tx.rows(
                _PAGE,
                space=work.space,
                subscription=subscription,
                after="" if cursor is None else read_cursor(cursor, tuple[str])[0],
                size=limit + 1,
            )
            found = [Holding(*row) for row in rows]
            last = write_cursor((found[limit - 1].id,)) if len(found) > limit else None
            return RedemptionPage(tuple(_view(each) for each in found[:limit]), last)

        return self.office.read(read, caller)

    def move(self, subscription: str, body: Body, caller: Caller) -> SubscriptionView:
        """Move a subscription to a new id, with its redemptions, attached codes and counts."""
        # Loaded here: few processes ever move a subscription.
        from engine.service.redeeming.moving import move

        value = plain(body)

        def work(task: Work) -> tuple[SubscriptionView, str | None]:
            to = convert(value, Move).to
            move(task, subscription, to)
            return _show(task, to), None

        request = ["move", subscription, value]
        return self.office.answer(work, caller, request, (SubscriptionView,), alone=True)


def _known(work: Work, subscription: str) -> dict[str, Any]:
    facts = find(work, subscription)
    if facts is None:
        raise NotFound(
            f"nothing is known of a subscription `{subscription}`",
            "a subscription is known from its first redemption, charge or stored fact on",
        )
    return facts


def _put(work: Work, subscription: str, value: object) -> tuple[SubscriptionView, str | None]:
    types = work.book.types
    convert(value, types.stored_facts)
    assert isinstance(value, dict), "facts that were read are an object"  # noqa: S101
    own = dict(value.get("subscription", {}))
    if own.setdefault("id", subscription) != subscription:
        message = f"the facts of `{subscription}` can't name another subscription"
        raise RequestError(Flaw("/subscription/id", message))
    # Reads every value, so that what can't be read is never stored.
    event = types.event_record(convert(value, types.event), work.now, None)
    customer = types.fact(event, "customer.id")
    facts = {**value, "subscription": own}
    before = find(work, subscription)
    store(work, subscription, facts, customer)
    work.note("facts stored", subscription, before or None, facts, customer)
    return _show(work, subscription), customer


def _show(work: Work, subscription: str) -> SubscriptionView:
    facts = _known(work, subscription)
    here = [each for each in standing(work, subscription) if not each.has_run_out(work.now)]
    account = facts.get("customer", {}).get("id", subscription)
    waiting = dict.fromkeys(attached_codes(work, subscription) + attached_codes(work, account))
    views = tuple(_view(each, _limits(work, each, facts)) for each in here)
    granted = granted_to(work, subscription)
    return SubscriptionView(subscription, facts, views, tuple(waiting), granted)


def _view(holding: Holding, limits: tuple[LimitLeft, ...] = ()) -> RedemptionView:
    until, ended = holding.until, holding.ended
    return RedemptionView(
        holding.id,
        holding.spelling,
        holding.coupon,
        holding.version,
        holding.by,
        format_instant(holding.redeemed),
        None if until is None else format_instant(until),
        None if ended is None else format_instant(ended),
        holding.how,
        limits,
    )


def _limits(work: Work, holding: Holding, facts: dict[str, Any]) -> tuple[LimitLeft, ...]:
    """What the limits of a redeemed coupon leave the next charge."""
    types = work.book.types
    own = {"id": holding.subscription}
    given = {**facts, "subscription": {**facts.get("subscription", {}), **own}}
    event = types.event_record(convert(given, types.event), work.now, None)
    usage = StoredUsage(work.tx, work.space)
    redeemed = holding.as_redeemed(work)
    at, issued = redeemed.redeemed, redeemed.issued
    record = types.with_code(event, redeemed.code, at, issued, redeemed.by)
    found = []
    for counted in (*redeemed.coupon.application.counts, *redeemed.coupon.application.budgets):
        bound = counted.meter.limit.bound
        if isinstance(bound, Money):
            record[counted.meter.currency_slot] = bound.currency
        left = (
            None if counted.meter.limit.noun is Noun.PERIODS else room(counted.meter, record, usage)
        )
        text = None if left is None else str(max(left, 0))
        if text is not None and isinstance(bound, Money):
            text = f"{amount_text(int(text), bound.currency)} {bound.currency}"
        found.append(LimitLeft(counted.policy.text, source_of(counted.policy), text))
    return tuple(found)
