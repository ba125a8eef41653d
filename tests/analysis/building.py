"""Coupons made from sentences, without files."""

from __future__ import annotations

from collections.abc import Iterable

from engine.calendar import zone
from engine.catalogue.catalogue import Coupon, PolicyRule, PolicyTier
from engine.diagnostics import Location
from engine.language.checker import Scope, check_discount, check_rule
from engine.language.parser import parse_discount, parse_rule
from engine.language.vocabulary import STANDARD, Stage

ZURICH = zone("Europe/Zurich")
VOCABULARY = STANDARD.closing("component", ["base", "seats"])
SCOPE = Scope(VOCABULARY, ZURICH, frozenset({"winter", "spring"}))


def at(line: int) -> Location:
    return Location("policies/offer.yaml", line, 5, line, 20)


def rule(
    text: str,
    stage: Stage,
    line: int = 1,
    *,
    because: str | None = None,
    reason: str | None = None,
) -> PolicyRule:
    checked, problems = check_rule(parse_rule(text), text, stage, SCOPE)
    assert checked is not None, problems
    return PolicyRule(checked, text, at(line), because, reason)


def tier(text: str, line: int = 1) -> PolicyTier:
    checked, problems = check_discount(parse_discount(text), text, SCOPE)
    assert checked is not None, problems
    return PolicyTier(checked, text, at(line))


def coupon(
    discount: Iterable[str] = ("20%",),
    redemption: Iterable[str] = (),
    application: Iterable[str] = (),
    codes: int = 0,
) -> Coupon:
    """A coupon called `offer` with so many codes, its sentences on lines of their own."""
    return Coupon(
        "offer",
        at(1),
        "An offer",
        ZURICH,
        discount=tuple(tier(text, line) for line, text in enumerate(discount, start=3)),
        redemption=tuple(
            rule(text, Stage.REDEMPTION, line) for line, text in enumerate(redemption, start=10)
        ),
        application=tuple(
            rule(text, Stage.APPLICATION, line) for line, text in enumerate(application, start=20)
        ),
        codes=tuple(f"CODE{number}" for number in range(1, codes + 1)),
    )
