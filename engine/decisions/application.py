"""What each redeemed coupon takes off a charge (behaviour.md, Applying).

Amounts between two roundings are exact: a pair of integers, numerator and denominator of minor
units of the charge's currency. Rounding happens once, at the end, per charge and code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from engine.calendar import Instant
from engine.decisions.compiler import Record
from engine.decisions.coupon import Gate, ReadyCoupon, Tier
from engine.decisions.explanation import (
    Reason,
    Verdict,
    clause_verdict,
    explain,
    no_rate,
    reasons,
)
from engine.decisions.limits import room
from engine.decisions.remedies import not_before
from engine.decisions.usage import Usage, Use
from engine.language import checked as c
from engine.language.prose import benefit_text
from engine.language.vocabulary import AT_SLOT, RATES_SLOT
from engine.money import Money, convert

Ratio = tuple[int, int]
_Part = tuple[int, int, Ratio]
"""What is taken and what it was computed on, both rounded, and what that leaves, exactly."""


class Redeemed(msgspec.Struct, frozen=True):
    """A code that is redeemed on the subscription: its coupon and version, and the moment.

    The version is None where the coupon is read from files alone; `id` is the redemption's. The
    code was `issued`, if it was, and is redeemed `by` somebody (language.md, Facts).
    """

    coupon: ReadyCoupon
    code: str
    redeemed: Instant
    version: int | None = None
    id: str = ""
    issued: Instant | None = None
    by: str | None = None


class Offer(msgspec.Struct):
    """A coupon that applies, in minor units of the charge's currency.

    `money` is its fixed amount, its price, or the cap of its share; `budget` what is left of the
    smallest of its budgets. Once it is granted, `amount` is what it takes off the charge, and `on`
    what that was computed on.
    """

    redeemed: Redeemed
    tier: Tier
    money: Ratio | None
    budget: int | None
    amount: int = 0
    on: int = 0


class Declined(msgspec.Struct, frozen=True):
    """A redeemed code that takes nothing off a charge, and why."""

    redeemed: Redeemed
    reasons: tuple[Reason, ...]


class Outcome(msgspec.Struct, frozen=True):
    """What happens to one charge; `granted` in the order in which discounts are taken.

    `discount` is the sum of them, in minor units.
    """

    granted: Sequence[Offer]
    declined: Sequence[Declined]
    discount: int


def apply(
    amount: Money,
    codes: Sequence[tuple[Redeemed, Record]],
    usage: Usage,
) -> Outcome:
    """Decide a charge: which redeemed codes take how much off, and why the others don't.

    Each code comes with the record of the charge as that code sees it. The sum of the discounts
    never exceeds the charge: what rounding puts over it is taken from the last.
    """
    if amount.minor <= 0:
        return Outcome((), [_uncharged(redeemed) for redeemed, _ in codes], 0)
    offers: list[Offer] = []
    declined: list[Declined] = []
    for redeemed, record in codes:
        offer = _terms(redeemed, record, amount.currency, usage)
        if isinstance(offer, Offer):
            offers.append(offer)
        else:
            declined.append(offer)
    if len(offers) > 1:
        offers, outdone = _best(offers, amount.minor)
        declined += outdone
        offers.sort(key=_order)
    granted: list[Offer] = []
    left, discount = (amount.minor, 1), 0
    for offer in offers:
        tier, round_ = offer.tier, offer.redeemed.coupon.round_
        money, budget = offer.money, offer.budget
        taken, offer.on, rest = _taken(tier.share, tier.is_price, money, budget, left, round_)
        offer.amount = min(taken, amount.minor - discount)
        if offer.amount > 0:
            granted.append(offer)
            discount += offer.amount
        else:
            declined.append(_nothing(offer, left))
        left = rest
    return Outcome(granted, declined, discount)


def explain_application(redeemed: Redeemed, record: Record, usage: Usage) -> list[Verdict]:
    """The verdict of every application rule, and of the lines of the discount up to the chosen."""
    verdicts = list(explain(redeemed.coupon.application, record, usage))
    for tier in redeemed.coupon.tiers:
        if tier.clause is None:
            break
        verdict = clause_verdict(tier.clause, record)
        verdicts.append(verdict)
        if verdict.holds is not False:
            break
    return verdicts


def indicate(redeemed: Redeemed, record: Record, currency: str, usage: Usage) -> str | Declined:
    """What a coupon will give on a metered fee whose amount is not known yet, in words."""
    offer = _terms(redeemed, record, currency, usage)
    if isinstance(offer, Declined):
        return offer
    text = benefit_text(offer.tier.benefit)
    return f"{text}, per period" if "," in text else f"{text} per period"


# --- whether a coupon applies, and what it offers -----------------------------------------------


def _uncharged(redeemed: Redeemed) -> Declined:
    message = "a charge of zero or less gets no discount"
    return Declined(redeemed, (Reason("nothing_left", message),))


def _terms(redeemed: Redeemed, record: Record, currency: str, usage: Usage) -> Offer | Declined:
    """What a coupon offers on a charge in a currency, if its rules let it apply."""
    coupon = redeemed.coupon
    gate = coupon.application
    if record[AT_SLOT] < redeemed.redeemed:
        others = reasons(explain(gate, record, usage))
        return Declined(redeemed, (_too_early(redeemed), *others))
    opens = gate.opens
    if not opens(record, usage):
        return Declined(redeemed, reasons(explain(gate, record, usage)))
    budget = _smallest_budget(gate, record, usage) if gate.budgets else None
    if budget is not None and budget <= 0:
        return Declined(redeemed, reasons(explain(gate, record, usage)))
    tier = coupon.always or _choose(coupon.tiers, record)
    if not isinstance(tier, Tier):
        return Declined(redeemed, tier)
    money = tier.money
    if money is None or money.currency == currency:
        return Offer(redeemed, tier, tier.exact, budget)
    converted = convert(money, currency, record[RATES_SLOT])
    if converted is None:
        return Declined(redeemed, (no_rate(tier.policy, money.currency, currency),))
    return Offer(redeemed, tier, converted.as_integer_ratio(), budget)


def _smallest_budget(gate: Gate, record: Record, usage: Usage) -> int:
    """What the smallest budget leaves; nothing where one can't tell."""
    return min(room(each.meter, record, usage) or 0 for each in gate.budgets)


def _too_early(redeemed: Redeemed) -> Reason:
    message = "the charge was made before the code was redeemed"
    remedy = not_before(redeemed.redeemed, redeemed.coupon.policy.zone)
    return Reason("not_yet", message, remedy=remedy)


def _choose(tiers: tuple[Tier, ...], record: Record) -> Tier | tuple[Reason, ...]:
    """The first line whose condition holds; an unknown stops the choice.

    Where none holds that is `condition_not_met`, whatever the conditions are about.
    """
    failed: list[Reason] = []
    for tier in tiers:
        if tier.clause is None or tier.clause.holds(record):
            return tier
        verdict = clause_verdict(tier.clause, record)
        if verdict.holds is None:
            return reasons([verdict])
        failed += (replace(each, reason="condition_not_met") for each in reasons([verdict]))
    return tuple(failed)


# --- how much -----------------------------------------------------------------------------------


def _order(offer: Offer) -> tuple[int, int, str]:
    return offer.tier.step, offer.redeemed.redeemed, offer.redeemed.coupon.name


@lru_cache(4096)
def _taken(
    share: Ratio | None,
    is_price: bool,  # noqa: FBT001 - by name it would make a larger key of the cache
    money: Ratio | None,
    budget: int | None,
    left: Ratio,
    round_: Callable[[int, int], int],
) -> _Part:
    """What a share, a price or an amount takes of what the ones before have left.

    It stays within its cap and budget. The same ones recur.
    """
    if share is None:
        assert money is not None, "an amount without a rate declines the coupon"  # noqa: S101
        taken = _least(_down_to(money, left) if is_price else money, left)
    else:
        taken = left[0] * share[0], left[1] * share[1]
        if money is not None:
            taken = _least(taken, money)
        if share[0] > share[1]:
            taken = _least(taken, left)
    on = round_(*left)
    if taken[0] <= 0:
        return 0, on, left
    exact = taken if budget is None else _least(taken, (budget, 1))
    rest = left[0] * exact[1] - exact[0] * left[1], left[1] * exact[1]
    return round_(*exact), on, rest


def _down_to(price: Ratio, left: Ratio) -> Ratio:
    """What brings what is left down to a price."""
    return left[0] * price[1] - price[0] * left[1], left[1] * price[1]


def _least(one: Ratio, other: Ratio) -> Ratio:
    return one if one[0] * other[1] <= other[0] * one[1] else other


def _nothing(offer: Offer, left: Ratio) -> Declined:
    if left[0] <= 0:
        message = "other discounts have taken the whole charge already"
    else:
        message = f"`{offer.tier.policy.text}` comes to nothing on this charge"
    return Declined(offer.redeemed, (Reason("nothing_left", message),))


# --- the best of several ------------------------------------------------------------------------


def _best(offers: list[Offer], amount: int) -> tuple[list[Offer], list[Declined]]:
    """Of the offers with one `best of` name, the one that by itself would give most."""
    rivals: dict[str, list[Offer]] = {}
    for offer in offers:
        name = offer.redeemed.coupon.policy.best_of
        if name is not None:
            rivals.setdefault(name, []).append(offer)
    if not rivals:
        return offers, []
    rank = _rank(amount)
    winners = {name: min(each, key=rank) for name, each in rivals.items()}
    outdone = [
        _outdone(offer, winners[name], as_much=rank(offer)[0] == rank(winners[name])[0])
        for name, each in rivals.items()
        for offer in each
        if offer is not winners[name]
    ]
    lost = {id(offer.redeemed) for offer in outdone}
    return [offer for offer in offers if id(offer.redeemed) not in lost], outdone


def _rank(amount: int) -> Callable[[Offer], tuple[int, int, str]]:
    def rank(offer: Offer) -> tuple[int, int, str]:
        tier, round_ = offer.tier, offer.redeemed.coupon.round_
        left = amount, 1
        alone, *_ = _taken(tier.share, tier.is_price, offer.money, offer.budget, left, round_)
        return -alone, offer.redeemed.redeemed, offer.redeemed.coupon.name

    return rank


def _outdone(offer: Offer, winner: Offer, *, as_much: bool) -> Declined:
    name = winner.redeemed.coupon.name
    message = f"{name} gives more on this charge, and only the best applies"
    if as_much:
        message = f"{name} gives as much on this charge and comes first, and only one applies"
    facts: dict[str, str | bool | list[str] | None] = {"coupon": name}
    return Declined(offer.redeemed, (Reason("outdone", message, facts=facts),))


# --- what an application takes of limits --------------------------------------------------------


def use_of(counted: c.Limit, amount: Money, record: Record, period: Instant | None) -> Use:
    """What a discount takes of a limit: one event, or exact money of a budget's currency."""
    if not isinstance(counted.bound, Money):
        return Use(record[AT_SLOT], 0, period)
    taken = convert(amount, counted.bound.currency, record[RATES_SLOT])
    assert taken is not None, "a budget without a rate declines the coupon"  # noqa: S101
    return Use(record[AT_SLOT], taken, period)
