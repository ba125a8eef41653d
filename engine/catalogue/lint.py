"""Warnings about a coupon that is right and yet likely to do what nobody meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.catalogue import fields
from engine.catalogue.catalogue import Catalogue, Coupon, PolicyRule
from engine.catalogue.nodes import Mapping, Scalar, Sequence
from engine.catalogue.report import Report
from engine.codes.formats import Format
from engine.diagnostics import WARNINGS
from engine.diagnostics.suggest import suggest
from engine.language import checked as c
from engine.language import syntax as s
from engine.language.parser import SentenceError, parse_discount, parse_rule
from engine.language.syntax import Noun
from engine.language.walk import facts_of, literals
from engine.money import MINOR_DIGITS


def allowed(document: Mapping) -> frozenset[str]:
    """The warnings that a coupon allows by name."""
    return WARNINGS & {each.text.strip() for each in fields.scalars(document.get("allow"))}


def lint(coupon: Coupon, document: Mapping, catalogue: Catalogue, report: Report) -> None:
    """Report what is likely not meant."""
    if _lacks_fee_rule(coupon, document):
        message = f"`{coupon.name}` discounts every kind of fee"
        help_ = "add an application rule such as `fee is period`"
        report.add("no-fee-rule", message, coupon.location, help_)
    if _lacks_limit(document, coupon):
        message = f"nothing limits how often `{coupon.name}` is redeemed"
        help_ = "add a redemption rule such as `at most 100 redemptions per code`"
        report.add("no-redemption-limit", message, coupon.location, help_)
    _warn_of_guessing(document, coupon, catalogue, report)
    _warn_of_rates(document, coupon, catalogue, report)


def _lacks_fee_rule(coupon: Coupon, document: Mapping) -> bool:
    if not coupon.discount or _is_partial(document, "application", coupon.application):
        return False
    conditions = [rule.rule for rule in coupon.application]
    if any(_asks_fee(rule) for rule in conditions):
        return False
    tiers = [policy.tier.when for policy in coupon.discount]
    return not all(when is not None and _asks_fee(when) for when in tiers)


def _asks_fee(rule: c.Rule) -> bool:
    if isinstance(rule, c.Limit | c.Stacking):
        return False
    return any(fact.name == "fee" for fact in facts_of(rule))


def _lacks_limit(document: Mapping, coupon: Coupon) -> bool:
    if _is_partial(document, "redemption", coupon.redemption):
        return False
    return not any(
        isinstance(each.rule, c.Limit) and each.rule.noun is Noun.REDEMPTIONS
        for each in coupon.redemption
    )


def _is_partial(document: Mapping, key: str, rules: tuple[PolicyRule, ...]) -> bool:
    """Whether some rule of a list is wrong, and so may be the one that seems to lack."""
    node = document.get(key)
    if isinstance(node, Sequence):
        return len(node.items) > len(rules)
    misspelt = (suggest(found.text, [key]) for found, _ in document.entries)
    return node is not None or any(each is not None for each in misspelt)


# --- codes that can be guessed ------------------------------------------------------------------


def _warn_of_guessing(
    document: Mapping, coupon: Coupon, catalogue: Catalogue, report: Report
) -> None:
    """Warn of granting something for codes that anyone could make up."""
    written = fields.scalar(document.get("format"))
    codes = catalogue.formats.get(coupon.format or "")
    if coupon.grants is None or written is None or codes is None or _is_secret(codes):
        return
    asked = any(_asks_who(each.rule) for each in coupon.redemption)
    if not asked and not _is_partial(document, "redemption", coupon.redemption):
        message = f"anyone could make up codes of the format `{codes.name}`"
        help_ = "add a random field or a seal to the format, or a rule that says who may redeem"
        report.at("guessable-format", message, written, help_)


def _is_secret(codes: Format) -> bool:
    """Whether something in a code can't be made up."""
    return codes.sealed is not None or codes.random_symbols > 0


def _asks_who(rule: c.Rule) -> bool:
    """Whether a condition names the customer, or who redeems."""
    if isinstance(rule, c.Limit | c.Stacking):
        return False
    return any(fact.name == "by" or fact.name.startswith("customer.") for fact in facts_of(rule))


# --- rates --------------------------------------------------------------------------------------


def _warn_of_rates(document: Mapping, coupon: Coupon, catalogue: Catalogue, report: Report) -> None:
    """Warn once of an amount in another currency than is billed, where no rate converts it."""
    home = catalogue.space.currency if catalogue.space is not None else None
    if home is None:
        return
    known = catalogue.rates.currencies() if catalogue.rates is not None else frozenset()
    for scalar, currency, asked in _amounts(document, coupon):
        billed = asked or home
        if currency.text != billed and not {currency.text, billed} <= known:
            message = f"no rate converts between {currency.text} and {billed}, which is billed"
            help_ = f"add both to a `rates` document, or write the amount in {billed}"
            report.add("no-rates", message, scalar.locate(currency.span), help_)
            return


def _amounts(document: Mapping, coupon: Coupon) -> Iterator[tuple[Scalar, s.Name, str | None]]:
    """The currencies of a coupon's sentences, each with the one that its charges must have."""
    asked = _asked_currency([rule.rule for rule in coupon.application])
    lines = fields.scalars(document.get("discount"))
    whole = len(lines) == len(coupon.discount)
    for scalar, policy in zip(lines, coupon.discount, strict=True) if whole else ():
        own = _asked_currency([policy.tier.when]) if policy.tier.when is not None else None
        yield from ((scalar, name, own or asked) for name in _currencies(parse_discount, scalar))
    for scalar in fields.rule_texts(document.get("application")):
        yield from ((scalar, name, asked) for name in _currencies(parse_rule, scalar))


def _currencies(parse: Callable[[str], object], scalar: Scalar) -> list[s.Name]:
    """The currencies of the amounts in a sentence."""
    try:
        tree = parse(scalar.text)
    except SentenceError:
        # It was reported when the coupon was read.
        return []
    named = (each.currency for each in literals(tree))
    return [name for name in named if name is not None and name.text in MINOR_DIGITS]


def _asked_currency(rules: list[c.Rule]) -> str | None:
    """The one currency that rules let a charge have, if there is one."""
    parts = [each for rule in rules for each in _parts(rule)]
    asked = [each for each in parts if isinstance(each, c.Member) and not each.negated]
    single = [each for each in asked if each.fact.name == "currency" and len(each.values) == 1]
    return str(single[0].values[0]) if single else None


def _parts(rule: c.Rule) -> tuple[c.Rule, ...]:
    return rule.operands if isinstance(rule, c.Every) else (rule,)
