"""Switching coupons and codes on and off: at once, and no version (behaviour.md, Redeeming)."""

from __future__ import annotations

from typing import Literal, TypeAlias

from sqlalchemy import bindparam, select, update

from engine.language.vocabulary import Fold
from engine.service.changed import Switched
from engine.service.errors import Conflict, NotFound
from engine.service.storing import bump, set_coupon
from engine.service.versions import version_in_force
from engine.service.work import Work
from engine.store.database import Row
from engine.store.statements import Statement
from engine.store.tables import CODES

Kind: TypeAlias = Literal["coupon", "code"]

_THIS = (CODES.c.space == bindparam("space"), CODES.c.code == bindparam("code"))
_FIND = Statement(select(CODES.c.spelling, CODES.c.active).where(*_THIS))
_SET = Statement(update(CODES).where(*_THIS).values(active=bindparam("is_on")))


def switch(task: Work, kind: Kind | None, name: str, because: str, *, on: bool) -> Switched:
    """Switch a coupon or a code; without a kind, what has that name."""
    kind = kind or _kind_of(task, name)
    was, called = _coupon(task, name, on=on) if kind == "coupon" else _code(task, name, on=on)
    if was is not on:
        after = {"active": on, "because": because}
        task.note(f"switch {kind} {'on' if on else 'off'}", called, {"active": was}, after)
    return Switched(kind, called, on)


def _kind_of(task: Work, name: str) -> Kind:
    """What has a name: a coupon spelt exactly so, else a code however it is typed."""
    is_coupon = version_in_force(task.tx, task.space, name) is not None
    row = _row(task, name)
    if is_coupon and row is not None and row[0] == name:
        raise Conflict(f"`{name}` is a coupon and a code", "say which with `--coupon` or `--code`")
    if not is_coupon and row is None:
        raise NotFound(f"no coupon and no code is called `{name}`", "check its spelling")
    return "coupon" if is_coupon else "code"


def _coupon(task: Work, name: str, *, on: bool) -> tuple[bool, str]:
    """Switch a coupon; whether it was on, and its name."""
    found = version_in_force(task.tx, task.space, name)
    if found is None:
        raise NotFound(f"no coupon is called `{name}`", "check its spelling")
    if found.active is not on:
        set_coupon(task, name, "active", to=on)
        bump(task)
    return found.active, name


def _code(task: Work, name: str, *, on: bool) -> tuple[bool, str]:
    """Switch a code; whether it was on, and its spelling."""
    row = _row(task, name)
    if row is None:
        raise NotFound(f"no code is called `{name}`", "check its spelling")
    task.tx.run(_SET, space=task.space, code=Fold.CODE.apply(name), is_on=on)
    return bool(row[1]), row[0]


def _row(task: Work, name: str) -> Row | None:
    return task.tx.row(_FIND, space=task.space, code=Fold.CODE.apply(name))
