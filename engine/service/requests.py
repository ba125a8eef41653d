"""The requests of the service: those of the engine, and those that need the store."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from engine.decisions.compiler import Record
from engine.decisions.facts import (
    CODES_FIELDS,
    MANY,
    STORE_FIELDS,
    Id,
    InstantText,
    PlainId,
    RequestTypes,
    struct_of,
)
from engine.language.vocabulary import Fact, Vocabulary

Typed = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
"""A code as somebody typed it."""
Running: TypeAlias = Literal["after", "replace", "add"]
"""What becomes of the subscriptions that an account has, when a code grants it another one."""
_AT: tuple[Any, ...] = ("at", InstantText | None, None)
_RUNNING: tuple[Any, ...] = ("running", Running | None, None)
_OWN = ("customer.", "subscription.")


class At(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A request that says nothing but its moment, if that."""

    at: InstantText | None = None


class Reverse(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A request to take a charge back: all of it, or an amount of its currency."""

    at: InstantText | None = None
    amount: str | None = None


class Attach(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A request to attach a code to an account."""

    code: Typed
    at: InstantText | None = None


class Move(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A request to move a subscription to a new id."""

    to: PlainId


class Requests(RequestTypes):
    """The types of all requests under one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(vocabulary)
        self._own_facts = {
            path: fact for path, fact in self.event_facts.items() if path.startswith(_OWN)
        }
        self._beside = [each for each in self.charge_fields() if each[0] != "id"]

    @cached_property
    def stored_evaluate(self) -> type[msgspec.Struct]:
        """An evaluate request that may ask the store."""
        previewed = struct_of(
            "PreviewedCharge",
            self.charge_facts,
            [("id", Id | None, None), *self._beside, ("corrects", Id | None, None)],
        )
        charges: Any = Annotated[list[previewed], MANY]  # type: ignore[valid-type]
        fields = [
            _AT,
            ("charges", charges),
            *STORE_FIELDS,
            *CODES_FIELDS,
        ]
        return struct_of("EvaluateRequest", self.event_facts, fields)

    @cached_property
    def redeem(self) -> type[msgspec.Struct]:
        """A request to redeem or hold a code."""
        fields: list[tuple[Any, ...]] = [
            _AT,
            ("code", Typed),
            ("hold", str | None, None),
            ("dry_run", bool, False),
            _RUNNING,
        ]
        return struct_of("RedeemRequest", self.event_facts, fields)

    @cached_property
    def event(self) -> type[msgspec.Struct]:
        """A request with facts and a moment: confirming a hold, activating an account."""
        return struct_of("EventRequest", self.event_facts, [_AT, _RUNNING])

    @cached_property
    def admit(self) -> type[msgspec.Struct]:
        """A request to let a customer into a group, at once or once they have clicked a link."""
        facts = {path: fact for path, fact in self.event_facts.items() if path != "by"}
        return struct_of("AdmitRequest", facts, [_AT, ("confirm", Literal["email"] | None, None)])

    @cached_property
    def stored_facts(self) -> type[msgspec.Struct]:
        """Facts to be stored with a subscription."""
        facts = {path: fact for path, fact in self.event_facts.items() if path != "by"}
        return struct_of("StoredFacts", facts, [])

    @cached_property
    def charging(self) -> type[msgspec.Struct]:
        """A request to record charges; each is read by itself."""
        fields: list[tuple[Any, ...]] = [
            _AT,
            ("charges", Annotated[list[Any], MANY]),
            ("atomic", bool, False),
        ]
        return struct_of("ChargesRequest", self.event_facts, fields)

    @cached_property
    def recorded(self) -> type[msgspec.Struct]:
        """A charge to record, which may have a moment, customer and subscription of its own."""
        fields = [("id", Id), _AT, ("corrects", Id | None, None), *self._beside]
        facts: dict[str, Fact] = {**self.charge_facts, **self._own_facts}
        return struct_of("RecordedCharge", facts, fields)

    def fact(self, record: Record, name: str) -> Any:  # noqa: ANN401 - by the fact's type
        """The value of a fact in a record."""
        return record[self._slots[name]]


def merged(given: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """What a request gives, with what is stored where it gives nothing."""
    result = dict(stored)
    for key, value in given.items():
        known = result.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            result[key] = value if _is_other(value, known) else merged(value, known)
        else:
            result[key] = value
    return result


def _is_other(given: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether two things have different ids, so that the facts of one say nothing of the other."""
    return "id" in given and "id" in known and given["id"] != known["id"]
