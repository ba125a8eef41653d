"""What the use cases of groups answer, in the shapes of JSON."""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.catalogue.groups import WayKind
from engine.decisions.answers import ChargeAnswer
from engine.service.answers import Refusal
from engine.service.billing.bills import Invoice
from engine.service.codes.issuing import Issued


class Admitted(msgspec.Struct, frozen=True):
    """A customer who is in a group: by which way, a coupon, and on which subscription.

    `new` is false where they were in it before, and nothing was changed.
    """

    decision: str
    group: str
    customer: str
    subscription: str
    coupon: str
    version: int
    redemption: str
    joined: str
    new: bool


class Waiting(msgspec.Struct, frozen=True):
    """A customer who is in the group once they have clicked a link that was mailed to them."""

    group: str
    customer: str
    waiting: Literal["email"]
    until: str


Admission = Admitted | Waiting | Refusal


class Left(msgspec.Struct, frozen=True):
    """A customer who is in a group no more; the next charge gets no discount."""

    group: str
    customer: str
    subscription: str
    coupon: str
    redemption: str
    left: str


class MemberView(msgspec.Struct, frozen=True):
    """A member of a group, or one who has `left`."""

    group: str
    customer: str
    email: str | None
    subscription: str
    coupon: str
    redemption: str
    joined: str
    left: str | None


class MemberPage(msgspec.Struct, frozen=True):
    """Members in the order of their ids, until `next`."""

    members: tuple[MemberView, ...]
    next: str | None


class OwnerView(msgspec.Struct, frozen=True):
    """Who is billed for a group, on which subscription, and what."""

    customer: str
    subscription: str
    product: str
    plan: str
    amount: str | None
    currency: str | None
    billing: str


class UsersView(msgspec.Struct, frozen=True):
    """What each user of a group gets, and what it would cost without the group."""

    product: str
    plan: str
    amount: str | None
    currency: str | None


class WayView(msgspec.Struct, frozen=True):
    """A way into a group, which is a coupon: how many it lets in, and has let in.

    `seats`, `taken` by members and holds, and what is `left`; the first and the last are null where
    nobody counts. `active` says whether its coupon can be redeemed now.
    """

    kind: WayKind
    coupon: str
    version: int | None
    active: bool
    code: str | None
    domain: str | None
    networks: tuple[str, ...]
    seats: int | None
    taken: int
    left: int | None


class GroupView(msgspec.Struct, frozen=True):
    """A group: who is billed, what its users get, and the ways in; `members` are in it now."""

    group: str
    title: str
    owner: OwnerView
    users: UsersView
    ways: tuple[WayView, ...]
    members: int


class GroupPage(msgspec.Struct, frozen=True):
    """Groups by name, until `next`."""

    groups: tuple[GroupView, ...]
    next: str | None


class ImportedUser(msgspec.Struct, frozen=True):
    """What became of one line; `message` says why it was refused, or what is strange about it.

    `unchanged` is a customer who is a member already.
    """

    line: int
    outcome: Literal["imported", "unchanged", "refused"]
    customer: str | None = None
    subscription: str | None = None
    message: str | None = None


class ImportedUsers(msgspec.Struct, frozen=True):
    """What became of each line, in their order."""

    users: tuple[ImportedUser, ...]


class GroupCodes(msgspec.Struct, frozen=True):
    """The unique codes of a group: a batch for each way in of that kind, and what was issued."""

    group: str
    batches: tuple[Issued, ...]


class Billed(msgspec.Struct, frozen=True):
    """What the owner of a group was charged, and the invoice of it; null where a card pays."""

    group: str
    customer: str
    subscription: str
    billing: str
    at: str
    charge: ChargeAnswer
    invoice: Invoice | None
