"""The one refusal that the public gets, whatever the reason: same status, shape and time.

A key without the scope `reasons` may be in anybody's hands. Codes could be guessed with it, if a
refusal told an unknown code from one that exists and is not usable now.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

import msgspec

from engine.calendar import format_instant
from engine.decisions.answers import ChargeAnswer, DeclinedLine
from engine.decisions.facts import InstantText, read_instant
from engine.service.answers import (
    UNIFORM,
    Activated,
    Charges,
    Evaluation,
    Redemption,
    Refusal,
    RefusedCharge,
)
from engine.service.caller import Scope
from engine.service.codes.validated import Validation
from engine.service.moments import moment_in
from web.forwarded import Application, Environ
from web.problems import Failed

_HELD = "coupon.held"

Sent: TypeAlias = Callable[[], Mapping[str, Any]]
_Answer = TypeVar("_Answer")


def check_public(request: Mapping[str, Any]) -> None:
    """Refuse questions that would tell which codes and coupons exist. Raises `Failed`."""
    codes = request.get("codes")
    taken = isinstance(codes, list) and any(isinstance(each, Mapping) for each in codes)
    if taken or "versions" in request:
        needed = f"a key with the scope `{Scope.REASONS.value}`"
        raise Failed("forbidden", f"codes taken as redeemed, and `versions`, need {needed}")


def veil(answer: _Answer, sent: Sent) -> _Answer:
    """An answer without what tells one refusal from another; itself where it refuses nothing.

    `sent` reads what was asked.
    """
    cover = _VEILS.get(type(answer))
    return answer if cover is None else cover(answer, sent)


def hold_back(environ: Environ, started: float, step: float) -> None:
    """Have the answer to a request sent at a multiple of a step, so that time tells nothing."""
    environ[_HELD] = started, step


def delay(environ: Environ) -> float:
    """How many seconds from now the answer to a request is to be sent."""
    started, step = environ.get(_HELD, (0.0, 0.0))
    return step - (time.monotonic() - started) % step if step else 0.0


class Unhurried:
    """Sends answers that are held back when it is time, in the thread of the request."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI's
        """Answer a request."""
        found = self._application(environ, start)
        time.sleep(delay(environ))
        return found


def _moment(decision: str, sent: Sent) -> str:
    """Until when an answer that refuses a code is good: it is not to be kept.

    When a refusal ends would tell that the code exists, and that it never does might be wrong. So
    it is the moment that was asked for, which is none later.
    """
    given = sent().get("at")
    if given is None:
        return format_instant(moment_in(decision))
    return format_instant(read_instant(msgspec.convert(given, InstantText), "/at"))


def _refusal(answer: Refusal, sent: Sent) -> Refusal:
    return Refusal(answer.decision, None, None, None, (), _moment(answer.decision, sent))


def _evaluation(answer: Evaluation, sent: Sent) -> Evaluation:
    is_open = answer.valid_until != format_instant(moment_in(answer.decision))
    if is_open and not any(map(_refuses, answer.charges)):
        return answer
    lines = tuple(_line(line) for line in answer.charges)
    until = _moment(answer.decision, sent)
    return msgspec.structs.replace(answer, charges=lines, valid_until=until)


def _charges(answer: Charges, _: Sent) -> Charges:
    if not any(_refuses(line) for line in answer.charges):
        return answer
    # The order of the answer would tell what stopped each code.
    lines = tuple(_line(line, in_order=True) for line in answer.charges)
    return msgspec.structs.replace(answer, charges=lines)


def _refuses(line: ChargeAnswer | RefusedCharge) -> bool:
    return bool(isinstance(line, ChargeAnswer) and line.declined)


def _activated(answer: Activated, sent: Sent) -> Activated:
    if all(isinstance(each, Redemption) for each in answer.codes):
        return answer
    until = _moment(answer.decision, sent)
    codes = tuple(
        Refusal(each.decision, each.code, None, None, (UNIFORM,), until)
        if isinstance(each, Refusal)
        else each
        for each in answer.codes
    )
    return msgspec.structs.replace(answer, codes=codes)


def _line(line: Any, *, in_order: bool = False) -> Any:  # noqa: ANN401 - either line
    if not _refuses(line):
        return line
    codes = [each.code for each in line.declined]
    spelt = sorted(codes) if in_order else codes
    lines = tuple(DeclinedLine(code, None, None, (UNIFORM,)) for code in spelt)
    return msgspec.structs.replace(line, declined=lines)


def _validation(answer: Validation, sent: Sent) -> Validation:
    """One that refuses is not to be kept; what it does not tell was left out before."""
    if not any(each.reason == UNIFORM.reason for each in answer.codes):
        return answer
    return msgspec.structs.replace(answer, valid_until=_moment(answer.decision, sent))


_VEILS: Mapping[type[Any], Callable[[Any, Sent], Any]] = {
    Refusal: _refusal,
    Evaluation: _evaluation,
    Charges: _charges,
    Activated: _activated,
    Validation: _validation,
}
