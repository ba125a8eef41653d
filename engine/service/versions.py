"""Versions of coupons in the store, and the changes that wait to become one."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import bindparam, func, select

from engine.calendar import Instant
from engine.catalogue.documents import Document
from engine.store.database import Row, Transaction
from engine.store.statements import Statement
from engine.store.tables import COUPONS, PENDING, VERSIONS

_DOCUMENT = (
    VERSIONS.c.context,
    VERSIONS.c.file,
    VERSIONS.c.line,
    VERSIONS.c.document,
    VERSIONS.c.meaning,
)
_HEAD = (
    COUPONS.c.coupon,
    VERSIONS.c.version,
    COUPONS.c.active,
    COUPONS.c.archived,
    COUPONS.c.filed,
    *_DOCUMENT,
    VERSIONS.c.author,
    VERSIONS.c.enacted,
)
_OF_COUPON = (VERSIONS.c.space == COUPONS.c.space) & (VERSIONS.c.coupon == COUPONS.c.coupon)
_IN_FORCE = Statement(
    select(*_HEAD)
    .join(VERSIONS, _OF_COUPON & (VERSIONS.c.version == COUPONS.c.version))
    .where(COUPONS.c.space == bindparam("space"))
    .order_by(COUPONS.c.coupon)
)
_ONE = Statement(
    select(*_HEAD)
    .join(VERSIONS, _OF_COUPON & (VERSIONS.c.version == COUPONS.c.version))
    .where(COUPONS.c.space == bindparam("space"), COUPONS.c.coupon == bindparam("coupon"))
)
_ALL = Statement(
    select(*_HEAD)
    .join(VERSIONS, _OF_COUPON)
    .where(COUPONS.c.space == bindparam("space"), COUPONS.c.coupon == bindparam("coupon"))
    .order_by(VERSIONS.c.version)
)
_CHANGE = (
    PENDING.c.coupon,
    PENDING.c.name,
    PENDING.c.context,
    PENDING.c.file,
    PENDING.c.line,
    PENDING.c.document,
    PENDING.c.meaning,
    PENDING.c.author,
    PENDING.c.saved,
    PENDING.c.enact_at,
    PENDING.c.approvals,
    PENDING.c.filed,
)
_PENDING = Statement(
    select(*_CHANGE).where(PENDING.c.space == bindparam("space")).order_by(PENDING.c.coupon)
)
_NEXT = Statement(select(func.min(PENDING.c.enact_at)).where(PENDING.c.space == bindparam("space")))


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a coupon, and the state of the coupon."""

    coupon: str
    version: int
    active: bool
    archived: bool
    filed: bool
    context: str
    document: Document
    meaning: str
    author: str
    enacted: Instant


@dataclass(frozen=True, slots=True)
class Pending:
    """A change that has no effect until it is enacted.

    `name` is what the coupon will be called, `approvals` are the people who agreed, and `filed`
    says that it was read from a file.
    """

    coupon: str
    name: str
    context: str
    document: Document
    meaning: str
    author: str
    saved: Instant
    enact_at: Instant | None
    approvals: tuple[str, ...]
    filed: bool


def versions_in_force(tx: Transaction, space: str) -> list[Version]:
    """The version in force of each coupon, in order of their names."""
    return [_version(row) for row in tx.rows(_IN_FORCE, space=space)]


def version_in_force(tx: Transaction, space: str, coupon: str) -> Version | None:
    """The version in force of a coupon; None where the store has no such coupon."""
    row = tx.row(_ONE, space=space, coupon=coupon)
    return None if row is None else _version(row)


def versions_of(tx: Transaction, space: str, coupon: str) -> list[Version]:
    """Every version of a coupon, the first one first."""
    return [_version(row) for row in tx.rows(_ALL, space=space, coupon=coupon)]


def pending_changes(tx: Transaction, space: str) -> dict[str, Pending]:
    """The pending changes, by the names in force of their coupons."""
    return {change.coupon: change for change in map(_change, tx.rows(_PENDING, space=space))}


def pending_change(tx: Transaction, space: str, coupon: str) -> Pending | None:
    """The pending change of a coupon, which may be called as it is or as it will be."""
    changes = pending_changes(tx, space)
    renamed = (change for change in changes.values() if change.name == coupon)
    return changes.get(coupon) or next(renamed, None)


def next_enactment(tx: Transaction, space: str) -> Instant | None:
    """When the next pending change comes into force by itself."""
    row = tx.row(_NEXT, space=space)
    return None if row is None or row[0] is None else Instant(row[0])


def _version(row: Row) -> Version:
    coupon, version, active, archived, filed, context, file, line, text, *rest = row
    meaning, author, enacted = rest
    document = Document(file, line, text)
    return Version(
        coupon,
        version,
        bool(active),
        bool(archived),
        bool(filed),
        context,
        document,
        meaning,
        author,
        Instant(enacted),
    )


def _change(row: Row) -> Pending:
    coupon, name, context, file, line, text, meaning, author, saved, enact_at, approvals, filed = (
        row
    )
    return Pending(
        coupon,
        name,
        context,
        Document(file, line, text),
        meaning,
        author,
        Instant(saved),
        None if enact_at is None else Instant(enact_at),
        msgspec.json.decode(approvals, type=tuple[str, ...]),
        bool(filed),
    )
