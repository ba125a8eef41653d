"""Switching coupons, codes and batches on and off: at once, and no version (behaviour.md)."""

from __future__ import annotations

from typing import Literal, TypeAlias

from sqlalchemy import bindparam, update

from engine.service.changes.changed import Switched
from engine.service.codes.batches import the_batch
from engine.service.codes.codes import find_code, the_code
from engine.service.codes.masking import masked
from engine.service.errors import Conflict
from engine.service.notices import Notice
from engine.service.storing import bump, set_coupon
from engine.service.unknown import unknown
from engine.service.versions import version_in_force
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import CODES

Kind: TypeAlias = Literal["coupon", "code", "batch"]

_THIS = (CODES.c.space == bindparam("space"), CODES.c.code == bindparam("code"))
_SET = Statement(update(CODES).where(*_THIS).values(active=bindparam("is_on")))
_SET_BATCH = Statement(
    update(CODES)
    .where(
        CODES.c.space == bindparam("space"),
        CODES.c.batch == bindparam("of_batch"),
        CODES.c.active != bindparam("is_on"),
    )
    .values(active=bindparam("is_on"))
)


def switch(task: Work, kind: Kind | None, name: str, because: str, *, on: bool) -> Switched:
    """Switch a coupon, a code or a batch; without a kind, the coupon or code of that name."""
    kind = kind or _kind_of(task, name)
    if kind == "batch":
        return _batch(task, name, because, on=on)
    was, called = _coupon(task, name, on=on) if kind == "coupon" else _code(task, name, on=on)
    if was is not on:
        after = {"active": on, "because": because}
        task.note(f"switch {kind} {'on' if on else 'off'}", called, {"active": was}, after)
        _tell(task, kind, called, because, on=on)
    return Switched(kind, called, on)


def _kind_of(task: Work, name: str) -> Kind:
    """What has a name: a coupon spelt exactly so, else a code however it is typed."""
    is_coupon = version_in_force(task.tx, task.space, name) is not None
    row = find_code(task, name)
    if is_coupon and row is not None and row.spelling == name:
        raise Conflict(f"`{name}` is a coupon and a code", "say which with `--coupon` or `--code`")
    if not is_coupon and row is None:
        raise unknown("coupon and no code", name, task.book.coupons)
    return "coupon" if is_coupon else "code"


def _coupon(task: Work, name: str, *, on: bool) -> tuple[bool, str]:
    """Switch a coupon; whether it was on, and its name."""
    found = version_in_force(task.tx, task.space, name)
    if found is None:
        raise unknown("coupon", name, task.book.coupons)
    if found.active is not on:
        set_coupon(task, name, "active", to=on)
        bump(task)
    return found.active, name


def _code(task: Work, name: str, *, on: bool) -> tuple[bool, str]:
    """Switch a code; whether it was on, and its spelling."""
    row = the_code(task, name)
    task.tx.run(_SET, space=task.space, code=row.code, is_on=on)
    return bool(row.active), row.spelling


def _batch(task: Work, name: str, because: str, *, on: bool) -> Switched:
    """Switch every code that a batch has by now."""
    batch = the_batch(task, name, lock=True)
    codes = task.tx.run(_SET_BATCH, space=task.space, of_batch=name, is_on=on)
    if codes:
        after = {"active": on, "because": because, "codes": codes}
        task.note(f"switch batch {'on' if on else 'off'}", name, None, after, batch.customer)
        _tell(task, "batch", name, because, on=on)
    return Switched("batch", name, on)


def _tell(task: Work, kind: Kind, name: str, because: str, *, on: bool) -> None:
    """Announce that something was switched; of a code its end is told."""
    told = masked(name) if kind == "code" else name
    said = {"kind": kind, "name": told, "active": on, "because": because}
    task.announce(Notice("coupon.switched", f"{kind} {told}", said))
