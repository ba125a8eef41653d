"""Evaluate requests against policies alone: pure, without a store (interfaces.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from engine.calendar import format_instant
from engine.decisions.answers import ChargeAnswer, Evaluation
from engine.decisions.decoding import decode
from engine.decisions.explanation import Reason
from engine.decisions.facts import read_instant
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.lines import total_lines
from engine.decisions.ready import ReadyCatalogue
from engine.decisions.session import Found, Session
from engine.decisions.usage import RecordedUsage

_NOT_PURE = "this needs the store: ask the service"


class Policies(ReadyCatalogue):
    """A catalogue that answers. Immutable; threads may share it."""

    def evaluate(self, request: bytes | str | Mapping[str, object]) -> Evaluation:
        """Whether and how much each charge is discounted; changes nothing.

        The request is JSON text, or plain values of the same shape. Raises `RequestError`.
        """
        typed: Any = decode(request, self.types.evaluate)
        _check_pure(typed)
        at = read_instant(typed.at, "/at")
        rates = self.catalogue.rates
        in_force = rates.at(at) if rates is not None else None
        event = self.types.event_record(typed, at, in_force)
        session = Session(self.types, self, event, at, RecordedUsage(), traced=typed.trace)
        return evaluation(session, typed, self._decision(typed))

    def find(self, code: str) -> Found | Reason:
        """A listed code."""
        found = self.listed(code)
        return self.spellings.strange(code) if found is None else Found(*found)

    def _decision(self, request: msgspec.Struct) -> str:
        """The id of the decision: the same files and request give the same."""
        content = msgspec.json.encode(request, order="deterministic", enc_hook=str)
        return hashlib.blake2b(self.digest + content, digest_size=16).hexdigest()


def _check_pure(request: Any) -> None:  # noqa: ANN401 - a made type
    """Raise `RequestError` for what files alone can't answer."""
    asked = {"/attached": request.attached, "/versions": request.versions}
    for index, charge in enumerate(request.charges):
        if charge.corrects is not None:
            asked[f"/charges/{index}/corrects"] = charge.corrects
    flaws = [Flaw(pointer, _NOT_PURE) for pointer, value in asked.items() if value]
    if flaws:
        raise RequestError(*flaws)


def evaluation(session: Session, request: Any, decision: str) -> Evaluation:  # noqa: ANN401
    """Decide the codes and charges of a request, and answer."""
    session.take_codes(request.codes)
    charges = tuple(charges_of(session, request.charges))
    until = session.valid_until()
    valid = None if until is None else format_instant(until)
    return Evaluation(decision, valid, charges, total_lines(session.totals))


def charges_of(session: Session, charges: list[Any]) -> Iterator[ChargeAnswer]:
    """Each charge in its order; one that stands twice is answered alike and counts once."""
    answered: dict[str, tuple[Any, ChargeAnswer]] = {}
    for index, charge in enumerate(charges):
        before = answered.get(charge.id) if charge.id is not None else None
        if before is not None and before[0] != charge:
            message = f"`{charge.id}` stands twice, with other content"
            raise RequestError(Flaw(f"/charges/{index}/id", message))
        answer = before[1] if before is not None else session.charge(charge, f"/charges/{index}")
        if charge.id is not None:
            answered[charge.id] = charge, answer
        yield answer
