"""What a report is asked for: filters as people write them, and as they are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from engine.calendar import Duration, Instant, Unit, plus, start_of_day
from engine.decisions.flaws import Flaw, RequestError
from engine.diagnostics.suggest import did_you_mean
from engine.inventory.client_rows import the_client
from engine.inventory.days import read_length, zone_of
from engine.service.errors import NotFound, OperatorsOnly
from engine.service.work import Work

DIMENSIONS = ("coupon", "code", "product", "plan", "group", "component", "fee", "month")
"""What discounts can be summed up by."""
WITHIN = Duration(60, Unit.DAY)
"""So far a report looks ahead where nothing else is said."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Asked(NamedTuple):
    """Filters as they are written; None does not matter. Days are those of the space's zone."""

    by: str | None = None
    start: str | None = None
    through: str | None = None
    client: str | None = None
    partner: str | None = None
    within: str | None = None


NAMES = {each: "from" if each == "start" else each for each in Asked._fields}
"""What people call each filter."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters as they are read; None does not matter.

    `start` is the first instant and `end` the one after the last; `horizon` is how far ahead is
    looked. `said` are the filters in words.
    """

    zone: ZoneInfo
    horizon: Instant
    by: tuple[str, ...] = ()
    start: Instant | None = None
    end: Instant | None = None
    client: str | None = None
    partner: str | None = None
    said: tuple[tuple[str, str], ...] = ()


def read(work: Work, asked: Asked, takes: Sequence[str], report: str) -> Wanted:
    """What is wanted of a report that takes some filters.

    Raises `RequestError` that points at the filter, and `NotFound` for a client or a partner that
    there is not, or that the caller may not know of.
    """
    _check_taken(asked, takes, report)
    where = zone_of(work)
    first, last = _day(asked.start, "from"), _day(asked.through, "through")
    if first is not None and last is not None and first > last:
        message = f"`from` is {first}, which is after `through`, {last}: exchange them"
        raise RequestError(Flaw("/from", message))
    within = WITHIN if asked.within is None else read_length(asked.within, "/within")
    partner = _partner(work, asked.partner)
    by = _dimensions(asked.by) if "by" in takes else ()
    return Wanted(
        where,
        plus(work.now, within, where),
        by,
        None if first is None else start_of_day(first, where),
        None if last is None else start_of_day(last + timedelta(days=1), where),
        None if asked.client is None else the_client(work, asked.client, partner).client,
        partner,
        tuple(_said(asked, takes, by, within)),
    )


def _check_taken(asked: Asked, takes: Sequence[str], report: str) -> None:
    for name, value in asked._asdict().items():
        if value is not None and NAMES[name] not in takes:
            known = ", ".join(f"`{each}`" for each in takes)
            message = f"the report `{report}` has no filter `{NAMES[name]}`: it takes {known}"
            raise RequestError(Flaw(f"/{NAMES[name]}", message))


def _said(
    asked: Asked, takes: Sequence[str], by: Sequence[str], within: Duration
) -> list[tuple[str, str]]:
    """The filters that hold, those that nobody gave included."""
    given = {NAMES[name]: value for name, value in asked._asdict().items() if value is not None}
    given |= {"by": ", ".join(by)} if "by" in takes else {}
    given |= {"within": str(within)} if "within" in takes else {}
    return [(name, given[name]) for name in takes if name in given]


def _day(text: str | None, name: str) -> date | None:
    if text is None:
        return None
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    # The days at the edges of the calendar have no day before or after.
    if found is None or not 2 <= found.year <= 9997:
        raise RequestError(Flaw(f"/{name}", f"`{text}` is no day: write one such as `2026-03-31`"))
    return found


def _dimensions(text: str | None) -> tuple[str, ...]:
    found = ["coupon"] if text is None else [each.strip() for each in text.split(",")]
    for each in found:
        if each not in DIMENSIONS:
            known = ", ".join(f"`{name}`" for name in DIMENSIONS)
            advice = did_you_mean(each, DIMENSIONS) or f"they are {known}, with commas between"
            raise RequestError(Flaw("/by", f"nothing is summed up by `{each}`: {advice}"))
        if found.count(each) > 1:
            raise RequestError(Flaw("/by", f"`{each}` stands twice"))
    return tuple(found)


def _partner(work: Work, name: str | None) -> str | None:
    """The partner whose rows are wanted: always the caller's own, where it is one."""
    own = work.caller.partner
    known = work.book.partners if own is None else {own}
    if name is not None and name not in known:
        advice = did_you_mean(name, known) or "check its spelling"
        raise NotFound(f"no partner is called `{name}`", advice)
    return own or name


def check_own(work: Work, report: str) -> None:
    """Raise `OperatorsOnly` where a partner asks for what is the whole space's."""
    if work.caller.partner is not None:
        raise OperatorsOnly(
            f"the report `{report}` is of the whole space, which a partner's key does not open",
            "ask whoever runs the service for it",
        )
