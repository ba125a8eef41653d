"""Reports with a row for each code: assigned ones, ones that end soon, ones that are planned."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select

from engine.reports.asked import Wanted
from engine.reports.listing import Listing
from engine.reports.people import RESPONSIBLE, codes_with_people, person
from engine.reports.table import Column, Row, day_of
from engine.service.codes.code_state import status_column
from engine.service.work import Work
from engine.store.database import Row as Stored
from engine.store.tables import CODES

CODE = Column("code", "Code", exact=True)
COUPON = Column("coupon", "Coupon")
CLIENT = Column("client", "Client")
PROJECT = Column("project", "Project")
REFERENCE = Column("reference", "Reference")
STATUS_COLUMN = Column("status", "Status")
_RESPONSIBLE = Column("responsible", "Responsible")
_PLANNED = Column("planned", "Planned", "day")
_EXPIRES = Column("expires", "Expires", "instant")


def is_open(status: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a code of a status can still be activated."""
    return or_(status == "unused", status == "reserved")


def _codes(work: Work) -> Select[Any]:
    return (
        select(
            CODES.c.spelling,
            CODES.c.coupon,
            status_column(work).label("status"),
            CODES.c.client,
            CODES.c.project,
            CODES.c.reference,
            CODES.c.assigned,
            CODES.c.planned,
            CODES.c.expires,
            RESPONSIBLE,
        )
        .select_from(codes_with_people())
        .where(CODES.c.space == bindparam("space"))
    )


def _open_codes(work: Work) -> Select[Any]:
    return _codes(work).where(is_open(status_column(work)))


def _assigned(work: Work) -> Select[Any]:
    return _codes(work).where(CODES.c.client.is_not(None))


def _ending(work: Work) -> Select[Any]:
    end = CODES.c.expires
    return _open_codes(work).where(end > bindparam("now"), end <= bindparam("horizon"))


def _planned(work: Work) -> Select[Any]:
    return _open_codes(work).where(CODES.c.planned.is_not(None))


_WHOSE = {
    "client": CODES.c.client == bindparam("client"),
    "partner": CODES.c.partner == bindparam("partner"),
}


def _allocation(row: Stored, wanted: Wanted) -> Row:
    spelling, coupon, status, client, project, reference, assigned, planned, _, responsible, *_ = (
        row
    )
    day = day_of(planned, wanted.zone)
    who = person(responsible)
    return client, project, spelling, coupon, status, reference, assigned, day, who


ALLOCATIONS = Listing(
    (
        CLIENT,
        PROJECT,
        CODE,
        COUPON,
        STATUS_COLUMN,
        REFERENCE,
        Column("assigned", "Assigned", "instant"),
        _PLANNED,
        _RESPONSIBLE,
    ),
    _assigned,
    (CODES.c.client, CODES.c.code),
    {
        **_WHOSE,
        "start": CODES.c.assigned >= bindparam("start"),
        "end": CODES.c.assigned < bindparam("end"),
    },
    _allocation,
)
"""Codes that are assigned to clients, those that were activated since included."""


def _expiring(row: Stored, _: Wanted) -> Row:
    spelling, coupon, status, client, project, reference, _assigned, _planned, end, who, *_order = (
        row
    )
    return end, spelling, coupon, status, client, project, reference, person(who)


EXPIRING = Listing(
    (_EXPIRES, CODE, COUPON, STATUS_COLUMN, CLIENT, PROJECT, REFERENCE, _RESPONSIBLE),
    _ending,
    (CODES.c.expires, CODES.c.code),
    _WHOSE,
    _expiring,
)
"""Codes that nobody has used and that end soon."""


def _deployment(row: Stored, wanted: Wanted) -> Row:
    spelling, coupon, _status, client, project, reference, _assigned, planned, end, who, *_order = (
        row
    )
    is_late = end is not None and planned >= end
    day = day_of(planned, wanted.zone)
    warning = "after it expires" if is_late else None
    return day, client, project, spelling, coupon, reference, end, warning, person(who)


DEPLOYMENTS = Listing(
    (
        _PLANNED,
        CLIENT,
        PROJECT,
        CODE,
        COUPON,
        REFERENCE,
        _EXPIRES,
        Column("warning", "Warning"),
        _RESPONSIBLE,
    ),
    _planned,
    (CODES.c.planned, CODES.c.code),
    {
        **_WHOSE,
        "start": CODES.c.planned >= bindparam("start"),
        "end": CODES.c.planned < bindparam("end"),
    },
    _deployment,
)
"""Codes that are to be activated on a day to come, or that were to be and were not."""
