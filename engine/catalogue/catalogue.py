"""The catalogue: everything that one folder of policies says, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from engine.calendar import Duration
from engine.catalogue.derived import Derived
from engine.catalogue.groups import Group
from engine.catalogue.logos import Logo
from engine.catalogue.partners import Partner
from engine.catalogue.steps import Scenario
from engine.codes.features import FeatureSet
from engine.codes.formats import Format
from engine.diagnostics import Diagnostic, Location
from engine.language import checked as c
from engine.language.vocabulary import STANDARD, Vocabulary
from engine.money import RateTable, Rounding


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """A rule of a coupon: what it means, how it is spelt, where it stands.

    `because` is what people are told when it refuses, `reason` what programs are told.
    """

    rule: c.Rule
    text: str
    location: Location
    because: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyTier:
    """One line of a discount, how it is spelt and where it stands."""

    tier: c.Tier
    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Grants:
    """What redeeming gives besides, or instead of, a discount (language.md, grants).

    `features` are names, the highest bit first; `value` has the bits of `feature_set` that they
    and the add-ons set. Both are None where no features are granted, or only the code says them.
    `from_code` says that features, plan, points and subaccounts which are not here are the code's.
    """

    plan: str | None = None
    features: tuple[str, ...] = ()
    add_ons: tuple[str, ...] = ()
    points: int | None = None
    subaccounts: int | None = None
    duration: Duration | None = None
    from_code: bool = False
    feature_set: FeatureSet | None = None
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon: discount or grant, and rules (language.md, coupon)."""

    name: str
    location: Location
    title: str
    zone: ZoneInfo | None = None
    discount: tuple[PolicyTier, ...] = ()
    grants: Grants | None = None
    redemption: tuple[PolicyRule, ...] = ()
    application: tuple[PolicyRule, ...] = ()
    codes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    active: bool = True
    valid: Duration | None = None
    format: str | None = None
    alerts: tuple[int, ...] = ()
    best_of: str | None = None
    was: str | None = None
    rounding: Rounding = Rounding.HALF_UP


@dataclass(frozen=True, slots=True)
class Space:
    """What holds for all coupons of a tenant.

    `approvals` is how many people beside the author must agree before a change comes into force,
    `activations` how many beside who asks before a pre-paid code is activated. `expiring` and
    `renewal` are how long before a code expires, or what it granted ends, somebody is told;
    `references` is the pattern of references where a partner has none.
    """

    name: str
    zone: ZoneInfo | None = None
    currency: str | None = None
    rounding: Rounding = Rounding.HALF_UP
    approvals: int = 0
    activations: int = 0
    expiring: tuple[Duration, ...] = ()
    renewal: tuple[Duration, ...] = ()
    references: str | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All documents of a folder; `diagnostics` are in the order of a report.

    `derived` are the documents of the coupons that nobody wrote, which are among the coupons;
    `logos` are those of partners, as far as their files could be read.
    """

    coupons: Mapping[str, Coupon] = field(default_factory=dict)
    space: Space | None = None
    vocabulary: Vocabulary = STANDARD
    rates: RateTable | None = None
    scenarios: tuple[Scenario, ...] = ()
    features: Mapping[str, FeatureSet] = field(default_factory=dict)
    formats: Mapping[str, Format] = field(default_factory=dict)
    partners: Mapping[str, Partner] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    derived: Mapping[str, Derived] = field(default_factory=dict)
    logos: Mapping[str, Logo] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        """Whether anything stops these policies."""
        return any(diagnostic.is_error for diagnostic in self.diagnostics)

    @property
    def rounding(self) -> Rounding:
        """How amounts are rounded."""
        return self.space.rounding if self.space is not None else Rounding.HALF_UP
