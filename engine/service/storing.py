"""Writing what is in force: coupons, versions, pending changes, the revision of their space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, update

from engine.catalogue.catalogue import Coupon
from engine.catalogue.documents import Document
from engine.decisions.spellings import written_codes
from engine.service.contexts import Context
from engine.service.meaning import meaning_of
from engine.service.notices import Notice
from engine.service.versions import Pending
from engine.service.work import Work
from engine.store.statements import Statement, insertion
from engine.store.tables import (
    APPLICATIONS,
    BATCHES,
    CODES,
    COUNTERS,
    COUPONS,
    GRANTS,
    MEMBERS,
    PENDING,
    REDEMPTIONS,
    SPACES,
    USES,
    VERSIONS,
)

_BUMP = Statement(
    update(SPACES)
    .where(SPACES.c.space == bindparam("space"))
    .values(revision=SPACES.c.revision + 1)
)
_ADD_COUPON = insertion(COUPONS)
_ADD_VERSION = insertion(VERSIONS)
_ADD_PENDING = insertion(PENDING)
_THIS = (COUPONS.c.space == bindparam("space"), COUPONS.c.coupon == bindparam("coupon"))
_SET = {
    name: Statement(update(COUPONS).where(*_THIS).values({name: bindparam("to")}))
    for name in ("version", "active", "archived", "filed")
}
_WAITING = (PENDING.c.space == bindparam("space"), PENDING.c.coupon == bindparam("coupon"))
_DROP_PENDING = Statement(delete(PENDING).where(*_WAITING))
_SET_PENDING = Statement(
    update(PENDING).where(*_WAITING).values(enact_at=bindparam("at"), approvals=bindparam("agreed"))
)
_RENAME = [
    Statement(
        update(table)
        .where(table.c.space == bindparam("space"), table.c.coupon == bindparam("old"))
        .values(coupon=bindparam("new"))
    )
    for table in (
        COUPONS,
        VERSIONS,
        CODES,
        BATCHES,
        REDEMPTIONS,
        APPLICATIONS,
        COUNTERS,
        USES,
        GRANTS,
        MEMBERS,
    )
]


@dataclass(frozen=True, slots=True)
class Draft:
    """A checked coupon as it is to be kept: its document, and what it was read with."""

    policy: Coupon
    document: Document
    context: Context

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that it lists, as their format writes them."""
        return written_codes(self.policy, self.context.catalogue.formats)

    @property
    def meaning(self) -> str:
        """What it means in its surroundings."""
        return meaning_of(self.policy, self.context)


class Flags(NamedTuple):
    """The state of a new coupon."""

    active: bool
    filed: bool


def bump(task: Work) -> None:
    """Tell every process that what is in force has changed."""
    task.tx.run(_BUMP, space=task.space)


def add_coupon(task: Work, draft: Draft, flags: Flags) -> None:
    """Put a new coupon in force, as its first version."""
    name = draft.policy.name
    task.tx.run(
        _ADD_COUPON,
        space=task.space,
        coupon=name,
        version=1,
        active=flags.active,
        archived=False,
        filed=flags.filed,
    )
    add_version(task, draft, 1, task.caller.who)
    after = {"version": 1, "active": flags.active, "document": draft.document.text}
    task.note("new coupon", name, after=after)
    tell_changed(task, name, 1, task.caller.who)


def add_version(task: Work, draft: Draft, number: int, author: str) -> None:
    """Keep a version of a coupon."""
    document = draft.document
    task.tx.run(
        _ADD_VERSION,
        space=task.space,
        coupon=draft.policy.name,
        version=number,
        context=draft.context.key,
        file=document.file,
        line=document.line,
        document=document.text,
        meaning=draft.meaning,
        author=author,
        enacted=task.now,
    )


def set_coupon(task: Work, coupon: str, what: str, to: object) -> None:
    """Set the `version`, `active`, `archived` or `filed` of a coupon."""
    task.tx.run(_SET[what], space=task.space, coupon=coupon, to=to)


def rename(task: Work, old: str, new: str) -> None:
    """Call a coupon by another name everywhere, so that its usage stays its own."""
    for statement in _RENAME:
        task.tx.run(statement, space=task.space, old=old, new=new)


def put_pending(
    task: Work, coupon: str, draft: Draft, before: Pending | None, *, filed: bool
) -> None:
    """Keep a pending change of a coupon, in place of the one before."""
    _take_away(task, coupon, before)
    task.tx.run(
        _ADD_PENDING,
        space=task.space,
        coupon=coupon,
        name=draft.policy.name,
        context=draft.context.key,
        file=draft.document.file,
        line=draft.document.line,
        document=draft.document.text,
        meaning=draft.meaning,
        author=task.caller.who,
        saved=task.now,
        enact_at=None,
        approvals="[]",
        filed=filed,
    )
    task.note("save change", coupon, _said(before), {"document": draft.document.text})
    said = {"coupon": coupon, "name": draft.policy.name, "author": task.caller.who}
    task.announce(Notice("coupon.pending", coupon, said))


def drop_pending(task: Work, change: Pending) -> None:
    """Take a pending change away, because it was discarded."""
    _take_away(task, change.coupon, change)
    task.note("discard change", change.coupon, _said(change))


def _take_away(task: Work, coupon: str, change: Pending | None) -> None:
    task.tx.run(_DROP_PENDING, space=task.space, coupon=coupon)
    if change is not None and change.enact_at is not None:
        # A book says when it changes by itself, so that every process must learn of it.
        bump(task)


def end_pending(task: Work, coupon: str) -> None:
    """Take a pending change away, because it is in force."""
    task.tx.run(_DROP_PENDING, space=task.space, coupon=coupon)


def set_pending(task: Work, coupon: str, at: int | None, agreed: tuple[str, ...]) -> None:
    """Set when a pending change comes into force, and who agreed."""
    text = msgspec.json.encode(agreed).decode()
    task.tx.run(_SET_PENDING, space=task.space, coupon=coupon, at=at, agreed=text)


def _said(change: Pending | None) -> object:
    """A pending change for the journal."""
    if change is None:
        return None
    return {"author": change.author, "document": change.document.text}


def tell_changed(
    task: Work, coupon: str, version: int, author: str, *, archived: bool = False
) -> None:
    """Announce what is in force of a coupon from now on."""
    said = {"coupon": coupon, "version": version, "author": author, "archived": archived}
    task.announce(Notice("coupon.changed", coupon, said))
