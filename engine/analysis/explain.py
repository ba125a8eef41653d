"""A coupon in plain English: what `coupon explain` prints.

The page names every figure of the file, and says aloud what holds where the file is silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.analysis.exposure import exposure, sentences
from engine.analysis.layout import WIDTH, page, section, wrap
from engine.catalogue.catalogue import Catalogue, Coupon, Grants, PolicyRule
from engine.catalogue.grants import said_by
from engine.catalogue.groups import Way
from engine.codes.features import FeatureSet
from engine.codes.formats import DEFAULT, Format
from engine.language import checked as c
from engine.language.moments import zone_text
from engine.language.prose import english
from engine.language.terms import listed, quoted

__all__ = ["WIDTH", "explain"]

FIRST_CODES = 5
_STEPS: tuple[tuple[type[c.Benefit], str], ...] = (
    (c.PriceTo, "`to` prices"),
    (c.PercentOff, "percentages"),
    (c.AmountOff, "fixed amounts"),
)


def explain(coupon: Coupon, catalogue: Catalogue) -> str:
    """The page of a coupon, wrapped for a terminal."""
    sections = (
        _head(coupon, catalogue),
        section("What it gives", _gives(coupon, catalogue)),
        section("Who may redeem it, and when", _redemption(coupon)),
        section("Which charges it discounts", _application(coupon)),
        section("Codes", _codes(coupon, catalogue)),
        section("With other coupons", _others(coupon, catalogue)),
        section("Exposure", sentences(exposure(coupon))),
        section("Besides", _besides(coupon)),
    )
    return page(sections)


# --- rules --------------------------------------------------------------------------------------


def _rule(mark: str, clause: str, each: PolicyRule | None, text: str, line: int) -> str:
    lines = [f"{mark}{clause}.", f"{' ' * len(mark)}Line {line}: {text}"]
    if each is not None and each.because is not None:
        lines.append(f"{' ' * len(mark)}Whom it refuses is told: {quoted(each.because)}")
    if each is not None and each.reason is not None:
        lines.append(f"{' ' * len(mark)}Programs are told: {each.reason}")
    return "\n".join(lines)


def _rules(rules: Sequence[PolicyRule]) -> Iterator[str]:
    windows = " A window includes its start, and not its end." if any(map(_has_end, rules)) else ""
    if rules:
        yield f"{'Each of these' if len(rules) > 1 else 'This'} must hold.{windows}"
    for each in rules:
        yield _rule("- ", english(each.rule), each, each.text, each.location.line)


def _has_end(each: PolicyRule) -> bool:
    return isinstance(each.rule, c.During | c.Recurring)


# --- the sections -------------------------------------------------------------------------------


def _head(coupon: Coupon, catalogue: Catalogue) -> str:
    zone = coupon.zone or (catalogue.space.zone if catalogue.space is not None else None)
    days = f"its days begin and end in {zone_text(zone)}" if zone else "it names no timezone"
    where = f"{coupon.location.file}:{coupon.location.line}"
    state = "on" if coupon.active else "off"
    facts = (
        f"Written at {where}; {days}. It is switched {state} when it is first read; afterwards "
        "the store says."
    )
    renamed = f" It was called {coupon.was} before." if coupon.was is not None else ""
    derived = catalogue.derived.get(coupon.name)
    way = f" It is a way into the group {derived.group}." if derived is not None else ""
    title = f"{coupon.name}: {coupon.title}" if coupon.title != coupon.name else coupon.name
    return f"{title}\n\n{wrap(facts + renamed + way)}"


def _gives(coupon: Coupon, catalogue: Catalogue) -> Iterator[str]:
    if len(coupon.discount) > 1:
        yield "The first of these whose condition holds:"
    for number, each in enumerate(coupon.discount, start=1):
        mark = f"{number}. " if len(coupon.discount) > 1 else ""
        yield _rule(mark, english(each.tier), None, each.text, each.location.line)
    if coupon.discount and coupon.discount[-1].tier.when is not None:
        yield "Where no condition holds it gives nothing. A condition that can't be told stops it."
    elif len(coupon.discount) > 1:
        yield "A condition that can't be told, for want of a fact, stops the choice."
    if coupon.grants is not None:
        codes = catalogue.formats.get(coupon.format or "")
        yield from _grants(coupon.grants, codes, besides=bool(coupon.discount))


def _grants(grants: Grants, codes: Format | None, *, besides: bool) -> Iterator[str]:
    parts = {
        f"the plan {grants.plan}": grants.plan is not None,
        f"the features {_names(grants.features)}": bool(grants.features),
        f"the add-ons {_names(grants.add_ons)}": bool(grants.add_ons),
        f"{grants.points} points": grants.points is not None,
        f"{grants.subaccounts} subaccounts": grants.subaccounts is not None,
        f"what the code itself says{_told_by(codes)}": grants.from_code,
        f"for {grants.duration}": grants.duration is not None,
    }
    also = "Redeeming also grants" if besides else "Redeeming grants"
    said = "; ".join(part for part, is_said in parts.items() if is_said)
    yield f"{also} a pre-paid subscription: {said}."
    if grants.feature_set is not None and grants.value is not None:
        yield from _value(grants.feature_set, grants.value)


def _told_by(codes: Format | None) -> str:
    """What the codes of a format say, the plan among it where its bits have a name."""
    said = said_by(codes) if codes is not None else ()
    words = [f"the {each}" for each in said]
    return f" ({listed(words, 'and')})" if words else ""


def _value(features: FeatureSet, value: int) -> Iterator[str]:
    """The bits of features and add-ons together, which is what a code would say."""
    name = features.called(value)
    called = f", called {name}" if name is not None else ""
    yield f"As a value of {features.name} that is {features.hex(value)}{called}."
    reserved = [str(bit) for bit in features.reserved_in(value)]
    if reserved:
        yield f"Bits that are set and mean nothing yet: {_names(reserved)}."


def _names(names: Sequence[str]) -> str:
    return ", ".join(names)


def _redemption(coupon: Coupon) -> Iterator[str]:
    if not coupon.redemption:
        yield "It can be redeemed by anyone, for any subscription."
    yield from _rules(coupon.redemption)
    if coupon.discount:
        yield "At most once for each subscription, whichever of its codes is used."
    elif coupon.grants is not None:
        yield "It needs no subscription: the one it grants becomes the redemption's."


def _application(coupon: Coupon) -> Iterator[str]:
    if not coupon.discount:
        yield "None: it gives no discount."
    elif not coupon.application:
        yield "It applies to every charge, for ever."
    yield from _rules(coupon.application)


def _codes(coupon: Coupon, catalogue: Catalogue) -> Iterator[str]:
    way = _way(coupon, catalogue)
    if way is None or way.kind in ("code", "unique codes"):
        yield from _typed(coupon, catalogue)
    elif way.kind == "list":
        yield "None: who is on the list needs no code."
    else:
        yield "None: who comes in this way types no code."


def _way(coupon: Coupon, catalogue: Catalogue) -> Way | None:
    """The way into a group that a coupon is."""
    derived = catalogue.derived.get(coupon.name)
    group = catalogue.groups.get(derived.group) if derived is not None else None
    ways = group.ways if group is not None else ()
    return next((each for each in ways if each.coupon == coupon.name), None)


def _typed(coupon: Coupon, catalogue: Catalogue) -> Iterator[str]:
    first = coupon.codes[:FIRST_CODES]
    if len(coupon.codes) > FIRST_CODES:
        yield f"{len(coupon.codes)} are listed: {_names(first)} and so on."
    elif first:
        verb = "is" if len(first) == 1 else "are"
        yield f"{len(first)} {verb} listed: {_names(first)}."
    else:
        yield "None are listed: each is issued or imported."
    codes = catalogue.formats.get(coupon.format or "")
    style = f"in the format {coupon.format}" if coupon.format else f"as {_template(DEFAULT)}"
    life = f"is valid for {coupon.valid} from its issue" if coupon.valid else "doesn't expire"
    yield f"An issued code is written {style}. A code {life}."
    if codes is not None:
        yield from _format(codes)


def _template(codes: Format) -> str:
    return codes.spellings[0].text


def _format(codes: Format) -> Iterator[str]:
    """What stands in the codes of a format, and how hard they are to make up."""
    yield f"Its template is {_template(codes)}:"
    for name, field in codes.fields.items():
        yield f"- {name}: {field.holds}."
    if codes.sealed is not None:
        serials = 1 << codes.sealed.serial
        yield (
            f"It is sealed: a forgery passes once in 2 to the power of {codes.sealed.seal} tries. "
            f"{serials:,} can be issued each month for the same grant."
        )
    elif not codes.random_symbols:
        yield "Nothing in it is random or sealed: who knows one code can make up others."


def _others(coupon: Coupon, catalogue: Catalogue) -> Iterator[str]:
    if coupon.discount:
        yield _order(coupon)
    if coupon.best_of is not None:
        rivals = [each.name for each in catalogue.coupons.values() if _rivals(each, coupon)]
        others = _names(rivals) or "none yet"
        yield (
            f"Best of {coupon.best_of}: of the redeemed coupons with that name (besides this one: "
            f"{others}), only the one that would give most applies to a charge."
        )
    keepers = [each.name for each in catalogue.coupons.values() if _keeps_out(each, coupon)]
    if keepers:
        yield f"By their own rules it can't be redeemed together with: {_names(keepers)}."


def _order(coupon: Coupon) -> str:
    kinds = {type(each.tier.benefit) for each in coupon.discount}
    own = listed((words for kind, words in _STEPS if kind in kinds), "and")
    return (
        f"Discounts are taken in this order: {_names([words for _, words in _STEPS])} (here: "
        f"{own}); among equals, the first redeemed comes first. Each works on what is left."
    )


def _rivals(other: Coupon, coupon: Coupon) -> bool:
    return other.name != coupon.name and other.best_of == coupon.best_of


def _keeps_out(other: Coupon, coupon: Coupon) -> bool:
    """Whether a rule of another coupon forbids redeeming this one: stacking binds both ways."""
    if other.name == coupon.name:
        return False
    rules = [each.rule for each in other.redemption if isinstance(each.rule, c.Stacking)]
    return any(rule.coupons is None or coupon.name in rule.coupons for rule in rules)


def _besides(coupon: Coupon) -> Iterator[str]:
    if coupon.alerts:
        full = listed((f"{share}%" for share in coupon.alerts), "or")
        yield f"A notice is sent when a limit is {full} full."
    if coupon.labels:
        labels = ", ".join(f"{key}: {value}" for key, value in coupon.labels.items())
        yield f"Labels: {labels}."
