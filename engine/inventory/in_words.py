"""What a code is for, in words: for receipts and sheets."""

from __future__ import annotations

from collections.abc import Iterator

from engine.catalogue.catalogue import Coupon, Grants
from engine.service.codes.granting import named_of, said_of


def in_words(coupon: Coupon, grants: Grants | None) -> tuple[str, ...]:
    """What redeeming a code gives, a line for each kind of thing."""
    if grants is None:
        return tuple(f"Discount: {each.text}" for each in coupon.discount)
    return tuple(_granted(grants))


def _granted(grants: Grants) -> Iterator[str]:
    said, named = said_of(grants), named_of(grants)
    if said.plan is not None:
        yield f"Plan: {said.plan}"
    counted = [*_counted(said.points, "point"), *_counted(said.subaccounts, "subaccount")]
    if counted:
        yield " · ".join(counted)
    if grants.duration is not None:
        yield f"For {grants.duration} from activation"
    # Long lists come last: where room is short, they are cut.
    features = [each for each in said.features if each not in said.add_ons]
    if features:
        whose = "" if named is None or named == said.plan else f" ({named})"
        yield f"Features{whose}: {', '.join(features)}"
    if said.add_ons:
        yield f"Add-ons: {', '.join(said.add_ons)}"


def _counted(count: int | None, what: str) -> Iterator[str]:
    if count is not None:
        yield f"{count} {what}{'s' * (count != 1)}"
