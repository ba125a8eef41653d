"""Names of coupons that nothing has, in the words of a command."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from engine.cli.store_options import Desk
from engine.diagnostics.suggest import did_you_mean
from engine.service.errors import NotFound

_LISTED = "`coupon plan` lists the pending changes"


@contextmanager
def coupon_named(desk: Desk, name: str) -> Iterator[None]:
    """Says which coupon may be meant, where none has the name that a command was given."""
    try:
        yield
    except NotFound as error:
        known = desk.office.read(lambda task: frozenset(task.book.coupons), desk.caller)
        if name in known:
            raise
        raise NotFound(error.message, _meant(name, known)) from None


def _meant(name: str, known: Collection[str]) -> str:
    """The nearest name, else the only one that begins so: years and the like are left off."""
    near = did_you_mean(name, known)
    longer = [each for each in known if _plain(name) and _plain(each).startswith(_plain(name))]
    if not near and len(longer) == 1:
        near = f"did you mean `{longer[0]}`?"
    return near or _LISTED


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))
