"""The answers to evaluate requests, in the shapes of JSON (interfaces.md, HTTP)."""

from __future__ import annotations

import msgspec

from engine.decisions.explanation import Reason
from engine.decisions.shown import FactText


class DiscountLine(msgspec.Struct, frozen=True):
    """What one code takes off a charge; `on` is the amount that it was computed on."""

    code: str
    coupon: str
    version: int | None
    amount: str
    on: str
    label: str


class DeclinedLine(msgspec.Struct, frozen=True):
    """A code that takes nothing off a charge, and every reason why."""

    code: str
    coupon: str | None
    version: int | None
    reasons: tuple[Reason, ...]


class IndicatedLine(msgspec.Struct, frozen=True):
    """What a code will give on a metered fee whose amount is not known yet."""

    code: str
    coupon: str
    label: str
    text: str


class RuleTrace(msgspec.Struct, frozen=True):
    """The verdict of one rule: `holds` is null where it can't tell."""

    code: str
    stage: str
    rule: str
    source: str
    holds: bool | None
    facts: dict[str, FactText]


class ChargeAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happens to one charge; `indicated` stands instead of amounts where none was given."""

    id: str | None
    currency: str
    gross: str | None = None
    discount: str | None = None
    net: str | None = None
    discounts: tuple[DiscountLine, ...] | None = None
    declined: tuple[DeclinedLine, ...] | None = None
    indicated: tuple[IndicatedLine, ...] | None = None
    trace: tuple[RuleTrace, ...] | None = None


class Total(msgspec.Struct, frozen=True):
    """The sums of all charges of one currency."""

    currency: str
    gross: str
    discount: str
    net: str


class Evaluation(msgspec.Struct, frozen=True):
    """The answer to an evaluate request.

    `valid_until` is the instant until which time alone can't change it, null if none.
    """

    decision: str
    valid_until: str | None
    charges: tuple[ChargeAnswer, ...]
    totals: tuple[Total, ...]

    def to_json(self) -> bytes:
        """The answer as JSON."""
        return msgspec.json.encode(self)
