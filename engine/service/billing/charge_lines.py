"""The charges of a request, each read by itself, with the facts of its own event."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.structs import astuple

from engine.calendar import Instant
from engine.decisions.compiler import Record
from engine.decisions.decoding import convert
from engine.decisions.explanation import Reason
from engine.decisions.facts import PlainId
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.misfits import misfits
from engine.language.vocabulary import AT_SLOT, RATES_SLOT
from engine.money import Money
from engine.service.moments import moment_of
from engine.service.redeeming.stored_facts import stored
from engine.service.requests import merged
from engine.service.work import Work

_OWN = ("customer", "subscription")
_ENVELOPE = ("charges", "atomic")


@dataclass(frozen=True, slots=True)
class Line:
    """One charge as read: its event and record, and what tells it from other charges."""

    index: int
    id: str
    charge: Any
    subscription: str
    at: Instant
    event: Record
    record: Record
    amount: Money
    content: str

    @property
    def pointer(self) -> str:
        """Where it stands in the request."""
        return f"/charges/{self.index}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A charge that can't be read, and why."""

    id: str | None
    flaws: tuple[Flaw, ...]


class LineReader:
    """Reads the charges of a request.

    The facts of an event come from the request, then from the charge, and where neither gives one
    from what is stored of the subscription.
    """

    def __init__(self, work: Work, envelope: Mapping[str, Any], request: Any) -> None:  # noqa: ANN401
        self._work = work
        self._request = request
        self._facts = {key: each for key, each in envelope.items() if key not in _ENVELOPE}
        self._stored: dict[str, dict[str, Any]] = {}
        self._events: dict[str, Record] = {}

    def read(self) -> list[Line | Unreadable]:
        """Every charge, in its order; subscriptions are locked in theirs."""
        charges = self._request.charges
        named = {each for each in map(self._named, charges) if each and _is_id(each)}
        for subscription in sorted(named):
            self._stored[subscription] = stored(self._work, subscription, lock=True)
        return [self._line(index, charge) for index, charge in enumerate(charges)]

    def _named(self, charge: object) -> str | None:
        """The subscription that a charge belongs to, whether or not the rest can be read."""
        own = charge.get("subscription") if isinstance(charge, Mapping) else None
        for given in (own, self._facts.get("subscription")):
            if isinstance(given, Mapping) and isinstance(given.get("id"), str):
                return str(given["id"])
        return None

    def _line(self, index: int, value: object) -> Line | Unreadable:
        pointer = f"/charges/{index}"
        try:
            return self._read(index, value, pointer)
        except RequestError as error:
            given = value.get("id") if isinstance(value, Mapping) else None
            return Unreadable(given if isinstance(given, str) else None, error.flaws)

    def _read(self, index: int, value: object, pointer: str) -> Line:
        types = self._work.book.types
        charge: Any = convert(value, types.recorded, pointer)
        subscription = self._named(value)
        if subscription is None:
            raise RequestError(Flaw(f"{pointer}/subscription/id", "`subscription.id` is missing"))
        given = self._request.at if charge.at is None else charge.at
        where = "/at" if charge.at is None else f"{pointer}/at"
        at = moment_of(given, self._work, where)
        event = self._event(value, subscription).copy()
        event[AT_SLOT], event[RATES_SLOT] = at, self._work.book.rates_at(at)
        record = types.charge_record(event, charge, pointer)
        amount: Money | None = record[types.amount]
        if amount is None:
            message = "`amount` is missing: a charge is recorded with its amount"
            raise RequestError(Flaw(f"{pointer}/amount", message))
        if charge.corrects is not None:
            check_correction(amount, pointer)
        digest = content(charge, amount, None if given is None else at)
        return Line(index, charge.id, charge, subscription, at, event, record, amount, digest)

    def _event(self, value: object, subscription: str) -> Record:
        """The record of the event of a charge; charges without facts of their own share one."""
        own = {key: each for key, each in _mapping(value).items() if key in _OWN}
        key = msgspec.json.encode([own, subscription], order="deterministic", enc_hook=str).decode()
        found = self._events.get(key)
        if found is None:
            types = self._work.book.types
            facts = merged(self._given(own), self._stored.get(subscription, {}))
            request: Any = convert(facts, types.event)
            found = self._events[key] = types.event_record(request, self._work.now, None)
        return found

    def _given(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """What the request and a charge give; another id is another thing, with no facts shared."""
        facts = dict(self._facts)
        for name, value in own.items():
            before = _mapping(facts.get(name))
            is_other = "id" in value and value["id"] != before.get("id")
            facts[name] = value if is_other else merged(value, before)
        return facts


def _is_id(text: str) -> bool:
    """Whether a subscription can be called so: locking it would make it known."""
    return not any(misfits(text, PlainId, ""))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def content(charge: msgspec.Struct, amount: Money, at: Instant | None) -> str:
    """A digest of the charge and its moment, to tell repetitions (behaviour.md, Applying)."""
    kept = {key: each for key, each in _whole(charge).items() if key not in (*_OWN, "at", "amount")}
    text = msgspec.json.encode([kept, str(amount), at], order="deterministic", enc_hook=str)
    return hashlib.sha256(text).hexdigest()


def _whole(thing: Any) -> Any:  # noqa: ANN401 - a made type, or what is in it
    """What an object says, and what it leaves out."""
    if not isinstance(thing, msgspec.Struct):
        return thing
    parts = zip(thing.__struct_encode_fields__, astuple(thing), strict=True)
    return {key: _whole(each) for key, each in parts}


def differs(charge: str) -> Reason:
    """Why a charge is refused whose id another has."""
    message = f"`{charge}` was recorded with other content"
    remedy = "send the same charge, subscription and `at`, or give the charge its own id"
    return Reason("charge_differs", message, remedy=remedy)


def check_correction(amount: Money, pointer: str) -> None:
    """Refuse a correction that takes nothing back. Raises `RequestError`."""
    if amount.minor >= 0:
        message = "only a negative charge corrects another"
        raise RequestError(Flaw(f"{pointer}/corrects", message))


def readable(lines: list[Line | Unreadable]) -> Iterator[Line]:
    """The charges that could be read."""
    return (line for line in lines if isinstance(line, Line))
