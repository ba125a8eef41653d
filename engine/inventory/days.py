"""Days and moments that people give, such as `2027-02-01`: in the zone of the space."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

from engine.calendar import (
    Duration,
    Instant,
    local_time,
    parse_instant,
    start_of_day,
    zone,
)
from engine.decisions.flaws import Flaw, RequestError
from engine.language.parser import SentenceError, parse_duration
from engine.service.work import Work

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EXPECTED = "a day such as `2027-02-01`, or an instant with an offset, is expected"


def zone_of(work: Work) -> ZoneInfo:
    """The zone of the space; UTC where it names none."""
    return work.book.space.zone or zone("UTC")


def read_day(work: Work, text: str, pointer: str) -> Instant:
    """The beginning of a day, or an instant. Raises `RequestError`."""
    try:
        if _DAY.fullmatch(text):
            return start_of_day(date.fromisoformat(text), zone_of(work))
        return parse_instant(text)
    except ValueError:
        raise RequestError(Flaw(pointer, f"`{text}` is no time: {_EXPECTED}")) from None


def day_text(work: Work, moment: int | None) -> str | None:
    """The day of an instant."""
    return None if moment is None else local_time(moment, zone_of(work)).date().isoformat()


def read_length(text: str, pointer: str) -> Duration:
    """A length of time such as `3 months`. Raises `RequestError`."""
    try:
        return parse_duration(text)
    except SentenceError:
        message = f"`{text}` is no length of time such as `3 months`"
        raise RequestError(Flaw(pointer, message)) from None
