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
    "webhook.test",
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


UNHEARD: frozenset[Kind] = frozenset({"group.confirm", "webhook.test"})
"""The kinds that webhooks don't hear of: for one person alone, or sent when they are asked for."""

BUYERS_ONLY = frozenset({"codes", "attach"})
"""What of a notice's data only the addresses that it is `to` are told: codes, and papers that show
them."""


class Listener(NamedTuple):
    """A webhook in force: who is called or written to, of which kinds, of whose business.

    It wants every kind where `kinds` is empty; the notices of `partner` are all that it gets.
    """

    webhook: str
    url: str
    kinds: frozenset[str]
    partner: str | None

    def hears(self, kind: Kind, partner: str | None) -> bool:
        """Whether it is told of something of this kind that is a partner's business."""
        wanted = not self.kinds or kind in self.kinds
        return wanted and kind not in UNHEARD and self.partner in (None, partner)
