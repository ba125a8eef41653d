"""Validating codes: is one authentic, used, expired, what is in it; nothing is redeemed.

A right seal, or 60 random bits that the store knows, proves possession of a code: whoever has it
gets the full answer, and so does everybody for a code that can be used now, and whoever may see
reasons for any code. A partner gets it for the codes of its inventory, and for no others. All other
codes get one uniform refusal, but for a typing error, which a text has by itself, whatever the
store knows (behaviour.md, Validation).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from engine.calendar import format_instant
from engine.codes.formats import Misread
from engine.decisions.decoding import convert, plain
from engine.decisions.facts import MANY, Id
from engine.language.vocabulary import Fold
from engine.service.answers import UNIFORM
from engine.service.caller import Caller, Scope
from engine.service.codes.codes_looked_up import codes_of_partner
from engine.service.codes.described import stranger
from engine.service.codes.scrutiny import Scrutinised, Scrutiny
from engine.service.codes.validated import ValidatedCode, Validation
from engine.service.moments import fresh_id
from engine.service.office import Office
from engine.service.work import Work

Body = bytes | str | dict[str, Any]


class Customer(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Whose codes are asked for."""

    id: Id


class Validate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Codes to validate; with a customer, those that were issued to others are not valid."""

    codes: Annotated[list[str], MANY]
    customer: Customer | None = None


class Validations:
    """The use case of validating."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def validate(self, body: Body, caller: Caller) -> Validation:
        """What there is to say of some codes, in their order.

        Raises `RequestError`, and `SlowDown` for callers who guess.
        """
        request = convert(plain(body), Validate)
        guesses = self._office.guesses
        customer = None if request.customer is None else request.customer.id
        guesses.check(caller, customer)
        answer, wrong, spellings = self._office.read(
            lambda work: (*_validate(work, request.codes, customer), work.spellings), caller
        )
        slow_down = guesses.count(caller, customer, wrong, spellings)
        if slow_down is not None:
            raise slow_down
        return answer


def _validate(work: Work, texts: list[str], customer: str | None) -> tuple[Validation, list[str]]:
    """The answer, and the codes that may be guesses which failed."""
    lines = Scrutiny(work, customer).of(texts)
    told = _told(work, lines)
    lines = [each if is_told else _veiled(work, each.text) for each, is_told in told]
    wrong = [each.text for each in lines if not each.answer.valid and each.answer.proof is None]
    answers = tuple(each.answer for each in lines)
    return Validation(fresh_id(work.now), _valid_until(work, lines), answers), wrong


def _told(work: Work, lines: list[Scrutinised]) -> Iterator[tuple[Scrutinised, bool]]:
    """Each line, and whether whoever asks may hear it; a partner hears of its own codes only."""
    partner = work.caller.partner
    if partner is None:
        hears_all = work.caller.may(Scope.REASONS)
        yield from ((each, hears_all or each.is_told) for each in lines)
        return
    keys = {each.text: Fold.CODE.apply(each.answer.code) for each in lines}
    own = codes_of_partner(work, keys.values(), partner)
    yield from ((each, keys[each.text] in own) for each in lines)


def _veiled(work: Work, text: str) -> Scrutinised:
    """The same for every code that can't be used now and that nobody proved to have.

    One that looks mistyped is told so, if it is a code or not.
    """
    read = work.spellings.read(text)
    if isinstance(read, Misread):
        return Scrutinised(text, stranger(text, read, work.ring))
    answer = ValidatedCode(text, valid=False, reason=UNIFORM.reason, message=UNIFORM.message)
    return Scrutinised(text, answer)


def _valid_until(work: Work, lines: list[Scrutinised]) -> str | None:
    """The earliest later instant at which time alone may change the answer."""
    edges = [edge for each in lines for edge in each.changes if edge > work.now]
    if work.book.next_enactment is not None:
        edges.append(work.book.next_enactment)
    return format_instant(min(edges)) if edges else None
