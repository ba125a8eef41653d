"""The keys that seal the codes of a space: those of the environment, less those it has retired."""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec
from sqlalchemy import select

from engine.calendar import format_instant
from engine.codes.key_ring import KeyRing, read_key_ring
from engine.service.caller import Caller
from engine.service.errors import Conflict, NotFound
from engine.service.office import Office
from engine.service.settings import SEAL_KEYS, value_of
from engine.service.storing import bump
from engine.service.work import Work
from engine.store.statements import Statement, binds, insertion
from engine.store.tables import SEAL_KEYS as RETIRED

_ADD = insertion(RETIRED)
_LIST = Statement(
    select(RETIRED.c.key, RETIRED.c.retired).filter_by(**binds("space")).order_by(RETIRED.c.key)
)


class ListedSealKey(msgspec.Struct, frozen=True):
    """A key by its name, never its secret.

    `is_known` says whether the environment has it; codes of one that it lacks can't be opened.
    """

    id: str
    seals: bool
    retired: str | None
    is_known: bool


class SealKeys(msgspec.Struct, frozen=True):
    """The keys of a space in the order of the ring, and then retired ones that it lacks."""

    keys: tuple[ListedSealKey, ...]


class Retired(msgspec.Struct, frozen=True):
    """A key that seals no more, and the one that does from now on, if there is one."""

    id: str
    sealing: str | None


def environment_ring(space: str, environment: Mapping[str, str] = os.environ) -> KeyRing:
    """The keys that a process was given for a space, none of them retired yet.

    Raises `ValueError` that shows no secret.
    """
    return read_key_ring(value_of(SEAL_KEYS, environment), space)


def ring(task: Work) -> KeyRing:
    """The keys as they are in force: what seals must ask for it in its own transaction.

    Where one of them is retired before its commit, it is done again without that key.
    """
    return task.ring.retiring(_retired(task))


class Seals:
    """The keys that seal the codes of a space."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def list(self, caller: Caller) -> SealKeys:
        """Every key that the process or the store knows, and which one seals."""
        return self._office.read(_listed, caller)

    def retire(self, key: str, caller: Caller) -> Retired:
        """Let a key seal no more; it still opens what it sealed.

        Raises `NotFound` for one that the environment lacks, `Conflict` for one that is retired.
        """
        return self._office.write(lambda task: _retire(task, key), caller, alone=True)


def _listed(task: Work) -> SealKeys:
    retired = _retired(task)
    in_force = task.ring.retiring(retired)
    known = [key.id for key in in_force.keys]
    gone = [key for key in retired if key not in known]
    sealing = in_force.sealing
    return SealKeys(
        tuple(
            ListedSealKey(
                key,
                sealing is not None and key == sealing.id,
                format_instant(retired[key]) if key in retired else None,
                key in known,
            )
            for key in (*known, *gone)
        )
    )


def _retire(task: Work, key: str) -> Retired:
    retired = _retired(task)
    if key in retired:
        raise Conflict(f"the key `{key}` was retired at {format_instant(retired[key])}")
    if all(key != each.id for each in task.ring.keys):
        raise NotFound(
            f"no key of `{SEAL_KEYS.variable}` is called `{key}`", "`coupon seal list` shows them"
        )
    task.tx.run(_ADD, space=task.space, key=key, retired=task.now)
    # A transaction that seals with this key finds what is in force changed when it commits.
    bump(task)
    sealing = task.ring.retiring({*retired, key}).sealing
    after = Retired(key, None if sealing is None else sealing.id)
    task.note("retire seal key", key, None, {"sealing": after.sealing})
    return after


def _retired(task: Work) -> dict[str, int]:
    """When each retired key of the space was retired."""
    return dict(task.tx.rows(_LIST, space=task.space))
