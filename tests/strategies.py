"""Generated policies and the events they are asked about, for Hypothesis.

Every tree is well typed over `TYPES`, canonical, and short enough to be written as one sentence.
Facts and instants are near what the sentences name, so that about half of these hold. Choices are
made by index, simplest first, which draws fast and shrinks well.
"""

from __future__ import annotations

import re
from operator import add
from string import ascii_letters, digits

from hypothesis import strategies as st

from engine.language import syntax as s
from tests.strategies_cases import Case, Charge, Coupon, Use, World
from tests.strategies_events import (
    draw_at,
    draw_case,
    draw_charge,
    draw_facts,
    draw_redemption,
    draw_usage,
    draw_world,
)
from tests.strategies_trees import (
    draw_condition,
    draw_coupon,
    draw_discount,
    draw_limit,
    draw_rule,
    draw_stacking,
    draw_zone,
)
from tests.strategies_vocabulary import (
    APPLICATION,
    CODES,
    COUPONS,
    CUSTOM,
    QUOTED,
    REDEMPTION,
    ZONES,
    Pick,
    Scope,
    words,
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Rates and rounding; rates often lack."""
    return draw_world(Pick(draw))


@st.composite
def conditions(
    draw: st.DrawFn, stage: str = APPLICATION, zone: str | None = ZONES[0]
) -> s.Condition:
    """A condition over the facts of a stage, for a coupon in a zone or without one."""
    return draw_condition(Pick(draw), Scope(stage, zone))


@st.composite
def limits(draw: st.DrawFn, stage: str = APPLICATION, zone: str | None = ZONES[0]) -> s.Limit:
    """A limit: every noun of the stage, key and window."""
    return draw_limit(Pick(draw), Scope(stage, zone))


@st.composite
def stackings(draw: st.DrawFn) -> s.Stacking:
    """`not together with` one to three coupons, or any."""
    return draw_stacking(Pick(draw), COUPONS)


@st.composite
def rules(draw: st.DrawFn, stage: str = APPLICATION, zone: str | None = ZONES[0]) -> s.Rule:
    """Any rule of a stage."""
    return draw_rule(Pick(draw), Scope(stage, zone))


@st.composite
def discounts(draw: st.DrawFn, zone: str | None = ZONES[0]) -> tuple[s.Discount, ...]:
    """The lines of a coupon's discount."""
    return draw_discount(Pick(draw), zone)


@st.composite
def coupons(draw: st.DrawFn, name: str = COUPONS[0]) -> Coupon:
    """A whole coupon: a few rules of both stages, and a discount."""
    return draw_coupon(Pick(draw), name)


@st.composite
def condition_cases(draw: st.DrawFn) -> tuple[s.Condition, Case]:
    """One condition, and a charge to ask it about; the case's coupon has only this rule."""
    pick = Pick(draw)
    zone = draw_zone(pick)
    rule = draw_condition(pick, Scope(APPLICATION, zone))
    return rule, draw_case(pick, Coupon(COUPONS[0], zone, application=(rule,)), APPLICATION)


@st.composite
def cases(draw: st.DrawFn, stage: str = REDEMPTION) -> Case:
    """A coupon with a few rules, and an event at a stage."""
    pick = Pick(draw)
    return draw_case(pick, draw_coupon(pick, COUPONS[0], (stage,)), stage)


@st.composite
def charges(draw: st.DrawFn) -> Charge:
    """A charge on a subscription on which one to three codes are redeemed."""
    pick = Pick(draw)
    names, codes = pick.some(COUPONS, 3), list(CODES)
    redeemed = [draw_coupon(pick, name, (APPLICATION,), rules=2) for name in names]
    trees = tuple(coupon.application + coupon.discount for coupon in redeemed)
    scope = Scope(APPLICATION, redeemed[0].zone)
    facts = draw_facts(pick, scope, trees, draw_charge(pick))
    at = draw_at(pick, trees, facts, scope.zone)
    redemptions = tuple(
        draw_redemption(pick, code, coupon, facts, at)
        for code, coupon in zip(codes, redeemed, strict=False)
    )
    usage: tuple[Use, ...] = ()
    for one in redemptions:
        own = {**facts, "code": one.code, "redeemed": one.redeemed.isoformat()}
        usage += draw_usage(pick, one.coupon, Case(one.coupon, World(), at, own), APPLICATION)
    kept = {name: facts[name] for name in facts if name not in ("code", "redeemed", "issued", "by")}
    return Charge(redemptions, at, kept, usage, draw_world(pick))


# --- words ------------------------------------------------------------------------------------

RESERVED = frozenset(
    words(
        "any at before between from in is known missing none not on one or and over through "
        "together under until within"
    )
)
KEYWORDS = words(
    "at least most of per with starts ends includes up to when redemption redemptions "
    "application period periods discount day days week month months year counting removed "
    "reversed coupon code subscription customer Monday Friday minutes hours setup USD Z T e5"
)
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]*)?")


def _is_bare(word: str) -> bool:
    return word not in RESERVED and not _NUMBER.fullmatch(word) and not _DATE.fullmatch(word)


def bare_words() -> st.SearchStrategy[str]:
    """Words that need no quotes as values, among them keywords that are not reserved."""
    joined = st.builds("{}{}{}".format, *map(st.sampled_from, (sorted(RESERVED), "-_.", KEYWORDS)))
    start = ascii_letters + digits + "_"
    free = st.builds(add, st.sampled_from(start), st.text(start + ".-", max_size=12))
    return (st.sampled_from(KEYWORDS) | joined | free).filter(_is_bare)


def quoted_texts() -> st.SearchStrategy[str]:
    """Texts that may stand between quotes: reserved words, numbers, dates, spaces, signs."""
    free = st.text(
        st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='"\\'),
        min_size=1,
        max_size=20,
    )
    return st.sampled_from([*sorted(RESERVED), *QUOTED, "10 EUR", "2026-11-27 18:00"]) | free


def vocabulary() -> str:
    """The document that declares the facts of `CUSTOM`."""
    lines = (f"  {name}: {_type_text(kind)}\n" for name, kind in CUSTOM.items())
    return "vocabulary: generated\nfacts:\n" + "".join(lines)


def _type_text(kind: s.FactType) -> str:
    return " ".join([kind.name.value, ", ".join(kind.values)]).rstrip()
