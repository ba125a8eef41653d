"""Values as documents write them: texts, read by the type of their fact, as requests have them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any, cast

from engine.calendar import EARLIEST, LATEST, Instant, format_instant, parse_instant, to_instant
from engine.catalogue.nodes import Node, Scalar, Sequence
from engine.catalogue.report import Report
from engine.diagnostics import Problem, Span
from engine.language.literals import LiteralReader
from engine.language.parser import SentenceError, parse_moment, parse_money
from engine.language.syntax import Literal, LiteralKind, TypeName
from engine.language.vocabulary import STANDARD, Fact
from engine.money import Money

_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_AMOUNT = STANDARD.facts["amount"]
_WITH_OFFSET = "write one with its offset, such as `2026-11-28T10:00:00+01:00`"


class ValueReader:
    """Reads the values of a catalogue's documents; what is wrong with them is reported."""

    def __init__(self, lost: frozenset[str], report: Report) -> None:
        self._lost = lost
        self._report = report

    def read(self, fact: Fact, key: Scalar, value: Node) -> Any:  # noqa: ANN401 - of JSON
        """The value of a fact as JSON has it, None where it is wrong."""
        if fact.kind is TypeName.TEXT_LIST:
            return self._texts(fact, key, value)
        written = self.scalar(key, value)
        if written is None:
            return None
        if fact.kind is TypeName.INSTANT:
            return self.instant_text(written)
        if fact.kind is TypeName.MONEY:
            money = self.money(written)
            return None if money is None else amount_of(money)
        return self._plain(fact, written)

    def scalar(self, key: Scalar, value: Node) -> Scalar | None:
        """The value as a text that says something; of an alias the reader told already."""
        if not isinstance(value, Scalar) or not value.text.strip():
            self.wrong_shape(key, value, "a text")
            return None
        return None if value.is_alias else value

    def wrong_shape(self, key: Scalar, value: Node, expected: str) -> None:
        """Report a value that is no mapping, list or text where one is expected."""
        message = f"`{key.text}` must be {expected}"
        if isinstance(value, Scalar) and not value.text.strip():
            self._report.at("wrong-shape", f"{message}, and nothing is given", key)
        elif not isinstance(value, Scalar) or not value.is_alias:
            self._report.add("wrong-shape", message, value.location)

    def known(self, fact: Fact, value: Scalar) -> bool:
        """Whether a text is one that the fact can have."""
        literal = _literal(value, LiteralKind.TEXT)
        return self._literals(value).member(fact, literal) is not None

    def money(self, value: Scalar) -> Money | None:
        """An amount such as `50.00 USD`."""
        try:
            literal = parse_money(value.text)
        except SentenceError:
            literal = _literal(value, _kind(value))
        found = self._literals(value).values(_AMOUNT, (literal,))
        return None if found is None else cast("Money", found[0])

    def instant(self, value: Scalar) -> Instant | None:
        """A moment with its offset."""
        found = _instant(value.text.strip())
        if isinstance(found, str):
            message = f"`{value.text.strip()}` {found}"
            name = "missing-timezone" if "zone" in found else "type-mismatch"
            self._report.at(name, message, value, _WITH_OFFSET)
            return None
        return found

    def instant_text(self, value: Scalar) -> str | None:
        """A moment with its offset, as JSON has it."""
        instant = self.instant(value)
        return None if instant is None else format_instant(instant)

    # --- by type

    def _texts(self, fact: Fact, key: Scalar, value: Node) -> list[str] | None:
        items = value.items if isinstance(value, Sequence) else ()
        if not isinstance(value, Sequence) or not all(isinstance(each, Scalar) for each in items):
            self.wrong_shape(key, value, "a list of texts")
            return None
        texts = [each for each in items if isinstance(each, Scalar) and not each.is_alias]
        return [each.text for each in texts if self.known(fact, each)]

    def _plain(self, fact: Fact, value: Scalar) -> str | bool | None:
        """A text, a number, an address, or yes and no."""
        if fact.kind is TypeName.EMAIL:
            return self._email(value)
        if fact.kind in (TypeName.TEXT, TypeName.ONE_OF):
            return value.text if self.known(fact, value) else None
        found = self._literals(value).values(fact, (_literal(value, _kind(value)),))
        if found is None:
            return None
        return cast("bool", found[0]) if fact.kind is TypeName.YES_NO else value.text.strip()

    def _email(self, value: Scalar) -> str | None:
        if "@" in value.text:
            return value.text
        message = f"`{value.text}` stands where an email address is needed"
        self._report.at("type-mismatch", message, value)
        return None

    def _literals(self, value: Scalar) -> LiteralReader:
        def note(name: str, message: str, span: Span, help_: str = "") -> None:
            self._report.problems([Problem(name, message, span, help_)], value)

        return LiteralReader(note, self._lost)


def amount_of(money: Money) -> dict[str, str]:
    """An amount as JSON has it."""
    return {"amount": money.amount(), "currency": money.currency}


def _literal(value: Scalar, kind: LiteralKind) -> Literal:
    text = value.text.strip() if kind is LiteralKind.NUMBER else value.text
    start = value.text.find(text)
    return Literal(kind, text, span=Span(start, start + len(text)))


def _kind(value: Scalar) -> LiteralKind:
    is_number = _DECIMAL.fullmatch(value.text.strip()) is not None
    return LiteralKind.NUMBER if is_number else LiteralKind.TEXT


def _instant(text: str) -> Instant | str:
    """The instant of a text, or what is wrong with the text."""
    try:
        instant = parse_instant(text)
    except ValueError:
        return _moment(text)
    within = EARLIEST <= instant < LATEST
    return instant if within else "lies beyond the years 2 to 9998"


def _moment(text: str) -> Instant | str:
    """The instant of a time as sentences write it, such as `2026-11-28 10:00+01:00`."""
    try:
        moment = parse_moment(text)
    except SentenceError:
        return "stands where an instant is needed"
    if moment.clock is None:
        return "is a day, where an instant is needed"
    if moment.offset is None:
        return "doesn't say in which zone"
    zone = timezone(timedelta(minutes=moment.offset))
    return to_instant(datetime.combine(moment.day, moment.clock, zone))
