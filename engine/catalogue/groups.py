"""Groups: one owner is billed, many users come in (language.md, group)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.diagnostics import Location
from engine.money import Money

WayKind: TypeAlias = Literal["code", "unique codes", "list", "email domain", "networks"]
AUTOMATIC: frozenset[WayKind] = frozenset({"email domain", "networks"})
"""The ways in for which nobody types a code and nobody is listed."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is billed for a group, and for what."""

    customer: str
    product: str
    plan: str
    amount: Money | None = None
    billing: Literal["card", "invoice"] = "invoice"


@dataclass(frozen=True, slots=True)
class Users:
    """What each user of a group gets, and what it would cost without the group."""

    product: str
    plan: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """A way into a group: a coupon of its own, by its name.

    `code` is the shared code; `seats` how many can come in by a code or list, or how many unique
    codes there are; None where nobody counts.
    """

    kind: WayKind
    coupon: str
    location: Location
    code: str | None = None
    seats: int | None = None
    domain: str | None = None
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A group, its owner, what its users get, and the ways in."""

    name: str
    location: Location
    title: str
    owner: Owner
    users: Users
    ways: tuple[Way, ...] = ()
