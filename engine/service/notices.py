"""What happened, as others are told of it by webhooks and email (behaviour.md, Notifications)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal[
    "codes.delivered",
    "code.assigned",
    "code.activated",
    "code.expiring",
    "code.extended",
    "code.exchanged",
    "code.cancelled",
    "approval.needed",
    "subscription.renewal_due",
    "inventory.review",
    "invoice.issued",
    "code.redeemed",
    "redemption.removed",
    "coupon.pending",
    "coupon.changed",
    "coupon.switched",
    "limit.near",
    "group.admitted",
    "group.left",
    "group.confirm",
]


class Notice(NamedTuple):
    """Something that happened.

    `subject` is what it happened to: who is told of several things of one subject is told in their
    order. `data` is said as JSON. `partner` is whose business it is beside the space's own;
    `customer` is the person whom it names. `to` are addresses that are written to in any case.
    """

    kind: Kind
    subject: str
    data: Mapping[str, Any]
    partner: str | None = None
    customer: str | None = None
    to: tuple[str, ...] = ()
