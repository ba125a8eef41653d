"""What a step expects, beside what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.catalogue import steps
from engine.catalogue.steps import (
    NOTHING,
    Discounted,
    Done,
    Expectation,
    Onboarded,
    Recognised,
    Refused,
    Step,
)
from engine.decisions.answers import ChargeAnswer
from engine.decisions.explanation import Reason
from engine.language.vocabulary import Fold
from engine.money import Money, parse_money
from engine.service.answers import Activated, Redemption, Refusal, RefusedCharge
from engine.service.changes.changed import Saved
from engine.testing.acting import Came, Problem
from engine.testing.parsing import Parsed

_WORDS: Mapping[type, str] = {
    steps.Redeem: "redeemed",
    steps.Hold: "held",
    steps.Confirm: "confirmed",
    steps.Release: "released",
    steps.Remove: "removed",
    steps.Charge: "recorded",
    steps.Evaluate: "evaluated",
    steps.Reverse: "reversed",
    steps.Attach: "attached",
    steps.Onboard: "onboarded",
    steps.Switch: "done",
    steps.Change: "pending",
    steps.Enact: "done",
    steps.Issue: "done",
    steps.Parse: "read",
    steps.Admit: "admitted",
}


class Refuser(NamedTuple):
    """A code, its coupon where it has one, and the reasons that stop it."""

    code: str | None
    coupon: str | None
    reasons: tuple[Reason, ...]


def is_met(step: Step, came: Came) -> bool:
    """Whether what came is what the step expects."""
    expect = step.expect
    if isinstance(came, Problem):
        return False
    if isinstance(expect, Refused):
        return _refuses(came, expect)
    if isinstance(came, Refusal | RefusedCharge):
        return False
    if isinstance(expect, Discounted):
        return isinstance(came, ChargeAnswer) and all(_of_charge(expect, came))
    if isinstance(expect, Onboarded):
        return isinstance(came, Activated) and _onboards(expect, came)
    if isinstance(expect, Recognised):
        return isinstance(came, Parsed) and all(_reads(expect, came))
    return not isinstance(came, Saved) or came.outcome == "pending"


def refusers(came: Came) -> Iterator[Refuser]:
    """The codes that are stopped in an answer, and why."""
    if isinstance(came, Refusal):
        yield Refuser(came.code, came.coupon, came.reasons)
    elif isinstance(came, RefusedCharge):
        yield Refuser(None, None, came.refused)
    elif isinstance(came, ChargeAnswer):
        yield from (Refuser(each.code, each.coupon, each.reasons) for each in came.declined or ())
    elif isinstance(came, Activated):
        for each in came.codes:
            yield from refusers(each)


def _refuses(came: Came, expect: Refused) -> bool:
    if isinstance(came, ChargeAnswer | Activated):
        return False
    names = {reason.reason for each in refusers(came) for reason in each.reasons}
    return isinstance(came, Refusal | RefusedCharge) and names.issuperset(expect.reasons)


def _of_charge(expect: Discounted, came: ChargeAnswer) -> Iterator[bool]:
    """Whether each thing that is expected of a charge came."""
    if expect.discount is not None:
        wanted = Money(0, came.currency) if expect.discount == NOTHING else expect.discount
        yield _money(came.discount, came.currency) == wanted
    if expect.net is not None:
        yield _money(came.net, came.currency) == expect.net
    given = {_key(each.code): each.amount for each in came.discounts or ()}
    for code, amount in (expect.discounts or {}).items():
        yield _money(given.get(_key(code)), came.currency) == amount
    stopped = {_key(each.code): _names(each.reasons) for each in came.declined or ()}
    for code, names in (expect.declined or {}).items():
        yield stopped.get(_key(code), set()).issuperset(names) and _key(code) in stopped
    if expect.indicated is not None:
        yield bool(came.indicated) is expect.indicated


def _onboards(expect: Onboarded, came: Activated) -> bool:
    found = {_key(each.code or ""): each for each in came.codes}
    return all(_becomes(wanted, found.get(_key(code))) for code, wanted in expect.codes.items())


def _becomes(wanted: Done | Refused, found: Redemption | Refusal | None) -> bool:
    if isinstance(wanted, Refused):
        return isinstance(found, Refusal) and _names(found.reasons).issuperset(wanted.reasons)
    return isinstance(found, Redemption)


def _reads(expect: Recognised, came: Parsed) -> Iterator[bool]:
    """Whether each thing that is expected of a code was read."""
    if expect.format is not None:
        yield came.format == expect.format
    if expect.code is not None:
        yield came.code == expect.code.strip()
    for name, value in (expect.fields or {}).items():
        yield name in came.fields and _is_value(value, came.fields[name])
    if expect.features is not None:
        yield set(came.features or ()) == set(expect.features)
    if expect.named is not None:
        yield came.named == expect.named


def _is_value(expected: str, found: str | int) -> bool:
    """Whether a field has the value that is written: numbers compare as numbers."""
    text = expected.strip()
    if isinstance(found, int):
        return text.isdecimal() and int(text) == found
    return text.upper() == found


def _money(amount: str | None, currency: str) -> Money | None:
    return None if amount is None else parse_money(amount, currency)


def _key(code: str) -> str:
    return Fold.CODE.apply(code)


def _names(reasons: tuple[Reason, ...]) -> set[str]:
    return {reason.reason for reason in reasons}


# --- in words -----------------------------------------------------------------------------------


def expected_text(step: Step) -> str:
    """What a step expects, in words."""
    return _expected(step.expect, _WORDS[type(step)])


def _expected(expect: Expectation, word: str) -> str:
    if isinstance(expect, Refused):
        return f"refused: {', '.join(expect.reasons)}"
    if isinstance(expect, Onboarded):
        return ", ".join(
            f"{code} {_expected(each, 'redeemed')}" for code, each in expect.codes.items()
        )
    if isinstance(expect, Recognised):
        return ", ".join(_read_words(expect)) or word
    if not isinstance(expect, Discounted):
        return word
    return ", ".join(_expected_charge(expect)) or word


def _expected_charge(expect: Discounted) -> Iterator[str]:
    if expect.discount is not None:
        yield f"discount {expect.discount}"
    if expect.net is not None:
        yield f"net {expect.net}"
    yield from (f"{code} {amount}" for code, amount in (expect.discounts or {}).items())
    for code, names in (expect.declined or {}).items():
        yield f"{code} declined: {', '.join(names)}"
    if expect.indicated is not None:
        yield "indicated" if expect.indicated else "not indicated"


def came_text(step: Step, came: Came) -> str:
    """What came of a step, in words."""
    if isinstance(came, Problem):
        return came.message
    if isinstance(came, RefusedCharge) and came.errors:
        return "; ".join(f"{each.pointer}: {each.message}" for each in came.errors)
    if isinstance(came, Refusal | RefusedCharge):
        return _refused_text(next(refusers(came)).reasons)
    if isinstance(came, ChargeAnswer):
        return ", ".join(_charge_words(came))
    if isinstance(came, Activated):
        return ", ".join(map(_became_text, came.codes)) or "no code was attached"
    if isinstance(came, Parsed):
        return ", ".join(_read_words(came))
    return came.outcome if isinstance(came, Saved) else _WORDS[type(step)]


def _read_words(said: Recognised | Parsed) -> Iterator[str]:
    if said.format is not None:
        yield f"format {said.format}"
    if said.code is not None:
        yield f"code {said.code}"
    yield from (f"{name} {value}" for name, value in (said.fields or {}).items())
    if said.features is not None:
        yield f"features {' + '.join(said.features) or 'none'}"
    if said.named is not None:
        yield f"named {said.named}"


def _became_text(each: Redemption | Refusal) -> str:
    if isinstance(each, Redemption):
        return f"{each.code} redeemed"
    return f"{each.code} {_refused_text(each.reasons)}"


def _refused_text(reasons: tuple[Reason, ...]) -> str:
    return f"refused: {', '.join(reason.reason for reason in reasons)}"


def _charge_words(came: ChargeAnswer) -> Iterator[str]:
    if came.indicated is not None:
        yield from (f"{each.code} indicated: {each.text}" for each in came.indicated)
    else:
        nothing = _money(came.discount, came.currency) == Money(0, came.currency)
        yield f"discount {NOTHING if nothing else f'{came.discount} {came.currency}'}"
        yield f"net {came.net} {came.currency}"
    yield from (f"{each.code} {each.amount} {came.currency}" for each in came.discounts or ())
    for each in came.declined or ():
        yield f"{each.code} declined: {', '.join(reason.reason for reason in each.reasons)}"
