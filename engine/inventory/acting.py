"""Acting on codes: line by line, some in each transaction; one bad line harms no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import msgspec

from engine.decisions.flaws import RequestError
from engine.inventory.code_rows import InventoryCode, the_code
from engine.inventory.lines import (
    DoneLine,
    Doubles,
    Line,
    body_of,
    flaw_text,
    read_lines,
)
from engine.service.caller import Caller
from engine.service.errors import KeyReused, ServiceError
from engine.service.office import Office, request_digest
from engine.service.work import Work

CHUNK = 100
"""So many lines are done in one transaction, where none can fail half way."""

Do = Callable[[Work, InventoryCode, Any], DoneLine]


@dataclass(frozen=True)
class Action:
    """Something that can be done to a code.

    `do` answers a line whose number is not known yet, and raises `ServiceError` or `RequestError`
    for one that it refuses. It writes nothing before it knows that it can; where it can't know
    that, it is done alone, and so undone by its transaction.
    """

    name: str
    line: type[msgspec.Struct]
    do: Do
    alone: bool = False

    @cached_property
    def body(self) -> type[msgspec.Struct]:
        """The type of its requests."""
        name = f"{self.name.capitalize()}Codes"
        about = (self.line.__doc__ or "").partition("\n")[0]
        return body_of(name, self.line, about)

    def read(self, value: object) -> list[Line]:
        """The lines of a request. Raises `RequestError`."""
        return read_lines(value, self.body, self.line)


class _Some(msgspec.Struct, frozen=True):
    """What became of some lines."""

    lines: tuple[DoneLine, ...]


def act(
    office: Office, action: Action, lines: Sequence[Line], content: object, caller: Caller
) -> Iterator[DoneLine]:
    """Do something to the code of each line, and answer it once that is kept.

    `content` tells the request from others. Each transaction has an idempotency key of its own:
    the same request again goes on where it was ended, and does nothing twice.
    """
    done = Doubles(office.read(lambda work: _keys(work, lines), caller))
    size = 1 if action.alone else CHUNK
    digest = request_digest([action.name, content])
    for start in range(0, len(lines), size):
        some = lines[start : start + size]
        found = _step(
            office,
            partial(_done, action, some, done),
            some,
            [digest, start],
            caller.for_step(start),
        ).lines
        done.note(found)
        yield from found


def _keys(work: Work, lines: Sequence[Line]) -> dict[int, str]:
    """The one spelling of the code of each line, by its number."""
    return {each.number: work.spellings.key(each.code) for each in lines}


def _step(
    office: Office,
    do: Callable[[Work], tuple[_Some, str | None]],
    lines: Sequence[Line],
    content: object,
    caller: Caller,
) -> _Some:
    """Do some lines in one transaction.

    A refusal that undoes it is kept by another, so that the same request answers the same.
    """
    try:
        return office.answer(do, caller, content, (_Some,))
    except KeyReused:
        raise
    except (ServiceError, RequestError) as error:
        refused = _Some(tuple(refusal(each, error) for each in lines))
        return office.answer(lambda _: (refused, None), caller, content, (_Some,))


def _done(
    action: Action, lines: Sequence[Line], before: Doubles, work: Work
) -> tuple[_Some, str | None]:
    # Nobody else changes a code of the space from here on until the commit.
    work.seal()
    seen = before.copy()
    found = tuple(seen.noted(_line(work, action, seen.checked(each))) for each in lines)
    accounts = {each.account for each in found if each.account is not None}
    # Lines about several customers belong to none of them.
    return _Some(found), accounts.pop() if len(accounts) == 1 else None


def _line(work: Work, action: Action, line: Line) -> DoneLine:
    if line.wanted is None or line.wrong is not None:
        return DoneLine(line=line.number, code=line.code, outcome="refused", message=line.wrong)
    try:
        done = action.do(work, the_code(work, line.code), line.wanted)
    except (ServiceError, RequestError) as error:
        if action.alone:
            raise
        return refusal(line, error)
    return msgspec.structs.replace(done, line=line.number)


def refusal(line: Line, error: ServiceError | RequestError) -> DoneLine:
    """The answer to a line that can't be done."""
    advice = error.advice if isinstance(error, ServiceError) else ""
    return DoneLine(
        line=line.number,
        code=line.code,
        outcome="refused",
        message=flaw_text(error) if isinstance(error, RequestError) else error.message,
        advice=advice or None,
    )
