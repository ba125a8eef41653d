"""What one code is issued with beside the rules of its coupon: a window and an end of its own."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.calendar import Instant, plus
from engine.catalogue.catalogue import PolicyRule
from engine.decisions.coupon import Clause, ReadyCoupon, clause_of
from engine.decisions.explanation import Reason
from engine.diagnostics import Location, Problem
from engine.language import checked as c
from engine.language.checker import Scope, check_rule
from engine.language.parser import SentenceError, first_word, parse_rule
from engine.language.prose import moment_text
from engine.language.vocabulary import STANDARD, Stage
from engine.language.writer import write

_EXPECTED = "a window such as `from 2026-11-27 through 2026-11-30` is expected"


class NoWindow(ValueError):
    """A sentence that is no window on the moment of redeeming, and why in words.

    `column` is the place of the word at fault, counted from 1.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(": ".join(filter(None, (problem.message, problem.help))))
        self.column = problem.span.start + 1


def code_ends(coupon: ReadyCoupon, issued: Instant | None) -> Instant | None:
    """When the life of a code is over that was issued at an instant; None where it has no end."""
    valid = coupon.policy.valid
    if valid is None or issued is None:
        return None
    return plus(issued, valid, coupon.policy.zone)


def expired(coupon: ReadyCoupon, own: Instant | None) -> Reason:
    """Why a code whose life is over can't be redeemed; `own` is an end of its own."""
    if own is None:
        message = f"the code was valid for {coupon.policy.valid} from its issue"
    else:
        message = f"the code was valid until {moment_text(own, coupon.policy.zone)}"
    return Reason("code_expired", message)


def code_window(sentence: str, zone: ZoneInfo | None, code: str) -> Clause:
    """The window of a code as a rule, whose place is in the code. Raises `NoWindow`."""
    rule = _window(sentence, zone)
    where = Location(code, 1, 1, 1, len(sentence) + 1)
    return replace(rule, policy=replace(rule.policy, location=where))


@lru_cache(maxsize=1024)
def _window(sentence: str, zone: ZoneInfo | None) -> Clause:
    """A window as a rule, for all the codes that have it."""
    try:
        tree = parse_rule(sentence)
    except SentenceError as error:
        raise NoWindow(error.problem) from None
    scope = Scope(STANDARD, zone, frozenset(), frozenset())
    rule, problems = check_rule(tree, sentence, Stage.REDEMPTION, scope)
    if problems:
        raise NoWindow(problems[0])
    if not isinstance(rule, c.During) or rule.fact is not None:
        raise NoWindow(Problem("rule-syntax", _EXPECTED, first_word(sentence)))
    nowhere = Location("", 1, 1, 1, len(sentence) + 1)
    return clause_of(PolicyRule(rule, write(tree), nowhere), rule, STANDARD.slots)
