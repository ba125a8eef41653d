"""The moment of an event, and ids made at one."""

from __future__ import annotations

from datetime import datetime
from random import getrandbits

from engine.calendar import SECOND, Instant, format_instant, parse_instant
from engine.decisions.facts import read_instant
from engine.decisions.flaws import Flaw, RequestError
from engine.service.caller import Scope
from engine.service.errors import Forbidden
from engine.service.work import Work

TOLERANCE = 300 * SECOND
"""So far from now an event may be without the scope `backdate`."""
_CHANCE = 48
"""So many bits of an id, the last, tell those of one moment from each other."""


def moment_of(given: datetime | None, work: Work, pointer: str = "/at") -> Instant:
    """When an event that is recorded happens: now, unless it says so.

    Raises `Forbidden` where the caller may not give another moment than about now.
    """
    at = work.now if given is None else read_instant(given, pointer)
    if abs(at - work.now) > TOLERANCE and not work.caller.may(Scope.BACKDATE):
        raise Forbidden(
            f"`at` is {format_instant(at)}, which is not about now",
            "leave it out, or use a key with the scope `backdate`",
        )
    return at


def read_moment(text: str, pointer: str) -> Instant:
    """A moment that a query says. Raises `RequestError`."""
    try:
        return parse_instant(text)
    except ValueError:
        example = "an instant with an offset such as `2026-11-28T10:00:00+01:00`"
        raise RequestError(Flaw(pointer, f"`{text}` is not {example}")) from None


def fresh_id(now: int) -> str:
    """An id that nothing has yet; later ones sort after earlier ones."""
    # Nobody may do anything for knowing an id, so that no secret has to be drawn.
    return (now << _CHANCE | getrandbits(_CHANCE)).to_bytes(13, "big").hex()


def moment_in(identity: str) -> int:
    """The moment that an id was made for."""
    return int(identity, 16) >> _CHANCE
