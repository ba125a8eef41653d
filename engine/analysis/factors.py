"""What a limit of a coupon comes to in all: its bound, times the keys, times the calendar units.

A product holds only if each of its factors is enforced by a rule. Whatever no rule bounds, such as
how many customers there are, makes the limit `Unbounded`, with the reason in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod

from engine.calendar import Unit, calendar_window
from engine.catalogue.catalogue import Coupon, PolicyRule
from engine.language import checked as c
from engine.language.syntax import CalendarLimit, Noun, RollingLimit, TypeName
from engine.language.terms import fact_text, key_text
from engine.language.vocabulary import LIMIT_KEYS, Fact
from engine.money import Money

MOST_UNITS = 10_000
"""How many calendar units of a window are counted before it counts as unbounded."""

CODE, SUBSCRIPTION = LIMIT_KEYS["code"], LIMIT_KEYS["subscription"]
_CROWDS = {
    "customer.id": "customers",
    "subscription.id": "subscriptions",
    "component": "components",
    "product": "products",
    "invoice": "invoices",
}
_ISSUED = "code issued"
_FREED = (
    "The charges are counted while no redemption is removed: whoever takes a place that was given "
    "back has charges of their own discounted."
)


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a worst case and what it counts: 10, `10 codes`."""

    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Product:
    """A bound. Factors of money are in minor units of `currency`.

    `each` is what the bound is for, empty for the whole coupon. `frees` says that places are given
    back when a redemption is removed; `notes` say under which conditions the bound holds.
    """

    factors: tuple[Factor, ...]
    each: str = ""
    currency: str = ""
    frees: bool = False
    notes: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """The product."""
        return prod(factor.count for factor in self.factors)

    @property
    def amount(self) -> Money:
        """The product as money."""
        return Money(self.number, self.currency)

    @property
    def working(self) -> str:
        """The multiplication: `5 redemptions per code × 10 codes = 50`."""
        words = " × ".join(factor.words for factor in self.factors)
        total = self.amount if self.currency else self.number
        return f"{words} = {total}" if len(self.factors) > 1 else words


@dataclass(frozen=True, slots=True)
class Unbounded:
    """No bound, and why."""

    because: tuple[str, ...]


Bound = Product | Unbounded


def total(limit: c.Limit, text: str, rules: Sequence[PolicyRule], coupon: Coupon) -> Bound:
    """What a limit bounds in all, if the rules of its stage bound its keys and its windows."""
    parts = [_key(fact, rules, coupon) for fact in limit.per]
    return _joined(limit, text, None, [*parts, _units(limit, rules)])


def total_by_redemption(
    limit: c.Limit, text: str, rules: Sequence[PolicyRule], coupon: Coupon, redemptions: Bound
) -> Bound:
    """The same for a limit whose keys hold the subscription: at most one for each redemption."""
    others = [fact for fact in limit.per if fact.name not in (SUBSCRIPTION, CODE)]
    parts = [_key(fact, rules, coupon) for fact in others]
    return _joined(limit, text, redemptions, [*parts, _units(limit, rules)])


def counts_subscriptions(limit: c.Limit) -> bool:
    """Whether a limit counts for each subscription by itself."""
    return any(fact.name == SUBSCRIPTION for fact in limit.per)


def limits(rules: Iterable[PolicyRule], *nouns: Noun) -> Iterator[tuple[c.Limit, str]]:
    """The limits on some nouns, each as it is spelt."""
    for each in rules:
        if isinstance(each.rule, c.Limit) and each.rule.noun in nouns:
            yield each.rule, each.text


def _joined(limit: c.Limit, text: str, base: Bound | None, parts: Sequence[Bound]) -> Bound:
    missing = [part for part in parts if isinstance(part, Unbounded)]
    reasons = [f"{reason} (`{text}`)" for part in missing for reason in part.because]
    inherited = base.because if isinstance(base, Unbounded) else ()
    if reasons or isinstance(base, Unbounded):
        return Unbounded((*inherited, *reasons))
    products = [part for part in (base, *parts) if isinstance(part, Product)]
    before = base.factors if base is not None else ()
    after = tuple(factor for part in parts if isinstance(part, Product) for factor in part.factors)
    freed = (_FREED,) if base is not None and base.frees else ()
    return Product(
        (*before, _own(limit), *after),
        next((product.each for product in products if product.each), ""),
        limit.bound.currency if isinstance(limit.bound, Money) else "",
        limit.noun is Noun.REDEMPTIONS and not limit.keeps,
        tuple(dict.fromkeys([*(n for p in products for n in p.notes), *freed, *_notes(limit)])),
    )


def _own(limit: c.Limit) -> Factor:
    """The bound of the limit itself: `6 applications per subscription`."""
    keys = " and ".join(map(key_text, limit.per)) or "coupon"
    window = f" per {limit.window.unit.value}" if isinstance(limit.window, CalendarLimit) else ""
    if isinstance(limit.bound, Money):
        return Factor(limit.bound.minor, f"{limit.bound} of discount per {keys}{window}")
    noun = f"{limit.noun.value}{'' if limit.bound == 1 else 's'}"
    return Factor(limit.bound, f"{limit.bound} {noun} per {keys}{window}")


def _notes(limit: c.Limit) -> tuple[str, ...]:
    if limit.keeps:
        return ()
    if limit.noun is Noun.REDEMPTIONS:
        return (
            "Redemptions are counted at any one time: a removed redemption gives its place back.",
        )
    return ("Charges that were reversed are not counted: they give their places back.",)


# --- keys ---------------------------------------------------------------------------------------


def _key(fact: Fact, rules: Sequence[PolicyRule], coupon: Coupon) -> Bound:
    """How many different values a fact has, where it counts."""
    values = _values(fact, rules)
    if values is not None:
        plural = "" if len(values) == 1 else "s"
        return Product((Factor(len(values), f"{len(values)} value{plural} of {fact_text(fact)}"),))
    if fact.name == CODE:
        return _codes(fact, coupon)
    crowd = _CROWDS.get(fact.name)
    if crowd is not None:
        return Unbounded((f"nothing limits how many {crowd} there are",))
    return Unbounded((f"nothing limits how many values {fact_text(fact)} can have",))


def _codes(fact: Fact, coupon: Coupon) -> Product:
    codes = len(set(map(fact.fold.apply, coupon.codes)))
    if not codes:
        return Product((), each=_ISSUED)
    plural, verb = ("", "is") if codes == 1 else ("s", "are")
    note = (
        f"The {codes} code{plural} listed {verb} counted: codes issued besides add to the figures."
    )
    return Product((Factor(codes, f"{codes} code{plural}"),), notes=(note,))


def _values(fact: Fact, rules: Sequence[PolicyRule]) -> frozenset[c.Value] | None:
    """The values that a fact can have where every rule holds, or None if nobody lists them."""
    declared = frozenset(fact.type.values) if fact.kind is TypeName.ONE_OF else fact.closed
    values: frozenset[c.Value] | None = frozenset(declared) if declared is not None else None
    for node in _conditions(rules):
        if not isinstance(node, c.Member) or node.fact.name != fact.name:
            continue
        if not node.negated:
            values = frozenset(node.values) if values is None else values & {*node.values}
        elif values is not None:
            values -= {*node.values}
    return values


def _conditions(rules: Iterable[PolicyRule]) -> Iterator[c.Rule]:
    """Everything that must hold by itself: rules, and what they join by `and`."""
    for each in rules:
        yield from each.rule.operands if isinstance(each.rule, c.Every) else (each.rule,)


# --- windows ------------------------------------------------------------------------------------


def _units(limit: c.Limit, rules: Sequence[PolicyRule]) -> Bound:
    """How often a limit begins anew while the windows of its stage are open."""
    if limit.window is None:
        return Product(())
    if isinstance(limit.window, RollingLimit):
        return Unbounded((f"its places come free again after {limit.window.duration}",))
    unit = limit.window.unit
    window = _closed_window(rules)
    number = _overlapped(window, limit, unit) if window is not None else None
    if number is None:
        return Unbounded((f"the limit begins anew each {unit.value}",))
    return Product((Factor(number, f"{number} calendar {unit.value}{'' if number == 1 else 's'}"),))


def _closed_window(rules: Sequence[PolicyRule]) -> tuple[int, int] | None:
    """The stretch of time in which every window on the event is open, if it has both ends."""
    spans = [
        node.span for node in _conditions(rules) if isinstance(node, c.During) and node.fact is None
    ]
    starts = [span.start for span in spans if span.start is not None]
    ends = [span.end for span in spans if span.end is not None]
    return (max(starts), min(ends)) if starts and ends else None


def _overlapped(window: tuple[int, int], limit: c.Limit, unit: Unit) -> int | None:
    """How many calendar units a stretch of time touches; None for more than are worth counting."""
    instant, end = window
    if limit.zone is None:
        return None
    for number in range(MOST_UNITS):
        if instant >= end:
            return number
        _, instant = calendar_window(instant, unit, limit.zone)
    return None
