"""What redeemed codes take off a charge, by the reference interpreter.

Amounts are exact, in minor units of the charge's currency, and rounded once, at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from math import floor
from typing import NamedTuple

from engine.language import syntax as s
from tests.reference import budget_left, reasons, verdict, why_not
from tests.reference_facts import Case, Facts, Redemption, Use, World, money

TURNS = (s.PriceTo, s.PercentOff, s.AmountOff)


class Answer(NamedTuple):
    """By code: the discounts in minor units, and why others give none."""

    discounts: dict[str, int]
    declined: dict[str, set[str]]


class Offer(NamedTuple):
    """What a redeemed code would give on a charge."""

    redemption: Redemption
    case: Case
    given: s.Given

    @property
    def age(self) -> tuple[datetime, str]:
        """The order of redeeming; coupons redeemed at one instant, by name."""
        return self.redemption.redeemed, self.redemption.coupon.name

    def alone(self) -> int:
        """What it would give before any other discount."""
        amount = self.case.in_charge(self.case.read("amount")) or Fraction(0)
        return rounded(taken(self.given, amount, self.case) or Fraction(0), self.case.world)


def rounded(amount: Fraction, world: World) -> int:
    """To a whole number of minor units."""
    return round(amount) if world.rounding == "half-even" else floor(amount + Fraction(1, 2))


def taken(given: s.Given, on: Fraction, case: Case) -> Fraction | None:
    """What is taken from what is left, within cap and budgets; None without a rate."""
    if isinstance(given, s.PercentOff):
        cap = case.in_charge(money(given.cap)) if given.cap else on
        off = None if cap is None else min(on * Fraction(given.percentage.text) / 100, cap)
    elif isinstance(given, s.AmountOff):
        off = case.in_charge(money(given.amount))
    else:
        price = case.in_charge(money(given.price))
        off = None if price is None else on - price
    limits = [rule for rule in case.coupon.application if isinstance(rule, s.Limit)]
    budgets = [budget_left(rule, case) for rule in limits if rule.noun is s.Noun.DISCOUNT]
    if off is None:
        return None
    return max(Fraction(0), min(on, off, *(Fraction(left or 0) for left in budgets)))


def chosen(case: Case) -> s.Given | set[str]:
    """The first line of the discount whose condition holds, or why there is none."""
    for line in case.coupon.discount:
        held = line.when is None or verdict(line.when, case)
        if held is None and line.when:
            return why_not(line.when, case)
        if held:
            return line.given
    return {"condition_not_met"}


def offer(redemption: Redemption, case: Case) -> Offer | set[str]:
    """What a code would give, or why it gives nothing."""
    amount = case.in_charge(case.read("amount")) or Fraction(0)
    if amount <= 0:
        return {"nothing_left"}
    early = {"not_yet"} if case.at < redemption.redeemed else set[str]()
    given = early | reasons(case, "application") or chosen(case)
    if isinstance(given, set):
        return given
    if taken(given, amount, case) is None:
        return {"rate_missing"}
    return Offer(redemption, case, given)


def outdone(offers: Sequence[Offer]) -> set[str]:
    """The codes that another of the same `best of` outdoes."""
    losers = set()
    for name in {one.case.coupon.best_of for one in offers} - {None}:
        rivals = [one for one in offers if one.case.coupon.best_of == name]
        rivals.sort(key=lambda one: (-one.alone(), one.age))
        losers |= {loser.redemption.code for loser in rivals[1:]}
    return losers


def share_out(offers: Sequence[Offer], amount: Fraction, world: World) -> dict[str, int]:
    """The discount of each code; what rounding puts over the charge is taken from the last."""
    left, discounts = amount, dict[str, int]()
    for one in sorted(offers, key=lambda one: (TURNS.index(type(one.given)), one.age)):
        off = taken(one.given, left, one.case) or Fraction(0)
        left -= off
        discounts[one.redemption.code] = rounded(off, world)
    over = sum(discounts.values()) - floor(amount)
    for code in reversed(discounts):
        cut = max(0, min(over, discounts[code]))
        discounts[code] -= cut
        over -= cut
    return discounts


def apply(
    redemptions: Sequence[Redemption],
    at: datetime,
    facts: Facts,
    usage: Sequence[Use],
    world: World,
) -> Answer:
    """What each redeemed code takes off the charge of which `facts` are the facts."""
    offers, declined = list[Offer](), dict[str, set[str]]()
    for redemption in redemptions:
        own = {"code": redemption.code, "redeemed": redemption.redeemed.isoformat()}
        own_facts = {**facts, **redemption.remembered, **own}
        given = offer(redemption, Case(redemption.coupon, world, at, own_facts, usage))
        if isinstance(given, Offer):
            offers.append(given)
        else:
            declined[redemption.code] = given
    losers = outdone(offers)
    declined |= {code: {"outdone"} for code in losers}
    offers = [one for one in offers if one.redemption.code not in losers]
    amount = offers[0].case.in_charge(offers[0].case.read("amount")) if offers else None
    discounts = share_out(offers, amount or Fraction(0), world)
    declined |= {code: {"nothing_left"} for code, discount in discounts.items() if not discount}
    return Answer({code: discount for code, discount in discounts.items() if discount}, declined)
