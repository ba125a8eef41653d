"""Codes as they are listed and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import bindparam, select

from engine.calendar import Instant, format_instant
from engine.language.vocabulary import Fold
from engine.service.caller import Caller
from engine.service.codes.batches import the_batch
from engine.service.codes.cabinet import COLUMNS
from engine.service.codes.code_state import Status, end_of, since, status_of, used
from engine.service.cursors import read_cursor, write_cursor
from engine.service.errors import NotFound
from engine.service.office import Office
from engine.service.unknown import unknown
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import CODES, GRANTS, REDEMPTIONS

_COLUMNS = (
    *COLUMNS,
    CODES.c.code,
    CODES.c.batch,
    CODES.c.spec,
    CODES.c.partner,
    CODES.c.purchase,
    CODES.c.client,
    CODES.c.project,
    CODES.c.assigned,
    CODES.c.reference,
    CODES.c.planned,
    CODES.c.notes,
    CODES.c.replaces,
    CODES.c.replaced_by,
)
_ONE = Statement(
    select(*_COLUMNS).where(CODES.c.space == bindparam("space"), CODES.c.code == bindparam("code"))
)


# What it granted last, of what it stands redeemed on.
_ACTIVATED = Statement(
    select(GRANTS.c.subscription, GRANTS.c.account)
    .join(
        REDEMPTIONS,
        (REDEMPTIONS.c.space == GRANTS.c.space) & (REDEMPTIONS.c.redemption == GRANTS.c.redemption),
    )
    .where(
        GRANTS.c.space == bindparam("space"),
        GRANTS.c.code == bindparam("code"),
        REDEMPTIONS.c.ended.is_(None),
    )
    .order_by(GRANTS.c.redemption.desc())
    .limit(1)
)
PAGE = 1000
"""So many codes are read at a time, where all are wanted."""
_Read = TypeVar("_Read")


class Filters(NamedTuple):
    """Which codes are wanted; None does not matter."""

    coupon: str | None = None
    batch: str | None = None
    customer: str | None = None
    active: bool | None = None


class CodeRow(NamedTuple):
    """The row of a code."""

    spelling: str
    coupon: str
    active: bool
    issued: Instant
    grants: str | None
    customer: str | None
    expires: Instant | None
    window: str | None
    cancelled: Instant | None
    code: str
    batch: str | None
    spec: int | None
    partner: str | None
    purchase: str | None
    client: str | None
    project: str | None
    assigned: Instant | None
    reference: str | None
    planned: Instant | None
    notes: str | None
    replaces: str | None
    replaced_by: str | None


class CodeNote(msgspec.Struct, frozen=True):
    """What somebody noted on a code."""

    at: str
    who: str
    text: str


_NOTES = msgspec.json.Decoder(tuple[CodeNote, ...])


class ShownCode(msgspec.Struct, frozen=True, omit_defaults=True):
    """A code; one that is bound to a customer is nobody else's.

    `expires` is when its life is over, `window` a sentence of its own, `redemptions` on how many
    subscriptions it stands redeemed. `grants` is what it was issued with, in the words of a
    document, and `specification` the number of that where the code is sealed; one that a document
    lists grants what its coupon does. It is redeemed, activated or reserved `since` a moment; the
    `subscription` of an `account` is what it granted last. The rest is what the inventory knows:
    whose it is, by which purchase, whom it is assigned to, and what was written on it.
    """

    code: str
    coupon: str
    status: Status
    active: bool
    issued: str
    expires: str | None
    customer: str | None
    window: str | None
    batch: str | None
    redemptions: int
    grants: dict[str, Any] | None
    specification: int | None
    since: str | None = None
    subscription: str | None = None
    account: str | None = None
    partner: str | None = None
    purchase: str | None = None
    client: str | None = None
    project: str | None = None
    assigned: str | None = None
    reference: str | None = None
    planned: str | None = None
    notes: tuple[CodeNote, ...] = ()
    replaces: str | None = None
    replaced_by: str | None = None


class ShownCodes(msgspec.Struct, frozen=True):
    """Codes in their order, until `next`."""

    codes: tuple[ShownCode, ...]
    next: str | None


class Codes:
    """What can be seen of codes."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def list(self, filters: Filters, cursor: str | None, limit: int, caller: Caller) -> ShownCodes:
        """A part of the codes that are wanted. Raises `NotFound` where no such coupon is."""
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def work(task: Work) -> ShownCodes:
            check_coupon(task, filters)
            rows = page_of_codes(task, filters, after, limit + 1)
            more = write_cursor((rows[limit - 1].code,)) if rows[limit:] else None
            return ShownCodes(tuple(_shown(task, row) for row in rows[:limit]), more)

        return self._office.read(work, caller)

    def show(self, code: str, caller: Caller) -> ShownCode:
        """A code, in whatever spelling. Raises `NotFound`."""
        return self._office.read(lambda task: _shown(task, the_code(task, code)), caller)


def check_coupon(work: Work, filters: Filters) -> None:
    """Raise `NotFound` where codes of a coupon are wanted that there is not."""
    if filters.coupon is not None and filters.coupon not in work.book.coupons:
        raise unknown("coupon", filters.coupon, work.book.coupons)


def in_pages(
    office: Office, filters: Filters, caller: Caller, read: Callable[[Work, CodeRow], _Read]
) -> Iterator[list[_Read]]:
    """What is read of the codes that are wanted, so many at a time, as the store has them then.

    Raises `NotFound` for names that nothing has: what they give would pass for whole.
    """

    def page(after: str, work: Work) -> tuple[list[_Read], str | None]:
        rows = page_of_codes(work, filters, after, PAGE)
        return [read(work, row) for row in rows], rows[-1].code if len(rows) == PAGE else None

    office.read(partial(_check, filters), caller)
    after: str | None = ""
    while after is not None:
        found, after = office.read(partial(page, after), caller)
        yield found


def _check(filters: Filters, work: Work) -> None:
    check_coupon(work, filters)
    if filters.batch is not None:
        the_batch(work, filters.batch)


def page_of_codes(work: Work, filters: Filters, after: str, size: int) -> list[CodeRow]:
    """So many codes that are wanted, after one."""
    said = {name: value for name, value in filters._asdict().items() if value is not None}
    wanted = {f"of_{name}": value for name, value in said.items()}
    rows = work.tx.rows(_wanted(*said), space=work.space, after=after, size=size, **wanted)
    return [CodeRow(*row) for row in rows]


def find_code(work: Work, text: str) -> CodeRow | None:
    """The code that a text is, as it is written or as its format reads it."""
    for code in (Fold.CODE.apply(text), *work.book.spellings.others(text)):
        row = work.tx.row(_ONE, space=work.space, code=code)
        if row is not None:
            return CodeRow(*row)
    return None


def the_code(work: Work, text: str) -> CodeRow:
    """The code that a text is. Raises `NotFound`."""
    found = find_code(work, text)
    if found is None:
        raise NotFound(f"no code is called `{text}`", "check its spelling")
    return found


@cache
def _wanted(*names: str) -> Statement:
    """The codes that are filtered by some columns, in their order."""
    where = [CODES.c[name] == bindparam(f"of_{name}", type_=CODES.c[name].type) for name in names]
    return Statement(
        select(*_COLUMNS)
        .where(CODES.c.space == bindparam("space"), CODES.c.code > bindparam("after"), *where)
        .order_by(CODES.c.code)
        .limit(bindparam("size"))
    )


def _shown(work: Work, row: CodeRow) -> ShownCode:
    uses = used(work, row.code)
    end = end_of(work, row.coupon, row.issued, row.expires)
    status = status_of(work, uses, end, row.cancelled)
    subscription, account = _activated(work, row.code) if uses.granted else (None, None)
    return ShownCode(
        row.spelling,
        row.coupon,
        status,
        bool(row.active),
        format_instant(row.issued),
        _text(end),
        row.customer,
        row.window,
        row.batch,
        uses.redeemed,
        None if row.grants is None else msgspec.json.decode(row.grants),
        row.spec,
        _text(since(status, uses)),
        subscription,
        account,
        row.partner,
        row.purchase,
        row.client,
        row.project,
        _text(row.assigned),
        row.reference,
        _text(row.planned),
        () if row.notes is None else _NOTES.decode(row.notes),
        row.replaces,
        row.replaced_by,
    )


def _activated(work: Work, code: str) -> tuple[str | None, str | None]:
    """The subscription that a code granted, and its account."""
    row = work.tx.row(_ACTIVATED, space=work.space, code=code)
    return (None, None) if row is None else (row[0], row[1])


def _text(moment: Instant | None) -> str | None:
    return None if moment is None else format_instant(moment)
