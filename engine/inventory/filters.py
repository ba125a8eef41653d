"""Which codes of the inventory are wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, bindparam, func, literal, or_, select

from engine.inventory.client_rows import the_client
from engine.inventory.code_rows import COLUMNS, InventoryCode, in_inventory
from engine.inventory.days import read_day
from engine.inventory.projects import find_project
from engine.service.codes.code_state import status_column
from engine.service.errors import NotFound
from engine.service.unknown import unknown
from engine.service.work import Work
from engine.store.statements import ESCAPE, Statement, literally
from engine.store.tables import CODES

STATUSES = ("unused", "reserved", "activated", "redeemed", "expired", "cancelled")


class InventoryFilters(NamedTuple):
    """Which codes are wanted; None does not matter.

    A `reference` may end with `*`; `q` is any text in code, reference or notes. The days are those
    before or from which on a code expires, or is planned to be activated.
    """

    status: str | None = None
    coupon: str | None = None
    partner: str | None = None
    client: str | None = None
    project: str | None = None
    purchase: str | None = None
    batch: str | None = None
    customer: str | None = None
    reference: str | None = None
    q: str | None = None
    expires_before: str | None = None
    expires_after: str | None = None
    planned_before: str | None = None
    planned_after: str | None = None


class StatusCode(NamedTuple):
    """A code, and what became of it."""

    status: str
    row: InventoryCode


_TEXT: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "reference": lambda value: CODES.c.reference == value,
    "reference_prefix": lambda value: CODES.c.reference.like(value, escape=ESCAPE),
    "q": lambda value: or_(
        *(
            func.lower(column).like(value, escape=ESCAPE)
            for column in (CODES.c.spelling, CODES.c.reference, CODES.c.notes)
        )
    ),
    "expires_before": lambda value: CODES.c.expires < value,
    "expires_after": lambda value: CODES.c.expires >= value,
    "planned_before": lambda value: CODES.c.planned < value,
    "planned_after": lambda value: CODES.c.planned >= value,
}
_DAYS = ("expires_before", "expires_after", "planned_before", "planned_after")


def wanted_values(work: Work, filters: InventoryFilters) -> dict[str, object]:
    """The values that are filtered by, in the names of conditions.

    Raises `RequestError` for what is no day, and `NotFound` for names that nothing has.
    """
    said: dict[str, Any] = {
        name: value for name, value in filters._asdict().items() if value is not None
    }
    if "partner" in said:
        check_partner(work, said["partner"])
    if work.caller.partner is not None:
        said["partner"] = work.caller.partner
    _check_names(work, said)
    for name in said.keys() & set(_DAYS):
        said[name] = read_day(work, said[name], f"/{name}")
    if "q" in said:
        said["q"] = f"%{literally(said['q'].strip().lower())}%"
    if said.get("reference", "").endswith("*"):
        said["reference_prefix"] = f"{literally(said.pop('reference')[:-1])}%"
    return said


def _check_names(work: Work, said: dict[str, Any]) -> None:
    """Refuse names that nothing has: what they give would pass for whole."""
    if "client" in said:
        client = the_client(work, said["client"], said.get("partner"))
        said["client"] = client.client
        if "project" in said and find_project(work, client.client, said["project"]) is None:
            raise NotFound(f"the client has no project `{said['project']}`", "check its name")
    if work.caller.partner is not None:
        return
    if "coupon" in said and said["coupon"] not in work.book.coupons:
        raise unknown("coupon", said["coupon"], work.book.coupons)


def check_partner(work: Work, name: str) -> None:
    """Raise `NotFound` for a partner that there is not, or that the caller may not know of."""
    own = work.caller.partner
    known = work.book.partners if own is None else (own,)
    if name not in known:
        raise unknown("partner", name, known)


def page_of(
    work: Work,
    wanted: dict[str, object],
    after: str,
    size: int,
    statuses: Sequence[str] = STATUSES,
) -> list[StatusCode]:
    """So many of the wanted codes, after one, in any of some statuses."""
    values = {f"of_{name}": value for name, value in wanted.items()}
    where = {"space": work.space, "after": after, "size": size}
    rows = work.tx.rows(_wanted(work, statuses, *wanted), **where, **values)
    return [StatusCode(status, InventoryCode(*row)) for status, *row in rows]


def conditions(work: Work, *names: str) -> list[ColumnElement[bool]]:
    """The conditions of some names, each with a parameter `of_NAME`, and that of the inventory."""
    return [in_inventory(), *(_condition(work, name) for name in names)]


def _condition(work: Work, name: str) -> ColumnElement[bool]:
    if name == "status":
        return status_column(work) == bindparam("of_status")
    value = bindparam(f"of_{name}", type_=BigInteger if name in _DAYS else None)
    made = _TEXT.get(name)
    return CODES.c[name] == value if made is None else made(value)


def _wanted(work: Work, statuses: Sequence[str], *names: str) -> Statement:
    status = status_column(work)
    # All of them need no asking, which takes its time.
    some = () if statuses == STATUSES else (status.in_([literal(each) for each in statuses]),)
    return Statement(
        select(status, *COLUMNS)
        .where(CODES.c.space == bindparam("space"), CODES.c.code > bindparam("after"))
        .where(*some, *conditions(work, *names))
        .order_by(CODES.c.code)
        .limit(bindparam("size"))
    )
