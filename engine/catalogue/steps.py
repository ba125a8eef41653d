"""What scenarios are made of: steps, the facts that they meet, and what must come of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.calendar import Instant
from engine.diagnostics import Location
from engine.money import Money

if TYPE_CHECKING:
    # A catalogue holds scenarios, and their changes hold coupons.
    from engine.catalogue.catalogue import Coupon

Facts: TypeAlias = Mapping[str, Any]
"""Facts in the shape of a request's JSON."""


@dataclass(frozen=True, slots=True)
class Done:
    """The step does what its word says: the code is redeemed, the change is pending."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Each of these must be among the reasons."""

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Discounted:
    """What must be said of a charge; None where nothing is expected.

    A discount of `NOTHING` is one that was not granted.
    """

    discount: Money | str | None = None
    net: Money | None = None
    discounts: Mapping[str, Money] | None = None
    declined: Mapping[str, tuple[str, ...]] | None = None
    indicated: bool | None = None


NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Onboarded:
    """What must become of codes that were attached; there may be more."""

    codes: Mapping[str, Done | Refused]


@dataclass(frozen=True, slots=True)
class Recognised:
    """What must be read out of a code."""

    format: str | None = None
    code: str | None = None
    fields: Mapping[str, str] | None = None
    features: tuple[str, ...] | None = None
    named: str | None = None


Expectation: TypeAlias = Done | Refused | Discounted | Onboarded | Recognised


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One thing that happens; `at` is None only where no moment is needed."""

    location: Location
    at: Instant | None
    facts: Facts
    expect: Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class _GrantingStep(_Step):
    """A step that may grant something; `running` says what becomes of what the account has."""

    running: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeem(_GrantingStep):
    """Redeems a code."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(_GrantingStep):
    """Holds a place for a code."""

    code: str
    length: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(_GrantingStep):
    """Makes a held code redeemed."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(_Step):
    """Gives a held place back."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove(_Step):
    """Removes the redemption of a code."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge(_Step):
    """Evaluates and records a charge."""

    charge: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluate(_Step):
    """Evaluates a charge, with codes beside the redeemed ones."""

    charge: Facts
    codes: tuple[str | Facts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse(_Step):
    """Takes a recorded charge back."""

    charge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attach(_Step):
    """Attaches a code to the account."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboard(_GrantingStep):
    """Activates the account on the subscription that its facts name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch(_Step):
    """Switches a code on or off; a coupon where `code` is None."""

    on: bool
    code: str | None
    coupon: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(_Step):
    """Saves a pending change of a coupon, by its name in force: its new document and meaning."""

    coupon: str
    document: str
    changed: Coupon


@dataclass(frozen=True, slots=True, kw_only=True)
class Enact(_Step):
    """Puts the pending change of a coupon in force, by the name that it has until then."""

    coupon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(_Step):
    """Issues codes of a coupon."""

    coupon: str
    count: int
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parse(_Step):
    """Reads a code."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Admit(_Step):
    """Lets a member into a group."""

    group: str


Step: TypeAlias = (
    Redeem
    | Hold
    | Confirm
    | Release
    | Remove
    | Charge
    | Evaluate
    | Reverse
    | Attach
    | Onboard
    | Switch
    | Change
    | Enact
    | Issue
    | Parse
    | Admit
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story with its outcome. `coupons` may be redeemed; every one where it is None."""

    name: str
    location: Location
    coupons: tuple[str, ...] | None
    given: Facts
    steps: tuple[Step, ...]
