"""What the use cases answer, in the shapes of JSON (interfaces.md, HTTP).

The answer to an evaluate request, and its lines, are those of `engine.decisions.answers`.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from engine.decisions.answers import ChargeAnswer, RuleTrace, Total
from engine.decisions.explanation import Reason

UNIFORM = Reason("refused", "the code can't be used here")
"""The one reason that callers get who may not see reasons."""


class Grant(msgspec.Struct, frozen=True, omit_defaults=True):
    """What redeeming granted: a subscription, from and until when, and what is in it.

    It begins later than it was redeemed where it goes on after another. What was only tried has no
    `subscription` yet. `features` are all by name, the add-ons among them, and `hex` as their set
    writes them, with the `reserved` bits that are set.
    """

    subscription: str | None
    start: str
    until: str | None = None
    plan: str | None = None
    features: tuple[str, ...] = ()
    hex: str | None = None
    reserved: tuple[int, ...] = ()
    add_ons: tuple[str, ...] = msgspec.field(default=(), name="add-ons")
    points: int | None = None
    subaccounts: int | None = None


class Redemption(msgspec.Struct, frozen=True):
    """A code that is redeemed, or held until `until`. `id` is null where it was only tried.

    What was only tried has the instant until which time alone can't change the answer, null if
    none, as `valid_until`.
    """

    decision: str
    id: str | None
    code: str
    coupon: str
    version: int
    subscription: str | None
    redeemed: str
    until: str | None = None
    grants: Grant | None = None
    valid_until: str | None = None


class Refusal(msgspec.Struct, frozen=True):
    """What was asked for can't be done now, for each of these reasons; nothing was changed.

    `valid_until` is the instant until which time alone can't change that, null if none; to a key
    without the scope `reasons`, the moment that was asked for: the answer is not to be kept.
    """

    decision: str
    code: str | None
    coupon: str | None
    version: int | None
    reasons: tuple[Reason, ...]
    valid_until: str | None = None


class Ended(msgspec.Struct, frozen=True):
    """A redemption that was removed, or a hold that was released; `how` says which."""

    decision: str
    id: str
    code: str
    coupon: str
    version: int
    subscription: str
    how: str
    ended: str


class FlawLine(msgspec.Struct, frozen=True):
    """What can't be read in a request: a JSON Pointer to it, and why."""

    pointer: str
    message: str


class RefusedCharge(msgspec.Struct, frozen=True):
    """A charge that was not recorded, and why; `errors` where it can't even be read."""

    id: str | None
    refused: tuple[Reason, ...] = ()
    errors: tuple[FlawLine, ...] = ()


class Charges(msgspec.Struct, frozen=True):
    """What became of the charges of one request, line by line; totals are of the recorded.

    `recorded` is false where all or none was asked for, and one was refused.
    """

    decision: str
    charges: tuple[ChargeAnswer | RefusedCharge, ...]
    totals: tuple[Total, ...]
    recorded: bool = True


class Evaluation(msgspec.Struct, frozen=True):
    """What recording charges would answer, line by line; totals are without the refused.

    `valid_until` is the instant until which time alone can't change it, null if none. Where a code
    is refused to a key without the scope `reasons`, it is the moment that was asked for: such an
    answer is not to be kept.
    """

    decision: str
    valid_until: str | None
    charges: tuple[ChargeAnswer | RefusedCharge, ...]
    totals: tuple[Total, ...]


class GivenBack(msgspec.Struct, frozen=True):
    """What a reversal takes back of one discount."""

    code: str
    coupon: str
    amount: str


class Reversal(msgspec.Struct, frozen=True):
    """A charge that was taken back, wholly or in part; amounts as they were charged."""

    decision: str
    id: str
    currency: str
    gross: str
    discount: str
    net: str
    discounts: tuple[GivenBack, ...]
    left: str


class Attached(msgspec.Struct, frozen=True):
    """A code that waits on an account for its activation, unchecked."""

    decision: str
    account: str
    code: str
    attached: str


class Activated(msgspec.Struct, frozen=True):
    """What became of the codes attached to an account, each by itself, in their order."""

    decision: str
    account: str
    subscription: str
    codes: tuple[Redemption | Refusal, ...]


class KeptDecision(msgspec.Struct, frozen=True):
    """A decision as it was kept: what was asked of, the answer, and every rule's verdict."""

    decision: str
    kind: str
    at: str
    recorded: str
    answer: msgspec.Raw
    trace: tuple[RuleTrace, ...]


Answer: TypeAlias = Redemption | Refusal | Ended | Charges | Reversal | Attached | Activated
