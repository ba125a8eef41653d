"""Subscriptions: their facts, and what is redeemed on them."""

from __future__ import annotations

from engine.service.caller import Scope
from engine.service.keeping.erasing import Erased
from engine.service.redeeming.subscriptions import RedemptionPage, SubscriptionView
from engine.service.requests import Move
from web import examples
from web.call import Call
from web.subjects import PAGED, Body, Subject

SUBJECT = Subject("subscriptions", "Subscriptions")


@SUBJECT.call("GET", "/v1/subscriptions/{subscription}", Scope.READ, {200: SubscriptionView})
def show_subscription(call: Call, subscription: str) -> SubscriptionView:
    """Show a subscription: its stored facts, what is redeemed and attached, and what is left."""
    return call.desk.subscriptions.show(subscription, call.caller)


@SUBJECT.call(
    "PUT",
    "/v1/subscriptions/{subscription}",
    Scope.CHARGE,
    {200: SubscriptionView},
    body=Body(lambda types: types.stored_facts, examples.STORED),
)
def store_facts(call: Call, subscription: str) -> SubscriptionView:
    """Store facts for pages and previews, in place of those stored before.

    The facts of a request win over stored ones.
    """
    return call.desk.subscriptions.put(subscription, call.body(), call.caller)


@SUBJECT.call(
    "GET",
    "/v1/subscriptions/{subscription}/redemptions",
    Scope.READ,
    {200: RedemptionPage},
    query=PAGED,
)
def list_redemptions(call: Call, subscription: str) -> RedemptionPage:
    """List the redemptions of a subscription, the ended ones too, oldest first."""
    return call.desk.subscriptions.redemptions(
        subscription, call.cursor(), call.limit(), call.caller
    )


@SUBJECT.call(
    "POST",
    "/v1/subscriptions/{subscription}/move",
    Scope.CHARGE,
    {200: SubscriptionView},
    body=Body(lambda _: Move, {"to": "sub-2"}),
)
def move_subscription(call: Call, subscription: str) -> SubscriptionView:
    """Move a subscription to a new id, with its redemptions, attached codes and counts."""
    return call.desk.subscriptions.move(subscription, call.body(), call.caller)


@SUBJECT.call("DELETE", "/v1/customers/{customer}/facts", Scope.ERASE, {200: Erased})
def erase_facts(call: Call, customer: str) -> Erased:
    """Erase the personal facts of a customer; sums, and the chain of the journal, stay true."""
    return call.desk.erasure.erase(customer, call.caller)
