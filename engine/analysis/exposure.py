"""The worst case of a coupon: redemptions, discounted charges and money, and why.

A figure is a product that is spelt out, such as 5 redemptions per code × 10 codes. Where several
limits bound the same thing the smallest figure stands; where none does, the reasons say why not.
Nothing is claimed that the rules don't enforce (subscription-coupons, A Note About Limit Rules).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from engine.analysis.factors import (
    Bound,
    Factor,
    Product,
    Unbounded,
    counts_subscriptions,
    limits,
    total,
    total_by_redemption,
)
from engine.catalogue.catalogue import Coupon, PolicyRule
from engine.language import checked as c
from engine.language.prose import benefit_text
from engine.language.syntax import Noun
from engine.language.terms import listed
from engine.money import Money

_NO_DISCOUNT = "it gives no discount"
_CONVERTED = "In another currency, each charge is converted at its own rate and rounded."


@dataclass(frozen=True, slots=True)
class Count:
    """The most that can happen; `most` is None where nothing bounds it, `because` says why.

    `each` is what the figure is for, such as `code issued`; empty, it is for the whole coupon.
    """

    most: int | None
    working: str = ""
    each: str = ""
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sum:
    """The most money: an amount, or one for each currency, of which the largest counts.

    No amount at all means that nothing is discounted; `most` is None where nothing bounds it.
    """

    most: tuple[Money, ...] | None
    working: str = ""
    each: str = ""
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a coupon can cost at most; `notes` say under which conditions the figures hold."""

    redemptions: Count
    charges: Count
    money: Sum
    notes: tuple[str, ...] = ()


def exposure(coupon: Coupon) -> Exposure:
    """The worst case of a coupon, from its rules alone."""
    redemptions = _least(_redemptions(coupon))
    charges = _least(_charges(coupon, redemptions))
    money, besides = _money(coupon, redemptions, charges)
    figures = (_count(redemptions), _count(charges), _sum(money))
    return Exposure(*figures, (*besides, *_notes([redemptions, charges, *money])))


def sentences(found: Exposure) -> tuple[str, ...]:
    """An exposure in words: its three figures, then its notes."""
    redemptions, charges, money = found.redemptions, found.charges, found.money
    return (
        f"Most redemptions: {_sentence(_number_text(redemptions), redemptions)}",
        f"Most discounted charges: {_sentence(_number_text(charges), charges)}",
        f"Most money: {_sentence(_money_text(money), money)}",
        *found.notes,
    )


def _sentence(most: str | None, figure: Count | Sum) -> str:
    if most is None:
        return f"unbounded, because {'; and because '.join(figure.because)}."
    each = f" for each {figure.each}" if figure.each else ""
    return f"{most}{each} ({figure.working})."


def _number_text(figure: Count) -> str | None:
    return None if figure.most is None else str(figure.most)


def _money_text(figure: Sum) -> str | None:
    if figure.most is None:
        return None
    amounts = listed(map(str, figure.most), "or") or "none"
    return f"{amounts}, whichever is more" if len(figure.most) > 1 else amounts


def _notes(bounds: Iterable[Bound]) -> tuple[str, ...]:
    """The conditions of all figures, each once."""
    products = [bound for bound in bounds if isinstance(bound, Product)]
    notes = [note for product in products for note in product.notes]
    return tuple(dict.fromkeys([*notes, *(_CONVERTED for each in products if each.currency)]))


# --- redemptions and charges ----------------------------------------------------------------------


def _redemptions(coupon: Coupon) -> list[Bound]:
    found = limits(coupon.redemption, Noun.REDEMPTIONS)
    return [total(limit, text, coupon.redemption, coupon) for limit, text in found] or [
        Unbounded(("no rule limits how often it is redeemed",))
    ]


def _charges(coupon: Coupon, redemptions: Bound) -> list[Bound]:
    if not coupon.discount:
        return [Product((Factor(0, _NO_DISCOUNT),))]
    periods = "any number of charges in a counted period are discounted"
    return [
        *_totals(coupon, Noun.APPLICATIONS, redemptions),
        *(
            Unbounded((f"{periods} (`{text}`)",))
            for _, text in limits(coupon.application, Noun.PERIODS)
        ),
    ] or [Unbounded(("no rule limits how many charges it applies to",))]


def _totals(coupon: Coupon, noun: Noun, redemptions: Bound) -> list[Bound]:
    """What each application limit on a noun comes to."""
    rules: tuple[PolicyRule, ...] = coupon.application
    return [
        total_by_redemption(limit, text, rules, coupon, redemptions)
        if counts_subscriptions(limit)
        else total(limit, text, rules, coupon)
        for limit, text in limits(rules, noun)
    ]


def _least(found: Sequence[Bound]) -> Bound:
    """The smallest figure for the whole coupon, else the smallest for each code, else none."""
    products = [bound for bound in found if isinstance(bound, Product)]
    if products:
        return min(products, key=lambda product: (bool(product.each), product.number))
    return Unbounded(_reasons(found))


def _reasons(found: Iterable[Bound]) -> tuple[str, ...]:
    because = (
        reason for bound in found if isinstance(bound, Unbounded) for reason in bound.because
    )
    return tuple(dict.fromkeys(because))


def _count(bound: Bound) -> Count:
    if isinstance(bound, Unbounded):
        return Count(None, because=bound.because)
    return Count(bound.number, bound.working, bound.each)


# --- money --------------------------------------------------------------------------------------


def _money(coupon: Coupon, redemptions: Bound, charges: Bound) -> tuple[list[Bound], list[str]]:
    """The best bounds on money, one for each currency; and in words those in other currencies."""
    if not coupon.discount:
        return [], []
    budgets = _totals(coupon, Noun.DISCOUNT, redemptions)
    candidates = [*([budget] for budget in budgets), _discounts(_benefits(coupon), charges)]
    bounded = [products for each in candidates if (products := _products(each))]
    if not bounded:
        return [Unbounded(_reasons(bound for each in candidates for bound in each))], []
    return _smallest(sorted(bounded, key=lambda products: bool(products[0].each)))


def _products(bounds: Sequence[Bound]) -> list[Product]:
    """The bounds, if all of them are: one currency without a bound leaves the whole without."""
    products = [bound for bound in bounds if isinstance(bound, Product)]
    return products if len(products) == len(bounds) else []


def _smallest(candidates: Sequence[list[Product]]) -> tuple[list[Bound], list[str]]:
    """The smallest of what compares with the first; amounts in other currencies don't."""
    unit = _unit(candidates[0])
    alike = [each for each in candidates if _unit(each) == unit]
    best = min(alike, key=lambda products: [product.number for product in products])
    others = [each for each in candidates if _unit(each) != unit and not each[0].each]
    return list(best), [f"It is also at most {_sentence(*_shown(each))}" for each in others]


def _unit(products: Sequence[Product]) -> tuple[str, ...]:
    return (products[0].each, *(product.currency for product in products))


def _shown(products: Sequence[Bound]) -> tuple[str | None, Sum]:
    figure = _sum(products)
    return _money_text(figure), figure


def _sum(bounds: Sequence[Bound]) -> Sum:
    if not bounds:
        return Sum((), _NO_DISCOUNT)
    products = _products(bounds)
    if not products:
        return Sum(None, because=_reasons(bounds))
    working = "; ".join(product.working for product in products)
    return Sum(tuple(product.amount for product in products), working, products[0].each)


def _benefits(coupon: Coupon) -> list[c.Benefit]:
    """What can be given: no line counts after the first without a condition."""
    conditional = takewhile(lambda each: each.tier.when is not None, coupon.discount)
    lines = len(list(conditional)) + 1
    return [each.tier.benefit for each in coupon.discount[:lines]]


def _discounts(benefits: Sequence[c.Benefit], charges: Bound) -> list[Bound]:
    """The most that a charge is discounted, in each currency, times the charges."""
    without_end = [benefit_text(each) for each in benefits if _most_on_a_charge(each) is None]
    said = f"the discount grows with the charge ({'; '.join(without_end)})"
    growing = [said] if without_end else []
    if growing or isinstance(charges, Unbounded):
        return [Unbounded((*growing, *_reasons([charges])))]
    largest: dict[str, Money] = {}
    for amount in filter(None, map(_most_on_a_charge, benefits)):
        known = largest.get(amount.currency, amount)
        largest[amount.currency] = max(known, amount, key=lambda money: money.minor)
    return [_times(amount, charges) for amount in largest.values()]


def _times(amount: Money, charges: Product) -> Product:
    own = Factor(amount.minor, f"{amount} off each charge")
    return Product((*charges.factors, own), charges.each, amount.currency, notes=charges.notes)


def _most_on_a_charge(benefit: c.Benefit) -> Money | None:
    if isinstance(benefit, c.AmountOff):
        return benefit.amount
    return benefit.cap if isinstance(benefit, c.PercentOff) else None
