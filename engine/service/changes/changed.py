"""What is said of changes: what became of them, and what they alter."""

from __future__ import annotations

from typing import Literal

import msgspec


class Saved(msgspec.Struct, frozen=True):
    """What became of a document: a pending change, in force at once, or nothing new.

    `version` is the one in force.
    """

    coupon: str
    outcome: Literal["in force", "pending", "unchanged"]
    version: int


class HeldBack(msgspec.Struct, frozen=True):
    """A new coupon that can't come into force, and why."""

    coupon: str
    reason: str


class Described(msgspec.Struct, frozen=True):
    """A partner or group as the files now describe it, which holds at once.

    `changes` say what is another in it. What the ways into a group become waits like any coupon.
    """

    name: str
    outcome: Literal["new", "changed", "gone"]
    changes: tuple[str, ...] = ()


class Pushed(msgspec.Struct, frozen=True):
    """What reading a folder changed, each by the names of its coupons; `rates` counts figures.

    `surroundings` says that coupons are read with other documents than before. What the ways into
    a group become is told among the coupons, too.
    """

    new: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    discarded: tuple[str, ...] = ()
    archived: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    held_back: tuple[HeldBack, ...] = ()
    rates: int = 0
    surroundings: bool = False
    partners: tuple[Described, ...] = ()
    groups: tuple[Described, ...] = ()


class Enacted(msgspec.Struct, frozen=True):
    """A change that came into force as a version, or will at a set time.

    `uncounted` says how many recorded rows lack a fact that a limit counts by.
    """

    coupon: str
    version: int
    at: str | None = None
    uncounted: int = 0


class Agreed(msgspec.Struct, frozen=True):
    """A pending change with those who agreed, and how many more must."""

    coupon: str
    approvals: tuple[str, ...]
    missing: int


class Discarded(msgspec.Struct, frozen=True):
    """A pending change that is no more."""

    coupon: str


class Switched(msgspec.Struct, frozen=True):
    """A coupon, code or batch of codes that is switched on or off."""

    kind: Literal["coupon", "code", "batch"]
    name: str
    active: bool


class KeptVersion(msgspec.Struct, frozen=True):
    """A version as it was enacted."""

    coupon: str
    version: int
    in_force: bool
    file: str
    line: int
    document: str
    author: str
    enacted: str


class Waiting(msgspec.Struct, frozen=True):
    """A pending change. `name` is what the coupon will be called, `missing` how many must agree."""

    coupon: str
    name: str
    file: str
    line: int
    document: str
    author: str
    saved: str
    enact_at: str | None
    approvals: tuple[str, ...]
    missing: int


class Difference(msgspec.Struct, frozen=True):
    """One thing that a change alters, in sentences.

    `before` is null where it is new, `after` where it is gone.
    """

    part: str
    before: str | None
    after: str | None


class Plan(msgspec.Struct, frozen=True):
    """What enacting a pending change alters.

    `uncounted` says how many recorded rows lack a fact that a limit will count by; they will count
    for none. `notes` say what stands in its way, and what else to know.
    """

    coupon: str
    version: int
    author: str
    enact_at: str | None
    missing: int
    differences: tuple[Difference, ...]
    uncounted: int
    notes: tuple[str, ...]


class Passed(msgspec.Struct, frozen=True):
    """A coupon in force whose end has passed, and the rule that ended it."""

    coupon: str
    rule: str


class Plans(msgspec.Struct, frozen=True):
    """The pending changes of a space, and the coupons whose end has passed."""

    changes: tuple[Plan, ...]
    passed: tuple[Passed, ...]
