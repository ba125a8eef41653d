"""Changing coupons: saved, planned, agreed to, enacted, restored, switched (behaviour.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from engine.calendar import Instant, format_instant
from engine.catalogue.catalogue import Catalogue
from engine.catalogue.yaml_reader import SourceFile
from engine.service.caller import Caller
from engine.service.changes import enacting, planning, pulling, pushing, saving, switching
from engine.service.changes.changed import (
    Agreed,
    Discarded,
    Enacted,
    KeptVersion,
    Plans,
    Pushed,
    Saved,
    Switched,
    Waiting,
)
from engine.service.changes.replacing import Values, replaced
from engine.service.errors import Conflict, NotFound
from engine.service.office import Office
from engine.service.spaces import found_space
from engine.service.storing import drop_pending, set_pending
from engine.service.versions import Pending, Version, pending_changes, versions_of
from engine.service.work import Work

_Answer = TypeVar("_Answer", bound=msgspec.Struct)


class Changes:
    """What is in force in a space, and what is to be."""

    def __init__(self, office: Office) -> None:
        self._office = office

    # --- files

    def push(self, catalogue: Catalogue, sources: Sequence[SourceFile], caller: Caller) -> Pushed:
        """Read a folder: a new coupon comes into force, a changed one gets a pending change.

        The space is founded when its folder is first read. Raises `BadPolicies`.
        """
        pushing.require_right(catalogue)
        found_space(self._office.database, self._office.space, self._office.clock())
        return self._office.write(
            lambda task: pushing.push(task, catalogue, sources), caller, alone=True
        )

    def preview(
        self, catalogue: Catalogue, sources: Sequence[SourceFile], caller: Caller
    ) -> tuple[Pushed, Plans]:
        """What reading a folder would change, and the plans there would be; nothing is changed."""
        pushing.require_right(catalogue)

        def work(task: Work) -> None:
            pushed = pushing.push(task, catalogue, sources)
            raise _Undone(pushed, _plans(task, None))

        try:
            self._office.write(work, caller, alone=True)
        except _Undone as done:
            return done.pushed, done.plans
        raise AssertionError("the work is always undone")

    def pull(self, folder: Path, caller: Caller) -> list[Path]:
        """Write what is in force into the files of a folder; the files that were written."""
        return self._office.read(lambda task: pulling.pull(task, folder), caller)

    # --- pending changes

    def pending(self, caller: Caller) -> list[Waiting]:
        """Every pending change."""

        def work(task: Work) -> list[Waiting]:
            changes = pending_changes(task.tx, task.space).values()
            return [_waiting(task, change) for change in changes]

        return self._office.read(work, caller)

    def plan(self, coupon: str | None, caller: Caller) -> Plans:
        """What the pending changes alter, or that of one coupon, in sentences."""
        return self._office.read(lambda task: _plans(task, coupon), caller)

    def save(self, coupon: str, document: str, caller: Caller, file: str = "") -> Saved:
        """Save the YAML of a coupon as its pending change; a new one comes into force at once.

        Without a file its places are told by the coupon's name. Raises `BadPolicies`.
        """
        request = ["save", coupon, document]
        return self._answer(
            lambda task: saving.save(task, coupon, document, file or coupon), caller, request
        )

    def replace_keys(self, coupon: str, values: Values, caller: Caller) -> Saved:
        """Save a pending change in which some keys have new values.

        It starts from the pending change that there is, else from what is in force.
        """

        def work(task: Work) -> Saved:
            now: Version | Pending = enacting.the_coupon(task, coupon)
            now = pending_changes(task.tx, task.space).get(coupon, now)
            return saving.save(task, coupon, replaced(now.document, values), now.document.file)

        return self._office.write(work, caller, alone=True)

    def discard(self, coupon: str, caller: Caller) -> Discarded:
        """Take a pending change away."""

        def work(task: Work) -> Discarded:
            change = enacting.the_pending(task, coupon)
            drop_pending(task, change)
            return Discarded(change.coupon)

        return self._answer(work, caller, ["discard", coupon])

    def approve(self, coupon: str, caller: Caller) -> Agreed:
        """Agree to the pending change of another person."""

        def work(task: Work) -> Agreed:
            change = enacting.the_pending(task, coupon)
            if change.author == caller.who:
                raise Conflict(
                    f"the change of `{coupon}` is by `{caller.who}`, and another person must agree",
                    "ask someone else to approve it",
                )
            people = enacting.agreed(change, caller.who)
            if people != change.approvals:
                set_pending(task, change.coupon, change.enact_at, people)
                task.note("approve", change.coupon, change.approvals, people)
            return Agreed(change.coupon, people, enacting.missing(task, change, caller.who))

        return self._answer(work, caller, ["approve", coupon])

    def enact(self, coupon: str, caller: Caller, at: Instant | None = None) -> Enacted:
        """Put a pending change in force, now or at a set time.

        Where the space asks for approval, enacting agrees. Raises `Conflict`.
        """

        def work(task: Work) -> Enacted:
            change = enacting.the_pending(task, coupon)
            enacting.require_agreement(task, change, caller.who)
            if at is None:
                return enacting.enact(task, change)
            if at <= task.now:
                raise Conflict(
                    f"{format_instant(at)} has passed: a change comes into force later or now",
                    "leave the time out to enact it now",
                )
            return enacting.schedule(task, change, at, caller.who)

        return self._answer(work, caller, ["enact", coupon, at])

    # --- versions

    def versions(self, coupon: str, caller: Caller) -> list[KeptVersion]:
        """Every version of a coupon, the last one first."""

        def work(task: Work) -> list[KeptVersion]:
            now = enacting.the_coupon(task, coupon)
            found = versions_of(task.tx, task.space, coupon)
            return [_kept(each, now) for each in reversed(found)]

        return self._office.read(work, caller)

    def version(self, coupon: str, number: int, caller: Caller) -> KeptVersion:
        """One version of a coupon. Raises `NotFound`."""
        for each in self.versions(coupon, caller):
            if each.version == number:
                return each
        raise NotFound(f"`{coupon}` has no version {number}", "list its versions")

    def restore(self, coupon: str, number: int, caller: Caller) -> Saved:
        """Save a version as a pending change, with what it was read with."""
        return self._answer(
            lambda task: saving.restore(task, coupon, number), caller, ["restore", coupon, number]
        )

    # --- switching

    def switch(
        self,
        kind: switching.Kind | None,
        name: str,
        on: bool,  # noqa: FBT001 - on or off is what switching is about
        because: str,
        caller: Caller,
    ) -> Switched:
        """Switch a coupon, code or batch at once; without a kind, the coupon or code of a name."""
        return self._answer(
            lambda task: switching.switch(task, kind, name, because, on=on),
            caller,
            ["switch", kind, name, on, because],
        )

    def _answer(
        self, work: Callable[[Work], _Answer], caller: Caller, request: list[Any]
    ) -> _Answer:
        """Do work that changes what is in force, once for each idempotency key."""
        kinds = (Saved, Discarded, Agreed, Enacted, Switched)
        return self._office.answer(
            lambda task: (work(task), None), caller, request, kinds, alone=True
        )


class _Undone(Exception):
    """Ends a transaction whose work is not to be kept, and carries what was learnt."""

    def __init__(self, pushed: Pushed, plans: Plans) -> None:
        super().__init__()
        self.pushed = pushed
        self.plans = plans


def _plans(task: Work, coupon: str | None) -> Plans:
    changes = pending_changes(task.tx, task.space)
    if coupon is not None:
        known = enacting.the_coupon(task, coupon).coupon
        changes = {name: change for name, change in changes.items() if name == known}
    names = task.book.coupons if coupon is None else [coupon]
    silent = [name for name in names if name not in changes]
    plans = tuple(planning.plan(task, change) for change in changes.values())
    return Plans(plans, planning.passed(task, silent))


def _waiting(task: Work, change: Pending) -> Waiting:
    return Waiting(
        change.coupon,
        change.name,
        change.document.file,
        change.document.line,
        change.document.text,
        change.author,
        format_instant(change.saved),
        None if change.enact_at is None else format_instant(change.enact_at),
        change.approvals,
        enacting.missing(task, change),
    )


def _kept(version: Version, now: Version) -> KeptVersion:
    return KeptVersion(
        version.coupon,
        version.version,
        version.version == now.version,
        version.document.file,
        version.document.line,
        version.document.text,
        version.author,
        format_instant(version.enacted),
    )
