"""What redeeming a code grants: what the code was issued with, else what its coupon says now."""

from __future__ import annotations

from typing import NamedTuple

from engine.calendar import Instant, format_instant, plus, zone
from engine.catalogue.catalogue import Grants
from engine.decisions.session import Found
from engine.service.answers import Grant
from engine.service.codes.coupon_formats import own_format
from engine.service.codes.specifications import NOTHING, grants_text, read_grants, taken_from
from engine.service.work import Work


class Granted(NamedTuple):
    """What a code grants from a moment on, and until when; None where it has no end."""

    grants: Grants
    begins: Instant
    until: Instant | None

    def shown(self, subscription: str | None) -> Grant:
        """The same as it is answered."""
        until = None if self.until is None else format_instant(self.until)
        return Grant(subscription, format_instant(self.begins), until, *said_of(self.grants))


def granted(work: Work, found: Found, begins: Instant) -> Granted | None:
    """What a code grants from a moment on; None where it gives a discount only."""
    grants = grants_of(work, found)
    if grants is None:
        return None
    if grants.duration is None:
        return Granted(grants, begins, None)
    # A code keeps its duration, also where its coupon has no zone any more.
    where = found.coupon.policy.zone or zone("UTC")
    return Granted(grants, begins, plus(begins, grants.duration, where))


def specification_of(work: Work, found: Found) -> str | None:
    """What a code grants, as it is kept with codes: the same text for the same specification.

    None where it gives a discount only.
    """
    if not grants_something(found):
        return None
    return found.grants or grants_text(grants_of(work, found))


def grants_something(found: Found) -> bool:
    """Whether redeeming a code grants something."""
    if found.grants is not None:
        return found.grants != NOTHING
    return found.coupon.policy.grants is not None


def grants_of(work: Work, found: Found) -> Grants | None:
    """What a code grants, with what it says itself."""
    if found.grants is not None:
        return read_grants(found.grants, work.book.spellings.feature_sets)
    grants = found.coupon.policy.grants
    if grants is None or not grants.from_code:
        return grants
    format_ = own_format(work, work.book.coupons[found.coupon.name])
    if format_ is None:
        return grants
    return taken_from(grants, format_.reading(found.code), format_.feature_set)


class Said(NamedTuple):
    """What is granted, as it is answered: `features` by name, those of add-ons too.

    `hex` is how their set writes them, and `reserved` are the bits among them that it reserves.
    """

    plan: str | None
    features: tuple[str, ...]
    hex: str | None
    reserved: tuple[int, ...]
    add_ons: tuple[str, ...]
    points: int | None
    subaccounts: int | None


def said_of(grants: Grants) -> Said:
    """What is granted, as it is answered."""
    return Said(grants.plan, *_features(grants), grants.add_ons, grants.points, grants.subaccounts)


def named_of(grants: Grants) -> str | None:
    """What their set calls exactly these features."""
    if grants.feature_set is None or grants.value is None:
        return None
    return grants.feature_set.called(grants.value)


def _features(grants: Grants) -> tuple[tuple[str, ...], str | None, tuple[int, ...]]:
    features, value = grants.feature_set, grants.value
    if features is None or value is None:
        more = (each for each in grants.add_ons if each not in grants.features)
        return (*grants.features, *more), None, ()
    return features.names(value), features.hex(value), features.reserved_in(value)
