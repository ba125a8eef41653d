"""Answers as they were kept under an idempotency key, read back as they were given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from engine.decisions.answers import ChargeAnswer, Total
from engine.decisions.learnt import decode_as
from engine.service.answers import Activated, Charges, Redemption, Refusal, RefusedCharge

_Lines = tuple[msgspec.Raw, ...]


class _Charges(msgspec.Struct, frozen=True):
    """`Charges`, its lines not read yet: msgspec can't tell two structs apart by their keys."""

    decision: str
    charges: _Lines
    totals: tuple[Total, ...]
    recorded: bool = True


class _Activated(msgspec.Struct, frozen=True):
    """`Activated`, its lines not read yet."""

    decision: str
    account: str
    subscription: str
    codes: _Lines


def read_answer(text: str, kind: type[Any]) -> Any:  # noqa: ANN401 - of that kind
    """An answer of a kind."""
    special = _SPECIAL.get(kind)
    return decode_as(text, kind) if special is None else special(text)


def _charges(text: str) -> Charges:
    kept = decode_as(text, _Charges)
    lines = tuple(_either(line, ChargeAnswer, RefusedCharge) for line in kept.charges)
    return Charges(kept.decision, lines, kept.totals, kept.recorded)


def _activated(text: str) -> Activated:
    kept = decode_as(text, _Activated)
    codes = tuple(_either(code, Redemption, Refusal) for code in kept.codes)
    return Activated(kept.decision, kept.account, kept.subscription, codes)


def _either(line: msgspec.Raw, first: type[Any], second: type[Any]) -> Any:  # noqa: ANN401
    """A line as the first shape, where it has the keys that this one needs, else as the second."""
    try:
        return decode_as(bytes(line), first)
    except msgspec.ValidationError:
        return decode_as(bytes(line), second)


_SPECIAL: dict[type[Any], Callable[[str], Any]] = {Charges: _charges, Activated: _activated}
