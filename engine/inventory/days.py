"""Days and moments that people give, such as `2027-02-01`: in the zone of the space."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.calendar import (
    Duration,
    Instant,
    format_instant,
    local_time,
    parse_instant,
    start_of_day,
    zone,
)
from engine.decisions.flaws import Flaw, RequestError
from engine.language.parser import SentenceError, parse_duration
from engine.service.work import Work

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAY_LATER = timedelta(days=1)
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


def end_of_day(work: Work, text: str, pointer: str) -> Instant:
    """The end of a day, all of it included. Raises `RequestError`."""
    flaw = Flaw(pointer, f"`{text}` is no day: a day such as `2027-02-01` is expected")
    if not _DAY.fullmatch(text):
        raise RequestError(flaw)
    try:
        return start_of_day(date.fromisoformat(text) + _DAY_LATER, zone_of(work))
    except (ValueError, OverflowError):
        raise RequestError(flaw) from None


def read_end(work: Work, text: str, pointer: str) -> Instant:
    """An instant at which something ends.

    Raises `RequestError`, also for a day: it may be meant to be included, or not.
    """
    moment = read_day(work, text, pointer)
    if _DAY.fullmatch(text):
        start = format_instant(moment)
        message = (
            f"`{text}` is a whole day: give `through` with it to include it, or `{start}` here "
            "to stop as it begins"
        )
        raise RequestError(Flaw(pointer, message))
    return moment


def day_text(work: Work, moment: int | None) -> str | None:
    """The day of an instant."""
    return None if moment is None else local_time(moment, zone_of(work)).date().isoformat()


def moment_text(moment: int, where: ZoneInfo) -> str:
    """An instant as people of a zone give it: a day where it begins one, else with its offset."""
    local = datetime.fromisoformat(format_instant(moment)).astimezone(where)
    day = local.date()
    begins = start_of_day(day, where) == moment
    return day.isoformat() if begins else local.isoformat(timespec="seconds")


def read_length(text: str, pointer: str) -> Duration:
    """A length of time such as `3 months`. Raises `RequestError`."""
    try:
        return parse_duration(text)
    except SentenceError:
        message = f"`{text}` is no length of time such as `3 months`"
        raise RequestError(Flaw(pointer, message)) from None
